"""Jobs on record: asked once, seen only by those who may, in the order of their changes, on both databases."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fushinban import clock
from fushinban.errors import Conflict, InputError
from fushinban.jobs.business_days import due_after
from fushinban.model.job import ACTIVE, JobKind, JobOrder, JobSettings, JobState, Keeping
from fushinban.model.rights import NOTHING, SiteScope
from fushinban.model.schedule import Rhythm, Schedule
from fushinban.model.site import InspectionKind
from fushinban.model.text import say
from fushinban.record.job_values import DeviceReadings
from fushinban.record.setup import open_store
from fushinban.record.store import Store
from fushinban.transport.values import Asked, Kind
from record.samples import AUTHORISATION, SITE, record


def _order(site: str = "a", kind: JobKind = JobKind.INSPECTION) -> JobOrder:
    return JobOrder(kind=kind, site=site)


def test_a_site_has_one_inspection_at_a_time(store: Store) -> None:
    first = store.jobs.ask("one", _order(), "山田")
    again = store.jobs.ask("two", _order(), "鈴木")
    assert first.new
    assert not again.new
    assert again.job.id == "one"
    assert store.jobs.active("a") is not None
    store.jobs.begin("one", "w")
    store.jobs.end("one", JobState.DONE, say("jobs.cancelled"))
    assert store.jobs.active("a") is None
    assert store.jobs.ask("two", _order(), "鈴木").new
    assert not store.jobs.ask("one", _order(), "山田").new, "an id is used once"


def test_a_selection_is_seen_by_those_who_may_see_all_of_it(store: Store) -> None:
    for site, customer in (("a", "海"), ("b", "海"), ("c", "山")):
        store.sites.save(replace(SITE, id=site, customer=customer), AUTHORISATION)
    sea = store.customers.of_site("a")
    assert sea is not None
    scopes = {"sea": SiteScope(customers=frozenset({sea})), "a": SiteScope(sites=frozenset("a")), "none": NOTHING}
    for name, sites in (("ab", ("a", "b")), ("abc", ("a", "b", "c")), ("empty", ())):
        store.jobs.ask(name, JobOrder(kind=JobKind.SELECTION, sites=sites), "山田")
    store.jobs.ask("one", _order("a"), "山田", "abc")
    store.jobs.ask("all", JobOrder(kind=JobKind.RETENTION), "山田")
    seen = {name: [j.id for j in store.jobs.list(scope).jobs] for name, scope in scopes.items()}
    assert seen == {"sea": ["one", "ab"], "a": ["one"], "none": []}
    changed = {name: [j.id for j in store.jobs.changed(0, scope).jobs] for name, scope in scopes.items()}
    assert changed == {"sea": ["ab", "one"], "a": ["one"], "none": []}
    for job in ("ab", "abc", "empty", "one", "all", "missing"):
        assert {n for n, s in scopes.items() if store.jobs.within(job, s)} == {n for n in seen if job in seen[n]}
    assert len(store.jobs.list().jobs) == 5


def test_selections_of_others_do_not_end_a_list(store: Store) -> None:
    store.jobs.ask("mine", _order("a"), "山田")
    for n in range(30):
        store.jobs.ask(f"theirs-{n}", JobOrder(kind=JobKind.SELECTION, sites=("a", "b")), "鈴木")
    scope, after, found = SiteScope(sites=frozenset("a")), "", []
    for _ in range(20):
        page = store.jobs.list(scope, after=after, limit=3)
        found += [j.id for j in page.jobs]
        after = page.next
        if not after:
            break
    assert (found, after) == (["mine"], "")


def test_many_ask_at_the_same_moment(store: Store) -> None:
    told: list[tuple[str, bool]] = []
    start = threading.Barrier(6)

    def ask(number: int) -> None:
        start.wait()
        asked = store.jobs.ask(f"job-{number}", _order(), "test")
        told.append((asked.job.id, asked.new))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id_ for id_, _ in told}) == 1
    assert sum(new for _, new in told) == 1
    assert len(store.jobs.list().jobs) == 1


def test_lists_are_narrowed_and_paged(store: Store) -> None:
    for number in range(7):
        store.jobs.ask(f"job-{number}", _order(f"site-{number}"), "test")
    store.jobs.ask("all", JobOrder(kind=JobKind.RETENTION), "test")
    seen: list[str] = []
    after = ""
    while True:
        page = store.jobs.list(kind=JobKind.INSPECTION, after=after, limit=3)
        seen += [job.id for job in page.jobs]
        after = page.next
        if not after:
            break
    assert seen == [f"job-{n}" for n in reversed(range(7))]
    own = SiteScope(sites=frozenset({"site-1", "site-5", "elsewhere"}))
    assert [job.id for job in store.jobs.list(own).jobs] == ["job-5", "job-1"]
    assert store.jobs.list(NOTHING).jobs == ()
    assert [job.id for job in store.jobs.changed(0, own).jobs] == ["job-1", "job-5"]
    assert len(store.jobs.list(states=ACTIVE).jobs) == 8
    assert store.jobs.list(states=[JobState.DONE]).jobs == ()
    for wrong in ("x", "-1", "9" * 30, "１"):
        with pytest.raises(InputError):
            store.jobs.list(after=wrong)


def test_a_customers_jobs_are_those_of_its_sites(store: Store) -> None:
    store.sites.save(SITE, AUTHORISATION)
    store.sites.save(replace(SITE, id="other", customer="別の顧客（架空）"), AUTHORISATION)
    from fushinban.record.models import SiteRow

    owners = dict(SiteRow._base_manager.using(store._link.alias).values_list("id", "owner_id"))
    assert owners[SITE.id] != owners["other"]
    store.jobs.ask("mine", _order(SITE.id), "test")
    store.jobs.ask("theirs", _order("other"), "test")
    scope = SiteScope(customers=frozenset({owners[SITE.id]}))
    assert [job.id for job in store.jobs.list(scope).jobs] == ["mine"]


def test_every_visible_change_has_a_new_version(store: Store) -> None:
    versions = [store.jobs.version()]

    def changed(work: Callable[[], object]) -> None:
        work()
        versions.append(store.jobs.version())

    changed(lambda: store.jobs.ask("one", _order(), "test"))
    changed(lambda: store.jobs.begin("one", "w"))
    changed(lambda: store.jobs.progress("one", say("inspect.stage-collect"), 50, 3, 1))
    seen = store.jobs.get("one")
    assert (seen.stage, seen.total, seen.done, seen.missed) == (say("inspect.stage-collect"), 50, 3, 1)
    changed(lambda: store.jobs.cancel("one"))
    assert store.jobs.cancelling("one")
    changed(lambda: store.jobs.end("one", JobState.CANCELLED, say("jobs.cancelled")))
    assert versions == sorted(set(versions))
    before = store.jobs.version()
    assert store.jobs.end("one", JobState.DONE, say("jobs.cancelled")) is None, "over is over"
    assert store.jobs.begin("one", "w") is None
    assert store.jobs.changed(before).jobs == ()
    assert store.jobs.get("one").state is JobState.CANCELLED


def test_what_waits_is_cancelled_at_once_with_its_children(store: Store) -> None:
    store.jobs.ask("all", JobOrder(kind=JobKind.SELECTION, sites=("a", "b")), "test")
    store.jobs.begin("all", "w")
    store.jobs.ask("all.0", _order("a"), "test", parent="all")
    store.jobs.ask("all.1", _order("b"), "test", parent="all")
    store.jobs.begin("all.0", "w")
    assert store.jobs.cancel("all").cancelling
    assert [(j.state, j.cancelling) for j in store.jobs.children("all")] == [
        (JobState.RUNNING, True),
        (JobState.CANCELLED, False),
    ]
    with pytest.raises(InputError):
        store.jobs.cancel("nothing")


def test_workers_are_seen_while_they_beat(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.jobs.beat("w1")
    later = clock.now() + timedelta(seconds=20)
    monkeypatch.setattr(clock, "now", lambda: later)
    store.jobs.beat("w2")
    assert store.jobs.living(timedelta(seconds=10)) == {"w2"}
    assert store.jobs.living(timedelta(seconds=60)) == {"w1", "w2"}
    store.jobs.leave("w1")
    assert store.jobs.living(timedelta(seconds=60)) == {"w2"}


def test_notes_and_readings_last_until_the_job_is_over(store: Store) -> None:
    readings = record(1).readings
    assert readings
    store.job_notes.keep("one", "begun", SITE)
    store.job_notes.keep("one", "begun", replace(SITE, name="新しい名前"))
    store.job_notes.add_readings("one", [DeviceReadings(device="d", readings=readings[:1])])
    store.job_notes.add_readings("one", [DeviceReadings(device="d", readings=readings[1:])])
    store.job_notes.add_readings("two", [DeviceReadings(device="d", readings=readings[:1])])
    note = store.job_notes.get("one", "begun", type(SITE))
    assert note is not None
    assert note.name == "新しい名前"
    assert store.job_notes.readings("one") == {"d": readings}
    store.job_notes.drop_readings("one", ["d"])
    assert store.job_notes.readings("one") == {}
    store.job_notes.clear("one")
    assert store.job_notes.get("one", "begun", type(SITE)) is None
    assert set(store.job_notes.readings("two")) == {"d"}


def test_one_turn_per_site_among_all_processes(store: Store, database_url: str, tmp_path: Path) -> None:
    with open_store(database_url, data_dir=tmp_path / "data", busy_seconds=3.0) as other:
        turn = store.turns.take("a")
        assert turn is not None
        assert turn.held()
        assert other.turns.take("a") is None
        assert store.turns.take("a") is None
        elsewhere = other.turns.take("b")
        assert elsewhere is not None
        elsewhere.close()
        with pytest.raises(Conflict), other.turns.taken("a"):
            pass
        turn.close()
        with other.turns.taken("a") as again:
            assert again.held()


def test_settings_hold_and_two_people_do_not_overwrite_each_other(store: Store) -> None:
    saved = store.job_settings.get()
    assert saved.version == 0
    changed = replace(saved.settings, inspections=3, keeping=Keeping(transcripts=None, records=90, jobs=30))
    assert store.job_settings.save(changed, 0) == 1
    assert store.job_settings.get().settings == changed
    with pytest.raises(Conflict):
        store.job_settings.save(saved.settings, 0)
    for wrong in (
        replace(changed, inspections=0),
        replace(changed, keeping=Keeping(jobs=1)),
        replace(changed, late_days=99),
    ):
        with pytest.raises(InputError):
            store.job_settings.save(wrong, 1)
    assert store.job_settings.get().settings == changed


def test_a_schedule_is_moved_on_by_one_worker_only(store: Store) -> None:
    schedule = Schedule(site="a", rhythm=Rhythm.MONTHLY, day=10)
    assert store.schedules.save(schedule, 0, due_after) == 1
    with pytest.raises(Conflict):
        store.schedules.save(schedule, 0, due_after)
    with pytest.raises(InputError):
        store.schedules.save(replace(schedule, hour=24), 1, due_after)
    entry = store.schedules.get("a")
    assert entry is not None
    assert entry.next_at == due_after(schedule, clock.now())
    assert store.schedules.due(clock.now()) == ()
    assert store.schedules.due(clock.now() + timedelta(days=70)) == (entry,)
    assert entry.next_at is not None
    following = due_after(schedule, entry.next_at)
    assert store.schedules.move_on(entry, following, (entry.next_at, "job"), None)
    assert not store.schedules.move_on(entry, following, (entry.next_at, "job"), None)
    moved = store.schedules.get("a")
    assert moved is not None
    assert (moved.last_at, moved.last_job, moved.next_at) == (entry.next_at, "job", following)
    assert store.schedules.list(SiteScope(sites=frozenset({"b"}))) == ()
    store.schedules.drop("a")
    assert store.schedules.list() == ()


def _inspected(store: Store, started_at: datetime, devices: int) -> str:
    inspection = store.inspections.begin(SITE, InspectionKind.PERIODIC, AUTHORISATION, started_at)
    store.inspections.keep_devices(inspection, [record(n) for n in range(devices)])
    line = Asked(at=started_at, target="192.0.2.1", kind=Kind.SOAP, operation="GetUsers", username="", outcome="ok")
    store.transcript.append(inspection, [line] * 3)
    return inspection


def _finish(store: Store, inspection: str, ended_at: datetime) -> None:
    from fushinban.record.models import InspectionRow

    InspectionRow._base_manager.using(store._link.alias).filter(id=inspection).update(ended_at=ended_at)


def test_retention_keeps_the_newest_and_what_is_under_way(store: Store) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    old, older, ancient = (now - timedelta(days=d) for d in (200, 400, 800))
    oldest, newest, broken_off, under_way = (_inspected(store, at, 2) for at in (ancient, older, ancient, ancient))
    _finish(store, oldest, ancient)
    _finish(store, newest, older)
    store.jobs.ask("running", _order(), "test")
    store.jobs.inspecting("running", under_way)
    keeping = Keeping(transcripts=300, records=100, jobs=100)
    assert store.retention.sweep(keeping, now, lambda: False).transcripts == 0
    gone = store.retention.sweep(keeping, now)
    assert (gone.transcripts, gone.records, gone.jobs) == (12, 4, 0)
    left = {i: len(store.inspections.collected(i)) for i in (oldest, newest, broken_off, under_way)}
    assert left == {oldest: 0, newest: 2, broken_off: 0, under_way: 2}
    assert old > older
    again = store.retention.sweep(keeping, now)
    assert (again.transcripts, again.records) == (0, 0)
    nothing = Keeping(transcripts=None, records=None, jobs=None)
    assert store.retention.sweep(nothing, now + timedelta(days=9999)).records == 0


def test_old_jobs_go_with_their_notes(store: Store) -> None:
    store.jobs.ask("done", _order("a"), "test")
    store.job_notes.keep("done", "left", SITE)
    store.jobs.end("done", JobState.DONE, say("jobs.cancelled"))
    store.jobs.ask("waiting", _order("b"), "test")
    gone = store.retention.sweep(JobSettings().keeping, clock.now() + timedelta(days=500))
    assert gone.jobs == 1
    assert [job.id for job in store.jobs.list().jobs] == ["waiting"]
    assert store.job_notes.get("done", "left", type(SITE)) is None
