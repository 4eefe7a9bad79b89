"""The codec: what goes in comes out, and wrong data is refused."""

import dataclasses
import importlib
import json
import pkgutil
import typing
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fushinban.model
from fushinban.errors import StoreError
from fushinban.model.credential import Credential
from fushinban.model.device import Device, DeviceKind, Target
from fushinban.model.facts import FACT_TYPES, DeviceTime, Identity
from fushinban.model.facts.base import Fact
from fushinban.model.facts.time import ClockSource
from fushinban.model.inspection import DeviceRecord
from fushinban.model.reading import Answer, Reading, Source
from fushinban.model.sheet import ParameterSheet, Stage
from fushinban.model.site import Authorisation
from fushinban.record._packed import PackedSheets, pack_record, unpack_record
from fushinban.record.codec import decode, decode_tuple, encode, pack, unpack
from record.samples import START, record, sheet

#: Not kept: they hold functions, other facts than plain values, or secrets.
NOT_KEPT = {"Control", "DeviceView", "SiteView", "Credential", "SnmpAccess", "AuditEntry", "Page"}


def _all_kinds() -> list[type]:
    found = {}
    for module in pkgutil.walk_packages(fushinban.model.__path__, "fushinban.model."):
        for name, thing in vars(importlib.import_module(module.name)).items():
            if dataclasses.is_dataclass(thing) and isinstance(thing, type) and thing.__module__.startswith("fushinban"):
                found[name] = thing
    return [kind for name, kind in sorted(found.items()) if name not in NOT_KEPT]


# The model's times are aware UTC, and NaN equals nothing, not even itself.
st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
st.register_type_strategy(float, st.floats(allow_nan=False))


@st.composite
def _reading(draw: st.DrawFn) -> Reading[Fact]:
    fact = draw(st.sampled_from(list(FACT_TYPES.values())))
    value = draw(st.none() | st.from_type(fact))
    return Reading(
        fact=fact, answer=draw(st.sampled_from(Answer)), source=draw(st.from_type(Source)), value=value, detail=None
    )


st.register_type_strategy(Reading, lambda _kind: _reading())


@pytest.mark.parametrize("kind", _all_kinds(), ids=lambda kind: kind.__name__)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_every_value_of_the_model_comes_back(kind: type, data: st.DataObject) -> None:
    value = data.draw(st.from_type(kind))
    text = encode(value)
    again: object = decode(kind, text)
    assert again == value
    assert encode(again) == text
    assert unpack(kind, pack(value)) == value


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.from_type(DeviceRecord))
def test_every_packed_record_comes_back_in_either_form(value: DeviceRecord) -> None:
    assert unpack_record(pack_record(value, PackedSheets())) == value
    assert unpack_record(pack(value)) == value, "as an older program packed it"


def test_a_sheet_packed_before_is_not_packed_again() -> None:
    packed, whole = PackedSheets(most=1), record()
    packed.remember(whole.sheets[Stage.ACTUAL], data := pack(sheet("another")))
    assert data in pack_record(whole, packed)
    packed.remember(sheet("third"), b"")
    assert data not in pack_record(whole, packed), "only so many are remembered"


def test_parameters_of_an_older_program_are_read() -> None:
    whole = record()
    plain = json.loads(encode(whole))
    columns = plain["sheets"]["actual"]["parameters"]
    assert columns["key"] == ["identity.firmware"]
    (only,) = whole.sheets[Stage.ACTUAL].parameters
    plain["sheets"]["actual"]["parameters"] = [json.loads(encode(only))]
    assert decode(DeviceRecord, json.dumps(plain)) == whole


@pytest.mark.parametrize(
    "change",
    [
        {"key": []},
        {"value": [1]},
        {"ja": "x"},
        {"kind": [1]},
        {"kind": [-1]},
        {"kind": [True]},
        {"kinds": [["nowhere", "", False, False, ""]]},
        {"kinds": [["basic", "", 0, False, ""]]},
        {"kinds": [7]},
        {"more": []},
    ],
)
def test_wrong_columns_are_refused(change: dict[str, object]) -> None:
    plain = json.loads(encode(sheet("cam-001")))
    plain["parameters"].update(change)
    with pytest.raises(StoreError, match="parameters"):
        decode(ParameterSheet, json.dumps(plain))


@given(st.data())
@settings(deadline=None)
def test_a_packed_record_cut_or_altered_is_read_or_refused(data: st.DataObject) -> None:
    whole = pack_record(record(), PackedSheets())
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(StoreError):
        unpack_record(whole[:cut])
    line = data.draw(
        st.one_of(st.binary(max_size=40), st.from_regex(rb'\{"record":-?[0-9]{1,3},"sheets":\[.{0,20}\]\}'))
    )
    with pytest.raises(StoreError):
        unpack_record(b"{" + line + b"\n" + whole)


