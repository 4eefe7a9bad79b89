"""The HTTP connection with limits that keep slow or greedy clients from holding it: time and size of the head, time
for reading an answer, connections of one address. The body's limits stand in `gate.py`."""

import asyncio
import ipaddress
from collections import Counter
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: The head of a request must have come whole within this time, seconds, and within this size, bytes.
HEAD_SECONDS = 15.0
MOST_HEAD = 32 * 1024
#: A client that takes nothing of an answer for this long is let go, seconds.
READ_SECONDS = 60.0
#: Connections of one address at once. Browsers open six, or one.
MOST_OF_ONE = 64
#: Connections at once, of all.
MOST_OF_ALL = 512


class Wire(HttpToolsProtocol):
    """uvicorn's protocol with those limits. `proxies`: networks whose members are not counted."""

    proxies: ClassVar[tuple[str, ...]] = ()
    _of: ClassVar[Counter[str]] = Counter()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base
        """Count the address; wait for the head."""
        super().connection_made(transport)
        self._head_size = 0
        self._in_head = True
        self._slow: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._counted = self.client[0] if self.client else ""
        self._of[self._counted] += 1
        if self._of[self._counted] > MOST_OF_ONE and not self._is_proxy(self._counted):
            transport.abort()
            return
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count down, stop the clocks."""
        self._of[self._counted] -= 1
        if self._of[self._counted] <= 0:
            del self._of[self._counted]
        for timer in (self._slow, self._unread):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser; a head that grows too large ends the connection."""
        if self.parser is None:
            return
        super().data_received(data)
        if self._in_head:
            self._head_size += len(data)
            if self._head_size > MOST_HEAD:
                self.transport.abort()

    def on_message_begin(self) -> None:
        """A head begins."""
        self._in_head = True
        self._wait_for_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._in_head = False
        self._head_size = 0
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """The client takes nothing at the moment."""
        super().pause_writing()
        self._unread = self.loop.call_later(READ_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """It goes on."""
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
        super().resume_writing()

    def _wait_for_head(self) -> None:
        if self._slow is None:
            self._slow = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _is_proxy(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in ipaddress.ip_network(network) for network in self.proxies)


def wire(proxies: tuple[str, ...]) -> type[Wire]:
    """The protocol for this console."""
    members: dict[str, Any] = {"proxies": proxies, "_of": Counter()}
    return type("ConsoleWire", (Wire,), members)
