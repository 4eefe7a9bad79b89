"""Jobs: start inspections and documents, watch, cancel; schedules of sites."""

from datetime import datetime

from django.http import StreamingHttpResponse
from ninja import Query, Schema
from pydantic import Field

from fushinban.api.call import Call
from fushinban.api.live import job_events
from fushinban.api.operation import Resource
from fushinban.api.paging import Page, PageQuery, inner_cursor, outer_page
from fushinban.api.shapes import Flag, Given
from fushinban.jobs.durable import asking
from fushinban.messages import Lang, Text
from fushinban.model.job import Job, JobKind, JobState
from fushinban.model.rights import Permission
from fushinban.model.site import InspectionKind

RESOURCE = Resource("jobs", Text("ジョブ", "Jobs"))

_START = Permission.INSPECTION_START


class JobOut(Schema):
    """One piece of long work. Of `total` steps `done` are finished; `missed` gave nothing. ジョブ"""

    id: str
    kind: str = Field(examples=["inspection"])
    site: str
    parent: str
    state: str = Field(examples=["running"])
    stage: str | None
    total: int
    done: int
    missed: int
    asked_by: str
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    summary: str | None
    inspection: str
    cancelling: bool
    version: int


class JobFilter(Schema):
    """Which jobs."""

    state: list[JobState] = Field(default_factory=list, max_length=5)
    kind: JobKind | None = None
    site: str | None = Field(None, max_length=100)
    parent: str | None = Field(None, max_length=120)


class StartIn(Given):
    """How to inspect."""

    kind: InspectionKind = InspectionKind.PERIODIC
    documents: Flag = Field(True, description="Also make the documents. 帳票も作る")


class StartSeveralIn(Given):
    """Which sites to inspect, and how."""

    sites: list[str] = Field(min_length=1, max_length=1000, examples=[["shop-1", "shop-2"]])
    kind: InspectionKind = InspectionKind.PERIODIC
    documents: Flag = True


class EventsQuery(Schema):
    """Where to go on."""

    after: int | None = Field(None, ge=0, le=2**53, description="Version seen last; Last-Event-ID counts too")


@RESOURCE.get(
    "/jobs", "listJobs", Text("ジョブの一覧", "List jobs"), permission=Permission.SITE_VIEW,
    answers={200: Page[JobOut]},
)  # fmt: skip
def list_jobs(call: Call, filters: Query[JobFilter], page: Query[PageQuery]) -> Page[JobOut]:
    """Jobs of all sites that the caller may see, the newest first."""
    found = call.store.jobs.list(
        call.scope(), states=filters.state, kind=filters.kind, site=filters.site, parent=filters.parent,
        after=inner_cursor("jobs", page.cursor) or "", limit=page.most,
    )  # fmt: skip
    return outer_page("jobs", [job_out(j, call.lang) for j in found.jobs], found.next or None)


@RESOURCE.get(
    "/jobs/events", "streamJobs", Text("ジョブの進み具合 (SSE)", "Live progress of jobs"),
    permission=Permission.SITE_VIEW, answers={200: str}, produces=("text/event-stream",),
)  # fmt: skip
def stream_jobs(call: Call, query: Query[EventsQuery]) -> StreamingHttpResponse:
    """Server-sent events: `job` whenever a job changes. Ends after a while; a reader connects again."""
    call.scope()
    return job_events(call, query.after, lambda job: job_out(job, call.lang))


@RESOURCE.get(
    "/jobs/{job_id}", "getJob", Text("ジョブの詳細", "One job"), permission=Permission.SITE_VIEW,
    answers={200: JobOut},
)  # fmt: skip
def get_job(call: Call, job_id: str) -> JobOut:
    """One job."""
    return job_out(_found(call, job_id, Permission.SITE_VIEW), call.lang)


@RESOURCE.post(
    "/jobs/{job_id}/cancel", "cancelJob", Text("ジョブを中止する", "Cancel a job"), permission=_START,
    answers={200: JobOut},
)  # fmt: skip
def cancel_job(call: Call, job_id: str) -> JobOut:
    """Ask for the end of a job; what was read is kept."""
    _found(call, job_id, _START)
    cancelled = call.store.jobs.cancel(job_id)
    call.audit("job.cancelled", "job", job_id)
    return job_out(cancelled, call.lang)


@RESOURCE.post(
    "/sites/{site_id}/inspections", "startInspection", Text("点検を始める", "Inspect a site"), permission=_START,
    answers={202: JobOut},
)  # fmt: skip
def start_inspection(call: Call, site_id: str, body: StartIn) -> JobOut:
    """Inspect a site soon; the job that waits or runs for it already, where there is one."""
    call.site(site_id)
    order = asking.inspection_order(site_id, body.kind, documents=body.documents, lang=call.lang)
    asked = asking.ask_inspection(call.store, order, call.caller.shown)
    if asked.new:
        call.audit("job.asked", "job", asked.job.id, site=site_id)
    return job_out(asked.job, call.lang)


@RESOURCE.post(
    "/inspections", "startInspections", Text("複数の現場を点検する", "Inspect several sites"), permission=_START,
    answers={202: JobOut},
)  # fmt: skip
def start_inspections(call: Call, body: StartSeveralIn) -> JobOut:
    """Inspect several sites, one job each; the job that stands for all of them."""
    call.scope()
    for site_id in body.sites:
        call.site(site_id)
    asked = asking.ask_selection(
        call.store, body.sites, body.kind, call.caller.shown, documents=body.documents, lang=call.lang
    )
    call.audit("job.asked", "job", asked.job.id, sites=len(body.sites))
    return job_out(asked.job, call.lang)


@RESOURCE.post(
    "/inspections/{inspection_id}/documents", "makeDocuments", Text("帳票を作る", "Make the documents"),
    permission=Permission.DOCUMENT_MAKE, answers={202: JobOut},
)  # fmt: skip
def make_documents(call: Call, inspection_id: str) -> JobOut:
    """Make the documents of a finished inspection, in the language of the request."""
    call.had(call.store.inspections.summary(call.scope(), inspection_id))
    asked = asking.ask_documents(call.store, inspection_id, call.lang, call.caller.shown)
    if asked.new:
        call.audit("job.asked", "job", asked.job.id, inspection=inspection_id)
    return job_out(asked.job, call.lang)


def job_out(job: Job, lang: Lang) -> JobOut:
    """The job in one language."""
    return JobOut(
        id=job.id, kind=job.kind.value, site=job.site, parent=job.parent, state=job.state.value,
        stage=job.stage.of(lang) if job.stage else None, total=job.total, done=job.done, missed=job.missed,
        asked_by=job.asked_by, asked_at=job.asked_at, started_at=job.started_at, ended_at=job.ended_at,
        summary=job.summary.of(lang) if job.summary else None, inspection=job.inspection,
        cancelling=job.cancelling, version=job.version,
    )  # fmt: skip


def _found(call: Call, job_id: str, permission: Permission) -> Job:
    """The job; a selection of sites is for those who hold the permission for all of them."""
    return call.had(call.store.jobs.within(job_id, call.scope(permission)))
