"""Settings of the installation."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(kind="settings", model="record.JobSettingsRow", columns=("id", "payload", "version"))
