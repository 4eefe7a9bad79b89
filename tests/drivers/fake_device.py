"""What a driver's tests offer to the conformance suite (`test_driver_conformance.py`): a pretend device with moods.

HOW TO ADD A DRIVER: write `tests/drivers/fakes/<driver>.py` with a constant `FAKE: Fake`; it is found by its name.

- `serve(mood)` is an async context manager that starts the device on loopback and gives a `Served`: where it is, the
  list of every request it saw, and the most connections that were open at once. A driver over HTTP uses `WebDevice`
  below and only says what is answered (`answer(request) -> Reply | None`; None: 404): digest, moods, counting and
  stopping are done there. Any other protocol serves itself and leaves out the moods it cannot have (`moods`).
- `secrets`: what the answers hold and nothing of ours may keep: put at least one distinct word into every place where
  the maker hands out something secret. The login's password is always looked for.
- `told`: the facts that the device tells in its good mood. `anonymous`: those of them told without a login.
- `reads`: requests that read although they are neither GET nor HEAD, as `METHOD /path needle`, where the needle must
  stand in the body; each is named here after a look at what it does.
- `most_requests`: how many requests a whole reading may take in the good mood, the challenges included.
- `kind`: what the device is, for a driver that goes by that and not by the maker. `snmp`: the login's password is the
  community with which the session asks over SNMP.

Everything here is invented; a pretend device never raises a driver above bronze.
"""

import asyncio
import importlib.util
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import cast

from fushinban import clock
from fushinban.errors import Malformed
from fushinban.lab.certificates import make_certificate, tls_context
from fushinban.lab.login import Check, DigestGate
from fushinban.lab.plan import DevicePlan, LabUser
from fushinban.lab.wire import Ending, Reply, Request, parse_authorization, render, take_request
from fushinban.model.device import DeviceKind, Target
from fushinban.model.facts.base import Fact

#: The login of every pretend device; invented.
USERNAME, PASSWORD = "test-auditor", "Invented-Secret-of-Tests-7"

FOLDER = Path(__file__).parent / "fakes"


class Mood(Enum):
    """How a pretend device behaves."""

    GOOD = "tells everything it has"
    DENIED = "refuses the login: 401 with a fresh challenge to every request"
    UNCLEAR = "answers 401 without any challenge"
    FORBIDDEN = "takes the login but has no right for it: 403 to whatever needs one"
    LOCKED = "says that logins are locked"
    BUSY = "answers 503"
    SILENT = "takes the connection and never answers"
    DRIPPING = "answers a byte at a time, without end"
    GARBAGE = "answers 200 with bytes of no form"
    EMPTY = "answers 200 with nothing"
    CUT = "cuts every answer in the middle of its text"
    ABSENT = "knows none of the paths: 404"
    OTHER = "is of another maker: 200 and a web page, whatever is asked"
    MOVED = "sends everybody to another host"


@dataclass(frozen=True)
class Seen:
    """One request as the device saw it; `login`: it carried a login."""

    method: str
    path: str
    body: bytes = b""
    login: bool = False


@dataclass
class Served:
    """A running pretend device. `said`: the bodies it answered with; parsers are tried with damaged ones."""

    target: Target
    seen: list[Seen] = field(default_factory=list)
    said: list[bytes] = field(default_factory=list)
    most_connections: int = 0


@dataclass(frozen=True, kw_only=True)
class Fake:
    """What the conformance suite knows of a driver; see above."""

    driver: str
    maker: str
    serve: Callable[[Mood], AbstractAsyncContextManager[Served]]
    told: frozenset[type[Fact]]
    most_requests: int
    secrets: tuple[str, ...] = ()
    anonymous: frozenset[type[Fact]] = frozenset()
    reads: frozenset[str] = frozenset()
    moods: frozenset[Mood] = frozenset(Mood)
    kind: DeviceKind = DeviceKind.OTHER
    snmp: bool = False


