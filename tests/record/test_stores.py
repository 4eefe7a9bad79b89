"""Every store, on SQLite and PostgreSQL."""

import asyncio
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban.errors import StoreError
from fushinban.model.control import Outcome, Severity
from fushinban.model.finding import EvidenceFile, PersonAnswer
from fushinban.model.sheet import Stage
from fushinban.model.site import InspectionKind
from fushinban.record.setup import open_store
from fushinban.record.store import Store
from fushinban.transport.values import Asked, Kind
from record.samples import AUTHORISATION, SITE, START, device, finding, inspection, record, sheet


def _begin(store: Store, minutes: int = 0) -> str:
    moment = START + timedelta(minutes=minutes)
    return store.inspections.begin(SITE, InspectionKind.PERIODIC, AUTHORISATION, moment)


def _finished(store: Store, minutes: int = 0) -> str:
    inspection_id = _begin(store, minutes)
    store.inspections.finish(inspection(inspection_id, minutes=minutes))
    return inspection_id


def test_a_site_comes_back_as_it_was_saved(store: Store) -> None:
    other = replace(SITE, id="a-shop", details={})
    store.sites.save(SITE, AUTHORISATION)
    store.sites.save(other)
    renamed = replace(SITE, name="新しい名前")
    store.sites.save(renamed)
    assert store.sites.get(SITE.id) == renamed
    assert store.sites.list() == (other, renamed)
    assert store.sites.get("none") is None
    assert store.sites.authorisation(SITE.id) == AUTHORISATION
    assert store.sites.authorisation(other.id) is None


def test_devices_keep_when_they_were_seen_and_that_they_were_set_aside(store: Store) -> None:
    store.sites.save(SITE)
    store.devices.save([device(1), device(2)])
    store.devices.ignore(SITE.id, "cam-001")
    later = START + timedelta(days=2)
    moved = device(1, first_seen=later, last_seen=later, maker="\0Example" * 60)
    store.devices.save([moved, device(3, first_seen=None, last_seen=None)])
    first, second, third = store.devices.of(SITE.id)
    assert first == replace(moved, first_seen=START, last_seen=later, ignored=True)
    assert (second, third) == (device(2), device(3, first_seen=None, last_seen=None))
    assert store.devices.get(SITE.id, "cam-002") == second
    assert store.devices.get(SITE.id, "cam-009") is None
    assert store.devices.of("elsewhere") == ()


def test_the_site_file_and_a_person_may_take_a_device_back(store: Store) -> None:
    store.sites.save(SITE)
    store.devices.save([device(1, ignored=True, listed=True), device(2, ignored=True)])
    store.devices.save([device(1, ignored=False, listed=True)])
    store.devices.ignore(SITE.id, "cam-002", ignored=False)
    assert [d.ignored for d in store.devices.of(SITE.id)] == [False, False]
    with pytest.raises(StoreError, match="no device cam-009"):
        store.devices.ignore(SITE.id, "cam-009")


def test_devices_of_an_unknown_site_are_refused(store: Store) -> None:
    with pytest.raises(StoreError):
        store.devices.save([device(1, site="nowhere")])
    assert store.devices.of("nowhere") == ()


def test_an_equal_sheet_is_confirmed_instead_of_kept_twice(store: Store) -> None:
    assert store.sheets.save(SITE.id, sheet("cam-001", value="1"))
    assert not store.sheets.save(SITE.id, sheet("cam-001", value="1", minutes=9))
    assert store.sheets.save(SITE.id, sheet("cam-001", value="2", minutes=10))
    assert store.sheets.save(SITE.id, sheet("cam-001", value="1", minutes=20))
    history = store.sheets.history(SITE.id, "cam-001", Stage.ACTUAL)
    assert [e.sheet.parameters[0].value for e in history] == ["1", "2", "1"]
    assert history[-1].last_confirmed == START + timedelta(minutes=9)
    assert history[-1].sheet == sheet("cam-001", value="1")


