"""Backup and restore: one file with database, vault, documents, evidence and lake, made while the server runs."""

from fushinban.jobs.backup._last import LastBackup, last_backup
from fushinban.jobs.backup._make import Wanted, backup
from fushinban.jobs.backup._restore import Place, is_sealed, restore, verify
from fushinban.jobs.backup.values import BackupResult, Manifest, RestoreResult, Section

__all__ = [
    "BackupResult",
    "LastBackup",
    "Manifest",
    "Place",
    "RestoreResult",
    "Section",
    "Wanted",
    "backup",
    "is_sealed",
    "last_backup",
    "restore",
    "verify",
]
