"""Who works: every process has a name of its own, and whether the process behind a name is gone can be told."""

import fcntl
import os
import platform
import re
import secrets
from pathlib import Path
from types import TracebackType

from fushinban.errors import StoreError
from fushinban.messages import say
from fushinban.record.files import locked_file, make_private_file, make_private_folder, replace_file

#: Processes of one machine on one data folder.
_MOST = 256
_NAME = re.compile(r"(?P<machine>[A-Za-z0-9_.-]+-[0-9a-f]{8})-(?P<place>\d{1,3})\.[0-9a-f]{8}")


class Place:
    """A place among the workers of this machine: held until `close` or the end of the process, whatever ends it."""

    def __init__(self, name: str, handle: int) -> None:
        self.name = name
        self._handle: int | None = handle

    def close(self) -> None:
        """Give it back."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> "Place":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def take_place(data_dir: Path) -> Place:
    """The first free place of this machine. Raises StoreError where the folder cannot be written, or all are taken."""
    folder = data_dir / "workers"
    make_private_folder(folder)
    machine = _machine(data_dir)
    for number in range(1, _MOST):
        handle = _locked(_file(data_dir, machine, number))
        if handle is not None:
            name = f"{machine}-{number}.{secrets.token_hex(4)}"
            os.truncate(handle, 0)
            os.pwrite(handle, name.encode(), 0)
            return Place(name, handle)
    raise StoreError(say("jobs.too-many-workers", most=_MOST))


def surely_gone(data_dir: Path, name: str) -> bool:
    """Whether the process of this name, on this machine, has ended. False where this machine cannot tell."""
    found = _NAME.fullmatch(name)
    if found is None or found["machine"] != _machine(data_dir):
        return False
    path = _file(data_dir, found["machine"], int(found["place"]))
    if not path.exists() or path.read_text(encoding="ascii", errors="replace") != name:
        return True  # another process has had the place since
    handle = _locked(path)
    if handle is None:
        return False
    os.close(handle)
    return True


def _machine(data_dir: Path) -> str:
    """The host, and which data folder of all that there are: two machines may have the same name."""
    host = re.sub(r"[^A-Za-z0-9_.-]", "-", platform.node())[:60] or "host"
    path = data_dir / "workers" / "folder-id"
    with locked_file(path.with_name("folder-id.lock")):
        if not path.exists():
            replace_file(path, secrets.token_hex(4).encode())
        return f"{host}-{path.read_text(encoding='ascii')[:8]}"


def _file(data_dir: Path, machine: str, number: int) -> Path:
    return data_dir / "workers" / f"{machine}-{number}.lock"


def _locked(path: Path) -> int | None:
    make_private_file(path)
    handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle
