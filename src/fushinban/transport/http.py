"""A small HTTP/1.1 client: keep-alive connections inside the caps, hard limits of time and size, no redirects.

It knows nothing of log-ins; `login.py` decides what goes into the Authorization header.
"""

import asyncio
import re
import ssl
from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple, cast
from urllib.parse import quote

from fushinban import __version__
from fushinban.errors import Malformed, Unreachable
from fushinban.messages import say
from fushinban.model.site import Limits, TestKind
from fushinban.transport._http_parser import AnswerReader
from fushinban.transport.pace import DeviceLane, Use
from fushinban.transport.values import HttpAnswer, HttpRequest, Kind

USER_AGENT = f"fushinban/{__version__}"
#: An answer may take this many read time-outs altogether: a body that drips does not hold an inspection up.
PATIENCE = 3

_CLEAN_PATH = re.compile(r"/[A-Za-z0-9\-._~!$&'()*+,;=:@/%?]*")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


class NotSent(Unreachable):
    """No connection could be opened, so nothing has left."""


class Gone(Unreachable):
    """A kept connection was closed by the device before it answered anything."""


@cache
def lenient_tls() -> ssl.SSLContext:
    """TLS for reading: any certificate, any version and cipher that this computer can speak. Nothing is trusted."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return context


def host_header(address: str, port: int, tls: bool) -> str:
    """The Host header for an address: brackets for IPv6, no zone, no usual port."""
    host = f"[{address.partition('%')[0]}]" if ":" in address else address
    return host if port == (443 if tls else 80) else f"{host}:{port}"


@lru_cache(maxsize=512)  # the same paths are asked of every device
def clean_path(path: str) -> str:
    """The path as it may be sent: percent-encoded where needed. Control characters raise Malformed."""
    if _CLEAN_PATH.fullmatch(path):
        return path
    if _UNSAFE.search(path):
        raise Malformed(say("transport.bad-request", what="path"))
    return quote("/" + path.lstrip("/"), safe="/%?&=:@!$'()*+,;~-._#[]").partition("#")[0]


def head_of(request: HttpRequest, host: str) -> bytes:
    """The request's header up to, and without, Authorization and the empty line."""
    if not _TOKEN.fullmatch(request.method):
        raise Malformed(say("transport.bad-request", what="method"))
    lines = [
        f"{request.method} {clean_path(request.path)} HTTP/1.1",
        f"Host: {host}",
        f"User-Agent: {USER_AGENT}",
    ]
    if not any(name.lower() == "accept" for name in request.headers):
        lines.append("Accept: */*")
    for name, value in request.headers.items():
        if _UNSAFE.search(value) or not _TOKEN.fullmatch(name):
            raise Malformed(say("transport.bad-request", what="header"))
        lines.append(f"{name}: {value}")
    if request.body or request.method in ("POST", "PUT"):
        lines.append(f"Content-Length: {len(request.body)}")
    return "\r\n".join(lines).encode("utf-8")


class Sending(NamedTuple):  # made for every request, which a frozen dataclass would make dearer
    """How one request is sent. `payload` makes its bytes from the Authorization value (or None) right before they
    leave; `outcome` is the word of the transcript for an answer."""

    use: Use
    payload: Callable[[str | None], bytes]
    tests: tuple[TestKind, ...]
    kind: Kind
    name: str
    username: str
    outcome: Callable[[HttpAnswer], str]
    head_only: bool = False
    bodiless: bool = False