def test_what_was_observed_never_replaces_what_was_intended(store: Store) -> None:
    intended = {stage: sheet("cam-001", stage, "1") for stage in (Stage.FACTORY, Stage.PLANNED, Stage.INSTALLED)}
    for kept in intended.values():
        store.sheets.save(SITE.id, kept)
    for minutes, value in enumerate(("1", "2", "3"), start=1):
        store.sheets.save(SITE.id, sheet("cam-001", Stage.ACTUAL, value, minutes))
    store.sheets.save("other", sheet("cam-001", Stage.INSTALLED, "9", 99))
    newest = store.sheets.newest(SITE.id, "cam-001")
    assert newest == {**intended, Stage.ACTUAL: sheet("cam-001", Stage.ACTUAL, "3", 3)}
    assert store.sheets.newest_of_site(SITE.id) == {"cam-001": newest}
    assert store.sheets.newest(SITE.id, "cam-002") == {}
    assert len(store.sheets.history(SITE.id, "cam-001")) == 6
    before = store.sheets.before(SITE.id, "cam-001", Stage.ACTUAL, START + timedelta(minutes=3))
    assert before == sheet("cam-001", Stage.ACTUAL, "2", 2)
    assert store.sheets.before(SITE.id, "cam-001", Stage.ACTUAL, START) is None


def test_many_sheets_are_saved_like_one_after_the_other(store: Store, tmp_path: Path) -> None:
    first = [sheet("cam-001", value="1"), sheet("cam-002", value="1"), sheet("cam-002", Stage.PLANNED, "1")]
    assert store.sheets.save_many(SITE.id, first) == 3
    later = [
        sheet("cam-001", value="1", minutes=5),
        sheet("cam-002", value="2", minutes=5),
        sheet("cam-002", value="2", minutes=6),
        sheet("cam-002", value="3", minutes=7),
        sheet("cam-003", value="1", minutes=7),
    ]
    assert store.sheets.save_many(SITE.id, later) == 3
    assert store.sheets.save_many(SITE.id, ()) == 0
    with open_store(data_dir=tmp_path / "one-by-one") as other:
        assert [other.sheets.save(SITE.id, s) for s in (*first, *later)] == [True] * 3 + [
            False, True, False, True, True,
        ]  # fmt: skip
        for device_id in ("cam-001", "cam-002", "cam-003"):
            assert store.sheets.history(SITE.id, device_id) == other.sheets.history(SITE.id, device_id)
    confirmed = [e.last_confirmed for e in store.sheets.history(SITE.id, "cam-002", Stage.ACTUAL)]
    assert confirmed == [START + timedelta(minutes=m) for m in (7, 6, 0)]
    assert store.sheets.intended(SITE.id, ["cam-001", "cam-002"]) == {"cam-002": {Stage.PLANNED: first[2]}}


def test_a_sheet_saved_with_an_older_time_is_not_the_newest(store: Store) -> None:
    store.sheets.save(SITE.id, sheet("cam-001", value="new", minutes=9))
    assert store.sheets.save_many(SITE.id, [sheet("cam-001", value="old"), sheet("cam-001", value="new")]) == 1
    assert store.sheets.newest(SITE.id, "cam-001")[Stage.ACTUAL] == sheet("cam-001", value="new", minutes=9)


def test_a_record_keeps_its_own_sheet_beside_the_one_in_the_history(store: Store) -> None:
    """Equal digests are one row of history; what was volatile in each inspection stays in its own record."""
    records = []
    inspection_id = _begin(store)
    for minutes in (0, 9):
        own = sheet("cam-001", minutes=minutes)
        volatile = replace(own.parameters[0], key="time.offset", value=f"{minutes}.0", volatile=True)
        own = replace(own, parameters=(*own.parameters, volatile))
        store.sheets.save(SITE.id, own)
        records.append(replace(record(1), sheets={Stage.ACTUAL: own}))
        inspection_id = _begin(store, minutes)
        store.inspections.keep_devices(inspection_id, [records[0], records[-1]])
        (kept,) = (u for u in store.inspections.unfinished(SITE.id) if u.id == inspection_id)
        assert kept.records == (records[-1],)
    assert len(store.sheets.history(SITE.id, "cam-001")) == 1


def test_finishing_puts_kept_records_in_the_order_of_the_result(store: Store) -> None:
    inspection_id = _begin(store)
    whole = inspection(inspection_id, count=4)
    zero, one, two, three = whole.records
    store.inspections.keep_devices(inspection_id, [three, one, zero])
    changed = replace(zero, reached=False)
    result = replace(whole, records=(one, changed, two, three))
    store.inspections.finish(result)
    assert store.inspections.get(inspection_id) == result
    assert store.inspections.list()[0].devices == 4


