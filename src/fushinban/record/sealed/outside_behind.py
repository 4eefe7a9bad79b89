"""Where the open ports of looks from outside led."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(kind="outside-behind", model="record.OutsideBehindRow", columns=("look", "payload"))
