"""Grants of people."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="grant",
    model="people.GrantRow",
    columns=("id", "person_id", "role", "customer", "site", "start", "end", "created_at", "created_by"),
)
