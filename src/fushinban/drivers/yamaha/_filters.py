"""`ip filter`, `ip filter dynamic`, `ip filter set` and where they are applied: lists of rules with their lines.

A list that is applied discards what none of its filters matches. The answers of connections that a dynamic filter
matched pass in the other direction. Said by the maker's command reference; that a list of dynamic filters alone lets
everything else pass is known from a tutorial only.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fushinban.drivers._router_text import Notes
from fushinban.drivers.yamaha._lines import Command
from fushinban.drivers.yamaha._words import PORTS, Protocol, filter_addresses, port_list, protocols
from fushinban.model.filtering import Action, Family, Hook, Line, Match, Names, Rule, RuleList, Stage
from fushinban.model.intervals import ANY_PORT, TCP, UDP, Intervals

_ACTIONS = {
    f"{word}{log}": action
    for word, action in (("pass", Action.ACCEPT), ("restrict", Action.ACCEPT), ("reject", Action.DROP))
    for log in ("", "-log", "-nolog")
}
_VERSION = {Family.V4: 4, Family.V6: 6}
#: Applications of dynamic filters that are not one port of the same name, or are not TCP.
_APPLICATIONS: dict[str, tuple[Intervals, Intervals]] = {
    "tcp": (TCP, ANY_PORT),
    "udp": (UDP, ANY_PORT),
    "www": (TCP, Intervals.single(80, 443)),
    "domain": (TCP | UDP, Intervals.single(53)),
    "dns": (TCP | UDP, Intervals.single(53)),
    "ping": (Intervals.single(1), ANY_PORT),
    "ping6": (Intervals.single(58), ANY_PORT),
    "netmeeting": (TCP, Intervals.single(1720)),
    "sip": (UDP, Intervals.single(5060)),
}
_UDP_NAMES = frozenset({
    "tftp", "ntp", "snmp", "snmptrap", "syslog", "rip", "ripng", "dhcps", "dhcpc", "dhcpv6c", "dhcpv6s", "radius",
    "l2tp", "ike", "ipsec-nat-t", "netbios_ns", "netbios_dgm", "rwho",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Static:
    line: Line
    action: Action
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dynamic:
    command: Command
    line: Line


class Filters:
    """The filters that are defined, by family and number."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._static: dict[tuple[Family, str], _Static] = {}
        self._dynamic: dict[tuple[Family, str], _Dynamic] = {}
        self._sets: dict[tuple[Family, str], list[Command]] = {}

    def define(self, family: Family, command: Command) -> None:
        """`ip filter …`, in either family."""
        words = command.words
        if words[2:3] == ("set",):
            self._define_set(family, command)
        elif words[2:3] == ("dynamic",):
            self._define_dynamic(family, command)
        elif command.removed:
            self._static.pop((family, command.word(2)), None)
        else:
            self._define_static(family, command)

    def _define_static(self, family: Family, command: Command) -> None:
        words, line = command.words[3:], command.line
        action = _ACTIONS.get(command.word(3).lower(), Action.CONTINUE)
        try:
            if action is Action.CONTINUE or not 2 <= len(words) <= 6:
                raise ValueError(words)
            matches = tuple(_matches(words[1:], family))
        except (ValueError, IndexError):
            self._notes.add(line, "broken")
            matches = ()
        self._static[family, command.word(2)] = _Static(line=line, action=action, matches=matches)

    def _define_dynamic(self, family: Family, command: Command) -> None:
        key = (family, command.word(3))
        if command.removed:
            self._dynamic.pop(key, None)
        else:
            self._dynamic[key] = _Dynamic(command=command, line=command.line)

    def _define_set(self, family: Family, command: Command) -> None:
        key = (family, command.word(3))
        if command.removed:
            self._sets.pop(key, None)
        else:
            self._sets.setdefault(key, []).append(command)

    def applied(self, family: Family, interface: str, command: Command) -> Iterator[tuple[RuleList, Hook]]:
        """`ip INTERFACE secure filter in|out …` or `… name SET`: what works at the interface."""
        if command.word(4) == "name":
            sets = self._sets.get((family, command.word(5)))
            if sets is None:
                self._notes.add(command.line, "undefined", name=command.word(5))
                return
            for one in sets:
                for direction, numbers in _directions(one.words[4:]):
                    yield self._list(family, interface, direction, numbers, (command, one))
            return
        for direction, numbers in _directions(command.words[4:]):
            yield self._list(family, interface, direction, numbers, (command,))

    def _list(
        self, family: Family, interface: str, direction: str, numbers: tuple[str, ...], commands: tuple[Command, ...]
    ) -> tuple[RuleList, Hook]:
        lines = tuple(one.line for one in commands)
        place = numbers.index("dynamic") if "dynamic" in numbers else len(numbers)
        static, dynamic = numbers[:place], numbers[place + 1 :]
        name = f"{family} {interface} {direction}"
        found = RuleList(
            name=name,
            rules=tuple(rule for number in static for rule in self._rules(family, number, lines)),
            default=Action.DROP if static else Action.ACCEPT,
            default_lines=lines,
            tracked=tuple(match for number in dynamic for match in self._tracked(family, number, lines)),
        )
        stage = Stage.ENTER if direction == "in" else Stage.LEAVE
        return found, Hook(stage=stage, rules=name, interfaces=Names.of(interface), families=frozenset({family}))

    def _rules(self, family: Family, number: str, lines: tuple[Line, ...]) -> Iterator[Rule]:
        static = self._static.get((family, number))
        if static is None:
            self._notes.add(lines[0], "undefined", name=number)
            return
        for match in static.matches:
            yield Rule(action=static.action, match=match, lines=(*lines, static.line), name=number)

    def _tracked(self, family: Family, number: str, lines: tuple[Line, ...]) -> Iterator[Match]:
        dynamic = self._dynamic.get((family, number))
        if dynamic is None:
            self._notes.add(lines[0], "undefined", name=number)
            return
        try:
            yield from self._connections(family, dynamic.command.words[4:])
        except (ValueError, IndexError):
            self._notes.add(dynamic.line, "broken")

    def _connections(self, family: Family, words: tuple[str, ...]) -> Iterator[Match]:
        sources = filter_addresses(words[0], _VERSION[family])
        destinations = filter_addresses(words[1], _VERSION[family])
        unclear = sources.unclear or destinations.unclear
        if words[2] == "filter":
            kinds = [
                (rule.match.protocols, rule.match.destination_ports)
                for number in _until_keyword(words[3:])
                for rule in self._rules(family, number, (Line(0, ""),))
            ]
        else:
            kinds = [_application(words[2])]
        for numbers, ports in kinds:
            yield Match(
                protocols=numbers,
                sources=sources.covered,
                destinations=destinations.covered,
                destination_ports=ports,
                unclear=unclear,
            )


