"""The prediction equals what happens to every single packet, for thousands of invented routers."""

import itertools
from dataclasses import replace
from ipaddress import ip_interface, ip_network

from hypothesis import given, settings
from hypothesis import strategies as st
from packet_by_packet import Arrival, Packet, Router, Situation, meets

from fushinban.model.exposure import Obstacle, Reach
from fushinban.model.filtering import (
    Action,
    ForwardKind,
    Hook,
    Line,
    Match,
    Names,
    Rule,
    RuleList,
    Stage,
    State,
    Target,
)
from fushinban.model.intervals import ANY_ADDRESS, ANY_PORT, ANY_PROTOCOL, Intervals, addresses
from fushinban.model.router import Interface, Origin, OwnService, Purpose, Role, Route, RouterState
from fushinban.probe import predict

WAN = "pp1"
OUTSIDERS = [addresses(f"198.51.100.{n}").first for n in (1, 2, 3)]
OUTSIDE = [addresses(f"203.0.113.{n}").first for n in (1, 2, 3)]
HOSTS = [addresses(f"192.168.1.{n}").first for n in (2, 3, 4)]
FAR = addresses("10.9.0.5").first
OPEN = [addresses(f"192.0.2.{n}").first for n in (1, 2, 3)]
PORTS = [80, 81, 82, 5000]
SOURCE_PORTS = [53, 1024, 60000]
PROTOCOLS = [6, 17, 1]


def subset(numbers: list[int], everything: Intervals) -> st.SearchStrategy[Intervals]:
    """Sets that the chosen numbers tell apart completely."""
    some = st.sets(st.sampled_from(numbers), min_size=1).map(lambda chosen: Intervals.single(*chosen))
    return st.one_of(st.just(everything), some, some.map(lambda one: everything - one))


INSIDE_OR_OUT = [*OUTSIDERS, *OUTSIDE, *HOSTS, FAR, *OPEN]
SOURCE_CELLS = [Intervals.single(53), Intervals(((54, 49151),)), Intervals(((49152, 65535),)), Intervals(((0, 52),))]
source_ports = st.one_of(
    st.just(ANY_PORT),
    st.sets(st.sampled_from(SOURCE_CELLS[:3]), min_size=1, max_size=2).map(
        lambda chosen: Intervals.of(r for one in chosen for r in one)
    ),
)
dest_or_source = st.one_of(subset(PORTS, ANY_PORT), source_ports)
interfaces = st.sampled_from(
    [Names.but(), Names.of("lan1"), Names.but("lan1"), Names.of(WAN), Names.of("lan2", "lan3")]
)


@st.composite
def matches(draw: st.DrawFn, *, sides: bool = True, tracked: bool = False) -> Match:
    either = subset(INSIDE_OR_OUT, ANY_ADDRESS)
    simple = Match(
        protocols=draw(subset(PROTOCOLS, ANY_PROTOCOL)),
        sources=draw(either),
        destinations=draw(either),
        source_ports=draw(st.one_of(st.just(ANY_PORT), dest_or_source)),
        destination_ports=draw(st.one_of(st.just(ANY_PORT), dest_or_source)),
    )
    if tracked:
        return simple
    return Match(
        protocols=simple.protocols, sources=simple.sources, destinations=simple.destinations,
        source_ports=simple.source_ports, destination_ports=simple.destination_ports,
        states=draw(st.sampled_from([frozenset(State), frozenset({State.NEW}), frozenset({State.ESTABLISHED})])),
        translated=draw(st.sampled_from([None, None, True, False])),
        entering=draw(interfaces) if sides else Names.but(),
        leaving=draw(interfaces) if sides else Names.but(),
        unclear=draw(st.sampled_from(["", "", "", "", "at night"])),
    )  # fmt: skip


@st.composite
def rules(draw: st.DrawFn, jumps: tuple[str, ...]) -> Rule:
    actions = [Action.ACCEPT, Action.DROP, Action.REJECT, Action.CONTINUE, Action.RETURN, Action.ACCEPT, Action.DROP]
    action = draw(st.sampled_from([*actions, Action.JUMP] if jumps else actions))
    jump = draw(st.sampled_from(jumps)) if action is Action.JUMP else ""
    return Rule(action=action, match=draw(matches()), jump=jump)


