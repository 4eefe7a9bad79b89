"""What a router's configuration said, kept with its site: as it was, once per site, without secrets."""

from dataclasses import replace
from ipaddress import ip_interface

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban.errors import Conflict, StoreError
from fushinban.model.filtering import Family, Hook, Line, Match, Names, RuleList, Stage
from fushinban.model.intervals import ANY_ADDRESS, TCP, Intervals, addresses
from fushinban.model.router import Action, Interface, Origin, Role, RouterState, Rule, Target, Unread
from fushinban.model.text import Text
from fushinban.record.codec import decode, encode
from fushinban.record.store import Store

RULE = Rule(
    action=Action.TRANSLATE,
    match=Match(protocols=TCP, sources=ANY_ADDRESS, entering=Names.but("lan")),
    target=Target(addresses=addresses("192.168.1.64"), ports=Intervals.single(80)),
    lines=(Line(3, "nat descriptor masquerade static 1 1 192.168.1.64 tcp 8080=80"),),
)
STATE = RouterState(
    kind="yamaha",
    origin=Origin.FILE,
    interfaces=(
        Interface(
            name="lan1", role=Role.LAN, addresses=(ip_interface("192.168.1.1/24"), ip_interface("2001:db8::1/64")),
            assigned=frozenset({Family.V6}),
        ),
    ),
    lists=(RuleList(name="nat", rules=(RULE,)),),
    hooks=(Hook(stage=Stage.TRANSLATE, rules="nat", interfaces=Names.of("pp1")),),
    unread=(Unread(line=Line(9, "ip stealth all"), reason=Text("未対応", "not known")),),
    line_count=12,
)  # fmt: skip


def test_a_router_comes_back_as_it_was(store: Store) -> None:
    assert store.routers.get("shop") is None
    kept = store.routers.keep("shop", STATE, "rtx.txt", "山田", 0)
    assert store.routers.get("shop") == kept
    assert (kept.state, kept.name, kept.by, kept.version) == (STATE, "rtx.txt", "山田", 1)
    assert store.routers.get("other") is None
    (entry,) = store.audit.entries(action="router.kept")
    assert (entry.kind, entry.id, entry.detail["lines"]) == ("router-state", "shop", 12)


def test_two_who_keep_one_at_once(store: Store) -> None:
    store.routers.keep("shop", STATE, "a", "x", 0)
    with pytest.raises(Conflict):
        store.routers.keep("shop", replace(STATE, model="RTX830"), "b", "y", 0)
    assert store.routers.keep("shop", replace(STATE, model="RTX830"), "b", "y", 1).version == 2
    assert store.routers.keep("shop", STATE, "c", "z").version == 3
    assert store.routers.drop("shop")
    assert not store.routers.drop("shop")
    assert store.routers.get("shop") is None
    assert list(store.audit.verify()) == []


@given(st.lists(st.tuples(st.integers(0, 2**128 - 1), st.integers(0, 2**128 - 1)), max_size=5))
def test_sets_of_addresses_are_kept_exactly(ranges: list[tuple[int, int]]) -> None:
    kept = Intervals.of((min(r), max(r)) for r in ranges)
    assert decode(Intervals, encode(kept)) == kept


@pytest.mark.parametrize("text", ['{"ranges":[[1]]}', '{"ranges":[[1,"2"]]}', '{"ranges":[1]}', '{"ranges":[[1,2,3]]}'])
def test_a_broken_set_is_refused(text: str) -> None:
    with pytest.raises(StoreError):
        decode(Intervals, text)
