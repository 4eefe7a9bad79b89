"""NAPT and NAT of UNIVERGE IX: what arrives from outside without a static entry is dropped where NAPT is on.

That last point, the words behind `ip napt service`, and `ip nat static` are known from published examples, not from a
recording of a router; so the driver is bronze.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fushinban.drivers._packet_words import PORTED, PORTS, address_set, port_set, protocol
from fushinban.drivers._router_text import Notes
from fushinban.drivers.nec_ix._interfaces import Port
from fushinban.drivers.nec_ix._running import Statement
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
from fushinban.model.intervals import ANY_PORT, ANY_PROTOCOL, ANY_V4, PRIVATE_V4, Intervals, number_of

#: Services that `ip napt service` knows by name.
_SERVICES = {
    "ftp": ("tcp", 21), "ssh": ("tcp", 22), "telnet": ("tcp", 23), "smtp": ("tcp", 25), "dns": ("udp", 53),
    "http": ("tcp", 80), "pop3": ("tcp", 110), "ntp": ("udp", 123), "snmp": ("udp", 161), "https": ("tcp", 443),
    "ike": ("udp", 500), "syslog": ("udp", 514), "l2tp": ("udp", 1701), "pptp": ("tcp", 1723), "ping": ("icmp", 0),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One static entry: what arrives, and where it goes. `inside` None: to the router itself."""

    protocols: Intervals
    outside: Intervals  # addresses before
    ports: Intervals
    inside: Intervals | None
    inside_ports: Intervals | None
    kind: ForwardKind
    line: Line


class Finder:
    """Finds the entries whose set meets another one, without looking at all of them."""

    def __init__(self, entries: Iterable[tuple[Intervals, Entry]]) -> None:
        given = list(entries)
        self._wide = [(one, entry) for one, entry in given if one.size != 1]
        self._single = sorted(((one.first, place) for place, (one, _) in enumerate(given) if one.size == 1))
        self._given = given

    def meeting(self, wanted: Intervals) -> Iterator[Entry]:
        """All entries whose set has a number in common with this one."""
        yield from (entry for one, entry in self._wide if one.meets(wanted))
        for first, last in wanted:
            begin, end = bisect_left(self._single, (first, -1)), bisect_left(self._single, (last + 1, -1))
            yield from (self._given[place][1] for _, place in self._single[begin:end])


class WrongValue(ValueError):
    """An entry that cannot be read."""


class Translation:
    """The static entries of one interface."""

    def __init__(self, port: Port, names: frozenset[str], notes: Notes) -> None:
        self._port = port
        self._names = names
        own = [number_of(a.ip) for a in port.addresses if a.version == 4]
        self.own = Intervals.single(*own) if own and Family.V4 not in port.assigned else ANY_V4
        self.entries: tuple[Entry, ...] = ()
        if port.hides:
            self.entries = tuple(self._read(notes))
        inside = [(entry.inside, entry) for entry in self.entries if entry.inside is not None]
        self.by_inside = Finder(inside)
        self.by_port = Finder((entry.ports, entry) for _, entry in inside)
        self.by_inside_port = Finder((entry.inside_ports or entry.ports, entry) for _, entry in inside)

    def lists(self) -> Iterator[tuple[RuleList, Hook]]:
        """The rule list and where it stands."""
        if not self._port.hides:
            return
        name = f"{self._port.name} napt"
        rules = [_rule(entry) for entry in self.entries]
        enabled = tuple(s.line for s in self._port.block.said("ip napt enable"))
        if enabled:
            rules.append(Rule(action=Action.DROP, match=Match(destinations=self.own), lines=enabled))
        yield (
            RuleList(name=name, rules=tuple(rules)),
            Hook(
                stage=Stage.TRANSLATE, rules=name, interfaces=Names.of(self._port.name),
                families=frozenset({Family.V4}),
            ),
        )  # fmt: skip

    def _read(self, notes: Notes) -> Iterator[Entry]:
        for kind, reader in (
            ("ip napt static", self._napt_static), ("ip napt service", self._napt_service),
            ("ip nat static", self._nat_static),
        ):  # fmt: skip
            for statement in self._port.block.said(kind):
                try:
                    yield reader(statement)
                except (ValueError, IndexError):
                    notes.add(statement.line, "wrong-value", name=kind)

    def _inside(self, word: str) -> Intervals | None:
        """An address, or an interface of the router for the router itself."""
        return None if word in self._names else address_set(word)

    def _napt_static(self, statement: Statement) -> Entry:
        """`ip napt static INSIDE PROTOCOL [PORT]`."""
        words = statement.after(3)
        protocols = ANY_PROTOCOL if words[1] in ("any", "ip") else Intervals.single(protocol(words[1]))
        ports = _ports(words[2:])
        whole = protocols == ANY_PROTOCOL
        return Entry(
            protocols=protocols if ports == ANY_PORT else protocols & PORTED, outside=self.own, ports=ports,
            inside=self._inside(words[0]), inside_ports=None,
            kind=ForwardKind.DMZ if whole else ForwardKind.STATIC, line=statement.line,
        )  # fmt: skip

    def _napt_service(self, statement: Statement) -> Entry:
        """`ip napt service NAME INSIDE [none|INSIDE-PORT|OUTSIDE-ADDRESS PROTOCOL PORT|any]`."""
        words = statement.after(3)
        inside = self._inside(words[1])
        outside, inside_ports = self.own, None
        if len(words) == 2:
            name, number = _SERVICES.get(words[0], ("", 0))
            protocols = Intervals.single(protocol(name))
            ports = Intervals.single(number) if number else ANY_PORT
        else:
            protocols = Intervals.single(protocol(words[3]))
            ports = _ports(words[4:])
            if words[2].isdecimal() or words[2] in PORTS:
                inside_ports = port_set([words[2]])
            elif words[2] != "none":
                outside = address_set(words[2])
        return Entry(
            protocols=protocols if ports == ANY_PORT else protocols & PORTED, outside=outside, ports=ports,
            inside=inside, inside_ports=inside_ports, kind=ForwardKind.STATIC, line=statement.line,
        )  # fmt: skip

    def _nat_static(self, statement: Statement) -> Entry:
        """`ip nat static INSIDE OUTSIDE`; told apart by which of them is a private address."""
        first, second = (address_set(word) for word in statement.after(3)[:2])
        if not PRIVATE_V4.covers(first) and PRIVATE_V4.covers(second):
            first, second = second, first
        if first.size != second.size:
            raise WrongValue(statement.text)
        return Entry(
            protocols=ANY_PROTOCOL, outside=second, ports=ANY_PORT, inside=first, inside_ports=None,
            kind=ForwardKind.ONE_TO_ONE, line=statement.line,
        )  # fmt: skip


def _ports(words: tuple[str, ...]) -> Intervals:
    """Nothing and `any` are all ports; `80`, `8000-8010`."""
    if not words or words == ("any",):
        return ANY_PORT
    if len(words) > 1:
        raise WrongValue(" ".join(words))
    return port_set([words[0]])


def _rule(entry: Entry) -> Rule:
    match = Match(protocols=entry.protocols, destinations=entry.outside, destination_ports=entry.ports)
    target = Target(own=True, ports=entry.inside_ports)
    if entry.inside is not None and entry.kind is ForwardKind.ONE_TO_ONE:
        target = Target(address_shift=entry.inside.first - entry.outside.first)
    elif entry.inside is not None:
        target = Target(addresses=entry.inside, ports=entry.inside_ports)
    return Rule(action=Action.TRANSLATE, match=match, target=target, kind=entry.kind, lines=(entry.line,))
