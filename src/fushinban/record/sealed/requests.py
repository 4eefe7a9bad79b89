"""Requests that were made in an inspection: our own footprints."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="requests",
    model="record.AskedRow",
    group="inspection",
    row=("inspection", "at", "target", "operation"),
    columns=("inspection", "at", "target", "kind", "operation", "username", "outcome"),
    left_out={"id": "lines are known by what they say"},
)
