"""TCP connect, and what a device says by itself afterwards. Nothing is ever sent to the port."""

import asyncio
import errno
import os
import socket

from fushinban.clock import monotonic
from fushinban.model.facts.services import PortState
from fushinban.transport.line import PORT_TESTS, Line
from fushinban.transport.values import Kind, PortAnswer

MAX_BANNER = 1024
#: A banner is complete after this much silence (s), except where a Telnet negotiation announces more to come.
_SILENCE = 0.4
_IAC = 0xFF
_UNDER_WAY = (errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EINTR)


async def ask_port(line: Line, service: str, listen: float) -> PortAnswer:
    """Open, closed (refused) or filtered (no answer, or none possible), and the banner of at most 1 KiB."""
    port = line.port(service)
    known = line.lane.recent_look(port) if listen == 0 else None
    if known is not None:
        line.check(PORT_TESTS)
        return PortAnswer(state=known)
    await line.lane.visit()
    try:
        if line.limits.port_gap > 0:
            await line.lane.before_probe()
        work = _connect_and_listen(line, port, listen)
        return await line.recorded(Kind.BANNER if listen > 0 else Kind.CONNECT, str(port), "", work, _state_of)
    finally:
        line.lane.leave(closed=True)


def _state_of(answer: PortAnswer) -> str:
    return str(answer.state)


async def _connect_and_listen(line: Line, port: int, listen: float) -> PortAnswer:
    loop, address = asyncio.get_running_loop(), line.target.address
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as sock:
        sock.setblocking(False)
        try:
            where = await socket_address(loop, address, port, family)
            line.check(PORT_TESTS)
            await _connect(loop, sock, where, line.limits.probe_timeout)
        except ConnectionRefusedError:
            return PortAnswer(state=PortState.CLOSED)
        except OSError:  # TimeoutError is one too
            return PortAnswer(state=PortState.FILTERED)
        banner = await _listen(loop, sock, listen) if listen > 0 else b""
    return PortAnswer(state=PortState.OPEN, banner=banner)


async def _connect(
    loop: asyncio.AbstractEventLoop,
    sock: socket.socket,
    where: tuple[str, int] | tuple[str, int, int, int],
    patience: float,
) -> None:
    """Connect, waiting only where the answer is not there at once. Raises OSError, TimeoutError too."""
    error = sock.connect_ex(where)
    if error in _UNDER_WAY:
        writable: asyncio.Future[None] = loop.create_future()
        loop.add_writer(sock, _set, writable)
        late = loop.call_later(patience, _too_late, writable)  # twenty ports a device: asyncio.timeout costs more
        try:
            await writable
        finally:
            late.cancel()
            loop.remove_writer(sock)
        error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if error:
        raise OSError(error, os.strerror(error))


def _set(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)


def _too_late(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_exception(TimeoutError())


async def socket_address(
    loop: asyncio.AbstractEventLoop, address: str, port: int, family: int
) -> tuple[str, int] | tuple[str, int, int, int]:
    """What `sock_connect` wants; only a link-local IPv6 address with a zone has to be resolved."""
    if "%" not in address:
        return (address, port) if family == socket.AF_INET else (address, port, 0, 0)
    found = await loop.getaddrinfo(address, port, family=family, type=socket.SOCK_STREAM)
    host, number, flow, zone = found[0][4]  # type: ignore[misc]  # IPv6 addresses have four parts
    return (host, number, flow, zone)


async def _listen(loop: asyncio.AbstractEventLoop, sock: socket.socket, listen: float) -> bytes:
    heard = b""
    end = monotonic() + listen
    while len(heard) < MAX_BANNER:
        settled = bool(heard) and heard[0] != _IAC
        wait = min(end - monotonic(), _SILENCE if settled else listen)
        if wait <= 0:
            break
        try:
            async with asyncio.timeout(wait):
                data = await loop.sock_recv(sock, MAX_BANNER - len(heard))
        except OSError:  # silence, or a reset after the banner
            break
        if not data:
            break
        heard += data
    return heard