def test_a_held_connection_serves_until_it_is_let_go(store: Store) -> None:
    found: list[bool] = []

    def work() -> None:
        store.hold()
        store.sites.save(SITE)
        link = store._link
        found.append(link.connection.connection is not None)
        with pytest.raises(StoreError):
            store.devices.save([device(1, site="nowhere")])
        found.append(link.connection.connection is None)
        store.devices.save([device(1)])
        store.let_go()
        found.append(link.connection.connection is None)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [True, True, True]
    assert store.devices.of(SITE.id) == (device(1),)


def test_a_finished_inspection_comes_back_whole(store: Store) -> None:
    inspection_id = _begin(store)
    store.inspections.keep_device(inspection_id, replace(record(2), reached=False))
    whole = inspection(inspection_id)
    store.inspections.finish(whole)
    assert store.inspections.get(inspection_id) == whole
    assert store.inspections.newest(SITE.id) == whole
    entry = store.inspections.list(SITE.id)[0]
    assert (entry.id, entry.devices, entry.failed, entry.ended_at) == (inspection_id, 3, 1, whole.ended_at)
    assert store.inspections.newest_entry(SITE.id) == entry
    assert store.inspections.unfinished(SITE.id) == ()
    assert store.sites.get(SITE.id) == SITE
    store.inspections.finish(whole)
    assert store.inspections.get(inspection_id) == whole


def test_what_was_collected_before_a_break_is_there(store: Store) -> None:
    done = _finished(store)
    broken = _begin(store, minutes=30)
    records = [record(3), record(1), record(2)]
    for kept in records:
        store.inspections.keep_device(broken, kept)
    again = replace(records[1], reached=False)
    store.inspections.keep_device(broken, again)
    (unfinished,) = store.inspections.unfinished(SITE.id)
    assert unfinished.id == broken
    assert unfinished.records == (records[0], again, records[2])
    assert (unfinished.site, unfinished.authorisation) == (SITE, AUTHORISATION)
    assert [e.id for e in store.inspections.list()] == [broken, done]
    assert store.inspections.list()[0].ended_at is None
    newest = store.inspections.newest(SITE.id)
    assert newest is not None
    assert newest.id == done
    with pytest.raises(StoreError, match="not finished"):
        store.inspections.get(broken)


def test_wrong_inspections_are_refused(store: Store) -> None:
    done = _finished(store)
    with pytest.raises(StoreError, match="no inspection"):
        store.inspections.get("nothing")
    with pytest.raises(StoreError, match="no inspection"):
        store.inspections.keep_device("nothing", record())
    with pytest.raises(StoreError, match="no inspection"):
        store.inspections.finish(inspection("nothing"))
    with pytest.raises(StoreError, match="is finished"):
        store.inspections.keep_device(done, record())
    assert store.inspections.newest("elsewhere") is None
    assert store.inspections.newest_entry("elsewhere") is None


def test_findings_are_found_across_inspections(store: Store) -> None:
    old = _finished(store)
    new = _finished(store, minutes=60)
    open_one = _begin(store, minutes=90)
    store.findings.replace(open_one, [finding(1)])
    failing = store.findings.find(outcome=Outcome.FAIL)
    assert [(f.inspection, f.finding) for f in failing] == [(new, finding(1))]
    both = store.findings.find(control="G-001", severity=Severity.HIGH, device="cam-001", newest_only=False)
    assert [f.inspection for f in both] == [new, old]
    assert store.findings.find(site="elsewhere") == ()
    assert store.findings.find(control="G-001", most=2) == store.findings.find(control="G-001")[:2]
    assert len(store.findings.of(new)) == 3


def test_the_transcript_is_counted_and_read_back(store: Store) -> None:
    lines = [
        Asked(
            at=START + timedelta(seconds=n),
            target="192.0.2.1",
            kind=Kind.SOAP,
            operation="GetUsers",
            username="見本",
            outcome="ok" if n else "denied",
        )
        for n in range(5)
    ]
    store.transcript.append("one", lines[:2])
    store.transcript.append("one", lines[2:])
    store.transcript.append("two", lines)
    store.transcript.append("none", [])
    assert store.transcript.of("one") == tuple(lines)
    assert [(c.kind, c.outcome, c.count) for c in store.transcript.counts("one")] == [
        ("soap", "denied", 1),
        ("soap", "ok", 4),
    ]
    assert store.transcript.between("192.0.2.1", START, START + timedelta(seconds=1)) == (
        lines[0], lines[0], lines[1], lines[1],
    )  # fmt: skip
    assert store.transcript.counts("none") == ()


