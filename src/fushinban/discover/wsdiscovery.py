"""WS-Discovery: probes, by multicast and one by one, and what the answers say (nothing in them is believed blindly)."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from fushinban import clock
from fushinban.discover.found import Found, hints, plain_mac
from fushinban.discover.multicast import Call, ask_groups
from fushinban.errors import Malformed, OutOfScope, Unreachable
from fushinban.messages import say
from fushinban.model.device import UDP_PORTS, Target
from fushinban.model.discovery import Method, Sighting
from fushinban.transport import xml
from fushinban.transport.datagrams import Heard, ask_unicast
from fushinban.transport.door import Door

#: Responders wait up to half a second before they answer a group; slow cameras take longer.
CALL = Call(v4="239.255.255.250", v6="ff02::c", port=UDP_PORTS["ws-discovery"], listen=2.5)
LISTEN_ONE = 1.5

#: Datagrams under way at once when devices are asked one by one: three probes for 64 devices.
_AT_ONCE = 192
_MAX_BYTES = 65536
_MAX_MATCHES = 64
_SCOPE = re.compile(r"^onvif://www\.onvif\.org/([^/]+)/(.+)$", re.IGNORECASE)

#: Recorders and old cameras answer only one of these (empty type, ONVIF's own, the device service).
TYPES = (
    "",
    '<d:Types xmlns:dn="http://www.onvif.org/ver10/network/wsdl">dn:NetworkVideoTransmitter</d:Types>',
    '<d:Types xmlns:tds="http://www.onvif.org/ver10/device/wsdl">tds:Device</d:Types>',
)

_PROBE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><e:Header>'
    "<a:MessageID>urn:uuid:{id}</a:MessageID>"
    '<a:To e:mustUnderstand="true">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>'
    '<a:Action e:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>'
    "</e:Header><e:Body><d:Probe>{types}</d:Probe></e:Body></e:Envelope>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeMatch:
    """One endpoint of an answer: its UUID URN, types without prefix, scope URIs and service addresses, as sent."""

    endpoint: str
    types: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    xaddrs: tuple[str, ...] = ()


def probes() -> tuple[bytes, ...]:
    """The empty probe and the two typed ones, each with a message id of its own."""
    return tuple(_PROBE.format(id=uuid4(), types=types).encode() for types in TYPES)


def parse_probe_matches(data: bytes) -> tuple[ProbeMatch, ...]:
    """The endpoints that an answer names; a Hello counts as well, a fault names none. Raises Malformed."""
    root = xml.parse(data, _MAX_BYTES)
    body = xml.child(root, "Body") if xml.local(root) == "Envelope" else None
    if body is None:
        raise Malformed(say("discover.bad-probe-match"))
    found = [*xml.children(body, "ProbeMatches", "ProbeMatch"), *xml.children(body, "Hello")]
    return tuple(_match(element) for element in found[:_MAX_MATCHES])


def _match(element: xml.Element) -> ProbeMatch:
    return ProbeMatch(
        endpoint=xml.text(element, "EndpointReference", "Address"),
        types=tuple(t.rpartition(":")[2] for t in xml.text(element, "Types").split()),
        scopes=tuple(xml.text(element, "Scopes").split()),
        xaddrs=tuple(xml.text(element, "XAddrs").split()),
    )


def sighting_of(match: ProbeMatch, address: str, at: datetime) -> Sighting:
    """What a match says of the device at `address`, the source of the datagram: a host in an XAddr is never used."""
    scopes = _named_scopes(match.scopes)
    host, port = _service(match.xaddrs)
    given = hints(
        name=scopes.get("name", ""),
        model=scopes.get("hardware", ""),
        location=scopes.get("location", ""),
        serial=scopes.get("serialnumber", ""),
        types=" ".join(match.types),
        onvif_maker=scopes.get("manufacturer") or scopes.get("mfr") or scopes.get("name", ""),
        foreign_host=host if host and host != address.partition("%")[0] else "",
    )
    return Sighting(
        method=Method.WS_DISCOVERY,
        address=address,
        at=at,
        identity=endpoint_id(match.endpoint),
        mac=plain_mac(scopes.get("macaddress", "")),
        ports={"onvif": port} if port else {},
        hints=given,
    )


def endpoint_id(text: str) -> str:
    """An endpoint's UUID URN in one form (`urn:uuid:` and lower case); empty for what is none."""
    plain = text.strip().lower().removeprefix("urn:").removeprefix("uuid:").strip("{}")
    return f"urn:uuid:{plain}" if re.fullmatch(r"[0-9a-f-]{8,64}", plain) else ""


def _named_scopes(scopes: Iterable[str]) -> dict[str, str]:
    """Category (lower case) to decoded value, the first of each."""
    named: dict[str, str] = {}
    for scope in scopes:
        found = _SCOPE.match(scope)
        if found:
            named.setdefault(found.group(1).lower(), unquote(found.group(2)))
    return named


def _service(xaddrs: Iterable[str]) -> tuple[str, int]:
    """Host and port of the first plain HTTP address; 0 where there is none."""
    for xaddr in xaddrs:
        try:
            parts = urlsplit(xaddr)
            port = parts.port or 80
        except ValueError:
            continue
        if parts.scheme.lower() == "http" and parts.hostname:
            return parts.hostname, port
    return "", 0


async def look_around(door: Door) -> Found:
    """Ask the multicast group with all three probes."""
    return read(await ask_groups(door, CALL, *probes()), clock.now())


async def look_at(door: Door, targets: Sequence[Target]) -> Found:
    """Ask known addresses one by one, where multicast does not reach."""
    turn = asyncio.Semaphore(_AT_ONCE)

    async def ask(target: Target, probe: bytes) -> list[Heard]:
        async with turn:
            try:
                return await ask_unicast(door, target.address, target.port("ws-discovery"), probe, LISTEN_ONE)
            except (Unreachable, OutOfScope):
                return []

    answers = await asyncio.gather(*(ask(t, p) for t in targets for p in probes()))
    return read([answer for several in answers for answer in several], clock.now())


def read(answers: Iterable[Heard], at: datetime) -> Found:
    """Sightings of all answers, each endpoint of each address once."""
    sightings: dict[tuple[str, str], Sighting] = {}
    unreadable = 0
    for data, (address, _) in answers:
        try:
            matches = parse_probe_matches(data)
        except Malformed:
            unreadable += 1
            continue
        for match in matches:
            seen = sighting_of(match, address, at)
            sightings.setdefault((address, seen.identity), seen)
    return Found(sightings=tuple(sightings.values()), unreadable=unreadable)
