"""mDNS: devices that announce video, RTSP or web services in the local network."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.ANY.TXT import TXT

from fushinban import clock
from fushinban.discover.found import Found, hints, plain, plain_mac
from fushinban.discover.multicast import Call, ask_groups
from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.model.device import UDP_PORTS
from fushinban.model.discovery import Method, Sighting
from fushinban.transport.datagrams import Heard
from fushinban.transport.door import Door

CALL = Call(v4="224.0.0.251", v6="ff02::fb", port=UDP_PORTS["mdns"], listen=2.5)

#: Services asked for, and what a device that announces one is called and offers: kind (may be empty), port name.
SERVICES = {
    "_axis-video._tcp.local": ("camera", "http"),
    "_axis-nvr._tcp.local": ("recorder", "http"),
    "_rtsp._tcp.local": ("", "rtsp"),
    "_http._tcp.local": ("", "http"),
    "_https._tcp.local": ("", "https"),
    "_psia._tcp.local": ("camera", "http"),
}
_MAX_RECORDS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """One service instance: its service (`_http._tcp.local`), name, port (0: not said) and text values."""

    service: str
    name: str
    port: int = 0
    texts: dict[str, str] = field(default_factory=dict)


def query() -> bytes:
    """One question for all services; answers are asked for by unicast (RFC 6762, 5.4)."""
    message = dns.message.Message(id=0)
    message.flags = 0
    for service in SERVICES:
        name = dns.name.from_text(service + ".")
        unicast = dns.rdataclass.RdataClass.make(dns.rdataclass.IN | 0x8000)
        message.question.append(dns.rrset.RRset(name, unicast, dns.rdatatype.PTR))
    return message.to_wire()


def parse_answer(data: bytes) -> tuple[Announced, ...]:
    """The instances of the services asked for that an answer names. Raises Malformed."""
    try:
        message = dns.message.from_wire(data, ignore_trailing=True, continue_on_error=True)
    except (dns.exception.DNSException, ValueError, IndexError) as error:
        raise Malformed(say("discover.bad-mdns")) from error
    if not message.flags & dns.flags.QR:
        raise Malformed(say("discover.bad-mdns"))
    records = [r for section in (message.answer, message.additional) for rrset in section for r in _rows(rrset)]
    ports = {n: _port(r) for n, r in records if r.rdtype == dns.rdatatype.SRV}
    texts = {n: _texts(r) for n, r in records if isinstance(r, TXT)}
    names = [r.target for _, r in records if isinstance(r, PTR)] + list(ports)
    found = tuple(
        Announced(service=service, name=_label(name), port=ports.get(name, 0), texts=texts.get(name, {}))
        for name in dict.fromkeys(names)
        if (service := _service(name)) in SERVICES
    )
    if message.errors and not found:
        raise Malformed(say("discover.bad-mdns"))
    return found


def _port(record: dns.rdata.Rdata) -> int:
    """The port of an SRV record, in whatever class: the cache-flush bit of mDNS stands in the class field."""
    return int.from_bytes((record.to_wire() or b"")[4:6], "big")


def _rows(rrset: dns.rrset.RRset) -> list[tuple[dns.name.Name, dns.rdata.Rdata]]:
    return [(rrset.name, record) for record in list(rrset)[:_MAX_RECORDS]]


def _service(name: dns.name.Name) -> str:
    return b".".join(name.labels[1:]).decode("ascii", "replace").rstrip(".").lower()


def _label(name: dns.name.Name) -> str:
    return plain(name.labels[0].decode("utf-8", "replace"))


def _texts(record: TXT) -> dict[str, str]:
    pairs = (s.decode("utf-8", "replace").partition("=") for s in record.strings[:64])
    return {plain(key).lower(): plain(value) for key, _, value in pairs if key}


def sighting_of(announced: Iterable[Announced], address: str, at: datetime) -> Sighting:
    """What all instances of one answering address say together."""
    rows = sorted(announced, key=lambda a: (list(SERVICES).index(a.service), a.name))
    macs = [plain_mac(a.texts.get("macaddress", "")) for a in rows]
    kinds = [SERVICES[a.service][0] for a in rows]
    ports: dict[str, int] = {}
    for row in rows:
        if 0 < row.port < 65536:
            ports.setdefault(SERVICES[row.service][1], row.port)
    name = rows[0].name if rows else ""
    return Sighting(
        method=Method.MDNS,
        address=address,
        at=at,
        mac=next(filter(None, macs), ""),
        ports=ports,
        hints=hints(name=name, mdns_name=name, kind=next(filter(None, kinds), "")),
    )


async def look_around(door: Door) -> Found:
    """Ask the multicast group for all services at once."""
    return read(await ask_groups(door, CALL, query()), clock.now())


def read(answers: Iterable[Heard], at: datetime) -> Found:
    """One sighting per address that announced a service asked for."""
    rows: dict[str, dict[tuple[str, str], Announced]] = {}
    unreadable = 0
    for data, (address, _) in answers:
        try:
            for announced in parse_answer(data):
                kept = rows.setdefault(address, {})
                before = kept.get((announced.service, announced.name))
                if before is None or (announced.port and not before.port):
                    kept[announced.service, announced.name] = announced
        except Malformed:
            unreadable += 1
    return Found(
        sightings=tuple(sighting_of(found.values(), address, at) for address, found in rows.items()),
        unreadable=unreadable,
    )
