"""What several makers' drivers share: values of answers, and how an interface is opened."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_session import ScriptedSession

from fushinban.drivers._maker_values import (
    Tree,
    address_of,
    clip,
    indexed,
    mac_of,
    networks_of,
    pairs,
    ports_of,
    switch,
    tree,
    whole,
    with_prefix,
)
from fushinban.drivers._maker_web import MakerWeb, open_web, open_web_as_stranger
from fushinban.errors import Denied, Malformed, Unreachable
from fushinban.messages import Text
from fushinban.transport.values import HttpAnswer, HttpRequest

DOWN = Unreachable(Text("届かない", "down"))
NO = Denied(Text("拒否", "no"))


def web(answers: dict[str, object]) -> tuple[MakerWeb, ScriptedSession]:
    session = ScriptedSession(answers)  # type: ignore[arg-type]
    return MakerWeb(session=session), session  # type: ignore[arg-type]


def over_tls(request: HttpRequest) -> bytes | HttpAnswer:
    if request.tls:
        return b"a=1"
    return HttpAnswer(301, {"location": "https://192.0.2.10/"}, b"")


def test_an_interface_that_sends_to_https_is_read_there() -> None:
    made, session = web({"/": over_tls})
    asyncio.run(open_web(made, "/first", pairs))
    assert made.gate is None
    assert made.door.tls
    assert asyncio.run(made.ask("/second")) == b"a=1"
    assert session.asked == ["/first", "/first", "/second"]


def test_what_is_wrong_with_the_first_request_closes_the_rest() -> None:
    for said in (DOWN, NO, b"<html>", b""):
        made, session = web({"/": said})
        asyncio.run(open_web(made, "/first", pairs))
        before = len(session.asked)
        with pytest.raises((Unreachable, Denied, Malformed)):
            asyncio.run(made.ask("/second"))
        assert len(session.asked) == before


def test_what_a_stranger_is_told_stays_when_the_login_is_refused() -> None:
    made, session = web({"/open": b"a=1", "/first": NO})
    asyncio.run(open_web_as_stranger(made, "/open", "/first", pairs))
    assert asyncio.run(made.ask("/open", login=False)) == b"a=1"
    with pytest.raises(Denied):
        asyncio.run(made.ask("/second"))
    assert session.asked == ["/open", "/first"]


def test_a_silent_device_is_not_asked_for_its_login() -> None:
    made, session = web({"/": DOWN})
    asyncio.run(open_web_as_stranger(made, "/open", "/first", pairs))
    assert set(session.asked) == {"/open"}
    with pytest.raises(Unreachable):
        asyncio.run(made.ask("/open", login=False))


def test_lines() -> None:
    assert pairs(b"\xef\xbb\xbfa=1\r\n b.c[0].D = x=y \n\"Users.Index=A/B\"\nno line\na=2\n") == {
        "b.c[0].D": "x=y", "Users.Index": "A/B", "a": "2",
    }  # fmt: skip
    for none in (b"", b"=1", b"<p>a=1</p>", b"1 2=3", b"OK\r\n"):
        with pytest.raises(Malformed):
            pairs(none)


def test_rows() -> None:
    values = {"t[10].a": "3", "t[2].a": "2", "t.a": "1", "t[2].m[0].b": "4", "u[0].a": "5"}
    assert indexed(values, "t") == [{"a": "1"}, {"a": "2", "m[0].b": "4"}, {"a": "3"}]
    assert indexed({"[1].a": "1", "b": "2", "m[0].c": "3"}) == [{"b": "2"}, {"a": "1"}]


@pytest.mark.parametrize(
    ("value", "on"), [(True, True), ("True", True), (0, False), ("off", False), ("?", None), (2, None)]
)
def test_switches(value: object, on: bool | None) -> None:
    assert switch(value) is on


def test_numbers_and_ports() -> None:
    assert [whole(v) for v in ("7", 7, -1, "x", "", "٣", "99999999999999", True)] == [7, 7, *[None] * 6]
    assert ports_of("80", 80, 0, "99999", "554") == (80, 554)


def test_addresses() -> None:
    assert (mac_of("EC-71-DB-00-00-01"), mac_of("ec71db000001"), mac_of("00:00:00:00:00:00"), mac_of("x")) == (
        "ec:71:db:00:00:01", "ec:71:db:00:00:01", "", "",
    )  # fmt: skip
    assert (address_of("0.0.0.0"), address_of("192.0.2.1"), address_of("2001:DB8::1"), address_of("x")) == (
        "", "192.0.2.1", "2001:db8::1", "",
    )  # fmt: skip
    assert with_prefix("192.0.2.1", "255.255.255.0") == "192.0.2.1/24"
    assert with_prefix("192.0.2.1", "nonsense") == "192.0.2.1"
    assert networks_of("192.0.2.0-192.0.2.255") == ("192.0.2.0/24",)
    assert networks_of("192.0.2.9-2001:db8::1") == networks_of("192.0.2.9-192.0.2.1") == networks_of("x") == ()


def test_json() -> None:
    found = tree(b'\xef\xbb\xbf{"a": {"b": [1, {"c": "x"}]}, "n": 3, "s": "on"}')
    assert found.at("a", "b").rows[1].text("c") == "x"
    assert (found.whole("n"), found.switch("s"), found.text("a"), found.at("no", "way").there) == (3, True, "", False)
    with pytest.raises(Malformed):
        found.need("a", "z")
    for none in (b"", b"3", b'"x"', b"[" * 100_000, b"1" * 5000, b"{"):
        with pytest.raises(Malformed):
            tree(none)


@given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.text())))
def test_a_text_that_is_kept_is_one_printable_line(value: object) -> None:
    kept = clip(value)
    assert len(kept) <= 256
    assert kept.isprintable()


@given(
    st.recursive(st.none() | st.text() | st.integers(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)),
    st.text(),
)
def test_no_part_of_an_answer_raises(value: object, name: str) -> None:
    part = Tree(value)
    assert isinstance(part.text(name), str)
    assert part.switch(name) in (True, False, None)
    assert all(isinstance(row, Tree) for row in part.rows)
