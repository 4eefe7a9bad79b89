"""Rule lists made ready for one kind of packet: which rules can match at all, and jumps between lists."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from fushinban.model.filtering import Action, Line, Match, Names, Rule, RuleList, State
from fushinban.model.intervals import ANY_PORT, Intervals
from fushinban.probe._sieve import PORTED, Box, Sieve, Verdict, terminal

#: Lists that call one another deeper than this, and jumps beyond so many for a whole router (for each rule, and at
#: least), are not followed: no router needs them, and lists that each call the next twice would take for ever.
_DEEPEST, _JUMPS_OF_A_RULE, _JUMPS = 64, 20, 20_000


class Circumstances(NamedTuple):
    """What all packets of one question have in common. `mirrored`: the answers of these packets are asked about."""

    state: State
    entering: str
    leaving: str
    translated: bool
    mirrored: bool = False


class Taken(NamedTuple):
    """A part of a box that a rule let through or translated, and the lines that led there."""

    box: Box
    rule: Rule
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Jump:
    sieve: Sieve
    rule: Rule


@dataclass(frozen=True, slots=True)
class _Conditions:
    """The distinct conditions on interfaces and translation in a list; packets that meet the same share a Sieve."""

    entering: tuple[Names, ...]
    leaving: tuple[Names, ...]
    translated: bool

    def answer(self, about: Circumstances) -> tuple[object, ...]:
        return (
            about.state, about.mirrored, about.translated if self.translated else None,
            tuple(about.entering in names for names in self.entering),
            tuple(about.leaving in names for names in self.leaving),
        )  # fmt: skip


class Lists:
    """All rule lists of one router. What was made ready once is kept."""

    __slots__ = ("_by_name", "_conditions", "_jumps", "_ready")

    def __init__(self, lists: Iterable[RuleList]) -> None:
        self._by_name = {one.name: one for one in lists}
        self._jumps = max(_JUMPS, _JUMPS_OF_A_RULE * sum(len(one.rules) for one in self._by_name.values()))
        self._conditions: dict[str, _Conditions] = {}
        self._ready: dict[tuple[str, tuple[object, ...]], tuple[Sieve | _Jump, ...]] = {}

    def named(self, name: str) -> RuleList:
        """The list of that name; an empty one where there is none, as a reference to nothing filters nothing."""
        return self._by_name.get(name) or RuleList(name=name, default=Action.ACCEPT)

    def walk(self, name: str, box: Box, about: Circumstances) -> tuple[list[Taken], list[Box]]:
        """What rules of the list take (TRANSLATE, ACCEPT), and what reaches its end or returns from it."""
        return self._walk(name, box, about, ())

    def blamed(self, name: str, box: Box, about: Circumstances) -> tuple[Line, ...]:
        """The lines of the rule, or the default, that drops the first packet of a box; empty where nothing is said."""
        found = self._dropping(name, _first_of(box), about, ())
        return found if found is not None else self.named(name).default_lines

    def _dropping(
        self, name: str, packet: Box, about: Circumstances, above: tuple[str, ...]
    ) -> tuple[Line, ...] | None:
        """As `blamed`; None where the list lets it go on to its end."""
        for rule in self.named(name).rules:
            if not _possible(rule.match, about) or not _for(rule.match, packet):
                continue
            if rule.action in (Action.DROP, Action.REJECT):
                return rule.lines
            if rule.action in (Action.RETURN, Action.ACCEPT, Action.TRANSLATE):
                return None
            if rule.action is Action.JUMP and self._follows(rule.jump, above):
                found = self._dropping(rule.jump, packet, about, (*above, name))
                if found is not None:
                    return found or rule.lines
        return None

    def _walk(self, name: str, box: Box, about: Circumstances, above: tuple[str, ...]) -> tuple[list[Taken], list[Box]]:
        taken: list[Taken] = []
        returned: list[Box] = []
        rest = [box]
        for step in self._steps(name, about):
            left: list[Box] = []
            for one in rest:
                if isinstance(step, _Jump):
                    self._jump(step, one, about, (*above, name), (taken, left))
                    continue
                for part, rule in together(step.decide(one)):
                    if rule is None:
                        left.append(part)
                    elif rule.action is Action.RETURN:
                        returned.append(part)
                    else:
                        taken.append(Taken(part, rule, rule.lines))
            rest = left
        return taken, rest + returned

    def _jump(
        self, step: _Jump, box: Box, about: Circumstances, above: tuple[str, ...], into: tuple[list[Taken], list[Box]]
    ) -> None:
        taken, left = into
        for part, rule in together(step.sieve.decide(box)):
            if rule is None:
                left.append(part)
            elif not self._follows(rule.jump, above):
                # A circle or a missing list: the router would refuse it, so what it does is not known. A list that is
                # there, but not followed to its end, may also accept.
                unsure = part._replace(sure=False)
                left.append(unsure)
                if rule.jump in self._by_name:
                    taken.append(Taken(unsure, rule, rule.lines))
            else:
                inner, back = self._walk(rule.jump, part, about, above)
                taken.extend(one._replace(lines=rule.lines + one.lines) for one in inner)
                left.extend(back)

    def _follows(self, name: str, above: tuple[str, ...]) -> bool:
        """Whether a jump to this list is followed; counts those that are."""
        if name in above or name not in self._by_name or len(above) >= _DEEPEST or not self._jumps:
            return False
        self._jumps -= 1
        return True

    def _steps(self, name: str, about: Circumstances) -> tuple[Sieve | _Jump, ...]:
        if name not in self._conditions:
            self._conditions[name] = _conditions(self.named(name).rules)
        key = (name, self._conditions[name].answer(about))
        if key not in self._ready:
            self._ready[key] = tuple(_made_ready(self.named(name).rules, about))
        return self._ready[key]


def _first_of(box: Box) -> Box:
    """One packet of a box, as a box of its own."""
    return Box(
        protocols=Intervals.single(box.protocols.first), sources=Intervals.single(box.sources.first),
        source_ports=Intervals.single(box.source_ports.first), destinations=Intervals.single(box.destinations.first),
        destination_ports=Intervals.single(box.destination_ports.first),
    )  # fmt: skip


def _for(match: Match, packet: Box) -> bool:
    ported = PORTED.meets(packet.protocols) or (
        match.source_ports.covers(ANY_PORT) and match.destination_ports.covers(ANY_PORT)
    )
    return ported and (
        match.protocols.covers(packet.protocols) and match.sources.covers(packet.sources)
        and match.source_ports.covers(packet.source_ports) and match.destinations.covers(packet.destinations)
        and match.destination_ports.covers(packet.destination_ports)
    )  # fmt: skip


def _conditions(rules: Iterable[Rule]) -> _Conditions:
    matches = [rule.match for rule in rules]
    return _Conditions(
        entering=tuple({m.entering: None for m in matches}),
        leaving=tuple({m.leaving: None for m in matches}),
        translated=any(m.translated is not None for m in matches),
    )


def _made_ready(rules: Iterable[Rule], about: Circumstances) -> Iterator[Sieve | _Jump]:
    run: list[Rule] = []
    for rule in rules:
        if rule.action is Action.CONTINUE or not _possible(rule.match, about):
            continue
        if terminal(rule):
            run.append(rule)
            continue
        if run:
            yield Sieve(run, mirrored=about.mirrored)
            run = []
        yield _Jump(Sieve([rule], mirrored=about.mirrored), rule)
    if run:
        yield Sieve(run, mirrored=about.mirrored)


def _possible(match: Match, about: Circumstances) -> bool:
    return (
        about.state in match.states
        and match.translated in (None, about.translated)
        and about.entering in match.entering
        and about.leaving in match.leaving
    )


def together(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """The same verdicts in fewer boxes: those of one rule and the same sources are joined by ports, then by address."""
    by_address: dict[tuple[object, ...], tuple[Rule | None, list[Box]]] = {}
    for box, rule in verdicts:
        by_address.setdefault((*_origin(box, rule), box.destinations), (rule, []))[1].append(box)
    by_ports: dict[tuple[object, ...], tuple[Rule | None, list[Box]]] = {}
    for rule, boxes in by_address.values():
        box = boxes[0]
        if len(boxes) > 1:
            box = box._replace(destination_ports=_union(b.destination_ports for b in boxes))
        by_ports.setdefault((*_origin(box, rule), box.destination_ports), (rule, []))[1].append(box)
    found: list[Verdict] = []
    for rule, boxes in by_ports.values():
        box = boxes[0]
        if len(boxes) > 1:
            box = box._replace(destinations=_union(b.destinations for b in boxes))
        found.append(Verdict(box, rule))
    return found


def _origin(box: Box, rule: Rule | None) -> tuple[object, ...]:
    # Identity of the sources: parts that came the same way share the object, and large sets are slow to compare.
    return id(rule), box.protocols, id(box.sources), id(box.source_ports), box.sure


def _union(sets: Iterable[Intervals]) -> Intervals:
    return Intervals.of(one for numbers in sets for one in numbers.ranges)
