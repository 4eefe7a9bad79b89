"""One look at one address: which ports of the fixed list answer, what speaks there, and whether pictures are open."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

from fushinban import clock
from fushinban.drivers.onvif import DRIVER
from fushinban.drivers.services import parse_banner, parse_page, parse_speech, printable
from fushinban.errors import Denied, DeviceError, Locked, Malformed, NotSupported, Unreachable
from fushinban.model.device import Target
from fushinban.model.facts.access import AnonymousPictures, Gate
from fushinban.model.facts.services import PortState
from fushinban.model.reflection import OUTSIDE_PORTS, Reflection, SeenPort
from fushinban.model.site import Authorisation, Limits, TestKind
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.door import Door
from fushinban.transport.reflector import LONGEST_LOOK
from fushinban.transport.session import Session
from fushinban.transport.transcript import Transcript
from fushinban.transport.values import HttpRequest

_LISTEN = 1.0
_LIMITS = Limits(
    device_connections=4, site_connections=16, port_gap=0.02, connect_timeout=3.0, probe_timeout=2.0, read_timeout=4.0,
    body_bytes=64 * 1024,
)  # fmt: skip
_RTSP_FIRST = frozenset({554, 8554, 10554})
_TLS_FIRST = frozenset({443, 8443, 10443})
#: Protocols of their own stand here, and some recorders hang when asked anything else: only listened to.
_ONLY_LISTEN = frozenset({3389, 5555, 7547, 8000, 9000, 34567, 37777})
#: Usual addresses of still pictures and streams; only the head of an answer is read. Facts from public manuals of the
#: makers (Axis VAPIX, Hikvision ISAPI, Dahua CGI); a device that has none of them answers "not found".
_PICTURES = ("/axis-cgi/jpg/image.cgi", "/ISAPI/Streaming/channels/101/picture", "/cgi-bin/snapshot.cgi")
_STREAMS = ("/", "/Streaming/Channels/101", "/cam/realmonitor?channel=1&subtype=0", "/axis-media/media.amp")
_WEB = frozenset({"http", "https"})
_FAILED = (Unreachable, Malformed, NotSupported, Denied, Locked)


async def look(address: str, nonce: str, folder: Path, ports: Sequence[int] = OUTSIDE_PORTS) -> Reflection:
    """Look at an address. `folder`: where the (never used) attempt budget may stand.

    Every packet goes through the door of an authorisation for this one address and the time of the look.
    """
    started = clock.now()
    literal = ip_address(address)
    own = Authorisation(
        by="reflector", start=started, end=started + timedelta(seconds=LONGEST_LOOK), networks=(ip_network(literal),),
        tests=frozenset({TestKind.PORTS, TestKind.READ, TestKind.ANONYMOUS}),
    )  # fmt: skip
    target = Target(address=str(literal), ports={f"port-{n}": n for n in ports})
    seen: dict[int, SeenPort] = {n: SeenPort(port=n, state=PortState.FILTERED) for n in ports}
    budget = AttemptBudget(folder / "reflector-attempts.sqlite3")
    async with Door("reflector", own, _LIMITS, budget, Transcript()) as door:
        session = door.session(target)

        streams: dict[int, Gate] = {}

        async def one(port: int) -> None:
            seen[port] = await _seen(session, port)
            if seen[port].speaks in _WEB and seen[port].picture is None:
                named = await _named_pictures(door, target.address, seen[port])
                seen[port] = replace(seen[port], picture=named.pop(port, None))
                streams.update(named)

        try:
            async with asyncio.timeout(LONGEST_LOOK - 5):
                await asyncio.gather(*(one(n) for n in ports))
        except TimeoutError:
            pass  # whoever answers that slowly is told as far as it answered
        finally:
            await session.close()
    for port, gate in streams.items():
        if port in seen and seen[port].speaks == "rtsp" and seen[port].picture is not Gate.OPEN:
            seen[port] = replace(seen[port], picture=gate)
    return Reflection(
        address=str(literal), nonce=nonce, started=started, ended=clock.now(), ports=tuple(seen[n] for n in ports)
    )


async def _named_pictures(door: Door, address: str, seen: SeenPort) -> dict[int, Gate]:
    """What a camera that tells anybody where its pictures are (ONVIF without a login) shows there too, by port.

    The places that it names are tried at the asker's own address alone, at usual ports that are all on the list.
    """
    web = "https" if seen.speaks == "https" else "http"
    session = door.session(Target(address=address, ports={"onvif": seen.port, web: seen.port}))
    try:
        camera = await DRIVER.open(session)
        found = await DRIVER.getters[AnonymousPictures].ask(camera)
    except DeviceError:
        return {}
    finally:
        await session.close()
    assert isinstance(found, AnonymousPictures)
    gates = {
        seen.port: [p.gate for p in found.pictures if p.form == "snapshot"],
        session.target.port("rtsp"): [p.gate for p in found.pictures if p.form == "stream"],
    }
    return {port: gate for port, several in gates.items() if (gate := _gravest(several)) is not None}


def _gravest(gates: list[Gate]) -> Gate | None:
    return next((gate for gate in (Gate.OPEN, Gate.PROTECTED) if gate in gates), None)


async def _seen(session: Session, port: int) -> SeenPort:
    service = f"port-{port}"
    try:
        answer = await session.port(service, listen=0.0 if port in _RTSP_FIRST | _TLS_FIRST else _LISTEN)
    except Unreachable:
        return SeenPort(port=port, state=PortState.FILTERED)
    if answer.state is not PortState.OPEN:
        return SeenPort(port=port, state=answer.state)
    speaks = parse_speech(answer.banner)
    if speaks not in {"", "http", "rtsp"} or port in _ONLY_LISTEN:
        return SeenPort(port=port, state=answer.state, speaks=speaks, banner=parse_banner(answer.banner))
    return await _asked(session, port, service) or SeenPort(
        port=port, state=answer.state, banner=parse_banner(answer.banner)
    )


async def _asked(session: Session, port: int, service: str) -> SeenPort | None:
    """A server that waits for the client: the protocol that usually stands there is tried first."""
    ways = {"http": _web(session, port, service, False), "https": _web(session, port, service, True)}
    ways["rtsp"] = _rtsp(session, port, service)
    first = "rtsp" if port in _RTSP_FIRST else "https" if port in _TLS_FIRST else "http"
    found = None
    for name in sorted(ways, key=lambda n: n != first):
        if found is None:
            found = await ways[name]
        else:
            ways[name].close()
    return found


async def _web(session: Session, port: int, service: str, tls: bool) -> SeenPort | None:
    try:
        answer = await session.http(HttpRequest(path="/", service=service, tls=tls), login=False)
    except _FAILED:
        return None
    page = parse_page(answer, port, tls=tls)
    banner = printable(" ".join(filter(None, (page.server, page.title, page.realm))))
    gate = await _pictures(session, service, tls)
    speaks = "https" if tls else "http"
    return SeenPort(port=port, state=PortState.OPEN, speaks=speaks, banner=banner, picture=gate)


async def _pictures(session: Session, service: str, tls: bool) -> Gate | None:
    gates = []
    for path in _PICTURES:
        try:
            request = HttpRequest(path=path, service=service, tls=tls, head_only=True)
            answer = await session.http(request, login=False)
        except DeviceError:
            continue
        if answer.status == 200 and answer.headers.get("content-type", "").lower().startswith("image/"):
            return Gate.OPEN
        if answer.status == 401:
            gates.append(Gate.PROTECTED)
    return gates[0] if gates else None


async def _rtsp(session: Session, port: int, service: str) -> SeenPort | None:
    host = session.target.address
    home = f"rtsp://{f'[{host}]' if ':' in host else host}:{port}"
    try:
        options = await session.rtsp("OPTIONS", home + "/", service=service)
    except _FAILED:
        return None
    gates = []
    for path in _STREAMS:
        try:
            answer = await session.rtsp("DESCRIBE", home + path, service=service)
        except DeviceError:
            continue
        if answer.status == 200 and b"m=video" in answer.body:
            gates.append(Gate.OPEN)
            break
        if answer.status == 401:
            gates.append(Gate.PROTECTED)
    gate = _gravest(gates)
    banner = printable(options.headers.get("server", ""))
    return SeenPort(port=port, state=PortState.OPEN, speaks="rtsp", banner=banner, picture=gate)
