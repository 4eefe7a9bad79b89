"""Deletes what has been kept long enough, as the settings say, and says how much it was."""

from functools import partial

from fushinban import clock
from fushinban.jobs.durable.kinds import Kind
from fushinban.jobs.durable.task import Task
from fushinban.model.job import JobKind
from fushinban.model.text import Text, say
from fushinban.record.job_values import Deleted

_DELETED = "deleted"


def _run(task: Task) -> Text:
    task.attendant.stage(say("jobs.stage-retention"))
    task.step("delete", partial(_delete, task))
    gone = task.store.job_notes.get(task.id, _DELETED, Deleted) or Deleted()
    return say("jobs.retention-done", transcripts=gone.transcripts, records=gone.records, jobs=gone.jobs)


def _delete(task: Task) -> None:
    keeping = task.store.job_settings.get().settings.keeping
    gone = task.store.retention.sweep(keeping, clock.now(), lambda: not task.attendant.stopped.is_set())
    task.store.job_notes.keep(task.id, _DELETED, gone)
    task.attendant.check()


KIND = Kind(kind=JobKind.RETENTION, run=_run)
