"""How sites are inspected."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(kind="setup", model="record.SetupRow", columns=("site", "payload", "version", "saved_at"))
