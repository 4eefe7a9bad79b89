"""Pretend devices for the tests of the transport: a camera with real log-ins, and servers that say fixed bytes.

Run as a program it serves one camera in a process of its own and prints its port:
`python pretend_device.py digest 5`. The login is invented and used in tests only.
"""

import asyncio
import base64
import hashlib
import re
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

from fushinban.model.credential import Credential
from fushinban.model.device import Target
from fushinban.model.site import Authorisation, Limits, TestKind
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.door import Door
from fushinban.transport.transcript import Transcript
from fushinban.transport.values import SoapCall

USERNAME, SECRET = "test-auditor", "Invented-Test-Secret-1"
GOOD = Credential(username=USERNAME, secret=SECRET, fingerprint="good")
WRONG = Credential(username=USERNAME, secret="Invented-Wrong-Secret-2", fingerprint="wrong")
DEVICE_NS = "http://www.onvif.org/ver10/device/wsdl"
QUICK = Limits(port_gap=0.0, connect_timeout=1.0, read_timeout=0.5, body_bytes=64 * 1024)

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def call(operation: str, path: str = "/onvif/device_service") -> SoapCall:
    body = f'<{operation} xmlns="{DEVICE_NS}"/>'.encode()
    return SoapCall(operation=operation, action=f"{DEVICE_NS}/{operation}", body=body, path=path)


def authorisation(*tests: TestKind, networks: tuple[str, ...] = ("127.0.0.0/8", "::1/128")) -> Authorisation:
    moment = datetime.now(UTC)
    return Authorisation(
        by="a test",
        start=moment - timedelta(hours=1),
        end=moment + timedelta(hours=1),
        networks=tuple(ip_network(n) for n in networks),
        tests=frozenset(tests or TestKind),
    )


def door_for(folder: Path, *tests: TestKind, limits: Limits = QUICK) -> Door:
    return Door("site", authorisation(*tests), limits, AttemptBudget(folder / "attempts.sqlite3"), Transcript())


def target(port: int, **more: int) -> Target:
    return Target(address="127.0.0.1", ports={"http": port, "https": port, "rtsp": port, **more})


