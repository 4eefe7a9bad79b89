"""API tokens."""

from fushinban.record.sealed._kind import Sealed

_USE = "moves with every use, and what is done with a token has entries of its own"

SEALED = Sealed(
    kind="token",
    model="people.ApiToken",
    columns=(
        "id", "owner_id", "name", "digest", "hint", "permissions", "customer", "site", "created_at", "expires_at",
        "revoked_at",
    ),
    left_out={"last_used_at": _USE, "last_used_from": _USE},
)  # fmt: skip
