"""Ways that came through, as rows for people: one row for what was opened together."""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import NamedTuple

from fushinban.model.exposure import InsideDevice, Opening, Reach
from fushinban.model.filtering import Action, Line, Match, Rule
from fushinban.model.intervals import ANY_PORT, NOTHING, TCP, UDP, Intervals, number_of
from fushinban.probe._sieve import Sieve
from fushinban.probe._way import Way

#: An ordinary client asks from one of these ports (RFC 6335); a way that lets them through is open to any program.
_EPHEMERAL = Intervals(((49152, 65535),))

Outsiders = Callable[[Way], Intervals]


class Passed(NamedTuple):
    """A way that came through, and the inside interface it went to (empty: the router itself)."""

    way: Way
    inside: str = ""


def openings(passed: Iterable[Passed], outsiders: Outsiders, devices: tuple[InsideDevice, ...]) -> tuple[Opening, ...]:
    """The rows of all inside services, in the order of protocol, outside address and port."""
    places = sorted((number_of(address), device.name) for device in devices for address in device.addresses)
    parts = [part for one in passed for part in _by_protocol(one)]
    found = [_opening(one, outsiders(one.way), places) for one in _merged(_distinct(parts))]
    return tuple(sorted(found, key=_order))


def reaches(passed: Iterable[Passed], outsiders: Outsiders) -> tuple[Reach, ...]:
    """The ways in which one service of the router itself is reached."""
    found = [_reach(one.way, outsiders(one.way)) for one in _merged(_distinct(list(passed)))]
    return tuple(sorted(found, key=_place))


def _opening(one: Passed, outsiders: Intervals, places: list[tuple[int, str]]) -> Opening:
    way = one.way
    unknown = bool(way.behind) and way.address_shift == 0
    inside = NOTHING if unknown else way.box.destinations
    return Opening(
        reach=_reach(way, outsiders),
        kind=way.kind,
        protocols=way.box.protocols,
        inside=inside,
        inside_ports=way.box.destination_ports if _ported(way) else NOTHING,
        inside_interface=one.inside,
        ports_in_order=way.port_shift is not None,
        addresses_in_order=way.address_shift is not None,
        unknown_prefix=unknown,
        devices=_standing(way.box.destinations, places),
    )


def _standing(at: Intervals, places: list[tuple[int, str]]) -> tuple[str, ...]:
    """The names of the devices at these addresses."""
    found = (places[bisect_left(places, (first,)) : bisect_left(places, (last + 1,))] for first, last in at)
    return tuple(dict.fromkeys(name for some in found for _, name in some))


def _reach(way: Way, outsiders: Intervals) -> Reach:
    left_out = outsiders - way.box.sources
    return Reach(
        interface=way.wan,
        family=way.family,
        outside=way.outside,
        assigned=way.assigned,
        outside_ports=way.outside_ports if _ported(way) else NOTHING,
        sources=way.box.sources,
        anyone=not left_out,
        left_out=left_out,
        source_ports=NOTHING if _free(way) else way.box.source_ports,
        certain=way.box.sure,
        lines=_in_order(way.lines),
    )


def _ported(way: Way) -> bool:
    return (TCP | UDP).covers(way.box.protocols)


def _free(way: Way) -> bool:
    return way.box.source_ports.covers(_EPHEMERAL)


