"""Sites."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="site",
    model="record.SiteRow",
    columns=("id", "name", "customer", "kind", "payload", "authorisation", "owner_id"),
    left_out={"saved_at": "moves with every inspection, which has entries of its own"},
)
