"""The whole of discovery through the real door, on loopback addresses of its own."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from fushinban import clock
from fushinban.discover import discover
from fushinban.discover.sweep import addresses
from fushinban.errors import InputError
from fushinban.model.device import Device, DeviceKind, IdentityLevel, Target
from fushinban.model.discovery import DiscoverySummary, Group, Method
from fushinban.model.site import Authorisation, Limits, Site, SiteKind
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.door import Door
from fushinban.transport.transcript import Transcript

SITE = Site(id="s", name="試験", customer="試験", kind=SiteKind.SHOP)
CAMERA = "127.77.0.1"
EMPTY = "127.77.0.2"

MATCH = (
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body>'
    '<d:ProbeMatches xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><d:ProbeMatch>'
    '<a:EndpointReference xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing">'
    "<a:Address>urn:uuid:0000-0001</a:Address></a:EndpointReference><d:Types>NetworkVideoTransmitter</d:Types>"
    "<d:Scopes>onvif://www.onvif.org/name/Asagiri onvif://www.onvif.org/hardware/AG-200</d:Scopes>"
    "<d:XAddrs>http://198.51.100.9:{port}/onvif/device_service</d:XAddrs>"
    "</d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>"
)


class Responder(asyncio.DatagramProtocol):
    """Answers typed probes only, as recorders do, and notes how often it was asked."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.asked += 1
        if b"NetworkVideoTransmitter" in data:
            self.transport.sendto(MATCH.replace("{port}", str(self.port)).encode(), addr)  # type: ignore[attr-defined]


@asynccontextmanager
async def pretend_camera() -> AsyncIterator[tuple[Target, Responder]]:
    """A web port and a WS-Discovery port on an address of its own."""

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    web = await asyncio.start_server(hang_up, CAMERA, 0)
    port = web.sockets[0].getsockname()[1]
    loop = asyncio.get_running_loop()
    udp, responder = await loop.create_datagram_endpoint(lambda: Responder(port), local_addr=(CAMERA, 0))
    try:
        yield Target(address=CAMERA, ports={"http": port, "ws-discovery": udp.get_extra_info("sockname")[1]}), responder
    finally:
        udp.close()
        web.close()


def allowed(*networks: str) -> Authorisation:
    now = clock.now()
    nets = tuple(ip_network(n) for n in networks or ("127.77.0.0/30",))
    return Authorisation(by="試験", start=now - timedelta(days=1), end=now + timedelta(days=1), networks=nets)


async def run(
    tmp_path: Path, methods: Sequence[Method], listed: Sequence[Device], known: Sequence[Device] = (), *nets: str
) -> tuple[DiscoverySummary, Transcript]:
    transcript = Transcript()
    limits = Limits(port_gap=0.0, connect_timeout=1.0)
    async with Door("s", allowed(*nets), limits, AttemptBudget(tmp_path / "budget"), transcript) as door:
        return await discover(door, SITE, allowed(*nets), methods, listed=listed, known=known), transcript


def device(id: str, target: Target, **given: object) -> Device:
    return Device(id=id, site="s", target=target, **given)  # type: ignore[arg-type] # fields by name


def test_a_listed_camera_answers_and_an_empty_place_is_gone(tmp_path: Path) -> None:
    async def story() -> None:
        async with pretend_camera() as (target, responder):
            cam = device("cam", target, name="門")
            gone = device("gone", Target(address=EMPTY, ports={"http": target.port("http")}))
            summary, transcript = await run(tmp_path, [Method.LISTED, Method.WS_DISCOVERY], [cam, gone], [cam, gone])
            assert summary.groups == {"cam": Group.SAME, "gone": Group.GONE}
            found = summary.devices[0]
            assert (found.id, found.name, found.model, found.kind) == ("cam", "門", "AG-200", DeviceKind.CAMERA)
            assert (found.maker, found.identity) == ("Asagiri Denki", IdentityLevel.MEDIUM)
            assert found.endpoint_id == "urn:uuid:0000-0001"
            assert found.target == target, "the host in the XAddr is not believed"
            assert responder.asked >= 3
            assert {line.target.partition(":")[0] for line in transcript.lines()} <= {CAMERA, EMPTY, "239.255.255.250"}

    asyncio.run(story())


def test_a_sweep_uses_the_ports_of_listed_places(tmp_path: Path) -> None:
    async def story() -> None:
        async with pretend_camera() as (target, _):
            summary, transcript = await run(tmp_path, [Method.SWEEP], [device("cam", target)])
            assert [d.id for d in summary.of(Group.NEW)] == ["cam"]
            asked = {line.operation for line in transcript.lines() if line.target.startswith(CAMERA)}
            assert str(target.port("http")) in asked
            assert "80" not in asked, "a service of this computer is never touched"
            assert any(line.target == EMPTY for line in transcript.lines())

    asyncio.run(story())


def test_what_cannot_be_done_is_a_problem_and_not_an_error(tmp_path: Path) -> None:
    cam = device("cam", Target(address="192.0.2.7"), endpoint_id="urn:uuid:0000-0001")
    summary, transcript = asyncio.run(run(tmp_path, [Method.WS_DISCOVERY], [], [cam], "127.77.0.0/30"))
    assert all(line.outcome == "out-of-scope" for line in transcript.lines() if line.target == "192.0.2.7")
    assert summary.groups["cam"] in (Group.GONE, Group.SAME)
    late, _ = asyncio.run(run(tmp_path, [Method.MDNS], [], [cam], "2001:db8::/120"))
    assert Method.MDNS not in late.methods
    assert len(late.problems) == 1
    assert late.groups == {"cam": Group.SAME}, "nobody looked, so nobody is gone"


def test_too_large_a_sweep_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="too large"):
        asyncio.run(run(tmp_path, [Method.SWEEP, Method.LISTED], [], [], "10.0.0.0/19"))
    assert len(list(addresses([ip_network("10.0.0.0/20")]))) == 4094
    assert list(addresses([ip_network("192.0.2.0/30"), ip_network("192.0.2.2/32")])) == ["192.0.2.1", "192.0.2.2"]


def test_no_method_leaves_everything_as_it_was(tmp_path: Path) -> None:
    cam = device("cam", Target(address=CAMERA))
    summary, transcript = asyncio.run(run(tmp_path, [], [cam], [cam]))
    assert summary.groups == {"cam": Group.SAME}
    assert transcript.lines() == ()