def test_the_whole_model_is_covered() -> None:
    names = {kind.__name__ for kind in _all_kinds()}
    assert {"Inspection", "DeviceRecord", "Reading", "Finding", "ParameterSheet", "Site"} <= names
    assert {t.__name__ for t in FACT_TYPES.values()} <= names


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
@settings(max_examples=100)
def test_any_json_is_a_value_or_refused(junk: object) -> None:
    for kind in (Device, DeviceRecord, Authorisation):
        with pytest.raises(StoreError):
            decode(kind, json.dumps(junk))


@given(st.text())
def test_any_text_is_refused(text: str) -> None:
    with pytest.raises(StoreError):
        decode(Identity, text)


@given(st.binary())
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(StoreError):
        unpack(DeviceRecord, data)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_record_altered_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    plain = json.loads(encode(record()))
    holder: typing.Any = plain
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = data.draw(st.sampled_from(keys))
        inner = holder[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            break
        holder = inner
    holder[key] = data.draw(st.sampled_from([None, 7, True, "x", [], {}, [{}], {"a": 1}, 1.5]))
    try:
        value = decode(DeviceRecord, json.dumps(plain))
    except StoreError:
        return
    assert decode(DeviceRecord, encode(value)) == value


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"extra": 1}, "unknown field"),
        ({"id": 1}, "expected str"),
        ({"kind": "spaceship"}, "not a DeviceKind"),
        ({"listed": 1}, "expected bool"),
        ({"target": {"ports": {}}}, "lacks address"),
        ({"target": {"address": "a", "ports": {"http": True}}}, "expected int"),
        ({"last_seen": "2026-11-23T00:00:00"}, "without time zone"),
        ({"last_seen": "yesterday"}, "last_seen"),
    ],
)
def test_wrong_fields_are_named(change: dict[str, object], said: str) -> None:
    plain = json.loads(encode(Device(id="a", site="b", target=Target(address="192.0.2.1"))))
    with pytest.raises(StoreError, match=said):
        decode(Device, json.dumps({**plain, **change}))


def test_a_missing_field_is_its_default() -> None:
    plain = {"id": "a", "site": "b", "target": {"address": "192.0.2.1"}}
    assert decode(Device, json.dumps(plain)) == Device(id="a", site="b", target=Target(address="192.0.2.1"))


def test_an_unknown_fact_is_refused() -> None:
    plain = json.loads(encode(record()))
    plain["readings"][0]["fact"] = "telepathy"
    with pytest.raises(StoreError, match="unknown fact"):
        decode(DeviceRecord, json.dumps(plain))


def test_times_are_kept_in_utc() -> None:
    japan = START.astimezone(timezone(timedelta(hours=9)))
    text = encode(Device(id="a", site="b", target=Target(address="192.0.2.1"), last_seen=japan))
    assert '"2026-11-23T01:02:03.456789+00:00"' in text


def test_what_cannot_be_kept_is_refused() -> None:
    naive = Device(id="a", site="b", target=Target(address="192.0.2.1"), last_seen=datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(StoreError, match="without time zone"):
        encode(naive)
    with pytest.raises(StoreError, match="not a type that is kept"):
        encode({"free": "dictionary"})


def test_a_secret_is_never_kept_nor_told() -> None:
    secret = "invented-for-this-test"
    with pytest.raises(StoreError, match="holds a secret") as caught:
        encode(Credential(username="admin", secret=secret))
    assert secret not in str(caught.value)
    with pytest.raises(StoreError, match="holds a secret"):
        decode(Credential, json.dumps({"username": "admin", "secret": secret}))


def test_odd_numbers_and_half_characters_do_not_lose_a_record() -> None:
    odd = DeviceTime(source=ClockSource.NTP, timezone="\ud800Z\0", offset=float("inf"))
    again = decode(DeviceTime, encode(odd))
    assert again.offset == float("inf")
    assert again.timezone == "\ufffdZ\0"


def test_tuples_and_enums() -> None:
    values = (Target(address="192.0.2.1"), Target(address="192.0.2.2", ports={"http": 81}))
    assert decode_tuple(Target, encode(values, tuple[Target, ...])) == values
    assert decode(DeviceKind, encode(DeviceKind.CAMERA)) is DeviceKind.CAMERA
    assert issubclass(DeviceKind, Enum)
