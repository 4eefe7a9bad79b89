"""The UDP socket of SNMP with one device: it hears one address and port, and knows nothing of messages."""

import asyncio
from collections.abc import Callable
from typing import TypeVar, cast

from fushinban.errors import Malformed, Unreachable
from fushinban.messages import say
from fushinban.transport.http import NotSent

T = TypeVar("T")


class Nothing(Unreachable):
    """No answer in time. `reason`: what came instead, where that says more than silence."""

    def __init__(self, address: str, reason: Malformed | None) -> None:
        super().__init__(say("snmp.silent", address=address))
        self.reason = reason


class Wire(asyncio.DatagramProtocol):
    """A socket that hears one address and port alone, and carries one question at a time."""

    def __init__(self, address: str, port: int) -> None:
        self._address = address
        self._port = port
        self._transport: asyncio.DatagramTransport | None = None
        self._hear: Callable[[bytes], None] = lambda _: None
        self._fail: Callable[[Exception], None] = lambda _: None

    async def exchange(self, data: bytes, mine: Callable[[bytes], T | None], patience: float) -> T:
        """Send once and wait. What cannot be read, or answers another question, is passed over. Raises Nothing."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        strange: list[Malformed] = []

        def hear(answer: bytes) -> None:
            try:
                found = mine(answer)
            except Malformed as error:
                strange[:] = strange or [error]
                return
            if found is not None and not done.done():
                done.set_result(found)

        def fail(error: Exception) -> None:
            if not done.done():
                done.set_exception(error)

        self._hear, self._fail = hear, fail
        transport = self._transport
        if transport is None or transport.is_closing():
            raise Unreachable(say("transport.closed", address=self._address))
        transport.sendto(data)
        try:
            async with asyncio.timeout(patience):
                return await done
        except TimeoutError:
            raise Nothing(self._address, strange[0] if strange else None) from None
        finally:
            self._hear, self._fail = (lambda _: None), (lambda _: None)

    def close(self) -> None:
        """Drop it."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - the socket hears one address
        self._hear(data)

    def error_received(self, exc: Exception) -> None:
        """An ICMP message: nobody listens at the port, or the address cannot be reached."""
        self._fail(unsent(self._address, self._port, exc))


def unsent(address: str, port: int, error: Exception) -> NotSent:
    """Why nothing could be sent, or nobody was there to hear it."""
    if isinstance(error, ConnectionRefusedError):
        return NotSent(say("snmp.no-agent", address=address, port=port))
    reason = getattr(error, "strerror", None) or type(error).__name__
    return NotSent(say("transport.datagram-failed", address=address, port=port, reason=reason))
