"""Where packets of outsiders come from and go to: the networks at the sides of a router."""

from collections.abc import Iterable, Iterator

from fushinban.model.filtering import Family, Line, Stage
from fushinban.model.intervals import (
    ANY_PORT,
    ANY_PROTOCOL,
    ANY_V4,
    GLOBAL_V4,
    GLOBAL_V6,
    NOTHING,
    Intervals,
    IPInterface,
    network,
    number_of,
)
from fushinban.model.router import Interface, Role, RouterState
from fushinban.probe._sieve import Box
from fushinban.probe._way import Way

_GLOBAL = {Family.V4: GLOBAL_V4, Family.V6: GLOBAL_V6}
#: SCTP, DCCP and UDP-Lite are not followed: no camera, recorder or router of a shop offers anything by them.
_FOLLOWED = ANY_PROTOCOL - Intervals.single(33, 132, 136)
#: Larger sets of outside addresses in a translation mean "whatever address this is", not addresses of its own.
_OWN_POOL = 1 << 16
#: A route to half the addresses or more is a default route, not an inside network.
_VAST = {Family.V4: 1 << 31, Family.V6: 1 << 124}


def family_of(address: IPInterface) -> Family:
    """Which protocol an interface address is of."""
    return Family.V4 if address.version == 4 else Family.V6


class Places:
    """Own addresses, inside networks and outsiders of one router."""

    def __init__(self, state: RouterState) -> None:
        self._state = state
        self.wans = tuple(i for i in state.interfaces if i.role is Role.WAN)
        self.own = _union(Intervals.single(number_of(a.ip)) for i in state.interfaces for a in i.addresses)
        self._sides = sorted(_sides(state), key=lambda side: side[0].size)
        outer = {w.name for w in self.wans}
        self.inside = _union(c for c, name, _ in self._sides if name not in outer and c.size < _VAST[_family(c)])
        self._pools = _pools(state)

    def family_comes_in(self, wan: Interface, family: Family) -> bool:
        """Whether packets of this family come in at a WAN interface at all."""
        if family in wan.assigned or any(family_of(a) is family for a in wan.addresses):
            return True
        version = 4 if family is Family.V4 else 6
        defaults = (r.destinations for r in self._state.routes if r.interface == wan.name)
        return any(d.prefixlen == 0 and d.version == version for d in defaults)

    def outsiders(self, wan: Interface, family: Family) -> Intervals:
        """Who is outside: the internet, without own and inside addresses; and the neighbours at a private WAN."""
        neighbours = _union(network(a.network) for a in wan.addresses if family_of(a) is family)
        return (_GLOBAL[family] | neighbours) - self.own - self.inside

    def starts(self, wan: Interface, family: Family) -> Iterator[Way]:
        """All packets that can arrive at a WAN interface, by what is known of their destination."""
        comes = _GLOBAL[family] | _union(network(a.network) for a in wan.addresses if family_of(a) is family)
        known = (self.own | self.inside | self._pools.get(wan.name, NOTHING)) & comes
        if known:
            yield self._start(wan, family, known, lines=())
        unknown = _GLOBAL[family] - known
        if family in wan.assigned:
            yield self._start(wan, family, unknown, lines=wan.assigned_lines or wan.lines, assigned=True)
        if family is Family.V6:
            for side in self._state.interfaces:
                if side.role is not Role.WAN and family in side.assigned:
                    mine = side.assigned_lines or side.lines
                    yield self._start(wan, family, unknown, lines=mine, assigned=True, behind=side.name)

    def _start(
        self, wan: Interface, family: Family, to: Intervals, *, lines: tuple[Line, ...], assigned: bool = False,
        behind: str = "",
    ) -> Way:  # fmt: skip
        box = Box(_FOLLOWED, self.outsiders(wan, family), ANY_PORT, to, ANY_PORT)
        return Way(
            wan=wan.name, family=family, box=box, outside=to, outside_ports=ANY_PORT, assigned=assigned, behind=behind,
            lines=lines,
        )  # fmt: skip

    def routed(self, destinations: Intervals) -> Iterator[tuple[Interface, Intervals, tuple[Line, ...]]]:
        """The inside interfaces through which destinations are reached: the longest prefix first."""
        names = {i.name: i for i in self._state.interfaces}
        rest = destinations - self.own
        for covered, name, lines in self._sides:
            part = rest & covered
            if part:
                rest = rest - covered
                if name in names and names[name].role is not Role.WAN:
                    yield names[name], part, lines
            if not rest:
                return

    def unrouted(self, destinations: Intervals) -> Intervals:
        """Destinations that no inside interface leads to."""
        return destinations - self.own - self.inside


def _union(sets: Iterable[Intervals]) -> Intervals:
    return Intervals.of(one for numbers in sets for one in numbers.ranges)


def _family(covered: Intervals) -> Family:
    return Family.V4 if covered.meets(ANY_V4) else Family.V6


def _sides(state: RouterState) -> Iterator[tuple[Intervals, str, tuple[Line, ...]]]:
    for interface in state.interfaces:
        for address in interface.addresses:
            yield network(address.network), interface.name, interface.lines
    for route in state.routes:
        yield route.covered, route.interface, route.lines


def _pools(state: RouterState) -> dict[str, Intervals]:
    """Outside addresses that translations name, by WAN interface: the provider sends them here."""
    found: dict[str, Intervals] = {}
    for hook in state.hooks:
        if hook.stage is not Stage.TRANSLATE:
            continue
        rules = (rule for one in state.lists_from(hook.rules) for rule in one.rules)
        named = [rule.match.destinations for rule in rules if rule.match.destinations.size <= _OWN_POOL]
        for interface in state.interfaces:
            if interface.role is Role.WAN and interface.name in hook.interfaces:
                found[interface.name] = found.get(interface.name, NOTHING) | _union(named)
    return found
