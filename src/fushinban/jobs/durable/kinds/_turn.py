"""The turn of a site: one thing at a time is done with it."""

from collections.abc import Iterator
from contextlib import contextmanager

from fushinban.jobs.durable.task import Task
from fushinban.model.text import say

#: Between two looks whether somebody else has finished with the site, seconds.
_WAIT = 1.0


@contextmanager
def site_turn(task: Task) -> Iterator[None]:
    """The turn of the job's site; waits while a command, or a worker that was taken for dead, still has it."""
    turn = task.store.turns.take(task.order.site)
    while turn is None:
        task.attendant.stage(say("jobs.stage-waiting"))
        task.wait(_WAIT)
        turn = task.store.turns.take(task.order.site)
    with turn:
        task.attendant.guard(turn)
        try:
            yield
        finally:
            task.attendant.guard(None)
