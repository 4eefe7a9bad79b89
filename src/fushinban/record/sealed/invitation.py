"""One-time links."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="invitation",
    model="people.Invitation",
    columns=(
        "id", "purpose", "digest", "person_id", "email", "name", "language", "role", "customer", "site", "start", "end",
        "forget_factors", "created_at", "created_by", "expires_at", "used_at", "revoked_at",
    ),
)  # fmt: skip
