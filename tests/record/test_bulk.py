"""Many rows at once, on both databases: nothing is altered on the way, and a piece of work fails as a whole."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from fushinban.errors import InputError, StoreError
from fushinban.messages import say
from fushinban.model.audit import SYSTEM
from fushinban.record.models import AskedRow, DeviceRow, FindingRow, SiteRow
from fushinban.record.sealed import sealed_kinds
from fushinban.record.seals import Sealer
from fushinban.record.store import Store
from record.samples import AUTHORISATION, SITE, START, device, finding, inspection, record, sheet

COLUMNS = ("inspection", "at", "target", "kind", "operation", "username", "outcome", "seal")
ODD = (
    "", "\\N", "\\", "a\tb\nc\rd", '"quoted"', "{1,2}", "NULL", "日本語　😀", "%s %(x)s ?", "'; --", "\\x41", "\x01",
)  # fmt: skip


def _lines(store: Store, count: int) -> list[tuple[Any, ...]]:
    moment = store._link.moment
    return [
        (
            "i", moment(START + timedelta(microseconds=n)), f"t{n}", "http", ODD[n % len(ODD)], ODD[-1 - n % len(ODD)],
            "", None if n % 5 == 0 else bytes(range(n % 256)),
        )
        for n in range(count)
    ]  # fmt: skip


def _kept(store: Store) -> list[tuple[Any, ...]]:
    moment = store._link.moment
    with store._link.reading():
        rows = AskedRow._base_manager.using(store._link.alias).order_by("id").values_list(*COLUMNS)
        return [
            (*row[:1], moment(row[1]), *row[2:7], None if row[7] is None else bytes(row[7])) for row in rows
        ]  # fmt: skip


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 130, 600])
def test_rows_come_back_as_they_were_given_in_their_order(store: Store, count: int) -> None:
    given = _lines(store, count)
    with store._link.writing():
        store._link.insert(AskedRow, COLUMNS, iter(given))
    assert _kept(store) == given


@pytest.mark.parametrize("count", [1, 7, 8, 9, 130])
def test_rows_are_changed_by_their_number(store: Store, count: int) -> None:
    given = _lines(store, count + 3)
    moment = store._link.moment
    with store._link.writing():
        store._link.insert(AskedRow, COLUMNS, given)
        numbers = list(AskedRow._base_manager.using(store._link.alias).order_by("id").values_list("id", flat=True))
        changed = [
            (moment(START + timedelta(days=n)), ODD[(n + 1) % len(ODD)], b"\0\xff" if n % 2 else None, numbers[n])
            for n in range(count)
        ]
        # What is said last of a row counts, as with one statement for each.
        store._link.update(AskedRow, ("at", "operation", "seal"), [(changed[0][0], "", b"", numbers[0]), *changed])
    kept = _kept(store)
    for n, (at, operation, seal, _) in enumerate(changed):
        assert kept[n] == (given[n][0], at, *given[n][2:4], operation, *given[n][5:7], seal)
    assert kept[count:] == given[count:]


def test_rows_are_changed_by_another_key(store: Store) -> None:
    names = [f"site-{n:02}" for n in range(12)]
    rows = SiteRow._base_manager.using(store._link.alias)
    with store._link.writing():
        for name in names:
            rows.create(id=name, name="", customer="", kind="shop", payload="", authorisation="", saved_at=START)
        store._link.update(SiteRow, ("name", "owner_id"), [(name * 2, None, name) for name in names])
    assert list(rows.order_by("id").values_list("name", flat=True)) == [name * 2 for name in names]


@pytest.mark.parametrize("count", [3, 40])
def test_what_the_database_refuses_leaves_nothing_behind(store: Store, count: int) -> None:
    store.sites.save(SITE)
    columns = ("site_id", "device", "kind", "maker", "model", "firmware", "address", "mac", "ignored", "payload",
               "failed", "accepted", "unknown", "error", "worst")  # fmt: skip
    rows = [(SITE.id, f"d{n}", *[""] * 6, False, "", 0, 0, 0, 0, "") for n in range(count)]
    rows[-1] = rows[0]  # a device is on record once

    def work() -> None:
        with store.together():
            store.sites.save(replace(SITE, name="別の名前"))
            store._link.insert(DeviceRow, columns, rows)

    with pytest.raises(StoreError):
        work()
    assert store.sites.get(SITE.id) == SITE
    assert not DeviceRow._base_manager.using(store._link.alias).exists()
    assert list(store.audit.verify()) == []


def test_a_row_that_cannot_be_made_leaves_nothing_behind(store: Store) -> None:
    def made() -> Iterator[tuple[Any, ...]]:
        yield from _lines(store, 100)
        raise StoreError(say("record.no-device", id="x"))

    with pytest.raises(StoreError, match="x"), store.together():
        store._link.insert(AskedRow, COLUMNS, made())
    assert _kept(store) == []


def test_findings_that_cannot_be_kept_leave_the_inspection_as_it_was(store: Store) -> None:
    inspection_id = store.inspections.begin(SITE, inspection("x").kind, AUTHORISATION, START)
    naive = finding(1)
    object.__setattr__(naive, "at", datetime(2026, 1, 1))  # noqa: DTZ001 - what is refused
    whole = inspection(inspection_id)
    object.__setattr__(whole, "findings", (*(finding(n) for n in range(50)), naive))
    with pytest.raises(StoreError):
        store.inspections.finish(whole)
    assert not FindingRow._base_manager.using(store._link.alias).exists()
    store.inspections.finish(inspection(inspection_id))
    assert len(store.findings.of(inspection_id)) == 3
    assert list(store.audit.verify()) == []


def test_what_joins_fails_with_the_work_around_it(store: Store) -> None:
    store.sites.save(SITE)

    def joined() -> None:
        with store._link.joining():
            store.sheets.save(SITE.id, sheet("cam-001"))
            raise InputError(say("audit.empty"))

    def around() -> None:
        with store.together():
            store.audit.write(SYSTEM, "around")
            with pytest.raises(InputError):
                joined()
            store.audit.write(SYSTEM, "after")

    with pytest.raises(StoreError):
        around()
    assert store.sheets.newest(SITE.id, "cam-001") == {}
    assert not store.audit.entries(action="around")
    with store._link.joining():  # alone it is a piece of work of its own
        store.devices.save([device(1)])
    assert len(store.devices.of(SITE.id)) == 1
    assert list(store.audit.verify()) == []


def test_a_large_inspection_twice_and_its_seals_fit(store: Store) -> None:
    for minutes in (0, 60):
        number = store.inspections.begin(SITE, inspection("x").kind, AUTHORISATION, START + timedelta(minutes=minutes))
        store.inspections.keep_devices(number, [record(n) for n in range(20)])
        store.inspections.finish(inspection(number, count=20, minutes=minutes))
    assert list(store.audit.verify()) == []
    current = FindingRow._base_manager.using(store._link.alias).filter(current=True)
    assert set(current.values_list("inspection_id", flat=True)) == {number}
    assert current.count() == 20


#: As the first program that sealed made them, with a key of zeros.
_KNOWN = {
    "devices": "1b58b65a237012751322b1aaaa43a544",
    "findings": "07f34a09d22e64a75025a4006701673f",
    "records": "8820fabb535cfc19b25a269b03eca2c94d27fb9edef6d922d9d5b173856f6d09",
    "requests": "a1bc12978791b1e4eae6ea2d8822fcf0",
    "sheets": "b3fa54b25aaaea1efc399fddf7a4be3482be0a0ddffefff365928f48c4aee507",
}


def _values(kind: str) -> tuple[object, ...]:
    tokyo = timezone(timedelta(hours=9))
    odd: list[object] = [
        "文字 \" \\ \t", 7, True, None, b"\0bytes", memoryview(b"view"), START, START.astimezone(tokyo),
        datetime(2026, 1, 1, tzinfo=UTC), 2**62, "", False, 1.5, {"b": 1, "a": [None]},
    ]  # fmt: skip
    sealed = sealed_kinds()[kind]
    return tuple(odd[(n * 5 + len(kind)) % len(odd)] for n in range(len(sealed.columns) + len(sealed.moving)))


@pytest.mark.parametrize("kind", sorted(_KNOWN))
def test_seals_are_what_they_always_were(kind: str) -> None:
    sealer = Sealer(bytes(32))
    sealed = sealed_kinds()[kind]
    assert sealer.seal(sealed, _values(kind)).hex() == _KNOWN[kind]
    assert sealer.sealing(sealed)(_values(kind)).hex() == _KNOWN[kind]
