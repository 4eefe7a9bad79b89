"""Sends one POST to a place outside (webhooks, the reflector): over a checked, pinned connection, no redirects,
bounded in time and size."""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

from fushinban.errors import Malformed, Unreachable
from fushinban.messages import say
from fushinban.transport._http_parser import AnswerReader
from fushinban.transport.outward import OutwardRules, WebPlace, resolve, tls_context, web_place

_MOST_ANSWER = 16 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAnswer:
    """What came back: the status, and the beginning of the body. `address`: who was asked."""

    status: int
    body: bytes
    address: str = ""


async def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    rules: OutwardRules,
    *,
    seconds: float = 10.0,
    context: ssl.SSLContext | None = None,
    family: int = socket.AF_UNSPEC,
    most: int = _MOST_ANSWER,
) -> WebhookAnswer:
    """Send a JSON body. The name is resolved once; what was checked is what is connected to. `most`: bytes read.

    Raises InputError (address), OutOfScope (place not allowed), Unreachable (no connection, no answer in time),
    Malformed (no HTTP answer). A redirect is an answer like any other: it is not followed.
    """
    place = web_place(url, rules)
    try:
        async with asyncio.timeout(seconds):
            address = await resolve(place.host, place.port, rules, family=family)
            return await _exchange(place, address, _request(place, body, headers), context, most)
    except TimeoutError as error:
        raise Unreachable(say("webhook.timeout", seconds=int(seconds))) from error
    except ssl.SSLError as error:
        raise Unreachable(say("webhook.tls", reason=error.reason or "TLS")) from error
    except OSError as error:
        raise Unreachable(say("webhook.no-connection", reason=error.strerror or type(error).__name__)) from error


async def _exchange(
    place: WebPlace, address: str, request: bytes, context: ssl.SSLContext | None, most: int
) -> WebhookAnswer:
    tls = (context or await asyncio.to_thread(tls_context)) if place.tls else None
    reader, writer = await asyncio.open_connection(
        address, place.port, ssl=tls, server_hostname=place.host if tls else None, limit=most
    )
    try:
        writer.write(request)
        await writer.drain()
        answer = AnswerReader(most)
        while not answer.done:
            data = await reader.read(4096)
            if data:
                answer.feed(data)
            else:
                answer.end()
            if answer.truncated:
                break
        return WebhookAnswer(status=answer.status, body=_beginning(answer, most), address=address)
    finally:
        writer.transport.abort()


def _beginning(answer: AnswerReader, most: int) -> bytes:
    try:
        return answer.body()[:most]
    except Malformed:  # a packed body that is broken: only the status counts
        return b""


def _request(place: WebPlace, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = [f"POST {place.path} HTTP/1.1", f"Host: {place.authority}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += ["Content-Type: application/json", f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode("ascii") + body