class Connection(asyncio.Protocol):
    """One TCP or TLS connection that carries one exchange at a time."""

    __slots__ = (
        "_address", "_deadline", "_heard", "_loop", "_on_lost", "_patience", "_reader", "_since", "_timer",
        "_transport", "_waiter",
    )  # fmt: skip

    def __init__(self, address: str, loop: asyncio.AbstractEventLoop) -> None:
        self._address = address
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._reader: AnswerReader | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._on_lost: Callable[[Connection], None] | None = None
        self._patience = 0.0
        self._since = 0.0
        self._heard = 0.0
        self._deadline = 0.0

    @property
    def alive(self) -> bool:
        """Whether an exchange may begin."""
        return self._transport is not None and not self._transport.is_closing()

    def rest(self, on_lost: "Callable[[Connection], None]") -> None:
        """Tell whoever keeps it when the device closes it."""
        self._on_lost = on_lost

    def close(self) -> None:
        """Drop it at once."""
        self._on_lost = None
        self._stop_looking()
        if self._transport is not None:
            self._transport.abort()

    async def exchange(self, payload: bytes, reader: AnswerReader, read_timeout: float) -> None:
        """Send, then feed the reader until it is done. Raises Unreachable or Malformed; then the connection is dead."""
        transport = self._transport
        if transport is None or transport.is_closing():
            raise Gone(say("transport.reset", address=self._address))
        self._on_lost = None
        self._reader = reader
        self._heard = 0.0
        waiter = self._waiter = self._loop.create_future()
        now = self._since = self._loop.time()
        self._deadline = now + PATIENCE * read_timeout
        if self._timer is None or read_timeout < self._patience:
            self._look_again(now + read_timeout)
        self._patience = read_timeout
        transport.write(payload)
        try:
            await waiter
        finally:
            self._reader = self._waiter = None

    def _look_again(self, at: float) -> None:
        self._stop_looking()
        self._timer = self._loop.call_at(at, self._tick)

    def _stop_looking(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tick(self) -> None:
        """One timer per connection, however many exchanges it carries: it looks whether anything was heard of late."""
        self._timer = None
        if self._waiter is None:
            return  # it rests; the next exchange looks again
        patience, now, heard = self._patience, self._loop.time(), max(self._since, self._heard)
        if now >= self._deadline:
            seconds = f"{PATIENCE * patience:g}"
            self._fail(Unreachable(say("transport.total-timeout", address=self._address, seconds=seconds)))
        elif now - heard >= patience * 0.999:
            self._fail(Unreachable(say("transport.read-timeout", address=self._address, seconds=f"{patience:g}")))
        else:
            self._look_again(min(heard + patience, self._deadline))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        reader, waiter = self._reader, self._waiter
        if reader is None or waiter is None or waiter.done():
            self.close_unasked()
            return
        self._heard = self._loop.time()
        try:
            reader.feed(data)
        except Malformed as error:
            self._fail(error)
            return
        if reader.done:
            waiter.set_result(None)

    def close_unasked(self) -> None:
        """Bytes that belong to no request: whoever keeps the connection must forget it."""
        if self._transport is not None:
            self._transport.abort()

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_looking()
        if self._on_lost is not None:
            self._on_lost(self)
            return
        reader, waiter = self._reader, self._waiter
        if reader is None or waiter is None or waiter.done():
            return
        if not self._heard:
            self._fail(Gone(say("transport.reset", address=self._address)))
        elif exc is not None and not isinstance(exc, ssl.SSLError):
            # A TLS end without its goodbye is an end all the same; a reset is not.
            self._fail(Unreachable(say("transport.reset", address=self._address)))
        else:
            self._finish(reader, waiter)

    def _finish(self, reader: AnswerReader, waiter: "asyncio.Future[None]") -> None:
        try:
            reader.end()
        except Malformed as error:
            self._fail(error)
        else:
            waiter.set_result(None)

    def _fail(self, error: Exception) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)
        if self._transport is not None:
            self._transport.abort()


class HttpWire:
    """Exchanges with one device over its lane."""

    def __init__(self, address: str, lane: DeviceLane, limits: Limits) -> None:
        self._address = address
        self._lane = lane
        self._limits = limits

    async def exchange(
        self,
        sending: Sending,
        authorise: Callable[[], str] | None,
        guard: Callable[[], None],
        fresh: bool,
    ) -> HttpAnswer:
        """One request and its answer.

        Authorization value and payload are made right before they leave (digest counters must leave in order);
        `guard` is called right before a connection is opened and right before anything is written, and may raise. A
        kept connection that turns out to be closed is replaced once; `fresh` always opens a new one.
        """
        use, limits = sending.use, self._limits
        while True:
            connection: Connection | None = await self._lane.lease(use, fresh=fresh)  # type: ignore[assignment]  # it keeps what it was given
            reader = AnswerReader(limits.body_bytes, head_only=sending.head_only, bodiless=sending.bodiless)
            try:
                if limits.request_gap > 0:
                    await self._lane.before_request()
                guard()
                if connection is None:
                    fresh = True
                    connection = await self.open(use)
                    guard()
                payload = sending.payload(authorise() if authorise is not None else None)
                await connection.exchange(payload, reader, limits.read_timeout)
            except Gone as error:
                self._drop(connection)
                if fresh:
                    raise Unreachable(error.text) from None
                fresh = True
                continue
            except BaseException:
                self._drop(connection)
                raise
            self._put_back(use, connection, reader)
            body = reader.body()
            return HttpAnswer(status=reader.status, headers=reader.headers, body=body, truncated=reader.truncated)

    def _drop(self, connection: Connection | None) -> None:
        if connection is not None:
            connection.close()
        self._lane.release()

    def _put_back(self, use: Use, connection: Connection, reader: AnswerReader) -> None:
        if reader.keep_alive and connection.alive:
            connection.rest(self._lane.lost)
            self._lane.rest(use, connection)
        else:
            self._drop(connection)

    async def open(self, use: Use) -> Connection:
        """A new connection. Raises NotSent."""
        port, tls = use
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._limits.connect_timeout):
                _, connection = await loop.create_connection(
                    lambda: Connection(self._address, loop), self._address, port, ssl=lenient_tls() if tls else None
                )
        except (OSError, TimeoutError) as error:
            raise connect_error(error, self._address, port, self._limits.connect_timeout) from None
        return connection


def connect_error(error: OSError, address: str, port: int, seconds: float) -> NotSent:
    """Why no connection came about, as a sentence. TimeoutError and SSLError are OSErrors too."""
    values: dict[str, object] = {"address": address, "port": port}
    if isinstance(error, ConnectionRefusedError):
        return NotSent(say("transport.connect-refused", **values))
    if isinstance(error, TimeoutError):
        return NotSent(say("transport.connect-timeout", seconds=f"{seconds:g}", **values))
    if isinstance(error, ssl.SSLError):
        return NotSent(say("transport.tls-failed", reason=error.reason or "SSL", **values))
    return NotSent(say("transport.connect-failed", reason=error.strerror or type(error).__name__, **values))
