"""Facts become flat parameters with labels, stable keys and a digest."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from fushinban.collect.flatten import digest_of, parameters_of, sheet_of
from fushinban.model.facts import FACT_TYPES, Account, Accounts, DeviceTime, Fact, Hostname, Level, Protocol, Protocols
from fushinban.model.facts.time import ClockSource
from fushinban.model.reading import Answer, Reading, Source
from fushinban.model.sheet import Importance, Stage, differences

AT = datetime(2026, 11, 1, tzinfo=UTC)


def reading(fact: Fact) -> Reading:
    return Reading(fact=type(fact), answer=Answer.OK, value=fact, source=Source(driver="onvif", request="GetX", at=AT))


def accounts(*names: str) -> Accounts:
    return Accounts(accounts=tuple(Account(name=n, level=Level.OPERATOR) for n in names))


def test_rows_have_stable_keys_whatever_their_order() -> None:
    one = {p.key: p.value for p in parameters_of(reading(accounts("admin", "audit")))}
    two = {p.key: p.value for p in parameters_of(reading(accounts("audit", "admin")))}
    assert one == two
    assert one["accounts[admin].level"] == "Operator"


def test_a_name_listed_twice_keeps_both_rows() -> None:
    protocols = Protocols(
        protocols=(
            Protocol(name="HTTP", enabled=True, ports=(80,)),
            Protocol(name="HTTP", enabled=False, ports=(8080,)),
        )
    )
    values = {p.key: p.value for p in parameters_of(reading(protocols))}
    assert values["protocols[HTTP].ports"] == "80"
    assert values["protocols[HTTP#2].ports"] == "8080"
    assert values["protocols[HTTP#2].enabled"] == "false"


def test_what_was_not_answered_gives_no_parameter() -> None:
    denied = Reading(fact=Accounts, answer=Answer.DENIED, source=Source(driver="onvif", request="GetUsers", at=AT))
    assert list(parameters_of(denied)) == []


def test_labels_unit_and_volatile_marks_come_from_the_field() -> None:
    parameters = {p.key: p for p in parameters_of(reading(DeviceTime(source=ClockSource.NTP, offset=1.26)))}
    offset = parameters["time.offset"]
    assert (offset.value, offset.unit, offset.volatile) == ("1.3", "s", True)
    assert offset.label.ja == "実測ずれ"
    assert "time.utc" not in parameters, "an unknown value must not appear as an empty one"


def test_a_volatile_value_changes_neither_digest_nor_differences() -> None:
    first = sheet_of("d", Stage.INSTALLED, AT, [reading(DeviceTime(source=ClockSource.NTP, offset=1.0))])
    later = sheet_of("d", Stage.ACTUAL, AT, [reading(DeviceTime(source=ClockSource.NTP, offset=99.0))])
    assert first.digest == later.digest
    assert differences(first, later) == ()


def test_a_new_account_is_a_major_difference() -> None:
    before = sheet_of("d", Stage.INSTALLED, AT, [reading(accounts("admin")), reading(Hostname(name="cam"))])
    after = sheet_of("d", Stage.ACTUAL, AT, [reading(accounts("admin", "intruder")), reading(Hostname(name="cam2"))])
    changes = differences(before, after)
    assert [(c.key, c.importance) for c in changes] == [
        ("accounts[intruder].level", Importance.MAJOR),
        ("accounts[intruder].name", Importance.MAJOR),
        ("hostname.name", Importance.NOTICE),
    ]
    assert [c.key for c in differences(before, after, only=["hostname."])] == ["hostname.name"]


def test_equal_values_of_several_devices_are_one_parameter_in_memory() -> None:
    one, two = (parameters_of(reading(Hostname(name="cam")))[0] for _ in range(2))
    assert one is two
    other = parameters_of(replace(reading(Hostname(name="cam")), source=Source(driver="web", request="x", at=AT)))[0]
    assert (other.value, other.source) == ("cam", "web x")


def test_a_row_without_a_name_is_still_a_row() -> None:
    keys = [p.key for p in parameters_of(reading(accounts("")))]
    assert keys == ["accounts[].name", "accounts[].level"]


@given(st.sampled_from(sorted(FACT_TYPES)).flatmap(lambda key: st.builds(FACT_TYPES[key])))
def test_every_fact_flattens_into_unique_keys_of_its_own(fact: Fact) -> None:
    parameters = list(parameters_of(reading(fact)))
    keys = [p.key for p in parameters]
    assert len(keys) == len(set(keys))
    assert all(k.startswith(fact.key) for k in keys)
    assert all(p.label.ja and p.label.en for p in parameters)
    assert digest_of(parameters) == digest_of(reversed(parameters))
