"""What the state of a router says as facts, rows of the sheet among them."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from router_rows import read

from fushinban import clock
from fushinban.collect.flatten import parameters_of
from fushinban.drivers import _router_facts as shared
from fushinban.errors import NotSupported
from fushinban.model.facts import Level, NetworkService, RouterConfiguration
from fushinban.model.filtering import Action, ForwardKind, Hook, Match, Rule, RuleList, Stage, Target
from fushinban.model.intervals import TCP, UDP, Intervals, addresses, ports
from fushinban.model.reading import Answer, Reading, Source
from fushinban.model.router import Origin, OwnService, PasswordState, Purpose, RouterAccount, RouterState, UpnpServer
from fushinban.record.codec import decode, encode

SHOP = Path(__file__).parent / "yamaha_configs" / "shop_pppoe.txt"
FUNCTIONS = (
    shared.identity_of, shared.hostname_of, shared.configuration_of, shared.accounts_of, shared.settings_of,
    shared.remote_log_of, shared.dynamic_dns_of, shared.ntp_of, shared.interfaces_of, shared.port_mappings_of,
)  # fmt: skip


def sets(last: int) -> st.SearchStrategy[Intervals]:
    """Sets of numbers from 0 to `last`, with few and many ranges."""
    return st.lists(st.tuples(st.integers(0, last), st.integers(0, last)), max_size=7).map(Intervals.of)


PORTS, PROTOCOLS, ADDRESSES = sets(65535), sets(255), sets((1 << 128) - 1)
MATCHES = st.builds(
    Match, protocols=PROTOCOLS, sources=ADDRESSES, destinations=ADDRESSES, source_ports=PORTS, destination_ports=PORTS
)
TARGETS = st.builds(
    Target, addresses=st.none() | ADDRESSES, ports=st.none() | PORTS, own=st.booleans(), address_shift=st.just(0),
    port_shift=st.just(0),
)  # fmt: skip
RULES = st.builds(Rule, action=st.just(Action.TRANSLATE), match=MATCHES, target=st.none() | TARGETS)
SERVICES = st.builds(OwnService, protocol=st.integers(0, 255), ports=PORTS, sources=ADDRESSES)
STATES = st.builds(
    RouterState, lists=st.just(()), hooks=st.just(()), mappings=st.lists(RULES, max_size=3).map(tuple),
    services=st.lists(SERVICES, max_size=3).map(tuple),
)  # fmt: skip


def shop() -> RouterState:
    return read("yamaha", SHOP.read_text(encoding="utf-8"))


def reading(fact: Any) -> Reading[Any]:
    source = Source(driver="yamaha", request="show config", at=clock.now())
    return Reading(fact=type(fact), answer=Answer.OK, source=source, value=fact)


def forwarding(*rules: Rule, **more: Any) -> RouterState:
    """A router whose translation is these rules."""
    lists = (RuleList(name="nat", rules=rules), *more.pop("lists", ()))
    return RouterState(
        kind="test", origin=Origin.DEVICE, lists=lists, hooks=(Hook(stage=Stage.TRANSLATE, rules="nat"),), **more
    )


def rule(match: Match, target: Target, **more: Any) -> Rule:
    return Rule(action=Action.TRANSLATE, match=match, target=target, **more)


def test_a_shop_s_router_as_rows_of_its_sheet() -> None:
    said = {p.key: p.value for p in parameters_of(reading(shared.configuration_of(shop())))}
    assert said["router_configuration[tcp 8080].inside"] == "192.168.100.50"
    assert said["router_configuration[tcp 8080].inside_ports"] == "80"
    assert said["router_configuration[telnet tcp 23].sources"] == "192.168.100.0/24"
    assert said["router_configuration[(administrator)].password"] == "set"
    assert said["router_configuration.upnp"] == "false"
    assert said["router_configuration.log_hosts"] == "192.168.100.9"
    assert said["router_configuration.unread"] == "0"
    assert not any(".state" in key for key in said)


def test_a_reading_with_the_whole_state_comes_back_from_the_record() -> None:
    whole = reading(shared.configuration_of(shop()))
    again: Reading[Any] = decode(Reading, encode(whole, Reading))
    assert again == whole
    assert isinstance(again.value, RouterConfiguration)
    assert again.value.state == shop()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(STATES, st.sampled_from(FUNCTIONS))
def test_any_state_gives_facts_that_can_be_shown_and_kept(state: RouterState, function: Any) -> None:
    try:
        fact = function(state)
    except NotSupported:
        return
    keys = [p.key for p in parameters_of(reading(fact))]
    assert len(keys) == len(set(keys))
    assert decode(type(fact), encode(fact)) == fact


def test_where_a_packet_goes_is_written_in_few_words() -> None:
    state = forwarding(
        rule(
            Match(protocols=TCP | UDP, destination_ports=ports("5000-5010")),
            Target(addresses=addresses("192.0.2.5"), port_shift=1000),
        ),
        rule(
            Match(destinations=addresses("203.0.113.8/29")),
            Target(address_shift=-8),
            kind=ForwardKind.ONE_TO_ONE,
        ),
        rule(Match(protocols=TCP, destination_ports=ports("22")), Target(own=True, ports=ports("2222"))),
        rule(Match(sources=addresses("198.51.100.7")), Target(addresses=addresses("192.0.2.9")), kind=ForwardKind.DMZ),
    )
    several, pool, itself, rest = shared.configuration_of(state).forwards
    assert (several.protocol, several.outside_ports, several.inside_ports) == ("tcp/udp", "5000-5010", "6000-6010")
    assert (pool.outside, pool.inside) == ("203.0.113.8/29", "203.0.113.0/29")
    assert (itself.inside, itself.inside_ports) == ("router", "2222")
    assert (rest.protocol, rest.sources, rest.outside_ports, rest.kind) == ("all", "198.51.100.7", "", ForwardKind.DMZ)


def test_long_sets_are_cut_in_the_rows_and_whole_in_the_state() -> None:
    many = ports("1", "3", "5", "7", "9")
    state = forwarding(rule(Match(protocols=TCP, destination_ports=many), Target(addresses=addresses("192.0.2.5"))))
    told = shared.configuration_of(state)
    assert told.forwards[0].outside_ports == "1, 3, 5, 7, …"
    assert told.state.forwards[0].match.destination_ports == many


def test_forwards_of_lists_that_are_jumped_to_are_there_once() -> None:
    inner = rule(Match(protocols=TCP, destination_ports=ports("80")), Target(addresses=addresses("192.0.2.5")))
    jump = Rule(action=Action.JUMP, jump="more")
    back = Rule(action=Action.JUMP, jump="nat")
    state = forwarding(jump, jump, lists=(RuleList(name="more", rules=(inner, back), default=Action.RETURN),))
    assert state.forwards == (inner,)
    assert [one.name for one in state.lists_from("more")] == ["nat", "more"]
    assert state.lists_from("nowhere") == ()


def test_services_are_named_once_and_telnet_is_named_off() -> None:
    def service(name: str, number: str, protocol: int = 6) -> OwnService:
        return OwnService(name=name, purpose=Purpose.MANAGEMENT, protocol=protocol, ports=ports(number))

    state = RouterState(
        kind="test", origin=Origin.DEVICE, upnp=UpnpServer(enabled=True),
        services=(service("dns", "53", 17), service("dns", "53"), service("ssh", "22"), service("upnp", "1900", 17)),
    )  # fmt: skip
    found = {s.name: (s.service, s.enabled, s.ports) for s in shared.settings_of(state).services}
    assert found == {
        "dns": (NetworkService.OTHER, True, (53,)), "ssh": (NetworkService.SSH, True, (22,)),
        "telnet": (NetworkService.TELNET, False, ()), "upnp": (NetworkService.UPNP, True, ()),
    }  # fmt: skip


def test_nameless_users_are_no_accounts() -> None:
    nameless = RouterAccount(name="", administrator=True, password=PasswordState.EMPTY)
    named = RouterAccount(name="hoshu", administrator=False)
    state = RouterState(kind="test", origin=Origin.DEVICE, accounts=(nameless, named))
    (only,) = shared.accounts_of(state).accounts
    assert (only.name, only.level) == ("hoshu", Level.USER)
    assert next(one.password for one in shared.configuration_of(state).logins) is PasswordState.EMPTY
    with pytest.raises(NotSupported):
        shared.accounts_of(RouterState(kind="test", origin=Origin.DEVICE, accounts=(nameless,)))


def test_what_is_not_said_is_not_supported() -> None:
    empty = RouterState(kind="test", origin=Origin.DEVICE)
    for function in (
        shared.identity_of,
        shared.hostname_of,
        shared.accounts_of,
        shared.interfaces_of,
        shared.port_mappings_of,
    ):
        with pytest.raises(NotSupported):
            function(empty)
    assert shared.remote_log_of(empty).enabled is False
    assert shared.dynamic_dns_of(empty).enabled is False
    assert shared.configuration_of(empty).upnp is None
