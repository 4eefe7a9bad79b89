"""`nat descriptor`: static entries, one-to-one entries, what happens to the rest, and at which interface.

Said by the maker's command reference and its examples. From memory: that `masquerade incoming` is `reject` where it is
not written, and that an entry without a written outside address stands for all of the descriptor's.
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, field

from fushinban.drivers._packet_words import protocol as protocol_number
from fushinban.drivers._router_text import Notes
from fushinban.drivers.yamaha._lines import Command
from fushinban.drivers.yamaha._words import port_list
from fushinban.model.filtering import (
    Action,
    Family,
    ForwardKind,
    Hook,
    Line,
    Match,
    Names,
    Rule,
    RuleList,
    Stage,
    Target,
)
from fushinban.model.intervals import ANY_PORT, NOTHING, TCP, UDP, Intervals, addresses, number_of

_V4 = frozenset({Family.V4})
#: What an outside address is called that the provider or the interface gives.
_GIVEN = frozenset({"ipcp", "primary", "secondary", "map-e"})


@dataclass(slots=True)
class _Descriptor:
    """All that was said of one NAT descriptor."""

    kind: str = "none"
    outer: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()
    incoming: tuple[str, ...] = ()
    lines: dict[str, Line] = field(default_factory=dict)
    masquerade: dict[str, Command] = field(default_factory=dict)
    static: dict[str, Command] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What is known of the outside of an interface: its own addresses, and all that may be one where it is given."""

    own: Intervals
    possible: Intervals


