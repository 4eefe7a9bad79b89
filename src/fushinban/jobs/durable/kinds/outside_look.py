"""A look from outside at the line of one site: nothing else is done with the site meanwhile."""

from functools import partial

from fushinban.errors import InputError
from fushinban.jobs.durable.kinds import Kind
from fushinban.jobs.durable.kinds._turn import site_turn
from fushinban.jobs.durable.task import Task
from fushinban.jobs.outside import OutsideResult, look_from_outside
from fushinban.jobs.site_setup import load_setup
from fushinban.model.job import JobKind
from fushinban.model.text import Text, say

_SUMMARY = "summary"


def _run(task: Task) -> Text:
    with site_turn(task):
        task.step("look", partial(_look, task))
    told = task.store.job_notes.get(task.id, _SUMMARY, Text)
    assert told is not None, "the step before has kept it"
    return told


def _look(task: Task) -> None:
    if task.store.job_notes.get(task.id, _SUMMARY, Text) is not None:
        return
    task.attendant.stage(say("exposure_explain.stage-look"))
    shop = task.workshop
    result = look_from_outside(load_setup(task.store, task.order.site), shop.store, shop.vault, shop.environ)
    if not result.looks:
        raise InputError(say("exposure_explain.no-look", reason=next(iter(result.missing.values()))))
    task.store.job_notes.keep(task.id, _SUMMARY, _told(result))


def _told(result: OutsideResult) -> Text:
    opened = sum(len(look.seen.open) for look in result.looks)
    addresses = "、".join(look.address for look in result.looks), ", ".join(look.address for look in result.looks)
    message = "exposure_explain.look-open" if opened else "exposure_explain.look-nothing"
    return say(message, count=opened, address=Text(*addresses))


KIND = Kind(kind=JobKind.OUTSIDE_LOOK, run=_run)
