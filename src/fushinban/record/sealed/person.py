"""People."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="person",
    model="people.Person",
    columns=("id", "email", "name", "language", "password", "is_active", "created_at"),
    watched="person.changed",
    left_out={"last_login": "moves with every sign-in, which has an entry of its own"},
)