def test_times_are_written_as_django_writes_them(store: Store) -> None:
    link = store._link

    @given(st.datetimes(min_value=datetime(1, 1, 3), timezones=st.sampled_from([UTC, timezone(timedelta(hours=9))])))  # noqa: DTZ001 - the strategy adds the zone
    def check(moment: datetime) -> None:
        assert link.moment(moment) == link.connection.ops.adapt_datetimefield_value(moment)

    check()


def test_an_event_loop_may_hand_over_the_transcript(store: Store) -> None:
    line = Asked(at=START, target="192.0.2.1", kind=Kind.HTTP, operation="/", username="", outcome="ok")

    async def ask() -> None:
        with store.transcript.writer("one") as writer:
            for number in range(5):
                writer([line._replace(operation=f"/{number}")])
            await asyncio.sleep(0)

    asyncio.run(ask())
    assert [a.operation for a in store.transcript.of("one")] == ["/0", "/1", "/2", "/3", "/4"]


def test_answers_have_a_history(store: Store) -> None:
    first = PersonAnswer(control="G-1", value="no", by="見本 花子", on=date(2026, 11, 1))
    file = EvidenceFile(name="契約.pdf", digest="a" * 64)
    second = replace(first, value="yes", files=(file,), note="契約書を確認した")
    other = PersonAnswer(control="G-2", value="n/a")
    assert store.answers.save(SITE.id, first, other) == 2
    assert store.answers.save(SITE.id, second, other) == 1
    assert store.answers.newest(SITE.id) == {"G-1": second, "G-2": other}
    assert [e.answer for e in store.answers.history(SITE.id, "G-1")] == [second, first]
    assert store.answers.newest("elsewhere") == {}


def test_documents_are_noted(store: Store, tmp_path: Path) -> None:
    one = store.documents.save(SITE.id, "i-1", "report", tmp_path / "報告書.pdf", "a" * 64, START)
    two = store.documents.save(SITE.id, "", "sheet", tmp_path / "s.xlsx", "b" * 64, START)
    assert store.documents.of(SITE.id) == (two, one)
    assert store.documents.of(SITE.id, "i-1") == (one,)
    assert one.path == str(tmp_path / "報告書.pdf")


def test_threads_work_at_the_same_time_and_leave_no_connection(store: Store, database_url: str, tmp_path: Path) -> None:
    async def keep(inspection_id: str) -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(24):
                group.create_task(asyncio.to_thread(store.inspections.keep_device, inspection_id, record(number)))

    inspection_id = _begin(store)
    asyncio.run(keep(inspection_id))
    (unfinished,) = store.inspections.unfinished(SITE.id)
    assert sorted(r.device.id for r in unfinished.records) == [f"cam-{n:03}" for n in range(24)]
    closer = threading.Thread(target=store.close)
    closer.start()
    closer.join()
    with open_store(database_url, data_dir=tmp_path / "data") as again:
        assert again.inspections.list()[0].devices == 24


def test_a_store_opened_in_a_thread_works_in_another(database_url: str, tmp_path: Path) -> None:
    async def use() -> int:
        opened = await asyncio.to_thread(open_store, database_url, data_dir=tmp_path / "data")
        await asyncio.to_thread(opened.sites.save, SITE)
        found = await asyncio.to_thread(opened.sites.list)
        await asyncio.to_thread(opened.close)
        return len(found)

    assert asyncio.run(use()) == 1


def test_the_key_that_a_device_must_show_is_changed_by_a_person(store: Store) -> None:
    store.sites.save(SITE)
    store.devices.save([device(1, host_key="ssh-rsa SHA256:old")])
    store.devices.know_key(SITE.id, "cam-001", "ssh-rsa SHA256:new")
    store.devices.know_key(SITE.id, "cam-001", "")
    assert store.devices.of(SITE.id) == (device(1),)
    told = [e for e in store.audit.entries(most=20) if e.action.startswith("device.key")]
    assert sorted(e.action for e in told) == ["device.key-accepted", "device.key-forgotten"]
    assert {e.detail["before"] for e in told} == {"ssh-rsa SHA256:old", "ssh-rsa SHA256:new"}
    with pytest.raises(StoreError, match="no device cam-009"):
        store.devices.know_key(SITE.id, "cam-009", "")