@st.composite
def forwards(draw: st.DrawFn) -> Rule:
    match = Match(
        protocols=draw(subset(PROTOCOLS, ANY_PROTOCOL)),
        sources=draw(subset(OUTSIDERS, ANY_ADDRESS)),
        source_ports=draw(source_ports),
        destinations=draw(st.one_of(st.just(ANY_ADDRESS), subset(OUTSIDE, addresses("203.0.113.1-203.0.113.3")))),
        destination_ports=draw(st.sets(st.sampled_from(PORTS), min_size=1).map(lambda p: Intervals.single(*p))),
        unclear=draw(st.sampled_from(["", "", "", "by rate"])),
    )
    if draw(st.integers(0, 4)) == 0:
        return Rule(action=draw(st.sampled_from([Action.ACCEPT, Action.DROP])), match=match)
    inside = draw(st.sampled_from([[h] for h in (*HOSTS, FAR, OUTSIDE[0])] + [HOSTS[:2], None]))
    moved = draw(st.sampled_from([0, HOSTS[0] - OUTSIDE[0]]))
    target = Target(
        addresses=None if inside is None else Intervals.single(*inside),
        address_shift=moved if inside is None and match.destinations.size <= 3 else 0,
        ports=draw(st.sampled_from([None, None, Intervals.single(80), Intervals.single(81, 82)])),
        port_shift=draw(st.sampled_from([0, 0, 1, -1])),
        own=draw(st.integers(0, 5)) == 0,
    )
    kind = draw(st.sampled_from(list(ForwardKind)[:3]))
    return Rule(action=Action.TRANSLATE, match=match, target=target, kind=kind)


@st.composite
def routers(draw: st.DrawFn) -> RouterState:
    chain = RuleList(name="chain", rules=tuple(draw(st.lists(rules(()), max_size=3))), default=Action.RETURN)
    outer = RuleList(name="outer", rules=tuple(draw(st.lists(rules(("chain",)), max_size=3))), default=Action.RETURN)
    lists, hooks = [chain, outer], []
    for stage in draw(st.lists(st.sampled_from([s for s in Stage if s is not Stage.TRANSLATE]), max_size=5)):
        name = f"{stage}{len(lists)}"
        mine = tuple(draw(st.lists(rules(("chain", "outer")), max_size=4)))
        tracked = tuple(draw(st.lists(matches(tracked=True), max_size=1)))
        default = draw(st.sampled_from([Action.ACCEPT, Action.ACCEPT, Action.DROP]))
        lists.append(RuleList(name=name, rules=mine, default=default, tracked=tracked))
        hooks.append(Hook(stage=stage, rules=name, interfaces=draw(interfaces)))
    for _ in range(draw(st.integers(0, 2))):
        name = f"nat{len(lists)}"
        default = draw(st.sampled_from([Action.ACCEPT, Action.ACCEPT, Action.DROP]))
        lists.append(RuleList(name=name, rules=tuple(draw(st.lists(forwards(), max_size=4))), default=default))
        hooks.append(Hook(stage=Stage.TRANSLATE, rules=name, interfaces=draw(interfaces)))
    service = OwnService(
        name="web", purpose=Purpose.MANAGEMENT, protocol=draw(st.sampled_from(PROTOCOLS)),
        ports=Intervals.single(80, 82), sources=draw(subset(OUTSIDERS, ANY_ADDRESS)), entering=draw(interfaces),
    )  # fmt: skip
    return RouterState(
        kind="invented",
        origin=Origin.FILE,
        interfaces=(
            Interface(name=WAN, role=Role.WAN, addresses=(ip_interface("203.0.113.1/29"),)),
            Interface(name="lan1", role=Role.LAN, addresses=(ip_interface("192.168.1.1/24"),)),
            Interface(name="lan2", role=Role.LAN, addresses=(ip_interface("192.0.2.1/30"),)),
            Interface(name="lan3", role=Role.LAN),
        ),
        routes=(Route(destinations=ip_network("10.9.0.0/24"), interface="lan3"),),
        lists=tuple(lists),
        hooks=tuple(hooks),
        mappings=tuple(r for r in draw(st.lists(forwards(), max_size=1)) if r.action is Action.TRANSLATE),
        services=(service,),
    )


def is_for(reach: Reach, packet: Packet, protocols: bool) -> bool:
    return (
        protocols
        and packet.source in reach.sources
        and packet.destination in reach.outside
        and (not reach.outside_ports or packet.port in reach.outside_ports)
        and (not reach.source_ports or packet.protocol not in (6, 17) or packet.source_port in reach.source_ports)
    )


def nth(inside: Intervals, outside: Intervals, number: int) -> int:
    place = sum(min(last, number - 1) - first + 1 for first, last in outside if first < number)
    for first, last in inside:
        if place <= last - first:
            return first + place
        place -= last - first + 1
    raise AssertionError("the inside is shorter than the outside")


def numbers(one: Intervals) -> set[int]:
    return {n for first, last in one for n in range(first, last + 1)}


def predicted(state: RouterState, packet: Packet) -> tuple[set[Arrival], set[Arrival]]:
    """Where rows say that a packet may end, and where it certainly ends."""
    may: set[Arrival] = set()
    must: set[Arrival] = set()
    for row in PREDICTIONS[id(state)].openings:
        if not is_for(row.reach, packet, packet.protocol in row.protocols):
            continue
        if row.addresses_in_order:
            places = {nth(row.inside, row.reach.outside, packet.destination)}
        else:
            places = numbers(row.inside)
        ports = {0}
        if row.inside_ports:
            ports = (
                {nth(row.inside_ports, row.reach.outside_ports, packet.port)}
                if row.ports_in_order
                else numbers(row.inside_ports)
            )
        ends = {Arrival(row.inside_interface, a, p) for a in places for p in ports}
        may |= ends
        if row.reach.certain and len(ends) == 1:
            must |= ends
    return may, must


