"""Jobs worked on in this process: every kind, and the ways in which one ends."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from durable.conftest import prepared
from durable.durable_bench import RunningLab, plan_of, until
from fushinban import clock
from fushinban.errors import Conflict, InputError, OutOfScope, StoreError
from fushinban.jobs.durable import rounds
from fushinban.jobs.durable.runner import JobRunner
from fushinban.jobs.durable.watching import watch
from fushinban.jobs.inspect import inspect
from fushinban.jobs.means import Means
from fushinban.jobs.progress import Quiet
from fushinban.jobs.site_setup import load_setup, load_versioned, save_setup
from fushinban.model.audit import ActorKind
from fushinban.model.job import Job, JobState
from fushinban.model.text import say
from fushinban.record._job_rows import JobRow
from fushinban.record.request_counts import window_of
from fushinban.record.store import Store
from fushinban.record.vault import Vault
from fushinban.record.webhooks import Attempt


@contextmanager
def _working(lab: RunningLab, store: Store) -> Iterator[JobRunner]:
    environ = dict(lab.lab.environment())
    with JobRunner(store, Vault(store.data_dir), environ=environ, poll_seconds=0.1) as runner:
        yield runner


def _over(store: Store, job: Job, seconds: float = 40.0) -> Job:
    until(lambda: store.jobs.get(job.id).state.ended, seconds)
    return store.jobs.get(job.id)


def _said(job: Job) -> str:
    assert job.summary is not None
    return job.summary.en


def test_an_inspection_with_its_documents(
    small_lab: RunningLab, store: Store, database_url: str, tmp_path: Path
) -> None:
    prepared(small_lab, store, database_url, tmp_path)
    site = small_lab.plan.id
    with _working(small_lab, store) as runner:
        job = runner.start_inspection(site, None, "山田", lang="en")
        assert runner.start_inspection(site, None, "鈴木").id == job.id
        changes = list(watch(store, job.id, pause=0.05))
        again = runner.make_documents(changes[-1].inspection, "ja", "鈴木")
        made = _over(store, again)
    last = changes[-1]
    assert (last.state, _said(last), last.asked_by) == (JobState.DONE, "Complete. All 6 devices were reached.", "山田")
    assert {c.stage.en for c in changes if c.stage} >= {"Reading the devices"}
    assert [c.version for c in changes] == sorted({c.version for c in changes})
    inspection = store.inspections.get(last.inspection)
    assert len(inspection.records) == 6
    assert inspection.transcript == store.transcript.counts(last.inspection)
    assert made.state is JobState.DONE
    papers = store.documents.of(site, last.inspection)
    assert len(papers) == 10, "five in each language"
    assert all(Path(p.path).is_relative_to(store.data_dir / "documents") for p in papers)
    assert all(Path(p.path).exists() for p in papers)
    assert (last.total, last.done, last.missed) == (6, 6, 0)
    logged = [e for e in store.audit.entries(kind="job", id=last.id) if e.action == "job.ended"]
    assert [(e.actor.kind, e.detail["state"], e.detail["asked_by"]) for e in logged] == [
        (ActorKind.SYSTEM, "done", "山田")
    ]


def test_a_selection_goes_on_where_a_site_cannot_be_inspected(
    small_lab: RunningLab, store: Store, database_url: str, tmp_path: Path
) -> None:
    prepared(small_lab, store, database_url, tmp_path)
    site = small_lab.plan.id
    with _working(small_lab, store) as runner:
        job = runner.start_inspections([site, "unknown", site], None, "test", documents=False)
        ended = _over(store, job)
        with pytest.raises(InputError):
            runner.start_inspections([], None, "test")
    assert ended.state is JobState.DONE
    assert _said(ended) == "Complete: 1 of 2 sites were inspected, 1 were not."
    children = store.jobs.children(job.id)
    assert [(c.site, c.state) for c in children] == [(site, JobState.DONE), ("unknown", JobState.FAILED)]
    assert (ended.total, ended.done, ended.missed) == (2, 2, 1)


def test_cancelling_keeps_what_was_read(store: Store, database_url: str, tmp_path: Path) -> None:
    with RunningLab(plan_of(12, 25)) as lab:
        prepared(lab, store, database_url, tmp_path, connections=4)
        with _working(lab, store) as runner:
            job = runner.start_inspection(lab.plan.id, None, "test")
            until(lambda: store.jobs.get(job.id).done >= 2)
            runner.cancel(job.id)
            begun = time.monotonic()
            ended = _over(store, job)
            took = time.monotonic() - begun
            counts = lab.counts()
            time.sleep(0.5)
            assert lab.counts() == counts, "nothing is sent any more"
    assert ended.state is JobState.CANCELLED
    kept = store.inspections.collected(ended.inspection)
    assert 2 <= len(kept) < 12
    assert _said(ended) == f"Cancelled. {len(kept)} of 12 devices had been read; that is kept."
    assert took < 8
    assert store.jobs.active(lab.plan.id) is None


def test_devices_that_do_not_answer_are_counted(small_lab: RunningLab, sqlite_store: Store, tmp_path: Path) -> None:
    store = sqlite_store
    prepared(small_lab, store, "", tmp_path)
    setup, version = load_versioned(store, small_lab.plan.id)
    silent = replace(setup.listed[0], id="nobody", target=replace(setup.listed[0].target, address="127.78.0.200"))
    save_setup(store, replace(setup, listed=(*setup.listed, silent)), version)
    with _working(small_lab, store) as runner:
        job = _over(store, runner.start_inspection(small_lab.plan.id, None, "test", documents=False))
    assert (job.state, _said(job)) == (JobState.DONE, "Complete, 1 of 7 devices not reached.")
    assert (job.total, job.done, job.missed) == (7, 7, 1)


def test_the_command_and_the_console_take_turns(
    small_lab: RunningLab, store: Store, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fushinban.jobs.inspect.PATIENCE", 0.2)  # a quarter of an hour otherwise
    ground = prepared(small_lab, store, database_url, tmp_path)
    site_file = load_setup(store, small_lab.plan.id)
    means = Means(store=store, vault=Vault(store.data_dir), environ=ground.environ, progress=Quiet(), folder=tmp_path)
    with _working(small_lab, store) as runner:
        with store.turns.taken(site_file.site.id):
            with pytest.raises(Conflict):
                inspect(site_file, site_file.kind, means)
            before = small_lab.counts()
            job = runner.start_inspection(site_file.site.id, None, "test", documents=False)
            until(lambda: (stage := store.jobs.get(job.id).stage) is not None and "Waiting" in stage.en)
            assert small_lab.counts() == before, "it waits"
        assert _over(store, job).state is JobState.DONE
    assert inspect(site_file, site_file.kind, means).records


def test_what_is_not_allowed_any_more_is_not_touched(
    small_lab: RunningLab, sqlite_store: Store, tmp_path: Path
) -> None:
    store = sqlite_store
    prepared(small_lab, store, "", tmp_path)
    site = small_lab.plan.id
    with _working(small_lab, store) as runner:
        with store.turns.taken(site):  # it was allowed when it was asked for
            job = runner.start_inspection(site, None, "test")
            setup, version = load_versioned(store, site)
            over = replace(setup.authorisation, end=clock.now() - timedelta(minutes=1))
            save_setup(store, replace(setup, authorisation=over), version)
            before = small_lab.counts()
        ended = _over(store, job)
        assert small_lab.counts() == before
        with pytest.raises(OutOfScope):
            runner.start_inspection(site, None, "test")
    assert ended.state is JobState.FAILED
    assert "authorisation" in _said(ended)


def test_a_site_may_be_given_rest(small_lab: RunningLab, sqlite_store: Store, tmp_path: Path) -> None:
    store = sqlite_store
    prepared(small_lab, store, "", tmp_path)
    site = small_lab.plan.id
    saved = store.job_settings.get()
    store.job_settings.save(replace(saved.settings, site_pause=30), saved.version)
    with _working(small_lab, store) as runner:
        _over(store, runner.start_inspection(site, None, "test", documents=False))
        with pytest.raises(InputError) as refused:
            runner.start_inspection(site, None, "test")
    assert "next inspection can begin from" in refused.value.text.en
    assert "from" in refused.value.text.en


def test_clearing_is_counted_and_audited(small_lab: RunningLab, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "_CLEARING_HOUR", 24)  # the daily clearing would be there first
    now = clock.now()
    for key, begun in (("b" * 64, now), ("a" * 64, now - timedelta(hours=1))):
        store.replies.begin(key, "d", begun)
    store.request_counts.take("token 1", window_of(now) - 2, 1, 9)
    store.request_counts.take("token 2", window_of(now) + 9, 1, 9)
    hook = store.webhooks.add("https://hooks.example.com/", ["job.failed"], "", "t", now)
    for made in (now - timedelta(days=31), now):
        store.webhooks.enqueue("job.failed", {hook.id: "{}"}, made)
    for delivery in store.webhooks.take_due(now, timedelta(minutes=1)):
        tried = Attempt(at=now, status=204, milliseconds=1, detail=say("webhook.delivered", status=204))
        store.webhooks.attempted(delivery, tried, None, True)
    with _working(small_lab, store) as runner:
        ended = _over(store, runner.start_retention("山田"))
    assert ended.state is JobState.DONE
    assert "0 lines of the transcript" in _said(ended)
    assert " 1 webhook deliveries" in _said(ended)
    assert "1 answers kept for repeated requests and 1 request counts" in _said(ended)
    assert len(store.webhooks.deliveries(hook.id, None, 10)) == 1
    assert store.replies.begin("b" * 64, "d", now) is not None, "what is not over stays"
    (entry,) = [e for e in store.audit.entries(kind="job", id=ended.id) if e.action == "job.ended"]
    assert "0" in str(entry.detail["summary"])


def test_a_missing_login_ends_the_job_with_its_sentence(
    small_lab: RunningLab, sqlite_store: Store, tmp_path: Path
) -> None:
    store = sqlite_store
    prepared(small_lab, store, "", tmp_path)
    with JobRunner(store, Vault(store.data_dir), environ={}, poll_seconds=0.1) as runner:
        ended = _over(store, runner.start_inspection(small_lab.plan.id, None, "test"))
    assert ended.state is JobState.FAILED
    assert "environment variable" in _said(ended)


def test_one_engine_in_a_process(small_lab: RunningLab, sqlite_store: Store) -> None:
    with _working(small_lab, sqlite_store) as runner:
        assert runner.name
        second = JobRunner(sqlite_store, Vault(sqlite_store.data_dir))
        with pytest.raises(StoreError):
            second.launch()
        assert second.name == ""
    assert runner.name == ""
    runner.close()  # twice is harmless


def test_a_database_in_use_does_not_end_a_job(small_lab: RunningLab, sqlite_store: Store, tmp_path: Path) -> None:
    store = sqlite_store
    prepared(small_lab, store, "", tmp_path)
    over = threading.Event()

    def hold() -> None:
        other = sqlite3.connect(store.data_dir / "fushinban.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        over.wait(2.0)
        other.execute("ROLLBACK")
        other.close()

    with _working(small_lab, store) as runner:
        job = runner.start_inspection(small_lab.plan.id, None, "test", documents=False)
        until(lambda: store.jobs.get(job.id).total == 6)
        thread = threading.Thread(target=hold)
        thread.start()
        ended = _over(store, job)
        over.set()
        thread.join()
    assert ended.state is JobState.DONE


def test_a_fault_of_the_program_ends_the_job(
    small_lab: RunningLab, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(type(sqlite_store.retention), "sweep", broken)
    with _working(small_lab, sqlite_store) as runner:
        ended = _over(sqlite_store, runner.start_retention("test"))
    assert ended.state is JobState.FAILED
    assert "fault of the program" in _said(ended)


def test_what_nothing_works_on_does_not_stay_running(
    small_lab: RunningLab, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "_ORPHANS", 0.2)
    with _working(small_lab, sqlite_store) as runner:
        done = _over(sqlite_store, runner.start_retention("test"))
        rows = JobRow._base_manager.using(sqlite_store._link.alias).filter(id=done.id)
        rows.update(state=JobState.RUNNING.value, summary="", ended_at=None)
        ended = _over(sqlite_store, done)
    assert ended.state is JobState.FAILED
    assert "fault of the program" in _said(ended)
