"""Workers as processes: killed at exact moments, stopped in good order, several on one database, frozen."""

import signal
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from durable.conftest import prepared
from durable.durable_bench import Ground, RunningLab, Worker, plan_of, until, worker
from fushinban.errors import StoreError
from fushinban.jobs.durable.asking import ask_inspection, ask_selection, inspection_order
from fushinban.jobs.site_file import SiteFile
from fushinban.jobs.site_setup import load_versioned, save_setup
from fushinban.model.job import Job, JobState
from fushinban.record.setup import open_store
from fushinban.record.store import Store


def _asked(store: Store, site: str, *, documents: bool = False) -> Job:
    return ask_inspection(store, inspection_order(site, None, documents=documents, lang="ja"), "test").job


def _over(store: Store, job: Job) -> Job:
    until(lambda: store.jobs.get(job.id).state.ended, 60)
    return store.jobs.get(job.id)


#: A moment, and how many devices are on record then.
_MOMENTS = {
    "before begin": 0,
    "after begin": 0,
    "after find": 0,
    "after read": 6,
    "before judge": 6,
    "after judge": 6,
    "after documents": 6,
}


@pytest.mark.slow
@pytest.mark.parametrize("moment", _MOMENTS)
def test_killed_between_two_steps(small_lab: RunningLab, sqlite_store: Store, tmp_path: Path, moment: str) -> None:
    store, kept = sqlite_store, _MOMENTS[moment]
    when, step = moment.split()
    url = f"sqlite:///{store.data_dir / 'fushinban.sqlite3'}"
    ground = prepared(small_lab, store, url, tmp_path)
    job = _asked(store, small_lab.plan.id, documents=True)
    with worker(ground, f"--die-{when}", step) as one:
        assert one.wait() == -signal.SIGKILL
    found = store.jobs.get(job.id)
    assert found.state is JobState.RUNNING
    on_record = store.inspections.collected(found.inspection) if found.inspection else ()
    assert len(on_record) == kept
    before = small_lab.counts()
    with worker(ground):
        ended = _over(store, job)
    assert ended.state is JobState.DONE
    assert len(store.inspections.get(ended.inspection).records) == 6
    assert len(store.inspections.list(small_lab.plan.id)) == 1, "it was begun once"
    assert len(store.documents.of(small_lab.plan.id)) == 5, "each document was noted once"
    if kept == 6:
        assert small_lab.counts() == before, "what had been read was not asked again"


@pytest.mark.slow
def test_stopped_in_good_order_it_goes_on_at_the_next_start(store: Store, database_url: str, tmp_path: Path) -> None:
    with RunningLab(plan_of(12, 10)) as lab:
        ground = prepared(lab, store, database_url, tmp_path, connections=4)
        job = _asked(store, lab.plan.id)
        with worker(ground) as one:
            until(lambda: store.jobs.get(job.id).done >= 3)
            begun = time.monotonic()
            assert one.stop() == 0
            assert time.monotonic() - begun < 20
        found = store.jobs.get(job.id)
        assert found.state is JobState.RUNNING
        kept = [r.device.id for r in store.inspections.collected(found.inspection)]
        before = lab.counts()
        with worker(ground):
            ended = _over(store, job)
        after = lab.counts()
    assert ended.state is JobState.DONE
    assert 3 <= len(kept) < 12
    assert {id_: after[id_] for id_ in kept} == {id_: before[id_] for id_ in kept}


@pytest.mark.slow
def test_several_workers_share_the_work_and_take_over(store: Store, database_url: str, tmp_path: Path) -> None:
    """Six sites, two workers, one of them killed in the middle: each site is inspected once."""
    with RunningLab(plan_of(6, 25)) as lab:
        ground = prepared(lab, store, database_url, tmp_path, connections=4)
        setup, _ = load_versioned(store, lab.plan.id)
        sites = [f"site-{n}" for n in range(4)]
        for site in sites:
            save_setup(store, _named(setup, site), 0)
        saved = store.job_settings.get()
        store.job_settings.save(replace(saved.settings, inspections=4, per_worker=2), saved.version)
        job = ask_selection(store, sites, None, "test", documents=False, lang="ja").job
        with worker(ground) as one, worker(ground) as two:
            until(lambda: len(_workers(store, job)) == 2)
            assert _workers(store, job) <= {one.name, two.name}
            one.kill()
            ended = _over(store, job)
    assert ended.state is JobState.DONE
    children = store.jobs.children(job.id)
    assert [c.state for c in children] == [JobState.DONE] * 4
    assert {c.worker for c in children} <= {one.name, two.name}
    assert any(c.worker == two.name for c in children)
    assert Counter(e.site for e in store.inspections.list()) == dict.fromkeys(sites, 1)


def _workers(store: Store, job: Job) -> set[str]:
    return {c.worker for c in store.jobs.children(job.id) if c.state is JobState.RUNNING}


def _named(setup: SiteFile, site: str) -> SiteFile:
    listed = tuple(replace(d, site=site) for d in setup.listed)
    return replace(setup, site=replace(setup.site, id=site), listed=listed)


def _freeze(one: Worker, ground: Ground) -> None:
    """Stop it, but not in the middle of a writing: then nobody could write, with or without jobs."""
    with open_store(ground.url, data_dir=ground.data, busy_seconds=0.5) as store:
        for _ in range(50):
            one.signal(signal.SIGSTOP)
            try:
                store.jobs.beat("probe")
            except StoreError:
                one.signal(signal.SIGCONT)
                time.sleep(0.05)
            else:
                return
    raise AssertionError("it was always in the middle of a writing")


@pytest.mark.slow
def test_a_frozen_worker_is_replaced_but_never_doubled(store: Store, database_url: str, tmp_path: Path) -> None:
    """A worker that stands still loses its job to another only when it cannot touch the site any more."""
    with RunningLab(plan_of(8, 20)) as lab:
        ground = prepared(lab, store, database_url, tmp_path, connections=4)
        job = _asked(store, lab.plan.id)
        with worker(ground) as one:
            until(lambda: store.jobs.get(job.id).done >= 2)
            _freeze(one, ground)
            kept = len(store.inspections.collected(store.jobs.get(job.id).inspection))
            with worker(ground) as two:
                until(lambda: store.jobs.get(job.id).worker == two.name, 30)  # taken for dead after three seconds
                before = lab.counts()
                time.sleep(1.5)
                assert lab.counts() == before, "the site is still the frozen worker's"
                assert len(store.inspections.collected(store.jobs.get(job.id).inspection)) == kept
                one.signal(signal.SIGCONT)
                ended = _over(store, job)
                finished = store.inspections.get(ended.inspection)
    assert ended.state is JobState.DONE
    assert len(finished.records) == 8
    assert len(store.inspections.list(lab.plan.id)) == 1
