"""Documents that were made."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="document",
    model="record.DocumentRow",
    columns=("id", "site", "inspection", "kind", "path", "sha256", "made_at"),
)