@cache
def fakes() -> dict[str, Fake]:
    """All fakes by the name of their driver."""
    found = {}
    for path in sorted(FOLDER.glob("*.py")):
        if path.stem.startswith("_"):
            continue
        spec = importlib.util.spec_from_file_location(f"driver_fake_{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        fake = module.FAKE
        assert isinstance(fake, Fake)
        assert fake.driver == path.stem, f"{path.name} speaks of the driver {fake.driver}"
        found[path.stem] = fake
    return found


def fake_module(driver: str) -> ModuleType:
    """The module of a driver's fake, for the driver's own tests."""
    assert driver in fakes()
    return sys.modules[f"driver_fake_{driver}"]


Answer = Callable[[Request], Reply | None]

_PAGE = b"<!DOCTYPE html><html><head><title>Other maker</title></head><body>Welcome</body></html>"
_BYTES = bytes(range(256)) * 3

#: Seconds between two bytes of a device that drips: short enough to seem alive.
_DRIP_GAP = 0.05

#: State ESTABLISHED in the first byte of Linux's `struct tcp_info` (netinet/tcp.h).
_ESTABLISHED = 1


def text(body: str | bytes, kind: str = "text/plain", status: int = 200) -> Reply:
    """A reply with this body."""
    data = body.encode() if isinstance(body, str) else body
    return Reply(status=status, headers=(("Content-Type", kind),), body=data)


@cache
def own_tls() -> ssl.SSLContext:
    """A certificate that a device made itself."""
    plan = DevicePlan(id="router", address="127.0.0.1")
    return tls_context(plan, make_certificate(plan, clock.now()))


@dataclass(frozen=True, kw_only=True)
class WebDevice:
    """A device with a web interface behind digest. `open`: paths (without query) that need no login.

    `locked`: what it answers when logins are locked. `by_token`: for a device without HTTP login (a token in the body
    or the query instead): it judges logins itself, in the moods GOOD, DENIED, FORBIDDEN, LOCKED and CUT.
    `has_login`: whether a request carries a login. `tls`: makes the server side of TLS, for a device that has no port
    without it.
    """

    answer: Answer = lambda _: None
    open: frozenset[str] = frozenset()
    realm: str = "invented"
    services: tuple[str, ...] = ("http",)
    locked: Reply = field(default_factory=lambda: Reply(status=423))
    by_token: Callable[[Request, Mood], Reply | None] | None = None
    has_login: Callable[[Request], bool] = lambda request: "authorization" in request.headers
    user: LabUser = field(default_factory=lambda: LabUser(name=USERNAME, password=PASSWORD))
    tls: Callable[[], ssl.SSLContext] | None = None

    @asynccontextmanager
    async def serve(self, mood: Mood) -> AsyncIterator[Served]:
        """Run it on loopback."""
        served = Served(target=Target(address="127.0.0.1"))
        gate = DigestGate(realm=self.realm, algorithms=("MD5",), qop="auth", nonce_life=300.0, users=(self.user,))
        running = _Running(self, mood, gate, served)
        tls = self.tls() if self.tls is not None else None
        server = await asyncio.get_running_loop().create_server(lambda: _Wire(running), "127.0.0.1", 0, ssl=tls)
        port = server.sockets[0].getsockname()[1]
        served.target = Target(address="127.0.0.1", ports=dict.fromkeys(self.services, port))
        try:
            yield served
        finally:
            server.close()
            for wire in list(running.wires):
                wire.drop()
            await server.wait_closed()


@dataclass
class _Running:
    """One run of a device."""

    device: WebDevice
    mood: Mood
    gate: DigestGate
    served: Served
    wires: "set[_Wire]" = field(default_factory=set)

    def reply(self, request: Request) -> Reply | None:
        """What is answered; None: nothing, ever."""
        login = self.device.has_login(request)
        self.served.seen.append(Seen(request.method, request.target, request.body, login))
        match self.mood:
            case Mood.SILENT:
                return None
            case Mood.BUSY:
                return Reply(status=503)
            case Mood.UNCLEAR:
                return Reply(status=401)
            case Mood.DRIPPING:
                return Reply(status=200, ending=Ending.ENDLESS)
            case Mood.GARBAGE:
                return text(_BYTES, "application/octet-stream")
            case Mood.EMPTY:
                return text(b"")
            case Mood.ABSENT:
                return text("<html><body>404 Not Found</body></html>", "text/html", 404)
            case Mood.OTHER:
                return text(_PAGE, "text/html")
            case Mood.MOVED:
                return Reply(status=302, headers=(("Location", "http://198.51.100.9/"),))
            case _:
                reply = self._with_login(request)
                body = reply.body[: len(reply.body) // 2] if self.mood is Mood.CUT else reply.body
                self.served.said.append(body)
                return replace(reply, body=body)

    def _with_login(self, request: Request) -> Reply:
        if self.device.by_token is not None:
            return self.device.by_token(request, self.mood) or text("not found", status=404)
        stranger = request.path not in self.device.open
        if stranger and self.mood is Mood.LOCKED:
            return self.device.locked
        if stranger:
            check = self._check(request)
            if check is not Check.OK or self.mood is Mood.DENIED:
                return Reply(status=401, headers=self.gate.challenges(stale=check is Check.STALE))
            if self.mood is Mood.FORBIDDEN:
                return Reply(status=403)
        return self.device.answer(request) or text("not found", status=404)

    def _check(self, request: Request) -> Check:
        header = request.headers.get("authorization")
        if header is None:
            return Check.NONE
        try:
            given = parse_authorization(header)
        except Malformed:
            return Check.WRONG
        return self.gate.check(request.method, request.target, request.body, given).check


class _Wire(asyncio.Protocol):
    """One connection."""

    def __init__(self, running: _Running) -> None:
        self._running = running
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._running.wires.add(self)
        served = self._running.served
        served.most_connections = max(served.most_connections, sum(wire.held for wire in self._running.wires))

    @property
    def held(self) -> bool:
        """Whether the client still holds it: it may have closed it before this side came to read that."""
        raw = self._transport.get_extra_info("socket") if self._transport is not None else None
        if raw is None or not hasattr(socket, "TCP_INFO"):
            return raw is not None
        state: bytes = raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)
        return state[0] == _ESTABLISHED

    def connection_lost(self, exc: Exception | None) -> None:
        self._running.wires.discard(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        transport = self._transport
        assert transport is not None
        while (taken := take_request(self._buffer)) is not None:
            request, length = taken
            del self._buffer[:length]
            reply = self._running.reply(request)
            if reply is None:
                return
            transport.write(render("HTTP/1.1", reply))
            if reply.ending is Ending.ENDLESS:
                self._drip(transport)
            elif reply.ending is not Ending.KEEP:
                transport.close()

    def _drip(self, transport: asyncio.Transport) -> None:
        if not transport.is_closing():
            transport.write(b"<")
            asyncio.get_running_loop().call_later(_DRIP_GAP, self._drip, transport)

    def drop(self) -> None:
        """End it at once."""
        if self._transport is not None:
            self._transport.abort()
