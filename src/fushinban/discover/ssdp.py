"""SSDP: who answers a search, and the description document, fetched only from the device that answered."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from fushinban import clock
from fushinban.discover.found import MAX_HINT, Found, hints, plain
from fushinban.discover.multicast import Call, ask_groups
from fushinban.errors import DeviceError, Malformed, OutOfScope
from fushinban.messages import say
from fushinban.model.device import UDP_PORTS, Target
from fushinban.model.discovery import Method, Sighting
from fushinban.transport import xml
from fushinban.transport.datagrams import Heard
from fushinban.transport.door import Door
from fushinban.transport.values import HttpRequest

CALL = Call(v4="239.255.255.250", v6="ff02::c", port=UDP_PORTS["ssdp"], listen=3.0)
_MAX_BYTES = 8192
_MAX_DOCUMENT = 262144

SEARCH = (
    b'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 2\r\nST: upnp:rootdevice\r\n\r\n'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAnswer:
    """One answer to a search: unique service name, type, product tokens, address of the description (as sent)."""

    usn: str
    type: str = ""
    server: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """The root device of a UPnP description document, as the device words it."""

    type: str = ""
    name: str = ""
    maker: str = ""
    model: str = ""
    serial: str = ""
    udn: str = ""


def parse_search_answer(data: bytes) -> SearchAnswer:
    """An answer to M-SEARCH, or an announcement. Raises Malformed."""
    first, _, rest = data[:_MAX_BYTES].decode("utf-8", "replace").partition("\n")
    words = first.split()
    if not words or not (words[0].startswith("HTTP/") or words[0] == "NOTIFY"):
        raise Malformed(say("discover.bad-ssdp"))
    headers: dict[str, str] = {}
    for line in rest.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), plain(value))
    if not headers.get("usn") and not headers.get("location"):
        raise Malformed(say("discover.bad-ssdp"))
    return SearchAnswer(
        usn=headers.get("usn", ""),
        type=headers.get("st") or headers.get("nt", ""),
        server=headers.get("server", ""),
        location=headers.get("location", ""),
    )


def parse_description(data: bytes) -> Description:
    """The root device of a description document. Raises Malformed."""
    root = xml.parse(data, _MAX_DOCUMENT)
    device = xml.child(root, "device")
    if xml.local(root) != "root" or device is None:
        raise Malformed(say("discover.bad-description"))
    model, number = xml.text(device, "modelName"), xml.text(device, "modelNumber")
    return Description(
        type=plain(xml.text(device, "deviceType")),
        name=plain(xml.text(device, "friendlyName")),
        maker=plain(xml.text(device, "manufacturer")),
        model=plain(model or number),
        serial=plain(xml.text(device, "serialNumber")),
        udn=plain(xml.text(device, "UDN")),
    )


def sighting_of(answer: SearchAnswer, address: str, at: datetime) -> Sighting:
    """What an answer alone says of the device at `address`, the source of the datagram."""
    return Sighting(
        method=Method.SSDP,
        address=address,
        at=at,
        identity=plain(answer.usn.partition("::")[0]).lower(),
        hints=hints(http_server=answer.server),
    )


def described(sighting: Sighting, description: Description, place: tuple[int, str] | None = None) -> Sighting:
    """The sighting with what the description adds; `place`: port and path at which it stands."""
    router = "InternetGatewayDevice" in description.type
    gateway = f"{place[0]}{place[1]}" if router and place is not None else ""
    added = hints(
        name=description.name,
        model=description.model,
        serial=description.serial,
        ssdp_maker=description.maker,
        kind="router" if router else "",
        types=description.type,
        igd=gateway if len(gateway) <= MAX_HINT else "",
    )
    identity = sighting.identity or description.udn.lower()
    return replace(sighting, identity=identity, hints={**sighting.hints, **added})


async def look_around(door: Door) -> Found:
    """Search by multicast, then read the description of each device that answered."""
    answers = await ask_groups(door, CALL, SEARCH)
    firsts, unreadable = read(answers)
    at = clock.now()
    sightings = await asyncio.gather(*(_with_description(door, a, address, at) for address, a in firsts))
    return Found(sightings=tuple(sightings), unreadable=unreadable)


def read(answers: Iterable[Heard]) -> tuple[list[tuple[str, SearchAnswer]], int]:
    """Each device of each address once, and how many answers could not be read."""
    found: dict[tuple[str, str], SearchAnswer] = {}
    unreadable = 0
    for data, (address, _) in answers:
        try:
            answer = parse_search_answer(data)
        except Malformed:
            unreadable += 1
            continue
        found.setdefault((address, answer.usn.partition("::")[0]), answer)
    return [(address, answer) for (address, _), answer in found.items()], unreadable


def own_location(location: str, address: str) -> tuple[int, str] | None:
    """Port and path of a description, only where it stands on the device that answered; None otherwise."""
    try:
        parts = urlsplit(location)
        port = parts.port or 80
    except ValueError:
        return None
    if parts.scheme.lower() != "http" or parts.hostname != address.partition("%")[0].lower():
        return None
    path = parts.path or "/"
    return port, f"{path}?{parts.query}" if parts.query else path


async def _with_description(door: Door, answer: SearchAnswer, address: str, at: datetime) -> Sighting:
    sighting = sighting_of(answer, address, at)
    place = own_location(answer.location, address)
    if place is None or not place[1].isprintable() or " " in place[1]:
        return sighting
    session = door.session(Target(address=address, ports={"upnp-http": place[0]}))
    try:
        got = await session.http(HttpRequest(path=place[1], service="upnp-http"), login=False)
        return described(sighting, parse_description(got.body), place) if got.status == 200 else sighting
    except (DeviceError, OutOfScope):
        return sighting  # the answer itself still counts
    finally:
        await session.close()
