"""The open-port view through the real door: small servers on a loopback address of their own."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

from fushinban import clock
from fushinban.drivers.services import DRIVER, signals_of
from fushinban.makers import makers
from fushinban.makers.hypothesis import weigh
from fushinban.model.device import CAMERA_PORTS, DeviceKind, IdentityLevel, Target
from fushinban.model.facts import OpenPorts, PortState, RtspServer, WebPages
from fushinban.model.site import Authorisation, Limits
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.door import Door
from fushinban.transport.transcript import Transcript

ADDRESS = "127.77.1.1"
PAGE = (
    b'HTTP/1.1 401 Unauthorized\r\nServer: AsagiriWeb/1.0\r\nWWW-Authenticate: Digest realm="Asagiri", nonce="0"\r\n'
    b"Content-Length: 31\r\n\r\n<title>Asagiri AG-200</title>\r\n\r\n"
)
STREAM = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS, DESCRIBE\r\nServer: AsagiriRTSP/1.0\r\n\r\n"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def speaks_first(banner: bytes, heard: list[bytes]) -> Serve:
    """A server that greets and notes whatever is sent to it."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(banner)
        heard.append(await reader.read(100))
        writer.close()

    return serve


def answers(answer: bytes, heard: list[bytes]) -> Serve:
    """A server that waits for one request."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(1000))
        writer.write(answer)
        await writer.drain()
        writer.close()

    return serve


def test_what_a_device_shows(tmp_path: Path) -> None:
    silent: list[bytes] = []
    asked: list[bytes] = []
    servers = {
        "telnet": speaks_first(b"\xff\xfd\x18\xff\xfd\x20", silent),
        "ssh": speaks_first(b"SSH-2.0-dropbear_2022.83\r\n", silent),
        "sdk-37777": speaks_first(b"", silent),
        "http": answers(PAGE, asked),
        "rtsp": answers(STREAM, asked),
    }

    async def story() -> None:
        async with AsyncExitStack() as stack:
            ports = dict.fromkeys(CAMERA_PORTS, 1)  # nothing stands at port 1 of this address
            for service, serve in servers.items():
                server = await stack.enter_async_context(await asyncio.start_server(serve, ADDRESS, 0))
                ports[service] = server.sockets[0].getsockname()[1]
            # Several names may share a port in a site file; each number is asked once.
            await look(Target(address=ADDRESS, ports=ports), tmp_path)

    asyncio.run(story())
    assert [h.partition(b" ")[0] for h in sorted(filter(None, asked))] == [b"GET", b"OPTIONS"]
    assert set(silent) == {b""}, "nothing was sent to servers that speak first, nor to an unknown protocol"


async def look(target: Target, tmp_path: Path) -> None:
    now = clock.now()
    allowed = Authorisation(
        by="試験", start=now - timedelta(days=1), end=now + timedelta(days=1), networks=(ip_network(f"{ADDRESS}/32"),)
    )
    budget = AttemptBudget(tmp_path / "budget")
    async with Door("s", allowed, Limits(port_gap=0.0), budget, Transcript()) as door:
        view = await DRIVER.open(door.session(target))
        facts = (OpenPorts, WebPages, RtspServer)
        ports, web, rtsp = await asyncio.gather(*(DRIVER.getters[f].ask(view) for f in facts))
    assert isinstance(ports, OpenPorts)
    assert isinstance(web, WebPages)
    assert isinstance(rtsp, RtspServer)
    assert {p.service: p.speaks for p in ports.open} == {
        "telnet": "telnet", "ssh": "ssh", "sdk-37777": "", "http": "http", "rtsp": "rtsp"
    }  # fmt: skip
    assert {p.state for p in ports.ports} == {PortState.OPEN, PortState.CLOSED}
    (page,) = web.pages
    assert (page.status, page.server, page.realm, page.schemes) == (401, "AsagiriWeb/1.0", "Asagiri", ("digest",))
    assert page.title == "Asagiri AG-200"
    idea = weigh(signals_of([ports, web, rtsp]))
    assert idea.maker is makers()["fushinban_lab"]
    assert (idea.level, idea.model, idea.kind) == (IdentityLevel.HIGH, "AG-200", DeviceKind.CAMERA)
    assert (rtsp.server, rtsp.methods) == ("AsagiriRTSP/1.0", ("OPTIONS", "DESCRIBE"))