def _in_order(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return tuple(sorted(dict.fromkeys(lines), key=lambda line: line.number))


def _order(row: Opening) -> tuple[Hashable, ...]:
    reach = row.reach
    return (
        row.protocol not in ("tcp", "udp"), reach.family, reach.outside.ranges, reach.outside_ports.ranges,
        row.protocol, row.inside.ranges, row.inside_ports.ranges, reach.sources.ranges, not reach.certain,
    )  # fmt: skip


def _place(reach: Reach) -> tuple[Hashable, ...]:
    return reach.family, reach.outside.ranges, reach.outside_ports.ranges, reach.sources.ranges, not reach.certain


def _by_protocol(one: Passed) -> Iterator[Passed]:
    """TCP, UDP and the rest apart."""
    whole = one.way.box
    if whole.protocols in (TCP, UDP):
        yield one
        return
    for protocols in (TCP, UDP):
        part = whole.protocols & protocols
        if part:
            yield one._replace(way=one.way._replace(box=whole._replace(protocols=part)))
    rest = whole.protocols - (TCP | UDP)
    if rest:
        yield one._replace(way=one.way._replace(box=whole._replace(protocols=rest)))


def _mapping(one: Passed) -> tuple[Hashable, ...]:
    """What tells how outside and inside belong together."""
    way = one.way
    return (
        way.wan, way.family, one.inside, way.assigned, way.behind, way.kind, way.address_shift, way.port_shift,
        way.outside if way.address_shift is None else None,
        way.outside_ports if way.port_shift is None else None,
    )  # fmt: skip


def _distinct(passed: list[Passed]) -> list[Passed]:
    """Without what is said twice: what holds for certain is not repeated as a possibility, and what holds from every
    source port not for single ones."""
    classes: dict[tuple[bool, bool], list[Passed]] = {}
    for one in passed:
        classes.setdefault((not one.way.box.sure, not _free(one.way)), []).append(one)
    found: list[Passed] = []
    for rank in sorted(classes):
        before = _covered(found)
        found.extend(left for one in classes[rank] for left in _without(one, before.get(_mapping(one))))
    return found


def _covered(passed: list[Passed]) -> dict[tuple[Hashable, ...], Sieve]:
    rules: dict[tuple[Hashable, ...], list[Rule]] = {}
    for one in passed:
        box = one.way.box
        match = Match(
            protocols=box.protocols, sources=box.sources, destinations=box.destinations,
            source_ports=ANY_PORT if _free(one.way) else box.source_ports, destination_ports=box.destination_ports,
        )  # fmt: skip
        rules.setdefault(_mapping(one), []).append(Rule(action=Action.DROP, match=match))
    return {key: Sieve(mine) for key, mine in rules.items()}


def _without(one: Passed, before: Sieve | None) -> Iterator[Passed]:
    if before is None:
        yield one
        return
    for box, _ in before.decide(one.way.box):
        yield one._replace(way=one.way.narrowed(box))


def _merged(passed: Iterable[Passed]) -> Iterator[Passed]:
    """One row for all ports, then for all addresses, that have everything else in common."""
    sources = _Same()
    by_address: dict[tuple[Hashable, ...], list[Passed]] = {}
    for one in passed:
        by_address.setdefault((*_kin(one, sources), one.way.box.destinations, one.way.outside), []).append(one)
    by_ports: dict[tuple[Hashable, ...], list[Passed]] = {}
    for group in by_address.values():
        one = _joined(group)
        key = (*_kin(one, sources), one.way.box.destination_ports, one.way.outside_ports)
        by_ports.setdefault(key, []).append(one)
    for group in by_ports.values():
        yield _joined(group)


def _kin(one: Passed, sources: "_Same") -> tuple[Hashable, ...]:
    box = one.way.box
    ports = None if _free(one.way) else box.source_ports
    return (*_mapping(one), box.protocols, box.sure, sources.number(box.sources), ports, one.way.lines)


class _Same:
    """Numbers for equal sets: each object is compared once only, as large ones come again and again."""

    def __init__(self) -> None:
        self._by_object: dict[int, tuple[Intervals, int]] = {}
        self._by_value: dict[Intervals, int] = {}

    def number(self, one: Intervals) -> int:
        known = self._by_object.get(id(one))
        if known is None:
            known = self._by_object[id(one)] = (one, self._by_value.setdefault(one, len(self._by_value)))
        return known[1]


def _joined(group: list[Passed]) -> Passed:
    first = group[0]
    if len(group) == 1:
        return first
    ways = [one.way for one in group]
    box = first.way.box._replace(
        destinations=_union(w.box.destinations for w in ways),
        destination_ports=_union(w.box.destination_ports for w in ways),
    )
    outside, ports = _union(w.outside for w in ways), _union(w.outside_ports for w in ways)
    return first._replace(way=first.way._replace(box=box, outside=outside, outside_ports=ports))


def _union(sets: Iterable[Intervals]) -> Intervals:
    return Intervals.of(one for numbers in sets for one in numbers.ranges)
