"""What of the data folder goes into a backup: everything but what a running program keeps there for a moment.

A folder that a later version adds is taken along without being named here: better once too much than lost.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from fushinban.errors import StoreError
from fushinban.jobs.backup._sqlite import is_sqlite
from fushinban.jobs.backup.values import Section
from fushinban.messages import say

LAST = "last_backup.json"
KEY_FILE = "vault.key"

#: The head of the audit log (`.audit-head`, `.head`) is taken with the database instead, before it.
_PASSING = (".lock", "-wal", "-shm", "-journal", ".part", ".pid", ".sock", ".audit-head", ".head")
_KEYS = ".key"
_FOLDERS = {"evidence": Section.EVIDENCE, "documents": Section.DOCUMENTS, "lake": Section.LAKE, "jobs": Section.JOBS}
_FILES = {
    "vault.json": Section.VAULT,
    "attempts.sqlite3": Section.ATTEMPTS,
    "fushinban.sqlite3": Section.DATABASE,
    "jobs.sqlite3": Section.JOBS,
}


def databases(data_dir: Path, main: Path | None) -> list[Path]:
    """Every SQLite database of the data folder, and the main one where it lies elsewhere; smaller ones first."""
    found = {path for path in files(data_dir) if is_sqlite(path)}
    if main is not None:
        found = {path for path in found if not _same(path, main)} | {main}
    return sorted(found, key=lambda path: (path.stat().st_size, path))


def files(data_dir: Path) -> Iterator[Path]:
    """The files worth keeping, keys not among them. A folder right in the data folder may be a link to another disk."""
    try:
        entries = sorted(os.scandir(data_dir), key=lambda entry: entry.name)
    except OSError as error:
        raise StoreError(say("record.folder", place=data_dir, reason=error.strerror)) from error
    for entry in entries:
        if entry.name.startswith(".") or entry.name == LAST:
            continue
        if entry.is_dir():
            if not entry.name.startswith("before-restore-"):
                yield from _below(Path(entry.path))
        elif entry.is_file() and _kept(entry.name):
            yield Path(entry.path)


def section_of(relative: Path) -> Section:
    """What a file of the data folder belongs to."""
    if len(relative.parts) > 1:
        return _FOLDERS.get(relative.parts[0], Section.OTHER)
    return _FILES.get(relative.name, Section.KEY if relative.suffix == _KEYS else Section.OTHER)


def is_keyed(data_dir: Path) -> bool:
    """Whether there is a key to what is kept encrypted, in the data folder or named by the environment."""
    named = os.environ.get("FUSHINBAN_KEY") or os.environ.get("FUSHINBAN_KEY_FILE")
    return bool(named) or (data_dir / KEY_FILE).exists()


def other_keys(data_dir: Path) -> list[Path]:
    """Key files of the data folder besides that of the vault."""
    return sorted(path for path in data_dir.glob("*" + _KEYS) if path.name != KEY_FILE and path.is_file())


def _below(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if not name.startswith(".") and _kept(name) and path.is_file() and not path.is_symlink():
                yield path


def _kept(name: str) -> bool:
    return not name.endswith(_PASSING) and not name.endswith(_KEYS)


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()
