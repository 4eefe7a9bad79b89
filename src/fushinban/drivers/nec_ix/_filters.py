"""`ip filter` and `ipv6 filter` of UNIVERGE IX as rule lists and hooks.

All filters of one direction at an interface are asked in the order of their numbers; a packet that none of them decides
is discarded (stated in the function manual). A dynamic filter lets through and remembers, and drops nothing itself.

Whether a filter at an interface with NAPT sees the outside or the inside address is not proven here. It is written as
the outside one (ARRIVE, DEPART). Where the other reading would decide otherwise, given the interface's static entries,
the rule is marked unclear, and stands a second time, unclear as well, for the packets that it would meet then.
"""

from collections.abc import Iterator
from dataclasses import replace

from fushinban.drivers._router_text import Notes
from fushinban.drivers.nec_ix._access_lists import AccessList, AccessLists
from fushinban.drivers.nec_ix._interfaces import Port
from fushinban.drivers.nec_ix._running import Statement
from fushinban.drivers.nec_ix._translation import Entry, Translation
from fushinban.model.filtering import Action, Family, Hook, Match, Names, Rule, RuleList, Stage
from fushinban.model.intervals import ANY_PORT, ANY_V4, GLOBAL_V4, Intervals

_STAGES = {"in": Stage.ARRIVE, "out": Stage.DEPART}
_ORDER = "order of NAPT and filter"


def filters_of(
    port: Port, family: Family, lists: AccessLists, translation: Translation | None, notes: Notes
) -> Iterator[tuple[RuleList, Hook]]:
    """The filters of an interface, one list for each direction that has any."""
    top = "ip" if family is Family.V4 else "ipv6"
    by_direction: dict[str, list[tuple[int, str, Statement]]] = {}
    for statement in port.block.said(f"{top} filter"):
        words = statement.after(2)
        if len(words) < 3 or not words[1].isdecimal() or words[2] not in _STAGES:
            notes.add(statement.line, "wrong-value", name=f"{top} filter")
            continue
        by_direction.setdefault(words[2], []).append((int(words[1]), words[0], statement))
    for direction, found in by_direction.items():
        name = f"{port.name} {top} filter {direction}"
        rules: list[Rule] = []
        tracked: list[Match] = []
        for _, listed, statement in sorted(found, key=lambda one: one[0]):
            here = lists.find(listed)
            if here is None:
                notes.add(statement.line, "undefined", name=listed)
                continue
            rules.extend(
                Rule(action=one.action, match=one.match, lines=(statement.line, *one.lines), name=one.name)
                for one in here.rules
            )
            tracked.extend(_remembered(here))
        if translation is not None:
            rules = [new for rule in rules for new in _both_readings(rule, translation, direction)]
        lines = tuple(statement.line for _, _, statement in found)
        yield (
            RuleList(
                name=name, rules=tuple(rules), default=Action.DROP, default_lines=lines, tracked=tuple(tracked)
            ),
            Hook(
                stage=_STAGES[direction], rules=name, interfaces=Names.of(port.name), families=frozenset({family})
            ),
        )  # fmt: skip


def _remembered(listed: AccessList) -> Iterator[Match]:
    if listed.tracked:
        yield from (rule.match for rule in listed.rules if rule.action is Action.ACCEPT)


def _both_readings(rule: Rule, translation: Translation, direction: str) -> list[Rule]:
    """The rule, and what it would be where it looks at the other side of NAPT."""
    match = rule.match
    there, ports = (
        (match.destinations, match.destination_ports) if direction == "in" else (match.sources, match.source_ports)
    )
    if there == ANY_V4 and ports == ANY_PORT:
        return [rule]
    only_before, only_after = False, dict[tuple[Intervals, Intervals], list[Intervals]]()
    for entry in _candidates(there, ports, translation):
        before, after = _before(there, ports, entry), _after(there, ports, entry)
        if before == after or not match.protocols.meets(entry.protocols):
            continue
        only_before = only_before or before
        if after:
            met = entry.ports if entry.inside_ports is not None else entry.ports & ports
            only_after.setdefault((match.protocols & entry.protocols, entry.outside), []).append(met)
    first = replace(rule, match=_unclear(match)) if only_before else rule
    return [first, *(_other_side(rule, direction, *met, numbers) for met, numbers in only_after.items())]


def _unclear(match: Match) -> Match:
    return replace(match, unclear=f"{match.unclear} {_ORDER}".strip())


def _other_side(rule: Rule, direction: str, protocols: Intervals, outside: Intervals, numbers: list[Intervals]) -> Rule:
    """The rule for packets that still have, or have again, their outside address and port."""
    match = rule.match
    ports = numbers[0] if len(numbers) == 1 else Intervals.of(r for one in numbers for r in one)
    unclear = f"{match.unclear} {_ORDER}".strip()
    if direction == "in":
        met = Match(
            protocols=protocols, sources=match.sources, source_ports=match.source_ports, destinations=outside,
            destination_ports=ports, unclear=unclear,
        )  # fmt: skip
    else:
        met = Match(
            protocols=protocols, sources=outside, source_ports=ports, destinations=match.destinations,
            destination_ports=match.destination_ports, unclear=unclear,
        )  # fmt: skip
    return Rule(action=rule.action, match=met, lines=rule.lines, name=rule.name)


def _candidates(there: Intervals, ports: Intervals, translation: Translation) -> Iterator[Entry]:
    """The entries for which the condition holds on either side."""
    if there.meets(GLOBAL_V4):
        yield from translation.by_port.meeting(ports)
    if ports == ANY_PORT:
        yield from translation.by_inside.meeting(there)
    else:
        yield from translation.by_inside_port.meeting(ports)


def _before(there: Intervals, ports: Intervals, entry: Entry) -> bool:
    """On the outer side; where the router's own address is not known, any address of the internet may be it."""
    known = entry.outside != ANY_V4
    return (there.meets(entry.outside) if known else there.covers(GLOBAL_V4)) and ports.meets(entry.ports)


def _after(there: Intervals, ports: Intervals, entry: Entry) -> bool:
    return entry.inside is not None and there.meets(entry.inside) and ports.meets(entry.inside_ports or entry.ports)
