"""A lab with equal cameras, and a console whose jobs are worked on in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

from durable.durable_bench import RunningLab, plan_of
from fushinban.jobs.durable.runner import JobRunner
from fushinban.model.job import Job
from fushinban.record.store import Store
from fushinban.web.installation import current

__all__ = ["RunningLab", "plan_of", "until_over", "working"]


@contextmanager
def working(store: Store) -> Iterator[JobRunner]:
    """Jobs are worked on meanwhile."""
    with JobRunner(store, current().vault, environ={}, poll_seconds=0.1) as runner:
        yield runner


def until_over(store: Store, job_id: str, seconds: float = 40.0) -> Job:
    """The job when it is over."""
    end = monotonic() + seconds
    while monotonic() < end:
        job = store.jobs.get(job_id)
        if job.state.ended:
            return job
        sleep(0.05)
    raise AssertionError(f"{job_id} is not over")
