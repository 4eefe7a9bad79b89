"""Second factors, which allauth keeps."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="factor",
    model="mfa.Authenticator",
    columns=("id", "user_id", "type", "data", "created_at"),
    watched="second-factor.changed",
    left_out={"last_used_at": "moves with every sign-in, which has an entry of its own"},
)