@asynccontextmanager
async def serving(handler: Handler, host: str = "127.0.0.1", **options: object) -> AsyncIterator[int]:
    """A server on loopback; gives its port."""
    tasks: set[asyncio.Task[None]] = set()

    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await handler(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_server(guarded, host, 0, **options)  # type: ignore[arg-type]
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def saying(data: bytes, *, pause: float = 0.0, hang: bool = False) -> Handler:
    """A server that reads one request and says fixed bytes: at once, byte by byte, or without ever closing."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        for piece in [data] if not pause else [data[i : i + 1] for i in range(len(data))]:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        if hang:
            await asyncio.sleep(30)

    return handler


@dataclass
class Request:
    method: str
    uri: str
    headers: dict[str, str]
    body: bytes


async def read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, uri, _ = head[0].split(" ", 2)
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, uri, headers, body)


def fault(code: str, text: str = "", outer: str = "Sender") -> bytes:
    subcode = f"<e:Subcode><e:Value>ter:{code}</e:Value></e:Subcode>" if code else ""
    return (
        f'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:ter="http://www.onvif.org/ver10/error">'
        f"<e:Body><e:Fault><e:Code><e:Value>e:{outer}</e:Value>{subcode}</e:Code>"
        f'<e:Reason><e:Text xml:lang="en">{text}</e:Text></e:Reason></e:Fault></e:Body></e:Envelope>'
    ).encode()


def answer(operation: str, inside: str = "<tds:Ok>1</tds:Ok>") -> bytes:
    return (
        f'<?xml version="1.0"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="{DEVICE_NS}">'
        f"<e:Body><tds:{operation}Response>{inside}</tds:{operation}Response></e:Body></e:Envelope>"
    ).encode()


def message(status: int, body: bytes = b"", *lines: str, protocol: str = "HTTP/1.1") -> bytes:
    head = "".join(f"{line}\r\n" for line in lines)
    return f"{protocol} {status} Word\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode() + body


@dataclass
class Camera:
    """An ONVIF camera that checks log-ins for real and locks after `lock_after` failures.

    `scheme`: `digest`, `sha256`, `sess`, `no-qop`, `several`, `basic`, `wsse`. `open`: operations for everybody.
    """

    scheme: str = "digest"
    lock_after: int = 5
    clock: float = 0.0
    window: float = 5.0
    forbidden: tuple[str, ...] = ()
    open: tuple[str, ...] = ("GetSystemDateAndTime",)
    rotate_after: int = 0
    say_stale: bool = True
    refusal: bytes = b""
    close_after_refusal: bool = False
    delay: float = 0.0
    failures: int = 0
    requests: list[tuple[str, bool]] = field(default_factory=list)
    connections: int = 0
    most_connections: int = 0
    counts: list[int] = field(default_factory=list)
    _nonce: str = "first-nonce"
    _used: int = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.most_connections = max(self.most_connections, self.connections)
        try:
            while True:
                request = await read_request(reader)
                await asyncio.sleep(self.delay)
                reply = self.answer_to(request)
                writer.write(reply)
                if self.close_after_refusal and b" 401 " in reply[:16]:
                    return
        finally:
            self.connections -= 1

    def answer_to(self, request: Request) -> bytes:
        named = re.search(rb"<(?:s:)?Body>\s*<(?:\w+:)?(\w+)", request.body)
        operation = named.group(1).decode() if named else request.uri
        sent = "authorization" in request.headers or b"UsernameToken" in request.body
        self.requests.append((operation, sent))
        if operation in self.open:
            return message(200, self._result(operation))
        if self.failures >= self.lock_after:
            return message(423, b"locked")
        if not sent:
            return self._refuse()
        verdict = self._judge(request)
        if verdict == "stale":
            return self._refuse(stale=self.say_stale)
        if verdict == "wrong":
            self.failures += 1
            return self.refusal or self._refuse()
        self.failures = 0
        if operation in self.forbidden:
            return self._refuse() if self.scheme != "wsse" else message(400, fault("NotAuthorized", "no right"))
        return message(200, self._result(operation))

    def _result(self, operation: str) -> bytes:
        if operation != "GetSystemDateAndTime":
            return answer(operation)
        t = datetime.now(UTC) + timedelta(seconds=self.clock)
        inside = (
            "<tds:SystemDateAndTime><tds:UTCDateTime>"
            f"<tds:Time><tds:Hour>{t.hour}</tds:Hour><tds:Minute>{t.minute}</tds:Minute>"
            f"<tds:Second>{t.second}</tds:Second></tds:Time><tds:Date><tds:Year>{t.year}</tds:Year>"
            f"<tds:Month>{t.month}</tds:Month><tds:Day>{t.day}</tds:Day></tds:Date>"
            "</tds:UTCDateTime></tds:SystemDateAndTime>"
        )
        return answer(operation, inside)

    def _refuse(self, stale: bool = False) -> bytes:
        if self.scheme == "wsse":
            return message(400, fault("NotAuthorized", "Sender not authorized"))
        flag = ", stale=true" if stale else ""
        md5 = f'WWW-Authenticate: Digest realm="cam, era", nonce="{self._nonce}", algorithm=MD5, qop="auth,auth-int"'
        lines = {
            "digest": [md5 + flag],
            "no-qop": [f'WWW-Authenticate: Digest realm="cam, era", nonce="{self._nonce}", opaque="o"{flag}'],
            "sha256": [md5.replace("MD5", "SHA-256") + flag],
            "sess": [md5.replace("MD5", "MD5-sess") + flag],
            "several": ['WWW-Authenticate: Basic realm="cam"', md5 + flag, md5.replace("MD5", "SHA-256") + flag],
            "basic": ['WWW-Authenticate: Basic realm="cam"'],
        }[self.scheme]
        return message(401, b"<html>no</html>", *lines)

    def _judge(self, request: Request) -> str:
        if self.scheme == "wsse":
            return self._judge_token(request.body.decode())
        value = request.headers.get("authorization", "")
        if value.startswith("Basic "):
            right = base64.b64decode(value[6:]).decode() == f"{USERNAME}:{SECRET}"
            return "right" if right and self.scheme == "basic" else "wrong"
        return self._judge_digest(value, request.method)

    def _judge_digest(self, value: str, method: str) -> str:
        given = {k: a or b for k, a, b in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', value)}
        algorithm = given.get("algorithm", "MD5")
        if self.scheme == "several" and algorithm != "SHA-256":
            return "wrong"
        if given["nonce"] != self._nonce:
            return "stale"
        make = hashlib.sha256 if "256" in algorithm else hashlib.md5

        def digest(text: str) -> str:
            return make(text.encode()).hexdigest()

        login = digest(f"{USERNAME}:cam, era:{SECRET}")
        if algorithm.endswith("sess"):
            login = digest(f"{login}:{given['nonce']}:{given['cnonce']}")
        middle = given["nonce"]
        if self.scheme != "no-qop":
            self.counts.append(int(given["nc"], 16))
            middle += f":{given['nc']}:{given['cnonce']}:{given['qop']}"
        if digest(f"{login}:{middle}:{digest(method + ':' + given['uri'])}") != given["response"]:
            return "wrong"
        self._used += 1
        if self.rotate_after and self._used >= self.rotate_after:
            self._used, self._nonce = 0, secrets.token_hex(6)
        return "right"

    def _judge_token(self, envelope: str) -> str:
        def part(name: str) -> str:
            found = re.search(rf"<\w+:{name}(?:\s[^>]*)?>([^<]*)<", envelope)
            return found.group(1) if found else ""

        created = datetime.strptime(part("Created"), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        off = abs((created - datetime.now(UTC)).total_seconds() - self.clock)
        nonce = base64.b64decode(part("Nonce"))
        digest = hashlib.sha1(nonce + part("Created").encode() + SECRET.encode()).digest()
        right = part("Username") == USERNAME and part("Password") == base64.b64encode(digest).decode()
        return "right" if right and off <= self.window and len(nonce) == 20 else "wrong"


async def _main(scheme: str, lock_after: int) -> None:
    camera = Camera(scheme=scheme, lock_after=lock_after)

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """`/failures` tells how many log-ins failed, for the test that looks from outside."""
        await read_request(reader)
        writer.write(message(200, str(camera.failures).encode()))

    async with serving(camera.handle) as port, serving(count) as count_port:
        print(port, count_port, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], int(sys.argv[2])))
