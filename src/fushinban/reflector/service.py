"""The reflector's three addresses, as a small ASGI application: who am I, a challenge, a look.

`GET /v1/self` says which address the request came from. `POST /v1/challenges` with a token and the asker's nonce gives
a challenge; `POST /v1/looks` with its proof, from the same address, gives the signed look. The address is that of the
connection itself: nothing that a header says of it is believed, so no proxy may stand before a reflector.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any

import orjson

from fushinban.errors import FushinbanError
from fushinban.model.reflection import OUTSIDE_PORTS
from fushinban.model.site import Network
from fushinban.reflector.guests import GuestBook, RefusedError, Turnstile
from fushinban.reflector.look import look
from fushinban.reflector.signing import Signer
from fushinban.transport.outward import is_public

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_MOST_BODY = 4096
_BODY_SECONDS = 10.0
_NONCE = re.compile(r"[0-9a-f]{32,64}")
_HEX = re.compile(r"[0-9a-f]{64}")


class Reflector:
    """The application. `also`: networks that count as outside although they are not the open internet's (drills)."""

    def __init__(self, folder: Path, also: Sequence[Network] = (), ports: Sequence[int] = OUTSIDE_PORTS) -> None:
        self.signer = Signer(folder)
        self._folder = folder
        self._also = tuple(also)
        self._ports = tuple(ports)
        self._door = Turnstile(GuestBook(folder))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        try:
            answer = await self._answer(scope, receive)
            status = 200
        except RefusedError as refusal:
            status, answer = refusal.status, _problem(refusal.status, refusal.code)
        except FushinbanError:
            status, answer = 500, _problem(500, "own-fault")
        await _send(send, status, answer)

    async def _answer(self, scope: Scope, receive: Receive) -> Any:
        address = _asker(scope)
        match scope["method"], scope["path"]:
            case "GET", "/v1/self":
                return {"address": address, "key": self.signer.public, "ports": self._ports}
            case "POST", "/v1/challenges":
                body = await _body(receive)
                self._check_outside(address)
                nonce = _wanted(body, "nonce", _NONCE)
                return {"challenge": self._door.challenge(_token(scope), address, nonce), "address": address}
            case "POST", "/v1/looks":
                body = await _body(receive)
                challenge, proof = _wanted(body, "challenge", _HEX), _wanted(body, "proof", _HEX)
                return await self._look(_token(scope), address, challenge, proof)
        raise RefusedError(404, "no-such-address")

    async def _look(self, token: str, address: str, challenge: str, proof: str) -> dict[str, str]:
        nonce = self._door.enter(token, address, challenge, proof)
        try:
            return self.signer.sign(await look(address, nonce, self._folder, self._ports))
        finally:
            self._door.leave()

    def _check_outside(self, address: str) -> None:
        """A look at an address of a private network would show nothing of what outsiders see."""
        found = ip_address(address)
        if not is_public(found) and not any(n.version == found.version and found in n for n in self._also):
            raise RefusedError(403, "not-from-the-internet")


def _asker(scope: Scope) -> str:
    """The address of the connection. An IPv4 address written as IPv6 is what it is."""
    client = scope.get("client")
    if not client:
        raise RefusedError(500, "no-address")
    found = ip_address(client[0].partition("%")[0])
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)


def _token(scope: Scope) -> str:
    given = [value for name, value in scope["headers"] if name == b"authorization"]
    if len(given) != 1 or not given[0].startswith(b"Bearer ") or len(given[0]) > 200:
        raise RefusedError(401, "no-token")
    return str(given[0][7:].decode("latin-1"))


async def _body(receive: Receive) -> dict[str, Any]:
    data = b""
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            more = True
            while more:
                event = await receive()
                if event["type"] != "http.request":
                    raise RefusedError(400, "broken-off")
                data += event.get("body", b"")
                more = event.get("more_body", False)
                if len(data) > _MOST_BODY:
                    raise RefusedError(413, "too-large")
    except TimeoutError:
        raise RefusedError(408, "too-slow") from None
    try:
        body = orjson.loads(data)
    except ValueError:
        raise RefusedError(400, "not-json") from None
    if not isinstance(body, dict):
        raise RefusedError(400, "not-an-object")
    return body


def _wanted(body: dict[str, Any], name: str, shape: re.Pattern[str]) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise RefusedError(422, f"bad-{name}")
    return value


def _problem(status: int, code: str) -> dict[str, Any]:
    return {"type": f"urn:fushinban:reflector:{code}", "title": code, "status": status}


async def _send(send: Send, status: int, answer: Any) -> None:
    body = orjson.dumps(answer)
    kind = b"application/json" if status == 200 else b"application/problem+json"
    headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body)), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