PREDICTIONS: dict[int, object] = {}


def universe() -> list[Packet]:
    found = []
    for source in OUTSIDERS:
        for destination in (*OUTSIDE, *OPEN):
            found.append(Packet(1, source, 0, destination, 0))
            found += [Packet(p, source, s, destination, q) for p in (6, 17) for s in SOURCE_PORTS for q in PORTS]
    return found


EVERY = universe()


def reachable_outside(state: RouterState) -> set[int]:
    """Destinations that the provider sends to this router: own ones, named ones and inside networks."""
    named = {
        n
        for hook in state.hooks
        if hook.stage is Stage.TRANSLATE and WAN in hook.interfaces
        for one in state.lists
        if one.name == hook.rules
        for rule in one.rules
        if rule.match.destinations.size <= 3
        for n in numbers(rule.match.destinations)
    }
    return named | {OUTSIDE[0]} | set(OPEN)


def chosen_by_the_router(rule: Rule) -> bool:
    """Whether one outside port goes to several inside ones, as the router likes."""
    target = rule.target
    sets = (target.addresses, target.ports) if target else ()
    return any(one is not None and one.size > 1 for one in sets)


@settings(max_examples=120, deadline=None)
@given(routers())
def test_rows_tell_exactly_what_happens_to_every_packet(state: RouterState) -> None:
    router = Router(state)
    PREDICTIONS.clear()
    prediction = predict(state)
    PREDICTIONS[id(state)] = prediction
    own = prediction.management[0]
    sent_here = reachable_outside(state)
    shared = any(chosen_by_the_router(rule) for rule in state.forwards)
    # Source ports: a row says nothing of them where an ordinary client (60000) comes through.
    for packet in EVERY:
        if packet.destination not in sent_here or packet.source_port == 1024:
            continue
        fates = router.fates(WAN, packet)
        happens = {f for f in fates if f is not None and f.interface}
        may, must = predicted(state, packet)
        assert happens <= may
        if packet.source_port in (60000, 0):
            assert may == happens
            assert must <= happens if shared else all(fates == {end} for end in must)
        answers = any(f is not None and not f.interface for f in fates)
        said = [w for w in own.ways if packet.protocol == own.service.protocol and is_for(w, packet, True)]
        assert bool(said) >= answers
        if packet.source_port in (60000, 0):
            assert bool(said) == answers


def test_nothing_is_open_without_rules_and_services() -> None:
    state = RouterState(
        kind="invented", origin=Origin.FILE,
        interfaces=(
            Interface(name=WAN, role=Role.WAN, addresses=(ip_interface("203.0.113.1/32"),)),
            Interface(name="lan1", role=Role.LAN, addresses=(ip_interface("192.168.1.1/24"),)),
        ),
    )  # fmt: skip
    prediction = predict(state)
    assert prediction.openings == ()
    assert prediction.management == ()
    assert prediction.complete


def with_lines(state: RouterState) -> RouterState:
    """The same router, every rule with a line of its own."""
    numbered = itertools.count(1)

    def lined(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        return tuple(replace(rule, lines=(Line(n := next(numbered), f"rule {n}"),)) for rule in rules)

    lists = tuple(replace(one, rules=lined(one.rules)) for one in state.lists)
    return replace(state, lists=lists, mappings=lined(state.mappings))


@settings(max_examples=150, deadline=None)
@given(routers())
def test_what_is_stopped_before_the_translation_never_gets_so_far(plain: RouterState) -> None:
    state = with_lines(plain)
    judge, prediction = Router(state), predict(state)
    rules = {rule.lines[0]: rule for rule in state.forwards}
    dropping = {r.lines[0] for one in state.lists for r in one.rules if r.action in (Action.DROP, Action.REJECT)}
    shown = {line for row in prediction.openings for line in row.reach.lines}
    now, sent_here = Situation(State.NEW, WAN, "", False), reachable_outside(state)
    for one in prediction.stopped:
        rule = rules[one.lines[0]]
        assert rule.lines[0] not in shown
        if one.obstacle in (Obstacle.BEFORE, Obstacle.AFTER):
            assert set(one.by) <= dropping, "a rule that drops, or a default without a line"
        if one.obstacle is not Obstacle.BEFORE:
            continue
        for packet in EVERY:
            if packet.destination in sent_here and meets(rule.match, packet, now):
                assert True not in set(judge.stage(Stage.ARRIVE, WAN, packet, now))
