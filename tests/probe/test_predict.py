"""Single properties of the prediction: answers, names of devices, remarks, and rows that are said once."""

from dataclasses import replace
from ipaddress import ip_address, ip_interface, ip_network

import pytest

from fushinban.clock import monotonic
from fushinban.errors import InputError
from fushinban.model.exposure import InsideDevice, Opening
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
from fushinban.model.intervals import TCP, Intervals, addresses, ports, written_addresses, written_ports
from fushinban.model.router import (
    Interface,
    Origin,
    OwnService,
    Purpose,
    Role,
    Route,
    RouterState,
    Unread,
    UpnpServer,
)
from fushinban.model.text import Text
from fushinban.probe import predict
from fushinban.probe.reading import known_kinds, read_configuration

WAN = Interface(name="wan", role=Role.WAN, addresses=(ip_interface("203.0.113.1/30"),))
LAN = Interface(name="lan", role=Role.LAN, addresses=(ip_interface("192.168.1.1/24"),))
CAMERA = "192.168.1.20"


def forward(outside: int, inside: int = 80, *, to: str = CAMERA, kind: ForwardKind = ForwardKind.STATIC) -> Rule:
    return Rule(
        action=Action.TRANSLATE, kind=kind, lines=(Line(outside, f"forward {outside}"),),
        match=Match(protocols=TCP, destination_ports=Intervals.single(outside)),
        target=Target(addresses=addresses(to), ports=Intervals.single(inside)),
    )  # fmt: skip


def router(*rules: Rule, **changed: object) -> RouterState:
    state = RouterState(
        kind="invented", origin=Origin.FILE, interfaces=(WAN, LAN), lists=(RuleList(name="nat", rules=rules),),
        hooks=(Hook(stage=Stage.TRANSLATE, rules="nat", interfaces=Names.of("wan")),),
    )  # fmt: skip
    return replace(state, **changed)  # type: ignore[arg-type]


def hooked(stage: Stage, *rules: Rule, at: str, default: Action = Action.ACCEPT) -> tuple[RuleList, Hook]:
    return RuleList(name=str(stage), rules=rules, default=default), Hook(
        stage=stage, rules=str(stage), interfaces=Names.of(at)
    )


def with_list(state: RouterState, made: tuple[RuleList, Hook]) -> RouterState:
    return replace(state, lists=(*state.lists, made[0]), hooks=(*state.hooks, made[1]))


def only(rows: tuple[Opening, ...]) -> Opening:
    assert len(rows) == 1
    return rows[0]


@pytest.mark.parametrize(
    ("stage", "at", "match", "opened"),
    [
        (Stage.DEPART, "wan", Match(sources=addresses("203.0.113.1"), source_ports=Intervals.single(8080)), False),
        (Stage.DEPART, "wan", Match(sources=addresses(CAMERA)), True),  # it has the outside address by then
        (Stage.LEAVE, "wan", Match(sources=addresses(CAMERA), source_ports=Intervals.single(80)), False),
        (Stage.LEAVE, "wan", Match(sources=addresses("203.0.113.1")), True),
        (Stage.ARRIVE, "wan", Match(destination_ports=Intervals.single(8080)), False),
        (Stage.ARRIVE, "wan", Match(destination_ports=Intervals.single(80)), True),
        (Stage.ENTER, "wan", Match(destination_ports=Intervals.single(80)), False),
        (Stage.DEPART, "lan", Match(destinations=addresses(CAMERA)), False),
        (Stage.ARRIVE, "lan", Match(sources=addresses(CAMERA)), False),
        (Stage.FORWARD, "lan", Match(leaving=Names.of("wan")), False),  # its answers
        (Stage.FORWARD, "wan", Match(leaving=Names.of("lan"), translated=True), False),
        (Stage.FORWARD, "wan", Match(leaving=Names.of("lan"), translated=False), True),
        (Stage.INPUT, "wan", Match(), True),
    ],
)
def test_each_stage_sees_the_packet_as_it_is_there(stage: Stage, at: str, match: Match, opened: bool) -> None:
    state = with_list(router(forward(8080)), hooked(stage, Rule(action=Action.DROP, match=match), at=at))
    assert bool(predict(state).openings) is opened


