"""Long work: what waits, runs and is over; one job live, with what to do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.http import Http404, HttpResponse

from fushinban.messages import Text, say
from fushinban.model.job import Job, JobKind, JobState
from fushinban.model.rights import Permission
from fushinban.model.text import Named
from fushinban.web._live import Glance, LivePage
from fushinban.web._page import Page, action
from fushinban.web._pulse import PULSE
from fushinban.web.audit import note
from fushinban.web.listing import Column, Listing, make_listing

N = TypeVar("N", bound=Named)

#: Jobs of a selection that one page shows.
_CHILDREN = 200

_COLUMNS = (
    Column(key="kind", label=say("page_jobs.column-kind"), fixed=True),
    Column(key="site", label=say("page_jobs.column-site")),
    Column(key="state", label=say("page_jobs.column-state")),
    Column(key="progress", label=say("page_jobs.column-progress")),
    Column(key="asked", label=say("page_jobs.column-asked")),
    Column(key="ended", label=say("page_jobs.column-ended")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """A job with the name of its site."""

    job: Job
    site_name: str


class JobsPage(Page):
    """All jobs that one may see, the newest first."""

    path = "jobs/"
    name = "jobs"
    permission = Permission.SITE_VIEW
    template = "pages/jobs.html"

    def context(self) -> Mapping[str, object]:
        """The list with its filters."""
        asked = self.request.GET
        state, kind = choice(JobState, asked.get("state")), choice(JobKind, asked.get("kind"))
        site = clean(asked.get("site"))
        found = self.store.jobs.list(
            self.scope, states=(state,) if state else (), kind=kind, site=site, after=asked.get("after", "")
        )
        listing: Listing = make_listing(
            self.request, "jobs", _COLUMNS, job_rows(self, found.jobs), following=found.next or None,
            empty=say("page_jobs.empty"),
        )  # fmt: skip
        return {
            "listing": listing, "states": tuple(JobState), "kinds": tuple(JobKind), "state": state, "kind": kind,
            "site": site or "",
        }  # fmt: skip


class JobPage(Page):
    """One job, live."""

    path = "jobs/<str:job_id>/"
    name = "job"
    permission = Permission.SITE_VIEW
    template = "pages/job.html"

    def context(self, job_id: str) -> Mapping[str, object]:
        """How far it is, and what can be done."""
        job = found_job(self, job_id)
        return {**shown(self, job), "may_cancel": self._may(job)}

    @action(Permission.INSPECTION_START)
    def cancel(self, job_id: str) -> HttpResponse:
        """Ask for its end, after confirmation."""
        job = found_job(self, job_id)
        asked = self.confirm(
            title=say("page_jobs.cancel-title"),
            sentences=(say("page_jobs.cancel-what"),),
            button=say("page_jobs.cancel"),
        )
        if asked is not None:
            return asked
        with self.store.together():
            self.store.jobs.cancel(job.id)
            note(self.request, "job.cancelled", "job", job.id)
        self.tell(say("page_jobs.cancelling"))
        return self.to("job", job_id=job.id)

    def _may(self, job: Job) -> bool:
        if job.state.ended or job.cancelling:
            return False
        return self.store.jobs.within(job.id, self.rights.scope(Permission.INSPECTION_START)) is not None


class JobLive(LivePage):
    """What the job's page shows as it goes on; ends with the job, or with the right to see it."""

    path = "jobs/<str:job_id>/live/"
    name = "job-live"
    permission = Permission.SITE_VIEW

    def look(self, mark: str, job_id: str = "", **_: object) -> Glance | None:
        """The progress, where it has changed."""
        version = PULSE.version(self.store)
        if mark and version <= _number(mark):
            return None
        job = found_job(self, job_id)
        parts = {"job-progress": self.piece("pages/_job_progress.html", shown(self, job))}
        return Glance(mark=str(version), parts=parts, over=job.state.ended)


def found_job(page: Page, job_id: str) -> Job:
    """The job, where the permission in force reaches it. Raises Http404, the same for foreign and missing.

    A selection of sites is reached by those who hold the permission for all of them.
    """
    fit = len(job_id) <= 120 and job_id.isprintable()
    job = page.store.jobs.within(job_id, page.scope) if fit else None
    if job is None:
        raise Http404
    return job


def shown(page: Page, job: Job) -> Mapping[str, object]:
    """What is said of a job: a sentence, its site, its children."""
    children = page.store.jobs.list(page.scope, parent=job.id, limit=_CHILDREN).jobs if not job.site else ()
    names = page.store.sites.names([one.site for one in (job, *children) if one.site])
    rows = [JobRow(job=one, site_name=names.get(one.site, one.site)) for one in reversed(children)]
    return {"job": job, "site_name": names.get(job.site, job.site), "sentence": sentence(job), "children": rows}


def sentence(job: Job) -> Text:
    """The one sentence on top."""
    if job.summary is not None:
        return job.summary
    if job.cancelling:
        return say("page_jobs.being-cancelled")
    if job.state is JobState.QUEUED:
        return say("page_jobs.waits")
    return job.stage or say("page_jobs.runs")


def job_rows(page: Page, jobs: Sequence[Job]) -> tuple[JobRow, ...]:
    """Jobs with the names of their sites; one query."""
    names = page.store.sites.names([job.site for job in jobs if job.site])
    return tuple(JobRow(job=job, site_name=names.get(job.site, job.site)) for job in jobs)


def choice(kind: type[N], value: str | None) -> N | None:
    """The member of this word, or None."""
    return next((member for member in kind if member.value == value), None)


def clean(value: str | None, most: int = 100) -> str | None:
    """A filter from the address bar; None for nothing and for what no id can be."""
    return value if value and len(value) <= most and value.isprintable() else None


def _number(mark: str) -> int:
    return int(mark) if mark.isascii() and mark.isdigit() and len(mark) < 18 else -1


PAGES = (JobsPage, JobPage, JobLive)
