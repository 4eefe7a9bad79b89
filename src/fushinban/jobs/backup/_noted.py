"""The audit log says that a backup was made or restored: whoever holds one holds all that is on record."""

import pkgutil
from collections.abc import Mapping
from pathlib import Path

from fushinban.jobs.backup._folder import is_keyed
from fushinban.jobs.backup.values import About
from fushinban.record import migrations


def known_schema() -> frozenset[str]:
    """The migrations of `record` that this program knows."""
    return frozenset(module.name for module in pkgutil.iter_modules(migrations.__path__))


def note(action: str, about: About, data_dir: Path, database_url: str, detail: Mapping[str, object]) -> None:
    """Write the entry. Raises StoreError.

    Not where the tables are older than this program (to open them would bring them up to date, which is for the
    server's start), and not where the key that the log is sealed with is not there.
    """
    if frozenset(about.schema) != known_schema() or not is_keyed(data_dir):
        return
    from fushinban.record.setup import open_store  # noqa: PLC0415 - loads Django, which the files do not need

    with open_store(database_url, data_dir=data_dir) as store:
        store.audit.write(None, action, kind="backup", id=about.made_at.isoformat(), detail=detail)