def test_an_opening_carries_its_lines_and_the_names_of_devices() -> None:
    accept = Rule(action=Action.ACCEPT, match=Match(destinations=addresses(CAMERA)), lines=(Line(3, "let it in"),))
    state = with_list(router(forward(8080)), hooked(Stage.ENTER, accept, at="wan", default=Action.DROP))
    camera = InsideDevice(name="entrance", addresses=(ip_address(CAMERA),))
    other = InsideDevice(name="till", addresses=(ip_address("192.168.1.21"),))
    row = only(predict(state, (camera, other)).openings)
    assert [line.text for line in row.reach.lines] == ["let it in", "forward 8080"]
    assert row.devices == ("entrance",)
    assert (row.protocol, row.kind, row.inside_interface) == ("tcp", ForwardKind.STATIC, "lan")
    assert written_addresses(row.reach.outside) == ("203.0.113.1",)
    assert (written_ports(row.reach.outside_ports), written_ports(row.inside_ports)) == (("8080",), ("80",))
    assert row.reach.anyone


def test_mappings_of_upnp_come_before_what_is_written() -> None:
    asked = forward(8080, to="192.168.1.30", kind=ForwardKind.UPNP)
    state = router(forward(8080), forward(8081), mappings=(asked,), upnp=UpnpServer(enabled=True))
    prediction = predict(state)
    assert [(r.kind, written_addresses(r.inside)) for r in prediction.openings] == [
        (ForwardKind.UPNP, ("192.168.1.30",)), (ForwardKind.STATIC, (CAMERA,)),
    ]  # fmt: skip
    assert len(prediction.notes) == 1
    assert [f.kind for f in state.forwards] == [ForwardKind.UPNP, ForwardKind.STATIC, ForwardKind.STATIC]


def test_what_holds_for_certain_is_not_said_again_as_a_possibility() -> None:
    rule = Rule(action=Action.ACCEPT, match=Match(sources=addresses("198.51.100.0/24"), unclear="at night"))
    sure = Rule(action=Action.ACCEPT, match=Match(sources=addresses("198.51.0.0/16")))
    state = with_list(router(forward(8080)), hooked(Stage.ENTER, sure, rule, at="wan", default=Action.DROP))
    assert only(predict(state).openings).reach.certain
    both = with_list(router(forward(8080)), hooked(Stage.ENTER, rule, at="wan", default=Action.DROP))
    prediction = predict(both)
    assert not only(prediction.openings).reach.certain
    assert not prediction.complete


def test_a_restriction_to_a_source_port_is_told_and_an_ordinary_one_is_not() -> None:
    dns = Rule(action=Action.ACCEPT, match=Match(source_ports=Intervals.single(53)))
    state = with_list(router(forward(8080)), hooked(Stage.ENTER, dns, at="wan", default=Action.DROP))
    assert only(predict(state).openings).reach.source_ports == Intervals.single(53)
    netbios = Rule(action=Action.DROP, match=Match(source_ports=ports("135-139")))
    state = with_list(router(forward(8080)), hooked(Stage.ENTER, netbios, at="wan"))
    assert not only(predict(state).openings).reach.source_ports


def test_who_is_left_out_is_told() -> None:
    blocked = Rule(action=Action.DROP, match=Match(sources=addresses("198.51.100.0/24", "10.0.0.0/8")))
    state = with_list(router(forward(8080)), hooked(Stage.ENTER, blocked, at="wan"))
    reach = only(predict(state).openings).reach
    assert not reach.anyone
    assert written_addresses(reach.left_out) == ("198.51.100.0/24",)
    private = Rule(action=Action.DROP, match=Match(sources=addresses("10.0.0.0/8", "192.168.0.0/16")))
    assert only(predict(with_list(router(forward(8080)), hooked(Stage.ENTER, private, at="wan"))).openings).reach.anyone


