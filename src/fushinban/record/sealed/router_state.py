"""What routers' saved configurations said."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="router-state",
    model="record.RouterStateRow",
    columns=("site", "name", "by", "kept_at", "version", "payload"),
)
