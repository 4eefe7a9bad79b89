"""Schedules of inspections."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="schedule",
    model="record.ScheduleRow",
    columns=("site", "payload", "version", "next_at", "last_at", "last_job", "missed_at"),
)
