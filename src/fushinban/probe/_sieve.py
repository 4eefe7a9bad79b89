"""What a list of rules does with a whole set of packets at once, exactly.

A set of packets is a `Box`: protocols, sources, source ports, destinations and destination ports, each an exact set of
numbers. `Sieve` decides a box against rules of which the first that matches counts: the box is cut along protocols,
destinations and destination ports into parts for which the same rules are candidates (`Axis`); what is left are sources
and source ports, which are taken away rule by rule. Parts with the same candidates share that work, and so do blocks of
64 rules that meet the same rest: two thousand rules for hundreds of forwards cost little more than for one.

`sure` is False for packets of which a rule with a condition that cannot be expressed (`Match.unclear`) decided: they
may or may not pass.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fushinban.model.filtering import Action, Match, Rule
from fushinban.model.intervals import ANY_PORT, Intervals
from fushinban.probe._axis import Axis

#: Protocols whose packets carry ports: TCP, UDP, DCCP, SCTP, UDP-Lite.
PORTED = Intervals.single(6, 17, 33, 132, 136)
_DROPS = frozenset({Action.DROP, Action.REJECT})
_BLOCK = 64
_BLOCK_BITS = (1 << _BLOCK) - 1


class Box(NamedTuple):
    """A set of packets: all combinations of these numbers. `sure`: they come this far under every reading."""

    protocols: Intervals
    sources: Intervals
    source_ports: Intervals
    destinations: Intervals
    destination_ports: Intervals
    sure: bool = True


class Verdict(NamedTuple):
    """A part of a box and the rule that decides it; None where no rule does."""

    box: Box
    rule: Rule | None


class _Part(NamedTuple):
    """What is left of a box once protocols, destinations and their ports are settled.

    `told`: it was already said that these packets may be accepted; a further rule that may accept them adds nothing,
    and saying so for every rule would make the parts as many as the rules multiplied.
    """

    sources: Intervals
    source_ports: Intervals
    sure: bool
    told: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Rest:
    """Parts not yet decided. Known by its identity: the same work leads to the same object."""

    parts: tuple[_Part, ...]


class _Settled(NamedTuple):
    part: _Part
    place: int  # of the rule; -1: none


class Sieve:
    """Rules without jumps, made ready. `mirrored`: the boxes are the way there, the rules look at the answers."""

    __slots__ = ("_blocks", "_destinations", "_ported", "_ports", "_protocols", "_runs", "_sides", "_starts", "rules")

    def __init__(self, rules: Sequence[Rule], *, mirrored: bool = False) -> None:
        self.rules = tuple(rules)
        sides = [_mirrored(r.match) if mirrored else r.match for r in self.rules]
        self._sides = [(m.sources, m.source_ports) for m in sides]
        self._protocols = Axis([m.protocols for m in sides])
        self._destinations = Axis([m.destinations for m in sides])
        self._ports = Axis([m.destination_ports for m in sides])
        self._ported = 0
        for place, m in enumerate(sides):
            if not (m.source_ports.covers(ANY_PORT) and m.destination_ports.covers(ANY_PORT)):
                self._ported |= 1 << place
        self._starts: dict[tuple[int, int, bool], tuple[_Part, _Rest]] = {}
        self._blocks: dict[tuple[int, int, _Rest], tuple[tuple[_Settled, ...], _Rest]] = {}
        self._runs: dict[tuple[int, _Rest], tuple[_Settled, ...]] = {}

    def decide(self, box: Box) -> Iterator[Verdict]:
        """The parts of the box that are not dropped, with the rule that decides each.

        With rules that are unclear a packet is in more than one part, then with `sure` False in each.
        """
        start = self._start(box)
        for among, protocols in self._protocol_parts(box.protocols):
            for narrowed, destinations in self._destinations.parts(box.destinations, among):
                for mask, ports in self._ports.parts(box.destination_ports, narrowed):
                    for (sources, source_ports, sure, _), place in self._run(mask, start):
                        part = Box(protocols, sources, source_ports, destinations, ports, sure)
                        yield Verdict(part, None if place < 0 else self.rules[place])

    def _protocol_parts(self, protocols: Intervals) -> Iterator[tuple[int, Intervals]]:
        whole = (1 << len(self.rules)) - 1
        yield from self._protocols.parts(protocols & PORTED, whole)
        yield from self._protocols.parts(protocols - PORTED, whole & ~self._ported)

    def _start(self, box: Box) -> _Rest:
        # Identity and not value: sets of a thousand ranges are passed on from stage to stage, and comparing them costs.
        key = (id(box.sources), id(box.source_ports), box.sure)
        known = self._starts.get(key)
        if known is None:
            part = _Part(box.sources, box.source_ports, box.sure)
            known = self._starts[key] = (part, _Rest((part,)))
        return known[1]

    def _run(self, mask: int, start: _Rest) -> tuple[_Settled, ...]:
        known = self._runs.get((mask, start))
        if known is not None:
            return known
        settled: list[_Settled] = []
        rest, block, left = start, 0, mask
        while left and rest.parts:
            bits = left & _BLOCK_BITS
            if bits:
                found, rest = self._block(block, bits, rest)
                settled.extend(found)
            left >>= _BLOCK
            block += 1
        settled.extend(_Settled(part, -1) for part in rest.parts)
        known = self._runs[mask, start] = tuple(settled)
        return known

    def _block(self, block: int, bits: int, rest: _Rest) -> tuple[tuple[_Settled, ...], _Rest]:
        key = (block, bits, rest)
        known = self._blocks.get(key)
        if known is not None:
            return known
        settled: list[_Settled] = []
        parts = list(rest.parts)
        while bits and parts:
            place = block * _BLOCK + (bits & -bits).bit_length() - 1
            bits &= bits - 1
            parts = self._apply(place, parts, settled)
        known = self._blocks[key] = (tuple(settled), _Rest(tuple(parts)))
        return known

    def _apply(self, place: int, parts: list[_Part], settled: list[_Settled]) -> list[_Part]:
        rule = self.rules[place]
        sources, source_ports = self._sides[place]
        left: list[_Part] = []
        unclear = bool(rule.match.unclear)
        for part in parts:
            if unclear and part.told and rule.action is Action.ACCEPT:
                left.append(part)
                continue
            met_sources = part.sources & sources
            met_ports = part.source_ports & source_ports
            if not met_sources or not met_ports:
                left.append(part)
                continue
            if rule.action not in _DROPS:
                settled.append(_Settled(_Part(met_sources, met_ports, part.sure and not unclear), place))
            if unclear:
                left.append(_Part(met_sources, met_ports, False, part.told or rule.action is Action.ACCEPT))
            other_sources = part.sources - sources
            if other_sources:
                left.append(part._replace(sources=other_sources))
            other_ports = part.source_ports - source_ports
            if other_ports:
                left.append(part._replace(sources=met_sources, source_ports=other_ports))
        return left


def terminal(rule: Rule) -> bool:
    """Whether a rule decides by itself (counts and jumps do not)."""
    return rule.action not in (Action.CONTINUE, Action.JUMP)


def _mirrored(match: Match) -> Match:
    """The same condition, seen from the other end."""
    return Match(
        protocols=match.protocols,
        sources=match.destinations,
        source_ports=match.destination_ports,
        destinations=match.sources,
        destination_ports=match.source_ports,
        unclear=match.unclear,
    )
