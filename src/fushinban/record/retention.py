"""Deletes what has been kept long enough, in small pieces, and counts it.

Never deleted: the records of the newest finished inspection of each site, inspections that are not over, sheets,
findings, answers, documents.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from fushinban.model.job import ACTIVE, Keeping
from fushinban.record._job_rows import JobNoteRow, JobReadingRow, JobRow
from fushinban.record.connection import Link
from fushinban.record.job_values import Deleted
from fushinban.record.models import AskedRow, DeviceRecordRow, InspectionRow

#: Rows deleted in one writing, so that nobody waits long for the database.
PIECE = 500


class Retention:
    """Delete what is older than it must be kept. Every method may raise StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def sweep(self, keeping: Keeping, now: datetime, going_on: Callable[[], bool] = lambda: True) -> Deleted:
        """Delete; what was deleted until `going_on` said no."""
        return Deleted(
            transcripts=self._drop(AskedRow, self._old_lines(keeping.transcripts, now), going_on),
            records=self._drop(DeviceRecordRow, self._old_records(keeping.records, now), going_on),
            jobs=self._drop(JobRow, self._old_jobs(keeping.jobs, now), going_on),
        )

    def _old_lines(self, days: int | None, now: datetime) -> QuerySet[Any] | None:
        if days is None:
            return None
        return AskedRow._base_manager.using(self._link.alias).filter(at__lt=now - timedelta(days=days))

    def _old_records(self, days: int | None, now: datetime) -> QuerySet[Any] | None:
        if days is None:
            return None
        alias = self._link.alias
        newer = InspectionRow._base_manager.using(alias).filter(
            site=OuterRef("inspection__site"), ended_at__isnull=False, started_at__gt=OuterRef("inspection__started_at")
        )
        busy = JobRow._base_manager.using(alias).filter(state__in=[s.value for s in ACTIVE]).exclude(inspection="")
        old = DeviceRecordRow._base_manager.using(alias).filter(inspection__started_at__lt=now - timedelta(days=days))
        over = old.exclude(inspection_id__in=busy.values("inspection"))
        return over.filter(Q(inspection__ended_at__isnull=True) | Exists(newer))

    def _old_jobs(self, days: int | None, now: datetime) -> QuerySet[Any] | None:
        if days is None:
            return None
        return JobRow._base_manager.using(self._link.alias).filter(ended_at__lt=now - timedelta(days=days))

    def _drop(self, kind: type[Model], rows: QuerySet[Any] | None, going_on: Callable[[], bool]) -> int:
        """Delete piece by piece; how many."""
        count = 0
        while rows is not None and going_on():
            with self._link.writing():
                keys = list(rows.order_by("pk").values_list("pk", flat=True)[:PIECE])
                if kind is JobRow:
                    self._drop_notes(keys)
                elif keys:
                    self._unseal(kind, keys)
                kind._base_manager.using(self._link.alias).filter(pk__in=keys).delete()
            count += len(keys)
            if len(keys) < PIECE:
                break
        return count

    def _unseal(self, kind: type[Model], keys: list[int]) -> None:
        """What goes is taken out of the seals; a finished inspection is sealed anew without it."""
        audit, alias = self._link.audit, self._link.alias
        name, group = ("requests", "inspection") if kind is AskedRow else ("records", "inspection_id")
        rows = kind._base_manager.using(alias).filter(pk__in=keys)
        seals: dict[str, list[bytes | None]] = {}
        for inspection, seal in rows.values_list(group, "seal"):
            seals.setdefault(str(inspection), []).append(seal)
        over = InspectionRow._base_manager.using(alias).filter(id__in=list(seals), ended_at__isnull=False)
        finished = set(over.values_list("id", flat=True))
        for inspection, gone in seals.items():
            if inspection in finished:
                audit.over(name, inspection)
                audit.changed("retention.deleted", "inspection", inspection, {name: len(gone)})
            else:
                audit.sealed(name, inspection, (), gone)

    def _drop_notes(self, numbers: list[int]) -> None:
        ids = list(JobRow._base_manager.using(self._link.alias).filter(pk__in=numbers).values_list("id", flat=True))
        for notes in (JobNoteRow, JobReadingRow):
            notes._base_manager.using(self._link.alias).filter(job__in=ids).delete()
