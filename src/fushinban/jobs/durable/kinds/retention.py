"""Deletes what has been kept long enough, as the settings say, and says how much it was.

Whatever the settings say, what served only its moment goes too: deliveries of webhooks that are over, answers kept for
actions that are repeated, counts of requests.
"""

from dataclasses import replace
from functools import partial

from fushinban import clock
from fushinban.jobs.durable.kinds import Kind
from fushinban.jobs.durable.task import Task
from fushinban.jobs.webhooks import clear_deliveries
from fushinban.model.job import JobKind
from fushinban.model.text import Text, say
from fushinban.record.job_values import Deleted
from fushinban.record.request_counts import window_of

_DELETED = "deleted"


def _run(task: Task) -> Text:
    task.attendant.stage(say("jobs.stage-retention"))
    task.step("delete", partial(_delete, task))
    gone = task.store.job_notes.get(task.id, _DELETED, Deleted) or Deleted()
    return say(
        "jobs.retention-done", transcripts=gone.transcripts, records=gone.records, jobs=gone.jobs,
        deliveries=gone.deliveries, replies=gone.replies, counts=gone.counts,
    )  # fmt: skip


def _delete(task: Task) -> None:
    keeping = task.store.job_settings.get().settings.keeping
    now, store = clock.now(), task.store
    swept = store.retention.sweep(keeping, now, lambda: not task.attendant.stopped.is_set())
    gone = replace(
        swept,
        deliveries=clear_deliveries(store, now),
        replies=store.replies.forget(now),
        counts=store.request_counts.forget(window_of(now)),
    )
    task.store.job_notes.keep(task.id, _DELETED, gone)
    task.attendant.check()


KIND = Kind(kind=JobKind.RETENTION, run=_run)
