"""Files of the data folder: private to the user, written whole or not at all, one writer at a time."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

from fushinban import clock
from fushinban.errors import StoreError
from fushinban.messages import say

_WAIT = 0.05


def make_private_folder(folder: Path) -> None:
    """Make the folder (mode 0700) where it is not there yet. Raises StoreError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(say("record.folder", place=folder, reason=_reason(error))) from error


def make_private_file(path: Path) -> None:
    """Make an empty file (mode 0600) where there is none, and take others' rights away where there is. StoreError."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        if path.stat().st_mode & 0o077 and path.stat().st_uid == os.getuid():
            path.chmod(0o600)
    except OSError as error:
        raise StoreError(say("record.folder", place=path, reason=_reason(error))) from error


def replace_file(path: Path, content: bytes) -> None:
    """Put the content in place whole: written beside it (mode 0600), flushed to disk, renamed. Raises OSError."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:16]}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Flush a folder, so that a rename in it survives a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked_file(path: Path, seconds: float = 30.0) -> Iterator[None]:
    """Hold the lock file alone among threads and processes; it frees itself when the process dies. StoreError."""
    make_private_file(path)
    handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        _wait_for(handle, path, clock.monotonic() + seconds)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int, path: Path, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if clock.monotonic() > until:
                raise StoreError(say("record.in-use", place=path)) from error
            sleep(_WAIT)
        else:
            return


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
