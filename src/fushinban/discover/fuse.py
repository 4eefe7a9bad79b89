"""Fuses sightings, the list of a person and what was known into devices that survive an address change. Pure.

Strong signs come first (MAC, ONVIF endpoint, serial number), the address last. No listed or known device is ever lost.
"""

import hashlib
from base64 import b32encode
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from fushinban.discover.candidates import Candidate, address_order, candidates, plain_endpoint
from fushinban.discover.found import plain_mac
from fushinban.discover.hypotheses import guess
from fushinban.makers import find_maker
from fushinban.model.device import Device, DeviceKind, IdentityLevel, Target
from fushinban.model.discovery import Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Fused:
    """A device now, what was known of it (None: nothing), and whether it was seen in this run."""

    device: Device
    before: Device | None
    seen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """An identity that exists before this run: a listed device, a known one, or both in one."""

    listed: Device | None
    known: Device | None

    @property
    def id(self) -> str:
        """The listed id wins."""
        return self.listed.id if self.listed else self.base.id

    @property
    def base(self) -> Device:
        """What is known of it, else what is listed."""
        found = self.known or self.listed
        assert found is not None
        return found

    @property
    def place(self) -> Device:
        """Where a person says it stands, else where it was."""
        return self.listed or self.base


Matches = dict[int, Candidate]


def fuse(
    site: str, sightings: Iterable[Sighting], listed: Sequence[Device], known: Sequence[Device]
) -> tuple[Fused, ...]:
    """Every listed, known and newly seen device of the site, in the order of addresses, each id once."""
    slots = _slots(listed, known)
    found = candidates(sightings, [s.place for s in slots if s.listed])
    matches, rest = _matched(slots, found)
    fused = [_of_slot(slot, matches.get(i)) for i, slot in enumerate(slots)]
    fused += _of_strangers(site, rest, {s.id for s in slots})
    return tuple(sorted(fused, key=lambda f: (address_order(f.device.address), f.device.id)))


def new_id(site: str, kind: str, value: str) -> str:
    """A short id that is stable for one site: `kind` (`endpoint`, `mac`, `serial`, `address`) and its value."""
    digest = hashlib.sha256("\n".join((site, kind, value)).encode("utf-8", "surrogatepass")).digest()
    return f"d-{b32encode(digest).decode()[:10].lower()}"


def _slots(listed: Sequence[Device], known: Sequence[Device]) -> list[Slot]:
    """Ties each listed device to what was known of it: by id, else by a strong sign, else by its place."""
    free = {d.id: d for d in sorted(known, key=lambda d: d.id)}
    slots: dict[str, Slot] = {}
    waiting: list[Device] = []
    for device in sorted(listed, key=lambda d: d.id):
        if device.id in free:
            slots[device.id] = Slot(listed=device, known=free.pop(device.id))
        else:
            waiting.append(device)
    for rule in (_same_signs, _same_place):
        for device in list(waiting):
            tied = next((k for k in free.values() if rule(device, k)), None)
            if tied is not None:
                slots[device.id] = Slot(listed=device, known=free.pop(tied.id))
                waiting.remove(device)
    slots |= {d.id: Slot(listed=d, known=None) for d in waiting}
    return [*(slots[i] for i in sorted(slots)), *(Slot(listed=None, known=d) for d in free.values())]


def _same_signs(one: Device, other: Device) -> bool:
    signs = [(plain_mac(d.mac), plain_endpoint(d), d.serial) for d in (one, other)]
    return any(a and a == b for a, b in zip(*signs, strict=True))


def _same_place(one: Device, other: Device) -> bool:
    macs = {plain_mac(one.mac), plain_mac(other.mac)} - {""}
    return one.target.key == other.target.key and len(macs) < 2 and not other.behind


