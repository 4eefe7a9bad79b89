"""Gathers the sightings of one run into candidates: what stands at one place of the network. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from fushinban.discover.wsdiscovery import endpoint_id
from fushinban.model.device import Device, Target
from fushinban.model.discovery import Method, Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Sightings taken for one device. `key`: its ONVIF port where several devices share the address, else 0.

    `claim`: id of the listed device that stands at this place, empty for none.
    """

    sightings: tuple[Sighting, ...]
    key: int = 0
    claim: str = ""

    @property
    def addresses(self) -> tuple[str, ...]:
        """All addresses, IPv4 first, in numeric order."""
        return tuple(sorted({s.address for s in self.sightings}, key=address_order))

    @property
    def macs(self) -> frozenset[str]:
        """MAC addresses seen."""
        return frozenset(s.mac for s in self.sightings if s.mac)

    @property
    def endpoints(self) -> frozenset[str]:
        """ONVIF endpoint ids; other kinds of identity are not comparable between runs."""
        return frozenset(s.identity for s in self.sightings if s.identity and s.method is Method.WS_DISCOVERY)

    @property
    def identities(self) -> frozenset[str]:
        """Every stable id claimed."""
        return frozenset(s.identity for s in self.sightings if s.identity)

    @property
    def serials(self) -> frozenset[str]:
        """Serial numbers claimed."""
        return frozenset(s.hints["serial"] for s in self.sightings if s.hints.get("serial"))


def address_order(address: str) -> tuple[int, int, str]:
    """Sorts addresses: IPv4 before IPv6, each in numeric order, anything else last."""
    try:
        found = ip_address(address)
    except ValueError:
        return 9, 0, address
    return found.version, int(found), address


def sighting_order(sighting: Sighting) -> tuple[object, ...]:
    """A total order, so that the order of arrival never matters."""
    return (
        address_order(sighting.address), sighting.method.value, sighting.identity, sighting.mac,
        sorted(sighting.ports.items()), sorted(sighting.hints.items()), sighting.at,
    )  # fmt: skip


def candidates(sightings: Iterable[Sighting], listed: Sequence[Device]) -> tuple[Candidate, ...]:
    """Every place at which something was seen, in a stable order. Devices that share an address stay apart."""
    by_address: dict[str, list[Sighting]] = {}
    for sighting in sorted(sightings, key=sighting_order):
        by_address.setdefault(sighting.address, []).append(sighting)
    listed_at: dict[str, list[Device]] = {}
    for device in sorted(listed, key=lambda d: d.id):
        listed_at.setdefault(device.address, []).append(device)
    found: list[Candidate] = []
    for address, seen in by_address.items():
        places = listed_at.get(address, [])
        if len(places) > 1:
            found += _split_by_places(seen, places)
        else:
            found += _split_by_port(seen, places[0] if places else None)
    return _joined(found)


def _split_by_places(seen: Sequence[Sighting], places: Sequence[Device]) -> list[Candidate]:
    """Several listed devices share the address: the port numbers tell whose sighting it is."""
    mine: dict[str, list[Sighting]] = {}
    strangers: list[Sighting] = []
    for sighting in seen:
        numbers = set(sighting.ports.values())
        shared = {d.id: len(numbers & _numbers(d.target)) for d in places}
        best = [i for i, n in shared.items() if n and n == max(shared.values())]
        if len(best) == 1:
            mine.setdefault(best[0], []).append(sighting)
        elif not best and "onvif" in sighting.ports:
            strangers.append(sighting)
        # A MAC or a bare answer cannot be told apart where devices share an address: it says nothing of any of them.
    found = [Candidate(sightings=tuple(rows), claim=i) for i, rows in sorted(mine.items())]
    return found + (_split_by_port(strangers, None, shared=True) if strangers else [])


def _numbers(target: Target) -> set[int]:
    return set(target.ports.values()) or {target.port(s) for s in ("http", "https", "rtsp", "http-8000", "http-alt")}


def _split_by_port(seen: Sequence[Sighting], place: Device | None, *, shared: bool = False) -> list[Candidate]:
    """Endpoints at several ONVIF ports of one address are several devices; the rest goes with the usual port."""
    homes: dict[str, int] = {}
    for s in seen:
        if s.identity and "onvif" in s.ports:
            homes[s.identity] = min(homes.get(s.identity, s.ports["onvif"]), s.ports["onvif"])
    groups: dict[int, list[Sighting]] = {}
    rest: list[Sighting] = []
    for s in seen:
        port = homes.get(s.identity) or s.ports.get("onvif", 0)
        (groups.setdefault(port, []) if port else rest).append(s)
    if len(groups) < 2 and not shared:
        return [Candidate(sightings=tuple(seen), claim=place.id if place else "")]
    home = 80 if 80 in groups else min(groups)
    wanted = place.target.port("onvif") if place else 0
    found = []
    for port, rows in sorted(groups.items()):
        claim = place.id if place and port == (wanted if wanted in groups else home) else ""
        own = tuple(rows) + (tuple(rest) if port == home else ())
        found.append(Candidate(sightings=tuple(sorted(own, key=sighting_order)), key=port, claim=claim))
    return found


def _joined(found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Joins the places of one device that has several addresses. Copied ids must not make two devices one."""
    joined: list[Candidate] = []
    holders: dict[str, list[int]] = {}  # only places that share an id or a MAC can be one device
    for candidate in found:
        signs = candidate.identities | candidate.macs
        near = sorted({i for sign in signs for i in holders.get(sign, ())})
        at = next((i for i in near if _same(joined[i], candidate)), None)
        for sign in signs:
            holders.setdefault(sign, []).append(len(joined) if at is None else at)
        if at is None:
            joined.append(candidate)
        else:
            rows = (*joined[at].sightings, *candidate.sightings)
            joined[at] = Candidate(
                sightings=tuple(sorted(rows, key=sighting_order)),
                key=joined[at].key,
                claim=joined[at].claim or candidate.claim,
            )
    return tuple(joined)


def _same(one: Candidate, other: Candidate) -> bool:
    if one.claim and other.claim:
        return False
    if one.macs and other.macs and not one.macs & other.macs:
        return False
    same_id, same_mac = bool(one.identities & other.identities), bool(one.macs & other.macs)
    if set(one.addresses) & set(other.addresses):
        return False  # kept apart on purpose
    # The same id at two IPv4 addresses is more often a copied id than a camera with two addresses.
    families = {_family(a) for a in one.addresses}, {_family(a) for a in other.addresses}
    apart = not families[0] & families[1]
    return (same_id and same_mac) or (apart and (same_id or same_mac))


def _family(address: str) -> int:
    return address_order(address)[0]


def plain_endpoint(device: Device) -> str:
    """The endpoint id of a device in the form that sightings have."""
    return endpoint_id(device.endpoint_id)
