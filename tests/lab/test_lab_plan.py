"""A lab file is read whole or refused with one sentence that names the file and the key."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fushinban.errors import InputError
from fushinban.lab import FAULTS, demonstration_plan, load_plan, parse_plan, planted
from fushinban.lab.plan import Auth
from fushinban.messages import Text
from fushinban.model.device import DeviceKind
from fushinban.model.facts.access import Level

GOOD = """
[lab]
name = "試験"
base_port = 12000

[defaults]
dns = ["127.77.0.1"]

[[device]]
id = "a"
address = "127.77.0.2"
users = [{ name = "u", password = "p", level = "Operator" }]
auth = "digest-sha256"
faults = ["open-telnet", { name = "slow", milliseconds = 7 }, { name = "open-ssh", expects = ["G-9"] }]
[device.appearance]
server = "Other/2"

[[device]]
id = "b"
kind = "recorder"
address = "127.77.0.3"
dns = []
recording = "r.tar.gz"

[answers]
"G-3.5-1g" = "yes"
"""


def _read(text: str) -> object:
    return parse_plan(text, "LAB.toml", Path("/site"))


def test_a_good_file() -> None:
    plan = parse_plan(GOOD, "LAB.toml", Path("/site"))
    a, b = plan.devices
    assert (plan.base_port, plan.networks, dict(plan.answers)) == (12000, ("127.77.0.0/24",), {"G-3.5-1g": "yes"})
    assert (a.auth, a.users[0].level, a.login, a.dns) == (Auth.DIGEST_SHA256, Level.OPERATOR, "u", ("127.77.0.1",))
    assert (a.answer_ms, a.appearance.server) == (7, "Other/2")
    assert {"telnet", "ssh"} < a.services
    assert planted(plan) == {("a", "G-2.1-2"), ("a", "G-9")}
    assert (b.kind, b.dns, b.login, b.recording) == (DeviceKind.RECORDER, (), "", "/site/r.tar.gz")


def test_passwords_are_not_in_the_repr() -> None:
    assert "asagiri-lab-default" not in repr(demonstration_plan())
    assert "tsubame" not in repr(demonstration_plan())


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (('name = "試験"', 'name = "試験"\ncolour = 1'), r"LAB.toml: \[lab\] has an unknown key 'colour'"),
        (('name = "試験"', ""), r"\[lab\] lacks 'name'"),
        (("base_port = 12000", 'base_port = "x"'), "'base_port' in .* must be a whole number"),
        (("base_port = 12000", "base_port = 16384"), "between 1024 and 16383"),
        (("base_port = 12000", "base_port = true"), "must be a whole number"),
        (('id = "a"', 'id = "a"\ncolour = "red"'), r"\[\[device\]\] a has an unknown key 'colour'"),
        (('id = "b"', 'id = "a"'), "share the id 'a'"),
        (("127.77.0.3", "127.77.0.2"), "share the address"),
        (("127.77.0.3", "192.0.2.1"), "'192.0.2.1' .* cannot be used"),
        (("127.77.0.3", "camera"), "'camera' .* cannot be used"),
        (('auth = "digest-sha256"', 'auth = "basic"'), "'auth' .* cannot be 'basic'"),
        (('auth = "digest-sha256"', 'services = ["gopher"]'), "'services' .* cannot be 'gopher'"),
        (('auth = "digest-sha256"', 'login = "nobody"'), "login 'nobody'"),
        (('auth = "digest-sha256"', 'gateway = "x"'), "'gateway' .* cannot be 'x'"),
        (('auth = "digest-sha256"', 'ip_filter = ["1.2.3.4/99"]'), "'ip_filter' .* cannot be"),
        (('auth = "digest-sha256"', 'qop = "auth-conf"'), "'qop' .* cannot be"),
        (('level = "Operator"', 'level = "King"'), "'level' .* cannot be 'King'"),
        (('level = "Operator"', "age = 3"), "unknown key 'age'"),
        (('"open-telnet"', '"open-window"'), "unknown fault 'open-window'"),
        (("milliseconds = 7", "hours = 7"), "no parameter 'hours'"),
        (("milliseconds = 7", "milliseconds = 7.5"), "'milliseconds' .* must be"),
        (("milliseconds = 7", "milliseconds = -7"), "wrong type"),
        (('"open-telnet"', "3"), "'faults' .* must be a list"),
        (('server = "Other/2"', "size = 2"), "unknown key 'size'"),
        (("[answers]", "[replies]"), "unknown key 'replies'"),
        (("[lab]", "[lab"), "cannot be read"),
    ],
)
def test_mistakes_are_named(change: tuple[str, str], wanted: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(InputError, match=wanted):
        _read(GOOD.replace(*change))


def test_a_file_without_devices_and_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no device"):
        _read('[lab]\nname = "x"\n')
    with pytest.raises(InputError, match=r"nothing\.toml"):
        load_plan(tmp_path / "nothing.toml")
    (tmp_path / "LAB.toml").write_text(GOOD, encoding="utf-8")
    assert load_plan(tmp_path / "LAB.toml").devices[1].recording == str(tmp_path / "r.tar.gz")


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_a_plan_or_an_input_error(text: str) -> None:
    try:
        plan = parse_plan(text, "LAB.toml", Path())
    except InputError as error:
        sentence = error.text
    else:
        sentence = Text(plan.name, plan.source)
    assert sentence.en


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 70000) | st.text(max_size=8),
    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.sampled_from(["name", "users", "x"]), v, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(
    key=st.sampled_from(["id", "address", "users", "faults", "services", "appearance", "login", "kind"]), value=_VALUES
)
def test_any_value_is_read_or_refused(key: str, value: object) -> None:
    from fushinban.lab.plan_file import _device  # the reader below the TOML parser
    from fushinban.lab.toml_table import Table

    data = {"id": "a", "address": "127.0.0.1", key: value}
    try:
        address = _device(Table("f", "[[device]] 1", data), Path()).address
    except InputError as error:
        address = "127." if error.text.ja else ""
    assert address.startswith("127.")


def test_the_demonstration_site() -> None:
    plan = demonstration_plan()
    kinds = [d.kind for d in plan.devices]
    assert len(kinds) == 12
    assert kinds.count(DeviceKind.RECORDER) == 1
    assert kinds.count(DeviceKind.ROUTER) == 1
    used = [p for d in plan.devices for p in d.planted if p.expects]
    assert 18 <= len(used) <= 25
    assert {p.fault for d in plan.devices for p in d.planted} <= set(FAULTS)
    recorder = next(d for d in plan.devices if d.kind is DeviceKind.RECORDER)
    assert len(recorder.channels) == 8
    passwords = [u.password for d in plan.devices for u in d.users]
    shared = {p for p in passwords if passwords.count(p) > 1}
    assert len(shared) == 1, "only the planted shared password stands twice"
    assert not any("placeholder" in p for p in passwords)
