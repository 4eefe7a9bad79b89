"""Serves a recording of plain HTTP over real HTTP behind digest; what was not recorded is 404."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

from fushinban.errors import Malformed
from fushinban.lab.login import Check, DigestGate
from fushinban.lab.plan import LabUser
from fushinban.lab.wire import Ending, Reply, Request, parse_authorization, render, take_request
from fushinban.transport.http_recording import HttpRecording

_NONCE_LIFE = 300.0


@dataclass(slots=True)
class ServedRecording:
    """A recording being served. `asked`: every question that came, and whether it carried a login that is right."""

    recording: HttpRecording
    gate: DigestGate
    port: int = 0
    asked: list[tuple[str, bool]] = field(default_factory=list)

    def reply(self, request: Request) -> Reply:
        """The recorded answer; a challenge first where the device wanted a login for it."""
        found = self.recording.find(request.method, request.target, request.body)
        check = self._check(request)
        self.asked.append((f"{request.method} {request.target}", check is Check.OK))
        if check is not Check.OK and not (found is not None and found.anonymous):
            return Reply(status=401, headers=self.gate.challenges(stale=check is Check.STALE))
        if found is None:
            return Reply(status=404)
        headers = (("Content-Type", found.type),) if found.type else ()
        return Reply(status=found.status, headers=headers, body=found.body)

    def _check(self, request: Request) -> Check:
        header = request.headers.get("authorization", "")
        if not header:
            return Check.NONE
        try:
            given = parse_authorization(header)
        except Malformed:
            return Check.WRONG
        return self.gate.check(request.method, request.target, request.body, given).check


@asynccontextmanager
async def serve_http_recording(
    recording: HttpRecording, user: LabUser, address: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[ServedRecording]:
    """Serve it at this address until the block ends; `port` 0: a free one, named by the result."""
    gate = DigestGate(
        realm=recording.realm, algorithms=("MD5",), qop="auth", nonce_life=_NONCE_LIFE, users=(user,)
    )  # fmt: skip
    served = ServedRecording(recording, gate)
    wires: set[_Wire] = set()
    server = await asyncio.get_running_loop().create_server(lambda: _Wire(served, wires), address, port)
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        server.close()
        for wire in list(wires):
            wire.drop()
        await server.wait_closed()


class _Wire(asyncio.Protocol):
    """One connection."""

    def __init__(self, served: ServedRecording, wires: "set[_Wire]") -> None:
        self._served = served
        self._wires = wires
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._wires.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._wires.discard(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        transport = self._transport
        while transport is not None and not transport.is_closing():
            try:
                taken = take_request(self._buffer)
            except Malformed:
                transport.write(render("HTTP/1.1", Reply(status=400, ending=Ending.CLOSE)))
                transport.close()
                return
            if taken is None:
                return
            request, length = taken
            del self._buffer[:length]
            transport.write(render("HTTP/1.1", self._served.reply(request)))

    def drop(self) -> None:
        """End it at once."""
        if self._transport is not None:
            self._transport.abort()
