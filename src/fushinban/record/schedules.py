"""Schedules of regular inspections, and what became of each moment at which one was due."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import QuerySet

from fushinban import clock
from fushinban.errors import Conflict, InputError
from fushinban.messages import say
from fushinban.model.rights import EVERYTHING, SiteScope
from fushinban.model.schedule import Schedule
from fushinban.record._console_rows import SiteStateRow
from fushinban.record._counters import FAR_AWAY
from fushinban.record._job_rows import ScheduleRow
from fushinban.record._prepared import Given, Prepared
from fushinban.record.codec import decode, encode
from fushinban.record.connection import Link
from fushinban.record.job_values import ScheduleEntry
from fushinban.record.site_scope import in_scope

#: When a schedule is due next after a moment (UTC), or None.
DueAfter = Callable[[Schedule, datetime], datetime | None]


class Schedules:
    """Save, list and move on. One per site. Every method may raise StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rows = ScheduleRow._base_manager.using(link.alias)

    def save(self, schedule: Schedule, expected: int | None, due_after: DueAfter) -> int:
        """Keep a schedule; its new version. `expected`: the version that was changed (0: none; None: any).

        Raises InputError for an impossible value, Conflict where somebody else saved meanwhile.
        """
        if problem := schedule.problem():
            raise InputError(say("jobs.schedule-wrong", field=say(f"jobs.schedule-{problem}")))
        with self._link.writing():
            row = self._rows.select_for_update().filter(site=schedule.site).first()
            version = row.version if row is not None else 0
            if expected is not None and expected != version:
                raise Conflict(say("jobs.schedule-conflict", site=schedule.site))
            fresh = row or ScheduleRow(site=schedule.site)
            fresh.payload, fresh.version = encode(schedule), version + 1
            fresh.next_at = due_after(schedule, clock.now())
            try:
                fresh.save(using=self._link.alias, force_insert=row is None)
            except IntegrityError as error:
                raise Conflict(say("jobs.schedule-conflict", site=schedule.site)) from error
            self._link.audit.changed("schedule.saved", "schedule", schedule.site, {"next": fresh.next_at})
            self._due(schedule.site, fresh.next_at)
        return version + 1

    def get(self, site_id: str) -> ScheduleEntry | None:
        """The schedule of a site, or None."""
        with self._link.reading():
            found = _of_site.models(self._link.connection, ScheduleRow, site=site_id)
        return _entry(found[0]) if found else None

    def drop(self, site_id: str) -> None:
        """Take a schedule away."""
        with self._link.writing():
            if self._rows.filter(site=site_id).delete()[0]:
                self._link.audit.changed("schedule.dropped", "schedule", site_id)
                self._due(site_id, None)

    def list(self, scope: SiteScope = EVERYTHING) -> tuple[ScheduleEntry, ...]:
        """Schedules inside the scope, the next due first, the paused last."""
        rows = self._rows.filter(in_scope(scope, self._link.alias))
        with self._link.reading():
            found = tuple(map(_entry, rows.order_by("site")))
        return tuple(sorted(found, key=lambda e: (e.next_at is None, e.next_at or clock.now(), e.schedule.site)))

    def coming(self, scope: SiteScope, most: int) -> tuple[ScheduleEntry, ...]:
        """The next `most` that are due inside the scope, the nearest first; paused ones are not among them."""
        rows = self._rows.filter(in_scope(scope, self._link.alias), next_at__isnull=False)
        with self._link.reading():
            return tuple(map(_entry, rows.order_by("next_at", "site")[: max(1, min(most, 200))]))

    def due(self, now: datetime) -> tuple[ScheduleEntry, ...]:
        """Those whose moment has come."""
        with self._link.reading():
            return tuple(map(_entry, self._rows.filter(next_at__lte=now).order_by("next_at")))

    def move_on(
        self,
        entry: ScheduleEntry,
        following: datetime | None,
        started: tuple[datetime, str] | None,
        missed: datetime | None,
    ) -> bool:
        """Note what became of the moment of `entry`; False where another worker did so before.

        `started`: the moment for which a job was asked, and the job; `missed`: the newest moment that was missed.
        """
        values: dict[str, object] = {"next_at": following}
        if started is not None:
            values |= {"last_at": started[0], "last_job": started[1]}
        if missed is not None:
            values["missed_at"] = missed
        with self._link.writing():
            here = self._rows.filter(site=entry.schedule.site, version=entry.version, next_at=entry.next_at)
            moved = here.update(**values) == 1
            if moved:
                said = {"next": following, "job": started[1] if started is not None else "", "missed": missed}
                self._link.audit.changed("schedule.moved", "schedule", entry.schedule.site, said)
                self._due(entry.schedule.site, following)
            return moved

    def _due(self, site_id: str, moment: datetime | None) -> None:
        """Tell the site's counters, by which the overview shows what is due."""
        states = SiteStateRow._base_manager.using(self._link.alias).filter(site_id=site_id)
        states.update(next_due=moment or FAR_AWAY)


@Prepared
def _of_site(alias: str) -> QuerySet[Any, Any]:
    return ScheduleRow._base_manager.using(alias).filter(site=Given("site"))


def _entry(row: ScheduleRow) -> ScheduleEntry:
    return ScheduleEntry(
        schedule=decode(Schedule, row.payload),
        version=row.version,
        next_at=row.next_at,
        last_at=row.last_at,
        last_job=row.last_job,
        missed_at=row.missed_at,
    )
