"""Inspections, with all their rows when they are finished."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="inspection",
    model="record.InspectionRow",
    columns=(
        "id", "site_id", "kind", "started_at", "ended_at", "fail_count", "site_payload", "authorisation", "result",
    ),
    parts=("records", "findings", "requests"),
    closed_by="ended_at",
    left_out={
        "device_count": "counts the sealed records while they come in",
        "owner": "repeats the customer of the site",
        "change_count": "counted from the sealed records",
        "outcomes": "counted from the sealed findings",
    },
)  # fmt: skip