class Translation:
    """The descriptors that are defined, by number."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._descriptors: dict[str, _Descriptor] = {}

    def define(self, command: Command) -> bool:
        """`nat descriptor …`; False for what is not read here."""
        words = command.words
        where = {"type": 3, "address": 4, "masquerade": 4, "static": 3}.get(command.word(2))
        if where is None or (words[2] == "masquerade" and command.word(3) not in ("static", "incoming")):
            return False
        one = self._descriptors.setdefault(command.word(where), _Descriptor())
        rest = () if command.removed else words[where + 1 :]
        line = command.line
        if words[2] == "type":
            one.kind = rest[0] if rest else "none"
        elif words[2] == "address" and command.word(3) in ("outer", "inner"):
            setattr(one, command.word(3), rest)
        elif words[2] == "address":
            return False
        elif words[2:4] == ("masquerade", "incoming"):
            one.incoming = rest
        else:
            entries = one.static if words[2] == "static" else one.masquerade
            _keep(entries, command.word(where + 1), command)
            return True
        one.lines[" ".join(words[2:where])] = line
        return True

    def applied(self, interface: str, command: Command, outside: Outside) -> Iterator[tuple[RuleList, Hook]]:
        """`ip INTERFACE nat descriptor N …`: what works at the interface, in the order of the numbers."""
        numbers = list(command.words[4:])
        if "reverse" in numbers:
            self._notes.add(command.line, "not-followed")
            numbers = numbers[: numbers.index("reverse")]
        for number in numbers:
            one = self._descriptors.get(number)
            if one is None:
                self._notes.add(command.line, "undefined", name=number)
                continue
            name = f"nat {interface} {number}"
            rules = tuple(self._rules(one, command.line, outside))
            found = RuleList(name=name, rules=rules, default=Action.ACCEPT, default_lines=(command.line,))
            yield found, Hook(stage=Stage.TRANSLATE, rules=name, interfaces=Names.of(interface), families=_V4)

    def _rules(self, one: _Descriptor, applied: Line, outside: Outside) -> Iterator[Rule]:
        if one.kind == "none":
            return
        outer = self._outer(one, outside)
        for command in one.static.values():
            yield from self._one_to_one(command, applied)
        if one.kind in ("masquerade", "nat-masquerade"):
            for command in one.masquerade.values():
                yield from self._forwards(command, applied, outer)
        if one.kind in ("nat", "nat-masquerade"):
            yield from self._dynamic(one, applied, outer)
        if one.kind in ("masquerade", "nat-masquerade"):
            yield self._rest(one, applied, outer)

    def _outer(self, one: _Descriptor, outside: Outside) -> Intervals:
        found = NOTHING
        for text in one.outer or ("ipcp",):
            for part in text.split(","):
                if part == "map-e":
                    # Only some ports are this router's own there, and the provider tells which.
                    self._notes.add(one.lines["address outer"], "not-followed")
                if part in _GIVEN:
                    found = found | (outside.own or outside.possible)
                    continue
                try:
                    found = found | addresses(part)
                except ValueError:
                    self._notes.add(one.lines["address outer"], "wrong-value", name=part)
        return found

    def _rest(self, one: _Descriptor, applied: Line, outer: Intervals) -> Rule:
        lines = (applied, *(one.lines[key] for key in ("type", "masquerade incoming") if key in one.lines))
        match = Match(destinations=outer)
        what = one.incoming[0] if one.incoming else "reject"
        if what == "forward" and len(one.incoming) > 1:
            try:
                target = Target(addresses=addresses(one.incoming[1]))
            except ValueError:
                self._notes.add(one.lines["masquerade incoming"], "wrong-value", name=one.incoming[1])
            else:
                return Rule(action=Action.TRANSLATE, match=match, target=target, kind=ForwardKind.DMZ, lines=lines)
        if what not in ("reject", "discard", "through", "forward"):
            self._notes.add(one.lines["masquerade incoming"], "wrong-value", name=what)
        return Rule(action=Action.ACCEPT if what == "through" else Action.DROP, match=match, lines=lines)

    def _forwards(self, command: Command, applied: Line, outer: Intervals) -> Iterator[Rule]:
        """`nat descriptor masquerade static N ID INSIDE PROTOCOL [OUTSIDE=]INSIDE-PORT,…`."""
        line, words = command.line, command.words[6:]
        try:
            inside = addresses(words[0])
            numbers = Intervals.single(*(protocol_number(p) for p in words[1].split(",")))
            pairs = _pairs(words[2]) if len(words) > 2 else [(ANY_PORT, ANY_PORT)]
            if len(words) > 3 or inside.size != 1:
                raise ValueError(words)
        except (ValueError, IndexError):
            self._notes.add(line, "broken")
            return
        for outside_ports, inside_ports in pairs:
            ported = bool(numbers & (TCP | UDP)) and outside_ports is not ANY_PORT
            shift = inside_ports.first - outside_ports.first
            yield Rule(
                action=Action.TRANSLATE,
                match=Match(
                    protocols=numbers, destinations=outer, destination_ports=outside_ports if ported else ANY_PORT
                ),
                target=Target(addresses=inside, port_shift=shift if ported else 0),
                kind=ForwardKind.STATIC,
                lines=(applied, line),
                name=command.word(5),
            )

    def _one_to_one(self, command: Command, applied: Line) -> Iterator[Rule]:
        """`nat descriptor static N ID OUTSIDE=INSIDE [COUNT]` or `OUTSIDE=INSIDE/LENGTH`."""
        line = command.line
        try:
            outside, inside, count = _address_pair(command.words[5:])
        except (ValueError, IndexError):
            self._notes.add(line, "broken")
            return
        yield Rule(
            action=Action.TRANSLATE,
            match=Match(destinations=Intervals(((outside, outside + count - 1),))),
            target=Target(address_shift=inside - outside),
            kind=ForwardKind.ONE_TO_ONE,
            lines=(applied, line),
            name=command.word(4),
        )

    def _dynamic(self, one: _Descriptor, applied: Line, outer: Intervals) -> Iterator[Rule]:
        """An inside host that went out has an outside address for itself for a while: it may be reached there."""
        inner = NOTHING
        for text in one.inner:
            for part in text.split(","):
                if part == "auto":
                    self._notes.add(one.lines["address inner"], "not-followed")
                    return
                try:
                    inner = inner | addresses(part)
                except ValueError:
                    self._notes.add(one.lines["address inner"], "wrong-value", name=part)
        if inner and outer.size <= 1 << 16:
            line = one.lines["type"]
            match = Match(destinations=outer, unclear=line.text)
            target = Target(addresses=inner)
            yield Rule(
                action=Action.TRANSLATE, match=match, target=target, kind=ForwardKind.ONE_TO_ONE, lines=(applied, line)
            )


def _keep(entries: dict[str, Command], number: str, command: Command) -> None:
    entries.pop(number, None)
    if not command.removed:
        entries[number] = command


def _pairs(text: str) -> list[tuple[Intervals, Intervals]]:
    """`80`, `8080=80`, `5000-5010`, lists of them: outside and inside ports of the same number each."""
    found: list[tuple[Intervals, Intervals]] = []
    for part in text.split(","):
        outside, equals, inside = part.partition("=")
        first = port_list(outside)
        second = port_list(inside) if equals else first
        if first.size != second.size:
            raise ValueError(part)
        found.append((first, second))
    return found


def _address_pair(words: tuple[str, ...]) -> tuple[int, int, int]:
    outside, equals, inside = words[0].partition("=")
    inside, slash, length = inside.partition("/")
    outside = outside.partition("/")[0]
    count = int(words[1]) if len(words) > 1 else 1
    first, second = (number_of(ipaddress.IPv4Address(text)) for text in (outside, inside))
    if slash:
        whole = ipaddress.ip_network(f"{inside}/{length}", strict=False)
        count = whole.num_addresses
        first -= (first - number_of(ipaddress.IPv4Address(0))) % count
        second = number_of(whole.network_address)
    if not equals or not 1 <= count <= 1 << 16 or len(words) > 2:
        raise ValueError(words)
    return first, second, count