def test_a_forward_to_nowhere_is_noted_and_not_listed() -> None:
    prediction = predict(router(forward(8080, to="192.168.77.5")))
    assert prediction.openings == ()
    assert "192.168.77.5" in prediction.notes[0].en
    routed = router(forward(8080, to="192.168.77.5"), routes=(
        Route(destinations=ip_network("192.168.77.0/24"), interface="lan", lines=(Line(9, "route"),)),
    ))  # fmt: skip
    assert only(predict(routed).openings).inside_interface == "lan"


def test_a_private_address_outside_is_noted_and_its_neighbours_are_outsiders() -> None:
    wan = replace(WAN, addresses=(ip_interface("192.168.0.2/24"),))
    prediction = predict(router(forward(8080), interfaces=(wan, LAN)))
    assert "192.168.0.2" in prediction.notes[0].en
    row = only(prediction.openings)
    assert row.reach.anyone
    assert addresses("192.168.0.77").first in row.reach.sources
    assert addresses("192.168.1.77").first not in row.reach.sources


def test_without_a_way_outside_nothing_is_reached() -> None:
    prediction = predict(router(forward(8080), interfaces=(LAN,)))
    assert prediction.openings == ()
    assert len(prediction.notes) == 1


def test_a_device_with_an_address_of_the_internet_is_found() -> None:
    lan = replace(LAN, addresses=(ip_interface("198.51.100.1/29"), ip_interface("2001:db8:1::1/64")))
    wan = replace(WAN, addresses=(*WAN.addresses, ip_interface("2001:db8::2/64")))
    camera = InsideDevice(name="c", addresses=(ip_address("198.51.100.3"), ip_address("2001:db8:1::3")))
    inside = InsideDevice(name="d", addresses=(ip_address("192.168.5.5"),))
    shut = Hook(stage=Stage.FORWARD, rules="no v6", families=frozenset({Family.V6}))
    state = router(interfaces=(wan, lan), lists=(RuleList(name="no v6", default=Action.DROP),), hooks=(shut,))
    prediction = predict(state, (camera, inside))
    assert {(g.name, g.interface, g.address, g.reachable) for g in prediction.global_addresses} == {
        ("c", "", "198.51.100.3", True), ("c", "", "2001:db8:1::3", False),
        ("", "lan", "198.51.100.0/29", True), ("", "lan", "2001:db8:1::/64", False),
    }  # fmt: skip
    assert {(r.kind, r.protocol, r.devices) for r in prediction.openings} == {
        (ForwardKind.DIRECT, "tcp", ("c",)), (ForwardKind.DIRECT, "udp", ("c",)), (ForwardKind.DIRECT, "other", ("c",)),
    }  # fmt: skip


def test_the_routers_own_services_and_those_sent_to_it() -> None:
    ssh = OwnService(name="ssh", purpose=Purpose.MANAGEMENT, protocol=6, ports=ports("22"), lines=(Line(4, "ssh on"),))
    lan_only = replace(ssh, name="web", ports=ports("80"), entering=Names.of("lan"))
    redirect = Rule(
        action=Action.TRANSLATE, match=Match(protocols=TCP, destination_ports=ports("2222")),
        target=Target(own=True, ports=ports("22")),
    )  # fmt: skip
    through = forward(10022, 22, to="192.168.1.1")
    prediction = predict(router(redirect, through, services=(ssh, lan_only)))
    found = {one.service.name: one for one in prediction.management}
    assert [written_ports(way.outside_ports) for way in found["ssh"].ways] == [("22",), ("2222",), ("10022",)]
    assert not found["web"].reachable
    assert found["ssh"].ways[0].lines == (Line(4, "ssh on"),)
    heard = hooked(Stage.INPUT, Rule(action=Action.DROP, match=Match(destination_ports=ports("22"))), at="wan")
    assert not any(one.reachable for one in predict(with_list(router(through, services=(ssh,)), heard)).management)


def test_an_unread_line_makes_it_incomplete() -> None:
    one = Unread(line=Line(7, "odd"), reason=Text("不明", "unknown"))
    prediction = predict(router(forward(8080), unread=(one,)))
    assert not prediction.complete
    assert prediction.unread == (one,)
    assert predict(router(forward(8080))).complete


