"""Forwards of which nothing comes through, and what stops them: the same way again, asked where it ends."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from fushinban.model.exposure import Obstacle, Stopped
from fushinban.model.filtering import Family, Line, Rule, Stage, State
from fushinban.model.intervals import Intervals
from fushinban.model.router import Interface, RouterState
from fushinban.probe._lists import Circumstances
from fushinban.probe._passage import Passage
from fushinban.probe._places import Places
from fushinban.probe._sieve import PORTED
from fushinban.probe._way import Way

#: Forwards without an opening that are followed once more; a router with more of them tells its story with these.
_MOST = 200


class _Met(NamedTuple):
    """Where a way ended, and the lines that ended it."""

    obstacle: Obstacle
    by: tuple[Line, ...] = ()


def stopped(state: RouterState, places: Places, passage: Passage, opened: Iterable[Line]) -> Iterator[Stopped]:
    """The forwards none of whose lines are among those behind something that is open."""
    seen = frozenset(opened)
    waiting = [rule for rule in state.forwards if rule.lines and not seen.issuperset(rule.lines)]
    for rule in waiting[:_MOST]:
        for wan, family, start in _starts(places):
            way = _only(start, rule, wan)
            met = _follow(way, rule, places, passage) if way is not None else None
            if met is not None:
                yield _told(rule, family, met)
                break


def _starts(places: Places) -> Iterator[tuple[Interface, Family, Way]]:
    for wan in places.wans:
        for family in Family:
            if places.family_comes_in(wan, family):
                for start in places.starts(wan, family):
                    if not start.behind:
                        yield wan, family, start


def _only(start: Way, rule: Rule, wan: Interface) -> Way | None:
    """The packets that the forward is for; None where none of them arrives here."""
    box, match = start.box, rule.match
    if wan.name not in match.entering:
        return None
    part = box._replace(
        protocols=box.protocols & match.protocols, sources=box.sources & match.sources,
        source_ports=box.source_ports & match.source_ports, destinations=box.destinations & match.destinations,
        destination_ports=box.destination_ports & match.destination_ports,
    )  # fmt: skip
    whole = part.protocols and part.sources and part.source_ports and part.destinations and part.destination_ports
    return start.narrowed(part) if whole else None


def _follow(way: Way, rule: Rule, places: Places, passage: Passage) -> _Met | None:
    """Where the way ends; None where it ends at the router itself, or not before its goal."""
    about = Circumstances(State.NEW, way.wan, "", translated=False)
    arrived = passage.through(Stage.ARRIVE, [way], way.wan, about)
    if not arrived:
        return _Met(Obstacle.BEFORE, passage.blamed(Stage.ARRIVE, way, way.wan, about))
    translated = [new for one in arrived for new in passage.translated(one, about)]
    mine = [one for one in translated if one.translated and set(rule.lines) <= set(one.lines)]
    if not mine:
        others = next((one.lines for one in translated if one.translated), ())
        return _Met(Obstacle.TAKEN, tuple(line for line in others if line not in way.lines))
    entered = passage.through(Stage.ENTER, mine, way.wan, about)
    if not entered:
        return _Met(Obstacle.AFTER, passage.blamed(Stage.ENTER, mine[0], way.wan, about))
    if any(one.own or one.box.destinations.meets(places.own) for one in entered):
        return None
    return _inside(entered, places, passage)


def _inside(entered: list[Way], places: Places, passage: Passage) -> _Met | None:
    goals = [
        (one.narrowed(one.box._replace(destinations=there)), interface.name)
        for one in entered
        for interface, there, _ in places.routed(one.box.destinations)
    ]
    if not goals:
        return _Met(Obstacle.NOWHERE)
    for way, inside in goals:
        about = Circumstances(State.NEW, way.wan, inside, translated=False)
        ways = [way]
        for stage, at in ((Stage.FORWARD, way.wan), (Stage.LEAVE, inside), (Stage.DEPART, inside)):
            passed = passage.through(stage, ways, at, about)
            if not passed:
                return _Met(Obstacle.AFTER, passage.blamed(stage, ways[0], at, about))
            ways = passed
        if not passage.forwarded(way, inside):
            return _Met(Obstacle.ANSWER)
    return None


def _told(rule: Rule, family: Family, met: _Met) -> Stopped:
    target, match = rule.target, rule.match
    nothing = Intervals()
    return Stopped(
        kind=rule.kind, protocols=match.protocols,
        outside_ports=match.destination_ports if PORTED.meets(match.protocols) else nothing,
        inside=(target.addresses if target is not None else None) or nothing,
        inside_ports=(target.ports if target is not None else None) or nothing,
        obstacle=met.obstacle, family=family, lines=rule.lines,
        by=tuple(line for line in met.by if line not in rule.lines),
    )  # fmt: skip