def _matched(slots: Sequence[Slot], found: Sequence[Candidate]) -> tuple[Matches, list[Candidate]]:
    matches: Matches = {}
    free = dict(enumerate(found))
    for rule, of_slot, of_candidate in _RULES:
        # By an index, not by comparing everybody with everybody: a large site has thousands of either.
        index: dict[str, list[int]] = {}
        for j, candidate in free.items():
            for sign in of_candidate(candidate):
                index.setdefault(sign, []).append(j)
        open_slots = [i for i, slot in enumerate(slots) if i not in matches]
        near = {(i, j) for i in open_slots for sign in of_slot(slots[i]) for j in index.get(sign, ())}
        pairs = [(i, j) for i, j in near if rule(slots[i], found[j])]
        for i, j in sorted(pairs, key=lambda p: (_distance(slots[p[0]], found[p[1]]), p)):
            if i not in matches and j in free:
                matches[i] = free.pop(j)
    return matches, list(free.values())


def _distance(slot: Slot, candidate: Candidate) -> tuple[bool, ...]:
    """Prefers the candidate at the place where the device was, where several fit (copied ids do exist)."""
    place = slot.place
    return (
        not (candidate.claim and candidate.claim == slot.id),
        place.address not in candidate.addresses,
        place.address != candidate.addresses[0],
        candidate.key not in (0, place.target.port("onvif")),
    )


def _by_mac(slot: Slot, candidate: Candidate) -> bool:
    return plain_mac(slot.base.mac) in candidate.macs


def _by_endpoint(slot: Slot, candidate: Candidate) -> bool:
    return plain_endpoint(slot.base) in candidate.endpoints and not _other_mac(slot, candidate)


def _by_serial(slot: Slot, candidate: Candidate) -> bool:
    return slot.base.serial in candidate.serials and not _other_mac(slot, candidate)


def _by_address(slot: Slot, candidate: Candidate) -> bool:
    if _other_mac(slot, candidate) or (slot.listed is None and slot.base.behind):
        return False  # an address in a recorder's own network is another one's here
    return candidate.claim == slot.id or (not candidate.claim and slot.place.address in candidate.addresses)


def _by_claim(slot: Slot, candidate: Candidate) -> bool:
    """A person listed this place: the device there is theirs, even if it was exchanged (then it has changed)."""
    return slot.listed is not None and candidate.claim == slot.id


#: Per rule, the signs under which a slot and a candidate meet at all, the strongest rule first.
_RULES: tuple[
    tuple[Callable[[Slot, Candidate], bool], Callable[[Slot], Iterable[str]], Callable[[Candidate], Iterable[str]]], ...
] = (
    (_by_mac, lambda s: (plain_mac(s.base.mac),), lambda c: c.macs),
    (_by_endpoint, lambda s: (plain_endpoint(s.base),), lambda c: c.endpoints),
    (_by_serial, lambda s: (s.base.serial,), lambda c: c.serials),
    (_by_address, lambda s: (f"id {s.id}", s.place.address), lambda c: (f"id {c.claim}",) if c.claim else c.addresses),
    (_by_claim, lambda s: (f"id {s.id}",), lambda c: (f"id {c.claim}",)),
)


def _other_mac(slot: Slot, candidate: Candidate) -> bool:
    mac = plain_mac(slot.base.mac)
    return bool(mac and candidate.macs and mac not in candidate.macs)


def _of_slot(slot: Slot, candidate: Candidate | None) -> Fused:
    device = slot.base
    if slot.listed is not None:
        own = slot.listed
        device = replace(
            device, id=own.id, site=own.site, target=own.target, listed=True, behind=False,
            ignored=own.ignored or device.ignored,
            name=own.name or device.name, note=own.note or device.note,
            kind=own.kind if own.kind is not DeviceKind.OTHER else device.kind,
            parent=own.parent or device.parent, channel=own.channel or device.channel,
            maker=_maker(device, own), model=device.model or own.model, mac=device.mac or own.mac,
            serial=device.serial or own.serial, host_key=own.host_key or device.host_key,
        )  # fmt: skip
    else:
        device = replace(device, listed=False)
    if candidate is not None:
        told = slot.listed.maker if slot.listed is not None else ""
        device = _updated(_exchanged(device, told) if _other_mac(slot, candidate) else device, candidate, told)
    return Fused(device=device, before=slot.known, seen=candidate is not None)


def _maker(known: Device, listed: Device) -> str:
    """A person's word counts until the device has said who made it."""
    return known.maker if _sure(known) and known.maker else listed.maker or known.maker


def _sure(device: Device) -> bool:
    """A firmware version comes from the device itself (with a login, or because it tells everybody)."""
    return device.identity is IdentityLevel.CERTAIN or bool(device.firmware)


