"""Access lists of UNIVERGE IX: static ones, and dynamic ones that remember the connections they let through."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from fushinban.drivers._icmp import without_types
from fushinban.drivers._packet_words import PORTED, PORTS, address_set, port_set, protocol
from fushinban.drivers._router_text import Notes
from fushinban.drivers.nec_ix._running import Statement
from fushinban.model.filtering import Action, Family, Line, Match, Rule
from fushinban.model.intervals import (
    ANY_ADDRESS,
    ANY_PORT,
    ANY_PROTOCOL,
    ANY_V4,
    ANY_V6,
    NOTHING,
    TCP,
    UDP,
    Intervals,
)  # fmt: skip

#: `ip access-list dynamic timer …` and the like: settings, no lists.
_DYNAMIC_SETTINGS = frozenset({"timer", "cache", "option"})
_EVERYTHING = frozenset({"ip", "ipv6", "any"})


@dataclass(slots=True)
class AccessList:
    """One named list. `tracked`: a dynamic one; what it lets through is remembered, and it drops nothing by itself."""

    rules: list[Rule] = field(default_factory=list)
    tracked: bool = False

    def sources(self) -> Intervals:
        """Who is let through by the source address alone (lists of the router's own services are read like this)."""
        allowed, left = NOTHING, ANY_ADDRESS
        for rule in self.rules:
            if rule.action is Action.ACCEPT:
                allowed = allowed | (rule.match.sources & left)
            left = left - rule.match.sources
        return allowed


class AccessLists:
    """All lists of one family by name. A dynamic list hides a static one of the same name, as the manual says."""

    def __init__(self, family: Family, statements: Iterable[Statement], notes: Notes) -> None:
        self._family = family
        self._notes = notes
        self._static: dict[str, AccessList] = {}
        self._dynamic: dict[str, AccessList] = {}
        waiting: list[Statement] = []
        for statement in statements:
            words = statement.after(2)
            if words[:1] == ("dynamic",):
                waiting.append(statement)
            elif len(words) < 2:
                notes.add(statement.line, "broken")
            elif words[1] != "option":
                self._read_static(words[0], words[1:], statement.line)
        for statement in waiting:  # they may name lists that stand further down
            self._read_dynamic(statement.after(3), statement.line)

    def find(self, name: str) -> AccessList | None:
        """A list by name."""
        return self._dynamic.get(name) or self._static.get(name)

    def _read_static(self, name: str, words: tuple[str, ...], line: Line) -> None:
        here = self._static.setdefault(name, AccessList())
        action = {"permit": Action.ACCEPT, "deny": Action.DROP}.get(words[0])
        match = _match(words[1:], self._family) if action is not None else None
        if action is None or match is None:
            self._notes.add(line, "wrong-value", name=f"access-list {name}")
            return
        here.rules.append(without_types(Rule(action=action, match=match, lines=(line,), name=name)))

    def _read_dynamic(self, words: tuple[str, ...], line: Line) -> None:
        if not words or words[0] in _DYNAMIC_SETTINGS:
            return
        name, said = words[0], words[1:]
        here = self._dynamic.setdefault(name, AccessList(tracked=True))
        if said[:1] == ("access",) and len(said) >= 2:
            trigger = self._static.get(said[1])
            if trigger is None:
                self._notes.add(line, "undefined", name=said[1])
                return
            for rule in trigger.rules:
                action = Action.ACCEPT if rule.action is Action.ACCEPT else Action.CONTINUE
                here.rules.append(Rule(action=action, match=rule.match, lines=(line, *rule.lines), name=name))
            return
        match = _match(said, self._family)
        if match is None:
            self._notes.add(line, "wrong-value", name=f"access-list {name}")
            return
        here.rules.append(Rule(action=Action.ACCEPT, match=match, lines=(line,), name=name))


def _match(words: tuple[str, ...], family: Family) -> Match | None:
    """`tcp src any sport any dest 192.0.2.0/24 dport eq 80`; None for what cannot be read."""
    if not words:
        return None
    try:
        return _Reader(words, family).match()
    except (ValueError, IndexError):
        return None


@lru_cache(maxsize=256)
def _ported(protocols: Intervals) -> Intervals:
    return protocols & PORTED


@lru_cache(maxsize=4096)
def _port(text: str) -> Intervals:
    return port_set([text])


class _Reader:
    """Goes over the words of one condition."""

    def __init__(self, words: tuple[str, ...], family: Family) -> None:
        self._words = words
        self._place = 1
        self._whole = ANY_V4 if family is Family.V4 else ANY_V6
        self._icmp = 1 if family is Family.V4 else 58

    def match(self) -> Match:
        """The condition. Raises ValueError or IndexError."""
        protocols, known_port = self._protocols(self._words[0])
        sources = destinations = self._whole
        source_ports, destination_ports = ANY_PORT, known_port
        unclear: list[str] = []
        while self._place < len(self._words):
            word = self._next()
            if word == "src":
                sources = self._address()
            elif word in ("dest", "dst"):
                destinations = self._address()
            elif word == "sport":
                source_ports = self._ports()
            elif word == "dport":
                destination_ports = self._ports()
            elif word in ("type", "code"):
                unclear.append(f"{word} {self._next()}")
            else:
                unclear.append(word)
        if source_ports != ANY_PORT or destination_ports != ANY_PORT:
            protocols = _ported(protocols)
        return Match(
            protocols=protocols, sources=sources, source_ports=source_ports, destinations=destinations,
            destination_ports=destination_ports, unclear=" ".join(unclear),
        )  # fmt: skip

    def _next(self) -> str:
        self._place += 1
        return self._words[self._place - 1]

    def _protocols(self, word: str) -> tuple[Intervals, Intervals]:
        """The protocol; for dynamic lists also a service by name, with its port."""
        if word in ("tcp", "udp"):
            return (TCP if word == "tcp" else UDP), ANY_PORT
        if word in _EVERYTHING:
            return ANY_PROTOCOL, ANY_PORT
        if word == "icmp":
            return Intervals.single(self._icmp), ANY_PORT
        if word in PORTS and word not in ("l2tp",):
            return Intervals.single(6, 17), Intervals.single(PORTS[word])
        return Intervals.single(protocol(word)), ANY_PORT

    def _address(self) -> Intervals:
        word = self._next()
        if word == "host":
            word = self._next()
        if word == "any":
            return self._whole
        if (":" in word) is (self._whole is ANY_V4):
            raise ValueError(word)
        return address_set(word)

    def _ports(self) -> Intervals:
        word = self._next()
        if word == "any":
            return ANY_PORT
        first = self._next()
        if word == "range":
            return port_set([f"{first}-{self._next()}"])
        found = _port(first)
        if word == "neq":
            return ANY_PORT - found
        if word == "gt":
            return Intervals.of([(found.first + 1, 65535)])
        if word == "lt":
            return Intervals.of([(0, found.first - 1)])
        if word != "eq":
            raise ValueError(word)
        return found
