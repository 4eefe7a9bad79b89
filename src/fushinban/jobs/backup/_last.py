"""When the last backup was made: noted in the data folder, shown by the settings page and the measurements."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fushinban.errors import StoreError
from fushinban.jobs.backup._folder import LAST
from fushinban.messages import say
from fushinban.record.codec import decode, encode
from fushinban.record.files import replace_file

_MOST_BYTES = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class LastBackup:
    """The last backup that ended well. `size` in bytes."""

    at: datetime
    path: str
    size: int


def note_backup(data_dir: Path, at: datetime, path: Path, size: int) -> None:
    """Note that a backup ended well. Raises StoreError."""
    note = LastBackup(at=at, path=str(path.absolute()), size=size)
    try:
        replace_file(data_dir / LAST, encode(note).encode())
    except OSError as error:
        raise StoreError(say("record.folder", place=data_dir, reason=error.strerror)) from error


def last_backup(data_dir: Path) -> LastBackup | None:
    """The last backup made of this data folder, or None. Raises StoreError when the note cannot be read."""
    try:
        with (data_dir / LAST).open("rb") as file:
            text = file.read(_MOST_BYTES).decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(say("record.folder", place=data_dir, reason=error.strerror)) from error
    return decode(LastBackup, text)
