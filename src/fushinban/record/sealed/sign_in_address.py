"""E-mail addresses that allauth knows people by."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="sign-in-address",
    model="account.EmailAddress",
    columns=("id", "user_id", "email", "verified", "primary"),
    watched="sign-in-address.changed",
)
