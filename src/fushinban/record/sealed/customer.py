"""Customers."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="customer",
    model="record.CustomerRow",
    columns=("id", "name", "version"),
    left_out={"words": "the name as it is searched for"},
)