def _exchanged(device: Device, told: str) -> Device:
    """Another unit stands at a listed place: what the old one said of itself no longer holds. What a person said does,
    and the SSH key that this place must show."""
    return replace(
        device, maker=told, model="", firmware="", hardware="", serial="", mac="", endpoint_id="",
        identity=IdentityLevel.PARTIAL,
    )  # fmt: skip


def _updated(device: Device, candidate: Candidate, told: str) -> Device:
    """The device with what was seen. What it said itself after a login is not overwritten by a guess.

    `told`: the maker that a person named; it gives way to what the device shows of itself, not to a weak sign.
    """
    idea = guess(candidate.sightings)
    maker = idea.maker.name if idea.maker else ""
    sure = _sure(device)
    if told and idea.level is IdentityLevel.LOW:
        maker = ""
    if device.maker and find_maker(device.maker) is idea.maker:
        maker = device.maker  # another spelling of the same name is no change
    at = max(s.at for s in candidate.sightings)
    names = sorted(s.hints["name"] for s in candidate.sightings if s.hints.get("name"))
    return replace(
        device,
        target=_target(device.target, candidate),
        name=device.name or next(iter(names), ""),
        kind=device.kind if device.kind is not DeviceKind.OTHER else idea.kind,
        maker=device.maker if sure else maker or device.maker,
        model=device.model if sure else idea.model or device.model,
        firmware=device.firmware if sure else idea.firmware or device.firmware,
        serial=device.serial or next(iter(sorted(candidate.serials)), ""),
        mac=_kept(plain_mac(device.mac), candidate.macs),
        endpoint_id=_kept(plain_endpoint(device), candidate.endpoints),
        identity=device.identity if sure else idea.level,
        behind=False,  # it was seen here
        first_seen=device.first_seen or min(s.at for s in candidate.sightings),
        last_seen=at,
    )


def _kept(before: str, seen: frozenset[str]) -> str:
    return before if before in seen or not seen else min(seen)


def _target(target: Target, candidate: Candidate) -> Target:
    """Where it is now. A mapping of ports that a person gave stays with its own address."""
    moved = target.address not in candidate.addresses
    address = candidate.addresses[0] if moved else target.address
    ports = {} if moved else dict(target.ports)
    seen = [s.ports["onvif"] for s in candidate.sightings if s.address == address and "onvif" in s.ports]
    if candidate.key and not candidate.claim:
        ports.setdefault("http", candidate.key)
    port = candidate.key or min(seen, default=0)
    if port and "onvif" not in ports and port != Target(address=address, ports=ports).port("onvif"):
        ports["onvif"] = port
    announced = {} if moved else dict(target.announced)
    for sighting in candidate.sightings:
        if sighting.address == address and "igd" in sighting.hints:
            announced["igd"] = sighting.hints["igd"]
    return Target(address=address, ports=ports, announced=announced)


def _of_strangers(site: str, rest: Sequence[Candidate], used: set[str]) -> list[Fused]:
    """New devices. An id that two of them would share is made from their next sign instead."""
    signs = [_signs(c) for c in rest]
    counts = Counter(sign for row in signs for sign in row)
    fused = []
    for candidate, row in zip(rest, signs, strict=True):
        choices = [new_id(site, *sign) for sign in row if counts[sign] == 1]
        choices += [new_id(site, "place", f"{row[-1][1]} {n}") for n in range(len(used) + len(rest) + 1)]
        chosen = next(i for i in choices if i not in used)
        used.add(chosen)
        blank = Device(id=chosen, site=site, target=Target(address=candidate.addresses[0]))
        fused.append(Fused(device=_updated(blank, candidate, ""), before=None, seen=True))
    return fused


def _signs(candidate: Candidate) -> list[tuple[str, str]]:
    """What an id can be made from, best first; the place is always the last."""
    rows = [("endpoint", candidate.endpoints), ("mac", candidate.macs), ("serial", candidate.serials)]
    place = f"{candidate.addresses[0]}:{candidate.key}" if candidate.key else candidate.addresses[0]
    return [(kind, min(values)) for kind, values in rows if values] + [("address", place)]
