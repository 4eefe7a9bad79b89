"""SADP: the discovery of Hikvision and the brands made by it. Opt-in; it asks by multicast and needs no login.

An answer tells model, serial number and firmware, whether the device was ever set up, and when it was last started.
Published captures show the messages; that devices answer to the asking port is what other tools rely on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from fushinban import clock
from fushinban.discover.found import Found, hints, plain, plain_mac
from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.model.discovery import Method, Sighting
from fushinban.transport import xml
from fushinban.transport.datagrams import Heard, ask_multicast
from fushinban.transport.door import Door

GROUP, PORT, LISTEN = "239.255.255.250", 37020, 3.0
_MAX_BYTES = 8192

#: The firmware of some devices misspells its booleans.
_TRUTH = {"true": True, "ture": True, "1": True, "false": False, "flase": False, "fasle": False, "0": False}

#: A clock that was never set; nothing was started then.
_UNSET = 2001


@dataclass(frozen=True, slots=True, kw_only=True)
class SadpAnswer:
    """One ProbeMatch, as the device words it. `activated`: whether it was ever set up (None: it does not say).

    `booted`: the device's own local time of its last start, empty where its clock was not set then.
    """

    model: str
    serial: str = ""
    firmware: str = ""
    mac: str = ""
    http: int = 0
    command: int = 0
    activated: bool | None = None
    booted: str = ""


def probe() -> bytes:
    """The question. Its id comes back in the answers."""
    uuid = str(uuid4()).upper()
    return f'<?xml version="1.0" encoding="utf-8"?><Probe><Uuid>{uuid}</Uuid><Types>inquiry</Types></Probe>'.encode()


def parse_answer(data: bytes) -> SadpAnswer:
    """A ProbeMatch. Raises Malformed for anything else, our own question among it."""
    root = xml.parse(data, _MAX_BYTES)
    model = plain(xml.text(root, "DeviceDescription"))
    if xml.local(root) != "ProbeMatch" or not model:
        raise Malformed(say("discover.bad-sadp"))
    return SadpAnswer(
        model=model,
        serial=plain(xml.text(root, "DeviceSN")),
        firmware=plain(xml.text(root, "SoftwareVersion")),
        mac=plain_mac(xml.text(root, "MAC")),
        http=_port(xml.text(root, "HttpPort")),
        command=_port(xml.text(root, "CommandPort")),
        activated=_TRUTH.get(xml.text(root, "Activated").lower()),
        booted=_moment(xml.text(root, "BootTime")),
    )


def _port(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    return number if number < 65536 else 0


def _moment(text: str) -> str:
    try:
        found = datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - the device tells no zone
    except ValueError:
        return ""
    return found.isoformat(" ") if found.year >= _UNSET else ""


def sighting_of(answer: SadpAnswer, address: str, at: datetime) -> Sighting:
    """What an answer says of the device at `address`, the source of the datagram. Anybody could have sent it."""
    told = {True: "yes", False: "no", None: ""}[answer.activated]
    kept = hints(
        model=answer.model, serial=answer.serial, firmware=answer.firmware, activated=told, booted=answer.booted
    )  # fmt: skip
    ports = {"http": answer.http} if answer.http else {}
    return Sighting(method=Method.SADP, address=address, at=at, mac=answer.mac, ports=ports, hints=kept)


async def look_around(door: Door) -> Found:
    """Ask the group, and take each address once. There is no IPv6 form of it."""
    answers = await ask_multicast(door, GROUP, PORT, probe(), LISTEN)
    firsts, unreadable = read(answers)
    at = clock.now()
    return Found(sightings=tuple(sighting_of(a, address, at) for address, a in firsts), unreadable=unreadable)


def read(answers: Iterable[Heard]) -> tuple[list[tuple[str, SadpAnswer]], int]:
    """The first answer of each address, and how many could not be read."""
    found: dict[str, SadpAnswer] = {}
    unreadable = 0
    for data, (address, _) in answers:
        try:
            found.setdefault(address, parse_answer(data))
        except Malformed:
            unreadable += 1
    return list(found.items()), unreadable
