"""Watching jobs with the store alone: cheap to wait, nothing is missed."""

from collections.abc import Callable, Iterator
from time import sleep

from fushinban import clock
from fushinban.model.job import Job, JobPage
from fushinban.model.rights import EVERYTHING, SiteScope
from fushinban.record.store import Store

#: Between two looks at the one row that holds the newest version, seconds.
PAUSE = 0.4


def watch(store: Store, job_id: str, pause: float = PAUSE) -> Iterator[Job]:
    """The job now and after every change, until it is over. Raises InputError where there is none."""
    job = store.jobs.get(job_id)
    yield job
    seen = job.version
    while not job.state.ended:
        sleep(pause)
        if store.jobs.version() == seen:
            continue
        seen = store.jobs.version()
        later = store.jobs.get(job_id)
        if later.version != job.version:
            job = later
            yield job


def wait_for_change(
    store: Store, after: int, scope: SiteScope = EVERYTHING, *, seconds: float = 25.0, going_on: Callable[[], bool]
) -> JobPage:
    """What changed after a version, as soon as something inside the scope has; after `seconds`, or when `going_on`
    says no, an empty page with the newest version seen. For a thread that streams to a page."""
    end = clock.monotonic() + seconds
    while True:
        page = store.jobs.changed(after, scope) if store.jobs.version() > after else JobPage(jobs=(), version=after)
        after = page.version
        if page.jobs or clock.monotonic() >= end or not going_on():
            return page
        sleep(PAUSE)
