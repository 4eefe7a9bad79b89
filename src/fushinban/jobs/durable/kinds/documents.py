"""The documents of a finished inspection, made again or in another language."""

from functools import partial

from fushinban.jobs.durable.kinds import Kind
from fushinban.jobs.durable.kinds._written import write_missing
from fushinban.jobs.durable.task import Task
from fushinban.model.job import JobKind
from fushinban.model.text import Text, say
from fushinban.reports import reports


def _run(task: Task) -> Text:
    task.step("documents", partial(_write, task))
    return say("jobs.written", count=len(reports()))


def _write(task: Task) -> None:
    inspection = task.store.inspections.get(task.order.inspection)
    task.attendant.stage(say("inspect.stage-report"), len(reports()))
    write_missing(task, inspection)


KIND = Kind(kind=JobKind.DOCUMENTS, run=_run)