def test_a_jump_in_a_circle_ends() -> None:
    circle = RuleList(name="a", rules=(Rule(action=Action.JUMP, jump="b"),))
    back = RuleList(name="b", rules=(Rule(action=Action.JUMP, jump="a"),), default=Action.RETURN)
    state = router(forward(8080))
    hook = Hook(stage=Stage.FORWARD, rules="a")
    prediction = predict(replace(state, lists=(*state.lists, circle, back), hooks=(*state.hooks, hook)))
    assert not only(prediction.openings).reach.certain
    missing = replace(circle, rules=(Rule(action=Action.JUMP, jump="nowhere"),))
    prediction = predict(replace(state, lists=(*state.lists, missing), hooks=(*state.hooks, hook)))
    assert not prediction.complete


def test_reading_says_which_kinds_there_are() -> None:
    assert "yamaha" in known_kinds()
    with pytest.raises(InputError) as refused:
        read_configuration(b"ip lan1 address 192.168.1.1/24\n", "cisco")
    assert "yamaha" in refused.value.text.en
    with pytest.raises(InputError):
        read_configuration(b"nothing that any router says\n")
    with pytest.raises(InputError):
        read_configuration(b"nothing that any router says\n", "yamaha")
    with pytest.raises(InputError):
        read_configuration(b" " * (8 * 1024 * 1024 + 1))
    assert read_configuration(b"ip lan1 address 192.168.1.1/24\n").kind == "yamaha"


def chains(depth: int, *, times: int) -> tuple[RuleList, ...]:
    """Lists of which each calls the next one so many times; the last accepts one address."""
    jumps = [
        RuleList(
            name=f"c{n}", default=Action.RETURN,
            rules=tuple(Rule(action=Action.JUMP, jump=f"c{n + 1}") for _ in range(times)),
        )
        for n in range(depth)
    ]  # fmt: skip
    last = Rule(action=Action.ACCEPT, match=Match(sources=addresses("198.51.100.7")))
    return (*jumps, RuleList(name=f"c{depth}", rules=(last,), default=Action.RETURN))


def behind_chains(depth: int, *, times: int = 1) -> RouterState:
    jump = Rule(action=Action.JUMP, jump="c0")
    state = with_list(router(forward(8080)), hooked(Stage.FORWARD, jump, at="wan", default=Action.DROP))
    return replace(state, lists=(*state.lists, *chains(depth, times=times)))


def test_lists_that_call_one_another_are_followed() -> None:
    found = predict(behind_chains(20))
    assert only(found.openings).reach.certain
    assert only(found.openings).reach.sources == addresses("198.51.100.7")
    assert found.complete


@pytest.mark.parametrize(("depth", "times"), [(5000, 1), (60, 2), (60, 9)])
def test_lists_without_an_end_neither_stop_the_program_nor_are_believed(depth: int, times: int) -> None:
    begun = monotonic()
    found = predict(behind_chains(depth, times=times))
    assert monotonic() - begun < 20, "2 to the power of 60 jumps are not followed"
    assert {row.reach.sources for row in found.openings if row.reach.certain} <= {addresses("198.51.100.7")}
    assert any(addresses("198.51.100.8").meets(r.reach.sources) for r in found.openings), "they may accept anybody"
    assert not found.complete


def test_many_conditions_that_cannot_be_evaluated_do_not_multiply() -> None:
    rules = [
        Rule(action=Action.ACCEPT, match=match, lines=(Line(1000 + n, f"rule {n}"),))
        for n in range(1, 60)
        for match in (
            Match(sources=addresses(f"{n}.0.0.0/8"), unclear="by time"),
            Match(source_ports=ports(f"{n}-{n + 1000}"), protocols=TCP, unclear="by content"),
        )
    ]
    begun = monotonic()
    found = predict(with_list(router(forward(8080)), hooked(Stage.FORWARD, *rules, at="wan", default=Action.DROP)))
    assert monotonic() - begun < 10, "it took minutes when every rule was told for every part"
    assert found.openings
    assert not any(row.reach.certain for row in found.openings)
