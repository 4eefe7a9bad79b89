"""Looks from outside."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="outside-look",
    model="record.OutsideLookRow",
    columns=("id", "site", "at", "family", "address", "reflector", "payload"),
)
