"""Accepted findings."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="acceptance",
    model="record.AcceptanceRow",
    columns=(
        "id", "site", "device", "control", "severity", "reason", "by", "at", "until", "ended_at", "end", "ended_by",
        "end_reason", "version",
    ),
)  # fmt: skip
