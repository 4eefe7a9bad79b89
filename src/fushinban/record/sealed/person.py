"""People."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="person",
    model="people.Person",
    columns=("id", "email", "name", "language", "password", "is_active", "created_at"),
    watched="person.changed",
    left_out={
        "last_login": "moves with every sign-in, which has an entry of its own",
        "theme": "how the pages look to this person; nothing is decided by it",
        "density": "how close the lines of a page stand; nothing is decided by it",
    },
)
