"""The inspection of several sites: one job each, at the pace of the installation; this one waits for them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from fushinban.errors import InputError
from fushinban.jobs.durable.asking import ask_inspection, child_id
from fushinban.jobs.durable.kinds import Kind
from fushinban.jobs.durable.task import Task
from fushinban.model.job import Job, JobKind, JobState
from fushinban.model.text import Text, say

#: Between two looks at the jobs of the selection, seconds.
_LOOK = 0.5


def _run(task: Task) -> Text:
    task.step("ask", partial(_ask, task))
    total = len(task.order.sites)
    task.attendant.stage(say("jobs.stage-selection"), total)
    jobs = task.store.jobs.children(task.id)
    while any(not job.state.ended for job in jobs):
        task.attendant.counted(*_counts(jobs))
        task.wait(_LOOK)
        jobs = task.store.jobs.children(task.id)
    _, missed = _counts(jobs)
    task.attendant.settled(total, missed)
    if missed == 0:
        return say("jobs.selection-done", total=total)
    return say("jobs.selection-some", total=total, done=total - missed, missed=missed)


def _ask(task: Task) -> None:
    """A job for each site. One that cannot be begun, or is being inspected already, is on the list with the reason."""
    for number, site in enumerate(task.order.sites):
        task.attendant.check()
        order = replace(task.order, kind=JobKind.INSPECTION, site=site, sites=())
        name, asked_by = child_id(task.id, number), task.job.asked_by
        try:
            asked = ask_inspection(task.store, order, asked_by, job_id=name, parent=task.id)
        except InputError as error:
            task.store.jobs.note_over(name, order, asked_by, JobState.FAILED, error.text, parent=task.id)
            continue
        if asked.job.id != name:
            reason = say("jobs.site-asked", by=asked.job.asked_by)
            task.store.jobs.note_over(name, order, asked_by, JobState.CANCELLED, reason, parent=task.id)


def _counts(jobs: Sequence[Job]) -> tuple[int, int]:
    """How many are over, and how many of them without a result."""
    ended = [job for job in jobs if job.state.ended]
    return len(ended), sum(1 for job in ended if job.state is not JobState.DONE)


KIND = Kind(kind=JobKind.SELECTION, run=_run)
