"""The way of a set of packets through a router, stage by stage, as `fushinban.model.router` tells it."""

from collections.abc import Iterable

from fushinban.model.filtering import Action, Family, Hook, Line, Match, Rule, RuleList, Stage, State
from fushinban.model.intervals import Intervals
from fushinban.model.router import RouterState
from fushinban.probe._lists import Circumstances, Lists, together
from fushinban.probe._sieve import Box, Sieve
from fushinban.probe._way import Way

#: The list of what devices opened by UPnP; it is asked before all others.
_MAPPINGS = "\x00mappings"
#: Parts of one way that only may come through, told one by one; more of them are told as one.
_MOST_DOUBTS = 32
#: What a list at the same interface remembered in one direction lets the answers pass in the other.
_OPPOSITE = {
    Stage.ARRIVE: (Stage.LEAVE, Stage.DEPART),
    Stage.ENTER: (Stage.LEAVE, Stage.DEPART),
    Stage.FORWARD: (),
    Stage.OUTPUT: (Stage.INPUT,),
    Stage.LEAVE: (Stage.ARRIVE, Stage.ENTER),
    Stage.DEPART: (Stage.ARRIVE, Stage.ENTER),
}


class Passage:
    """One router, ready to be asked about many sets of packets."""

    def __init__(self, state: RouterState) -> None:
        self._lists = Lists((RuleList(name=_MAPPINGS, rules=state.mappings), *state.lists))
        upnp = Hook(stage=Stage.TRANSLATE, rules=_MAPPINGS)
        self._hooks = {stage: tuple(h for h in (upnp, *state.hooks) if h.stage is stage) for stage in Stage}
        self._standing: dict[tuple[Stage, str], tuple[Hook, ...]] = {}
        self._remembered: dict[tuple[Stage, str, Family], Sieve | None] = {}

    def arrived(self, way: Way) -> list[Way]:
        """ARRIVE, TRANSLATE and ENTER at the WAN interface."""
        about = Circumstances(State.NEW, way.wan, "", translated=False)
        ways = self.through(Stage.ARRIVE, [way], way.wan, about)
        ways = [new for one in ways for new in self.translated(one, about)]
        return self.through(Stage.ENTER, ways, way.wan, about)

    def forwarded(self, way: Way, inside: str) -> list[Way]:
        """What passes from the WAN to the inside interface, and whose answers come back."""
        about = Circumstances(State.NEW, way.wan, inside, translated=False)
        ways = _doubts_joined(way, self.through(Stage.FORWARD, [way], way.wan, about))
        for stage in (Stage.LEAVE, Stage.DEPART):
            ways = self.through(stage, ways, inside, about)
        back = Circumstances(State.ESTABLISHED, inside, way.wan, translated=False, mirrored=True)
        for stage, at in (
            (Stage.ARRIVE, inside), (Stage.ENTER, inside), (Stage.FORWARD, inside),
            (Stage.LEAVE, way.wan), (Stage.DEPART, way.wan),
        ):  # fmt: skip
            ways = self._answers(stage, ways, at, back)
        return ways

    def received(self, way: Way) -> list[Way]:
        """What the router itself receives, and whose answers go out."""
        about = Circumstances(State.NEW, way.wan, "", translated=False)
        ways = _doubts_joined(way, self.through(Stage.INPUT, [way], way.wan, about))
        back = Circumstances(State.ESTABLISHED, "", way.wan, translated=False, mirrored=True)
        for stage in (Stage.OUTPUT, Stage.LEAVE, Stage.DEPART):
            ways = self._answers(stage, ways, way.wan, back)
        return ways

    def through(self, stage: Stage, ways: list[Way], at: str, about: Circumstances) -> list[Way]:
        """What all hooks of a stage let through."""
        for hook in self._at(stage, at):
            ways = [new for way in ways for new in self._hooked(hook, way, about)]
        return ways

    def blamed(self, stage: Stage, way: Way, at: str, about: Circumstances) -> tuple[Line, ...]:
        """The lines that drop one packet of a way of which nothing passes a stage; empty where only a default does."""
        ways = [way]
        for hook in self._at(stage, at):
            passed = [new for one in ways for new in self._hooked(hook, one, about)]
            if not passed:
                return self._lists.blamed(hook.rules, ways[0].box, about._replace(translated=way.translated))
            ways = passed
        return ()

    def _at(self, stage: Stage, at: str) -> tuple[Hook, ...]:
        key = (stage, at)
        if key not in self._standing:
            self._standing[key] = tuple(hook for hook in self._hooks[stage] if at in hook.interfaces)
        return self._standing[key]

    def _hooked(self, hook: Hook, way: Way, about: Circumstances) -> list[Way]:
        """What one hook lets through of a way."""
        if way.family not in hook.families:
            return [way]
        return [way.narrowed(box, lines) for box, lines in self._passed(hook, way, way.box, about)]

    def _passed(self, hook: Hook, way: Way, box: Box, about: Circumstances) -> list[tuple[Box, tuple[Line, ...]]]:
        taken, left = self._lists.walk(hook.rules, box, about._replace(translated=way.translated))
        passed = [(one.box, one.lines) for one in taken]
        rules = self._lists.named(hook.rules)
        if rules.default is Action.ACCEPT:
            passed.extend((one, rules.default_lines) for one in left)
        return passed

    def translated(self, way: Way, about: Circumstances) -> list[Way]:
        """A way after TRANSLATE: its parts that were sent on, and what stays as it was."""
        done: list[Way] = []
        waiting = [way]
        for hook in self._at(Stage.TRANSLATE, way.wan):
            if way.family not in hook.families:
                continue
            rules = self._lists.named(hook.rules)
            unchanged: list[Way] = []
            for one in waiting:
                taken, left = self._lists.walk(hook.rules, one.box, about)
                for part, rule, lines in taken:
                    met = one.narrowed(part, lines)
                    if rule.action is Action.TRANSLATE:
                        done.append(met.sent_on(rule))
                    else:
                        unchanged.append(met)
                if rules.default is Action.ACCEPT:
                    unchanged.extend(one.narrowed(part) for part in left)
            waiting = unchanged
        return done + waiting

    def _answers(self, stage: Stage, ways: list[Way], at: str, about: Circumstances) -> list[Way]:
        """Those of the ways whose answers pass a stage."""
        hooks = self._at(stage, at)
        if not hooks:
            return ways
        passed: list[Way] = []
        for way in ways:
            known, asked = self._split(stage, way, at)
            passed.extend(known)
            for hook in hooks:
                asked = [new for one in asked for new in self._answered(hook, one, about)]
            passed.extend(asked)
        return passed

    def _answered(self, hook: Hook, way: Way, about: Circumstances) -> list[Way]:
        # An answer brings no cause of its own: the lines are those that let the first packet in.
        if way.family not in hook.families:
            return [way]
        if hook.stage is Stage.DEPART:
            return [way.narrowed_outside(box) for box, _ in self._passed(hook, way, way.seen_outside(), about)]
        return [way.narrowed(box) for box, _ in self._passed(hook, way, way.box, about)]

    def _split(self, stage: Stage, way: Way, at: str) -> tuple[list[Way], list[Way]]:
        """The ways whose connections were remembered, and the others."""
        key = (stage, at, way.family)
        if key not in self._remembered:
            self._remembered[key] = self._remembering(*key)
        sieve = self._remembered[key]
        if sieve is None:
            return [], [way]
        parts = together(sieve.decide(way.box))
        known = [way.narrowed(box) for box, rule in parts if rule is not None]
        return known, [way.narrowed(box) for box, rule in parts if rule is None]

    def _remembering(self, stage: Stage, at: str, family: Family) -> Sieve | None:
        tracked: list[Match] = []
        for opposite in _OPPOSITE[stage]:
            for hook in self._at(opposite, at):
                if family in hook.families:
                    tracked.extend(self._lists.named(hook.rules).tracked)
        return Sieve([Rule(action=Action.ACCEPT, match=one) for one in tracked]) if tracked else None


def _doubts_joined(way: Way, parts: list[Way]) -> list[Way]:
    """Parts of a way with very many possible ones told as one: all that any of them may let through.

    Each rule with a condition that cannot be evaluated adds a part to each forward; hundreds of both would make more
    rows than anybody reads. It is wider than the parts are, and as uncertain as they.
    """
    doubtful = [part for part in parts if not part.box.sure]
    if len(doubtful) <= _MOST_DOUBTS:
        return parts
    boxes = [part.box for part in doubtful]
    whole = Box(
        protocols=_union(b.protocols for b in boxes), sources=_union(b.sources for b in boxes),
        source_ports=_union(b.source_ports for b in boxes), destinations=_union(b.destinations for b in boxes),
        destination_ports=_union(b.destination_ports for b in boxes), sure=False,
    )  # fmt: skip
    causes = dict.fromkeys(line for part in doubtful for line in part.lines[len(way.lines) :])
    return [*(part for part in parts if part.box.sure), way.narrowed(whole, tuple(causes))]


def _union(sets: Iterable[Intervals]) -> Intervals:
    return Intervals.of({one for numbers in sets for one in numbers.ranges})
