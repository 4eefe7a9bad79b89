"""Durable jobs on record: asked for, under way, over. Every visible change gets a new number from one counter."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import F, Q, QuerySet

from fushinban import clock
from fushinban.errors import InputError, StoreError
from fushinban.messages import say
from fushinban.model.job import ACTIVE, Job, JobKind, JobOrder, JobPage, JobState
from fushinban.model.rights import EVERYTHING, SiteScope
from fushinban.model.text import Text
from fushinban.record._job_rows import JobCounterRow, JobRow, WorkerRow
from fushinban.record._job_scope import candidates, page_of, seen
from fushinban.record._prepared import Given, Prepared
from fushinban.record.codec import decode, encode
from fushinban.record.connection import Link, cut
from fushinban.record.job_values import Asked

_ACTIVE = tuple(s.value for s in ACTIVE)
#: Jobs of one page at most.
MOST = 500


class Jobs:
    """Ask for, find, and move jobs on. Every method may raise StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rows = JobRow._base_manager.using(link.alias)
        self._counter = JobCounterRow._base_manager.using(link.alias)
        self._workers = WorkerRow._base_manager.using(link.alias)

    def ask(self, job_id: str, order: JobOrder, asked_by: str, parent: str = "") -> Asked:
        """Put a job on record as queued. One with this id, or an inspection of the site that is not over, is returned
        as it is: nothing is asked twice."""
        with self._link.reading():
            known = self._known(job_id, order)
            if known is not None:
                return Asked(job=known, new=False)
            try:
                with self._link.writing():
                    row = self._insert(job_id, order, asked_by, parent)
            except StoreError as error:
                # Somebody else asked for the same at the same moment.
                known = self._known(job_id, order) if isinstance(error.__cause__, IntegrityError) else None
                if known is None:
                    raise
                return Asked(job=known, new=False)
        return Asked(job=_job(row), new=True)

    def note_over(  # noqa: PLR0917 - a job has as many facts
        self, job_id: str, order: JobOrder, asked_by: str, state: JobState, summary: Text, parent: str = ""
    ) -> Job:
        """Put a job on record that never ran (a missed one), over from the beginning. Once per id."""
        with self._link.writing():
            row = self._rows.filter(id=job_id).first()
            if row is None:
                row = self._new(job_id, order, asked_by, parent)
                row.state, row.summary = state.value, encode(summary)
                row.ended_at, row.enqueued = row.asked_at, True
                row.save(using=self._link.alias, force_insert=True)
        return _job(row)

    def get(self, job_id: str) -> Job:
        """The job. Raises InputError where there is none."""
        found = self.find(job_id)
        if found is None:
            raise InputError(say("jobs.none", id=job_id[:120]))
        return found

    def find(self, job_id: str) -> Job | None:
        """The job, or None."""
        with self._link.reading():
            row = self._rows.filter(id=job_id).first()
        return _job(row) if row is not None else None

    def list(
        self,
        scope: SiteScope = EVERYTHING,
        *,
        states: Collection[JobState] = (),
        kind: JobKind | None = None,
        site: str | None = None,
        parent: str | None = None,
        after: str = "",
        limit: int = 50,
    ) -> JobPage:
        """Jobs inside the scope, the newest first, a page at a time (`after`: the `next` of the page before).

        A selection of sites is shown to those who may see all of them, what belongs to no site to those who may see
        everything; a page may be short while `next` goes on. Raises InputError for a cursor that is none.
        """
        size = max(1, min(limit, MOST))
        rows = candidates(self._rows.all(), scope, self._link.alias)
        if states:
            rows = rows.filter(state__in=[s.value for s in states])
        for column, value in (("kind", kind and kind.value), ("site", site), ("parent", parent)):
            if value is not None:
                rows = rows.filter(**{column: value})
        if after:
            if not after.isascii() or not after.isdigit() or len(after) > 18:
                raise InputError(say("jobs.cursor"))
            rows = rows.filter(number__lt=int(after))
        with self._link.reading():
            version = self._newest()
            found, below = page_of(rows, scope, self._link.alias, size)
        return JobPage(jobs=tuple(map(_job, found)), next=str(below) if below is not None else "", version=version)

    def changed(self, after: int, scope: SiteScope = EVERYTHING, *, limit: int = MOST) -> JobPage:
        """Jobs inside the scope that changed after this version, in the order of their changes."""
        with self._link.reading():
            version = self._newest()
            rows = candidates(self._rows.filter(version__gt=after), scope, self._link.alias)
            new = tuple(rows.order_by("version")[: max(1, min(limit, MOST))])
            jobs = tuple(map(_job, seen(new, scope, self._link.alias)))
        return JobPage(jobs=jobs, version=max((r.version for r in new), default=version))

    def within(self, job_id: str, scope: SiteScope) -> Job | None:
        """The job where the scope reaches it: its site, or all sites of a selection. None where it does not, or is
        not there."""
        with self._link.reading():
            row = self._rows.filter(id=job_id).first()
            reached = row is not None and bool(seen([row], scope, self._link.alias))
        return _job(row) if row is not None and reached else None

    def version(self) -> int:
        """The newest version of all jobs: one row is read."""
        with self._link.reading():
            return self._newest()

    def active(self, site_id: str) -> Job | None:
        """The inspection of a site that waits or runs, or None."""
        with self._link.reading():
            found = _active_at.models(self._link.connection, JobRow, site=site_id)
        return _job(found[0]) if found else None

    def last_end(self, site_id: str) -> datetime | None:
        """When an inspection job of the site last ended well, or None."""
        rows = self._rows.filter(site=site_id, kind=JobKind.INSPECTION.value, state=JobState.DONE.value)
        with self._link.reading():
            return rows.order_by("-ended_at").values_list("ended_at", flat=True).first()

    # What workers do.

    def begin(self, job_id: str, worker: str) -> Job | None:
        """Take a job up, or up again; None where it is over."""
        with self._link.writing():
            row = self._rows.select_for_update().filter(id=job_id, state__in=_ACTIVE).first()
            if row is None:
                return None
            row.state, row.worker = JobState.RUNNING.value, worker
            row.started_at = row.started_at or clock.now()
            self._save(row, "state", "worker", "started_at")
        return _job(row)

    def progress(self, job_id: str, stage: Text | None, total: int, done: int, missed: int) -> None:
        """How far a running job is; nothing happens to one that is over."""
        with self._link.writing():
            self._rows.filter(id=job_id, state=JobState.RUNNING.value).update(
                stage=encode(stage) if stage is not None else "",
                total=total,
                done=done,
                missed=missed,
                version=self._next(),
            )

    def inspecting(self, job_id: str, inspection_id: str) -> None:
        """Note which inspection a job makes."""
        with self._link.writing():
            self._rows.filter(id=job_id).update(inspection=inspection_id, version=self._next())

    def end(self, job_id: str, state: JobState, summary: Text) -> Job | None:
        """A job is over; None where it was already."""
        with self._link.writing():
            row = self._rows.select_for_update().filter(id=job_id, state__in=_ACTIVE).first()
            if row is None:
                return None
            row.state, row.summary, row.ended_at, row.stage = state.value, encode(summary), clock.now(), ""
            self._save(row, "state", "summary", "ended_at", "stage")
        return _job(row)

    def cancel(self, job_id: str) -> Job:
        """Ask for the end of a job: one that waits is over at once, one that runs (and its children) soon.

        Raises InputError where there is none; one that is over stays as it is.
        """
        with self._link.writing():
            row = self._rows.select_for_update().filter(id=job_id).first()
            if row is None:
                raise InputError(say("jobs.none", id=job_id[:120]))
            for one in (row, *self._rows.select_for_update().filter(parent=job_id, state__in=_ACTIVE)):
                self._stop(one)
        return _job(row)

    def _stop(self, row: JobRow) -> None:
        if row.state == JobState.QUEUED.value:
            row.state, row.ended_at = JobState.CANCELLED.value, clock.now()
            row.summary = encode(say("jobs.cancelled-waiting"))
            self._save(row, "state", "ended_at", "summary")
        elif row.state == JobState.RUNNING.value and not row.cancelling:
            row.cancelling = True
            self._save(row, "cancelling")

    def cancelling(self, job_id: str) -> bool:
        """Whether somebody asked for the end of a job (or it is over): one row is read."""
        with self._link.reading():
            found = self._rows.filter(id=job_id).values_list("cancelling", "state").first()
        return found is None or found[0] or found[1] not in _ACTIVE

    def children(self, parent: str) -> Sequence[Job]:
        """The jobs of a selection, in the order asked for."""
        with self._link.reading():
            return tuple(map(_job, self._rows.filter(parent=parent).order_by("number")))

    def waiting(self, limit: int = MOST) -> Sequence[Job]:
        """Queued jobs that the engine does not know of yet, the oldest first."""
        with self._link.reading():
            rows = self._rows.filter(enqueued=False, state=JobState.QUEUED.value).order_by("number")[:limit]
            return tuple(map(_job, rows))

    def enqueued(self, job_ids: Iterable[str]) -> None:
        """The engine knows of these jobs now."""
        with self._link.writing():
            self._rows.filter(id__in=list(job_ids)).update(enqueued=True)

    # Who works.

    def beat(self, worker: str) -> None:
        """This worker lives."""
        now = clock.now()
        with self._link.writing():
            self._workers.update_or_create(id=worker, defaults={"seen_at": now}, create_defaults=_first(now))

    def leave(self, worker: str) -> None:
        """This worker has stopped in good order."""
        with self._link.writing():
            self._workers.filter(id=worker).delete()

    def living(self, within: timedelta) -> frozenset[str]:
        """Workers that were seen within this time."""
        with self._link.reading():
            seen = self._workers.filter(seen_at__gt=clock.now() - within)
            return frozenset(seen.values_list("id", flat=True))

    # Rows.

    def _known(self, job_id: str, order: JobOrder) -> Job | None:
        wanted = Q(id=job_id)
        if order.kind is JobKind.INSPECTION:
            wanted |= Q(site=order.site, kind=order.kind.value, state__in=_ACTIVE)
        row = self._rows.filter(wanted).order_by("number").last()
        return _job(row) if row is not None else None

    def _new(self, job_id: str, order: JobOrder, asked_by: str, parent: str) -> JobRow:
        return JobRow(
            id=job_id,
            kind=order.kind.value,
            site=order.site,
            parent=parent,
            state=JobState.QUEUED.value,
            payload=encode(order),
            asked_by=cut(asked_by, 200),
            asked_at=clock.now(),
            version=self._next(),
        )

    def _insert(self, job_id: str, order: JobOrder, asked_by: str, parent: str) -> JobRow:
        row = self._new(job_id, order, asked_by, parent)
        row.save(using=self._link.alias, force_insert=True)
        return row

    def _save(self, row: JobRow, *columns: str) -> None:
        row.version = self._next()
        row.save(using=self._link.alias, update_fields=[*columns, "version"])

    def _next(self) -> int:
        """A new version; whoever takes one holds the counter until the end of its writing, so that versions become
        visible in their order."""
        self._counter.filter(id=1).update(value=F("value") + 1)
        return self._newest()

    def _newest(self) -> int:
        return next((value for (value,) in _version.rows(self._link.connection)), 0)


@Prepared
def _version(alias: str) -> QuerySet[Any, Any]:
    return JobCounterRow._base_manager.using(alias).filter(id=1).values_list("value")


@Prepared
def _active_at(alias: str) -> QuerySet[Any, Any]:
    rows = JobRow._base_manager.using(alias).filter(site=Given("site"), kind=JobKind.INSPECTION.value)
    return rows.filter(state__in=_ACTIVE).order_by("number")[:1]


def _first(now: datetime) -> dict[str, datetime]:
    return {"started_at": now, "seen_at": now}


def _job(row: JobRow) -> Job:
    return Job(
        id=row.id,
        order=decode(JobOrder, row.payload),
        parent=row.parent,
        state=JobState(row.state),
        stage=decode(Text, row.stage) if row.stage else None,
        total=row.total,
        done=row.done,
        missed=row.missed,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        summary=decode(Text, row.summary) if row.summary else None,
        inspection=row.inspection,
        cancelling=row.cancelling,
        worker=row.worker,
        version=row.version,
    )
