"""Serves one request after the other on a TCP connection, with the pace and the misdeeds that the device declares."""

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import cast

from fushinban.errors import Malformed
from fushinban.lab.state import DeviceState
from fushinban.lab.wire import Ending, Reply, Request, render, take_request

_POURED_AT_MOST = 64 * 1024 * 1024
_CHUNK = b"<!-- " + b"x" * 16374 + b" -->"
_POUR_GAP = 0.002

Respond = Callable[[Request], Reply]


class RequestProtocol(asyncio.Protocol):
    """HTTP or RTSP: takes whole requests out of the stream and writes the replies of `respond`, one at a time."""

    def __init__(self, state: DeviceState, respond: Respond, *, version: str, tls: bool = False) -> None:
        self._state = state
        self._respond = respond
        self._version = version
        self._tls = tls
        self._buffer = bytearray()
        self._busy = False
        self._paused = False
        self._poured = 0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count the connection."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass
        self._state.opened(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's signature
        """Uncount it."""
        if self._transport is not None:
            self._state.closed(self._transport)
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Bytes came; answer as soon as they make a request."""
        self._buffer += data
        self._pump()

    def pause_writing(self) -> None:
        """The client reads slowly."""
        self._paused = True

    def resume_writing(self) -> None:
        """The client caught up."""
        self._paused = False

    def _pump(self) -> None:
        """Answer whole requests in the buffer until none is left or an answer takes its time."""
        while not self._busy and self._transport is not None and not self._transport.is_closing():
            try:
                taken = take_request(self._buffer, tls=self._tls)
            except Malformed:
                self._busy = True
                self._send(None, Reply(status=400, ending=Ending.CLOSE))
                return
            if taken is None:
                return
            request, length = taken
            del self._buffer[:length]
            self._busy = True
            reply = self._respond(request)
            delay = self._state.plan.answer_ms / 1000
            if delay:
                asyncio.get_running_loop().call_later(delay, self._send_late, request, reply)
            else:
                self._send(request, reply)

    def _send_late(self, request: Request, reply: Reply) -> None:
        self._send(request, reply)
        self._pump()

    def _send(self, request: Request | None, reply: Reply) -> None:
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if reply.ending is Ending.RESET:
            reset(transport)
            return
        extra = (("CSeq", request.headers["cseq"]),) if request and "cseq" in request.headers else ()
        transport.write(render(self._version, reply, extra))
        if reply.ending is Ending.ENDLESS:
            self._pour()
        elif reply.ending is not Ending.KEEP or _wants_close(request):
            transport.close()
        else:
            self._busy = False

    def _pour(self) -> None:
        """Write on and on, as fast as the client reads; a ceiling keeps a forgotten client from filling the disk."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if self._poured > _POURED_AT_MOST:
            transport.close()
            return
        if not self._paused:
            transport.write(_CHUNK)
            self._poured += len(_CHUNK)
        asyncio.get_running_loop().call_later(_POUR_GAP, self._pour)


def _wants_close(request: Request | None) -> bool:
    return request is None or request.headers.get("connection", "").lower() == "close" or request.version == "HTTP/1.0"


def reset(transport: asyncio.Transport) -> None:
    """End the connection with a TCP reset instead of an orderly close."""
    raw = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
