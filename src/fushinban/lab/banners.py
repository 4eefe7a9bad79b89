"""What Telnet, SSH and FTP say when someone connects; whatever is typed at them is noted and never answered."""

import asyncio
from typing import cast

from fushinban.lab.state import DeviceState

_STAYS = 30.0
_READ_AT_MOST = 4096
_IAC = 255
_SUB, _SUB_END = 250, 240
#: IAC WILL ECHO, IAC WILL SUPPRESS-GO-AHEAD, IAC DO TERMINAL-TYPE, IAC DO WINDOW-SIZE (RFC 854, 857, 858, 1091, 1073).
NEGOTIATION = bytes([255, 251, 1, 255, 251, 3, 255, 253, 24, 255, 253, 31])


def greeting(state: DeviceState, service: str) -> bytes:
    """The first bytes of a service."""
    plan, look = state.plan, state.plan.appearance
    if service == "ssh":
        return look.ssh.encode() + b"\r\n"
    if service == "ftp":
        return (look.ftp or f"220 {state.brand} {plan.model} FTP server ready.").encode() + b"\r\n"
    return NEGOTIATION + (look.telnet or f"\r\n{plan.model} login: ").encode()


def typed_text(data: bytes) -> bytes:
    """What a person or a program typed: the bytes without Telnet commands."""
    out, position = bytearray(), 0
    while position < len(data):
        if data[position] != _IAC:
            out.append(data[position])
            position += 1
            continue
        command = data[position + 1] if position + 1 < len(data) else 0
        if command == _IAC:
            out.append(_IAC)
            position += 2
        elif command == _SUB:
            end = data.find(bytes([_IAC, _SUB_END]), position)
            position = len(data) if end < 0 else end + 2
        else:
            position += 3 if command >= 251 else 2
    return bytes(out)


class BannerProtocol(asyncio.Protocol):
    """Greets, listens for a while, and hangs up."""

    def __init__(self, state: DeviceState, service: str) -> None:
        self._state = state
        self._service = service
        self._read = 0
        self._transport: asyncio.Transport | None = None
        self._end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet after the device's answer time."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass
        self._state.opened(self._transport)
        self._state.note(self._service, "connect")
        loop = asyncio.get_running_loop()
        loop.call_later(self._state.plan.answer_ms / 1000, self._greet)
        self._end = loop.call_later(_STAYS, self._transport.close)

    def _greet(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(greeting(self._state, self._service))

    def data_received(self, data: bytes) -> None:
        """Note what is typed. An SSH client's own version line is no attempt at anything."""
        self._read += len(data)
        text = typed_text(data).strip() if self._service != "ssh" else b""
        if text:
            self._state.typed.append(f"{self._service}: {text[:40].decode('ascii', 'replace')}")
        if self._read > _READ_AT_MOST and self._transport is not None:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's signature
        """Uncount the connection."""
        if self._end is not None:
            self._end.cancel()
        if self._transport is not None:
            self._state.closed(self._transport)
        self._transport = None
