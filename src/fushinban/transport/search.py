"""One datagram to a service of one device that answers everybody (SSDP): checked, paced and recorded."""

import asyncio
import socket

from fushinban.errors import Unreachable
from fushinban.messages import say
from fushinban.transport.line import WITHOUT_LOGIN, Line
from fushinban.transport.transcript import outcome_of
from fushinban.transport.values import Kind

#: Seconds in which a device answers: the second that is asked of it (`MX: 1`), and the way.
_LISTEN = 1.5
#: How often the datagram leaves where nothing comes back.
_TRIES = 2
_MOST_ANSWERS = 64


async def search_at(line: Line, service: str, payload: bytes) -> tuple[bytes, ...]:
    """All answers of the device; waits no longer than for the first one and whatever comes with it.

    Raises Unreachable where it is silent.
    """
    address, port = line.target.address, line.port(service)
    ear = _Ear(address)
    loop, guard = asyncio.get_running_loop(), line.guard(WITHOUT_LOGIN)
    sender: asyncio.DatagramTransport | None = None
    try:
        for _ in range(_TRIES):
            await line.lane.before_request()
            guard()
            if sender is None:
                # Not connected to the port: some devices answer from another one.
                family = socket.AF_INET6 if ":" in address else socket.AF_INET
                sender, _ = await loop.create_datagram_endpoint(lambda: ear, family=family)
            sender.sendto(payload, (address, port))
            await ear.listen(min(_LISTEN, line.limits.read_timeout))
            line.record(Kind.UNICAST, f"udp {port}", "", "ok" if ear.heard else "unreachable")
            if ear.heard:
                return tuple(ear.heard)
    except BaseException as error:
        line.record(Kind.UNICAST, f"udp {port}", "", outcome_of(error))
        if isinstance(error, OSError):
            reason = error.strerror or type(error).__name__
            values = {"address": address, "port": port, "reason": reason}
            raise Unreachable(say("transport.datagram-failed", **values)) from None
        raise
    finally:
        if sender is not None:
            sender.abort()
    raise Unreachable(say("transport.datagram-silent", address=address, port=port))


class _Ear(asyncio.DatagramProtocol):
    """Keeps what comes from the device's own address."""

    def __init__(self, address: str) -> None:
        self._address = address.partition("%")[0]
        self._first = asyncio.Event()
        self.heard: list[bytes] = []

    async def listen(self, seconds: float) -> None:
        """Until the first answer and a moment more, or until the time is over."""
        try:
            await asyncio.wait_for(self._first.wait(), seconds)
            await asyncio.sleep(min(0.1, seconds))
        except TimeoutError:
            return

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if addr[0].partition("%")[0] == self._address and len(self.heard) < _MOST_ANSWERS:
            self.heard.append(data)
            self._first.set()

    def error_received(self, exc: Exception) -> None:
        """An ICMP "port unreachable" is silence like any other."""