def _until_keyword(words: tuple[str, ...]) -> Iterator[str]:
    for word in words:
        if not word.isdigit():
            return
        yield word


def _application(name: str) -> tuple[Intervals, Intervals]:
    if name in _APPLICATIONS:
        return _APPLICATIONS[name]
    return UDP if name in _UDP_NAMES else TCP, Intervals.single(PORTS[name]) if name in PORTS else port_list(name)


def _directions(words: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """`in 1 2 dynamic 3 out 4` as its directions with their numbers."""
    starts = [place for place, word in enumerate(words) if word in ("in", "out")]
    for place, start in enumerate(starts):
        end = starts[place + 1] if place + 1 < len(starts) else len(words)
        yield words[start], words[start + 1 : end]


def _matches(words: tuple[str, ...], family: Family) -> Iterator[Match]:
    """`SOURCE [DESTINATION [PROTOCOL [SOURCE-PORT [DESTINATION-PORT]]]]`; what is left out is any."""
    source, destination, kind, source_port, port = (*words, *["*"] * 5)[:5]
    sources = filter_addresses(source, _VERSION[family])
    destinations = filter_addresses(destination, _VERSION[family])
    for protocol, ports in _with_ports(kind.lower(), source_port, port, family):
        unclear = (sources.unclear, destinations.unclear, protocol.unclear)
        yield Match(
            protocols=protocol.numbers,
            sources=sources.covered,
            destinations=destinations.covered,
            source_ports=ports[0],
            destination_ports=ports[1],
            states=protocol.states,
            unclear=" ".join(filter(None, unclear)),
        )


def _with_ports(
    kind: str, source_port: str, port: str, family: Family
) -> Iterator[tuple[Protocol, tuple[Intervals, Intervals]]]:
    """Each protocol with the ports that count for it: packets without ports are compared without them."""
    any_port = (ANY_PORT, ANY_PORT)
    if kind in ("icmp", "icmp6", "icmp4"):
        # Here the two stand for ICMP types and codes.
        number = 1 if family is Family.V4 or kind == "icmp4" else 58
        unclear = "" if (source_port, port) == ("*", "*") else f"{kind} {source_port} {port}"
        yield Protocol(Intervals.single(number), unclear=unclear), any_port
        return
    ports = (port_list(source_port), port_list(port))
    for protocol in protocols(kind):
        ported = protocol.numbers & (TCP | UDP)
        if ported:
            yield Protocol(ported, protocol.states, protocol.unclear), ports
        others = protocol.numbers - (TCP | UDP)
        if others:
            yield Protocol(others, protocol.states, protocol.unclear), any_port
