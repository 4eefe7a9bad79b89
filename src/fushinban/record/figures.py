"""Sums over the whole installation, for those who watch over it. None of them counts findings or reads payloads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db.models import Count, Max, Min, Sum

from fushinban.model.job import JobState
from fushinban.record._audit_rows import AuditRow
from fushinban.record._console_rows import SiteStateRow
from fushinban.record._job_rows import JobRow, WorkerRow
from fushinban.record.connection import Link
from fushinban.record.models import InspectionRow

#: Columns of the states of sites that are summed up, by the word they get.
OUTCOMES = {
    "pass": "passed", "fail": "failed", "unknown": "unknown", "not-applicable": "not_applicable", "error": "error",
    "accepted": "accepted",
}  # fmt: skip
SEVERITIES = ("critical", "high", "medium", "low", "info")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """`jobs`: how many by (kind, state). `workers`: when each was last heard of. `size`: of the database, bytes.

    `not_reached`: devices that gave nothing, over all inspections by jobs. `audit`: entries of the audit log.
    """

    sites: int
    devices: int
    findings: Mapping[str, int]
    failed: Mapping[str, int]
    jobs: Mapping[tuple[str, str], int]
    oldest_queued: datetime | None
    not_reached: int
    inspections: int
    workers: Mapping[str, datetime]
    audit: int
    size: int


class FigureTable:
    """Reads the sums. Every method may raise StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def read(self) -> Figures:
        """All sums of this moment, in a handful of queries."""
        alias = self._link.alias
        with self._link.reading():
            sums = {name: Sum(column) for name, column in OUTCOMES.items()} | {s: Sum(s) for s in SEVERITIES}
            states = SiteStateRow._base_manager.using(alias).aggregate(
                sites=Count("site_id"), devices=Sum("devices"), **sums
            )
            jobs = JobRow._base_manager.using(alias)
            by_state = jobs.order_by().values_list("kind", "state").annotate(Count("number"))
            workers = WorkerRow._base_manager.using(alias).values_list("id", "seen_at")
            queued = jobs.filter(state=JobState.QUEUED.value).aggregate(oldest=Min("asked_at"))
            return Figures(
                sites=states["sites"] or 0,
                devices=states["devices"] or 0,
                findings={name: states[name] or 0 for name in OUTCOMES},
                failed={name: states[name] or 0 for name in SEVERITIES},
                jobs={(kind, state): count for kind, state, count in by_state},
                oldest_queued=queued["oldest"],
                not_reached=jobs.filter(kind="inspection").aggregate(missed=Sum("missed"))["missed"] or 0,
                inspections=InspectionRow._base_manager.using(alias).filter(ended_at__isnull=False).count(),
                workers=dict(workers),
                audit=AuditRow._base_manager.using(alias).aggregate(last=Max("number"))["last"] or 0,
                size=self._size(),
            )

    def _size(self) -> int:
        connection = self._link.connection
        if connection.vendor == "sqlite":
            name = Path(connection.settings_dict["NAME"])
            ends = ("", "-wal")
            return sum(path.stat().st_size for end in ends if (path := Path(f"{name}{end}")).exists())
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
