"""SADP: answers as published captures show them, misspellings, and any bytes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban.discover import sadp
from fushinban.errors import Malformed
from fushinban.model.discovery import Method

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def answer(**changes: str) -> bytes:
    """A ProbeMatch of invented values."""
    told = {
        "Uuid": "0", "Types": "inquiry", "DeviceType": "155650", "DeviceDescription": "DS-2CD9999-I",
        "DeviceSN": "DS-2CD9999-I20260101AAWR000000001", "CommandPort": "8000", "HttpPort": "8081",
        "MAC": "68-6d-bc-00-00-01", "IPv4Address": "192.0.2.99", "SoftwareVersion": "V5.5.0build 170914",
        "BootTime": "2026-05-19 14:31:12", "Activated": "true", "Salt": "planted-salt", **changes,
    }  # fmt: skip
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in told.items())
    return f'<?xml version="1.0" encoding="utf-8"?>\r\n<ProbeMatch>{inside}</ProbeMatch>'.encode()


def test_an_answer() -> None:
    found = sadp.parse_answer(answer())
    assert (found.model, found.firmware, found.activated) == ("DS-2CD9999-I", "V5.5.0build 170914", True)
    assert (found.mac, found.http, found.command) == ("68:6d:bc:00:00:01", 8081, 8000)
    assert found.booted == "2026-05-19 14:31:12"
    assert "planted" not in repr(found)


@pytest.mark.parametrize(
    ("word", "activated"), [("flase", False), ("FALSE", False), ("ture", True), ("", None), ("?", None)]
)
def test_a_boolean_may_be_misspelt(word: str, activated: bool | None) -> None:
    assert sadp.parse_answer(answer(Activated=word)).activated is activated


@pytest.mark.parametrize(
    "moment", ["1970-01-01 00:00:11", "", "yesterday", "2026-13-01 00:00:00", "0000-00-00 00:00:00"]
)
def test_a_clock_that_was_not_set_tells_no_start(moment: str) -> None:
    assert sadp.parse_answer(answer(BootTime=moment)).booted == ""


@pytest.mark.parametrize("port", ["0", "-1", "65536", "999999", "http", "８０"])
def test_a_port_that_is_none(port: str) -> None:
    assert sadp.parse_answer(answer(HttpPort=port)).http == 0


@pytest.mark.parametrize(
    "data",
    [
        b"", b"<ProbeMatch/>", sadp.probe(), b"<ProbeMatch><DeviceDescription> </DeviceDescription></ProbeMatch>",
        b"<!DOCTYPE x><ProbeMatch><DeviceDescription>m</DeviceDescription></ProbeMatch>", b"x" * 20_000,
    ],
)  # fmt: skip
def test_what_is_no_answer(data: bytes) -> None:
    with pytest.raises(Malformed):
        sadp.parse_answer(data)


@given(st.binary(max_size=300))
def test_any_bytes_give_an_answer_or_malformed(data: bytes) -> None:
    whole = answer()
    for damaged in (data, whole[: len(data)] + data, whole.replace(b"inquiry", data)):
        try:
            found = sadp.parse_answer(damaged)
        except Malformed:
            continue
        assert found.model


def test_a_sighting_stands_at_the_sender_not_at_what_is_said() -> None:
    seen = sadp.sighting_of(sadp.parse_answer(answer(Activated="false")), "192.0.2.5", AT)
    assert (seen.method, seen.address, seen.mac) == (Method.SADP, "192.0.2.5", "68:6d:bc:00:00:01")
    assert (seen.hints["activated"], seen.hints["model"]) == ("no", "DS-2CD9999-I")
    assert seen.ports == {"http": 8081}


def test_each_address_counts_once() -> None:
    heard = [(answer(), ("192.0.2.5", 37020)), (answer(), ("192.0.2.5", 37020)), (b"x", ("192.0.2.6", 37020))]
    rows, unreadable = sadp.read(heard)
    assert [address for address, _ in rows] == ["192.0.2.5"]
    assert unreadable == 1
