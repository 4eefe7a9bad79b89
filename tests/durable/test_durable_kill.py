"""kill -9 at ten random moments of an inspection of fifty devices: nothing is lost, no device step is repeated."""

import random
import time
from pathlib import Path

import pytest

from durable.conftest import prepared
from durable.durable_bench import RunningLab, plan_of, until, worker
from fushinban.jobs.durable.asking import ask_inspection, inspection_order
from fushinban.model.job import JobState
from fushinban.record.store import Store
from fushinban.transport.budget import CAUTIOUS

_DEVICES = 50
_KILLS = 10


def _kept(store: Store, job_id: str) -> int:
    inspection = store.jobs.get(job_id).inspection
    entry = store.inspections.entry(inspection) if inspection else None
    return entry.devices if entry is not None else 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", [20261123])
def test_ten_kills(
    store: Store, database_url: str, tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(seed)
    with RunningLab(plan_of(_DEVICES)) as lab:
        ground = prepared(lab, store, database_url, tmp_path)
        order = inspection_order(lab.plan.id, None, documents=False, lang="ja")
        job = ask_inspection(store, order, "test").job
        settled: dict[str, int] = {}  # requests of a device at the first moment at which it was on record
        on_record: list[int] = []
        # Random moments of the whole inspection: at so many devices, and a random moment later.
        for moment in sorted(chance.uniform(0, _DEVICES - 8) for _ in range(_KILLS)):
            with worker(ground) as one:
                until(lambda name=one.name: store.jobs.get(job.id).worker == name, pause=0.01)
                until(lambda least=int(moment): _kept(store, job.id) >= least, pause=0.01)
                time.sleep(chance.uniform(0.0, 0.3))
                assert store.jobs.get(job.id).state is JobState.RUNNING, "it was over before the last kill"
                one.kill()
            time.sleep(0.2)  # the lab takes in what was on its way
            inspection = store.jobs.get(job.id).inspection
            kept = store.inspections.collected(inspection) if inspection else ()
            counts = lab.counts()
            for record in kept:
                settled.setdefault(record.device.id, counts[record.device.id])
            on_record.append(len(kept))
        with worker(ground):
            until(lambda: store.jobs.get(job.id).state.ended, 60)
        final = lab.counts()
        ended = store.jobs.get(job.id)
    assert ended.state is JobState.DONE
    assert ended.summary is not None
    assert ended.summary.en == f"Complete. All {_DEVICES} devices were reached."
    result = store.inspections.get(ended.inspection)
    assert len(result.records) == _DEVICES
    assert all(r.reached for r in result.records)
    assert result.findings
    assert _DEVICES // 2 < len(settled) < _DEVICES
    assert {id_: final[id_] for id_ in settled} == settled, "a device on record was asked again"
    assert on_record == sorted(on_record)
    assert [e.id for e in store.inspections.list(lab.plan.id)] == [ended.inspection], "it was begun once"
    # An inspection in one go makes one login that this camera does not take; a device that was in the middle of just
    # that may see it once more, and the attempt budget allows no third.
    assert max(lab.logins().values()) <= CAUTIOUS
    least = min(final.values())
    repeated = sum(final.values()) - least * _DEVICES
    asked = sum(c.count for c in result.transcript)
    with capsys.disabled():
        print(f"\n  on record at the kills: {on_record}; {least} requests per device in one go;")
        print(f"  {repeated} of {sum(final.values())} requests were repeats; {asked} exchanges on the transcript")
    # Four devices are read at once, so each kill finds at most four in the middle.
    assert repeated < _KILLS * 4 * least / 2
