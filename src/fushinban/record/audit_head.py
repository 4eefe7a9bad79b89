"""How far the audit log had come, kept in a file outside the database: a log that was cut off at its end is found.

Order: the database commits, what it wrote is flushed to disk, then the file is moved on. After a crash between these
the file is behind, never ahead, so that nothing is reported that did not happen. The file has two places that are
written in turn: one that was only half written leaves the other. It never goes back to a lower number.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import orjson

from fushinban.record.audit_chain import AuditKeys, Head
from fushinban.record.audit_place import head_path
from fushinban.record.files import locked_file, make_private_file

_SIZE = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """What the file says. `damaged`: neither place can be read though there is something."""

    head: Head | None
    damaged: bool = False


class HeadFile:
    """The file of one database in one data folder, shared by its processes. `journal`: the file to flush before."""

    def __init__(self, folder: Path, database: Path | None, place: str) -> None:
        self.path = head_path(folder, database, place)
        self._journal = database.with_name(database.name + "-wal") if database is not None else None
        self._lock = self.path.with_name(self.path.name + ".lock")

    def read(self, keys: AuditKeys) -> Marked:
        """What the file says."""
        return _best(self._content(), keys)

    def move(self, head: Head, keys: AuditKeys) -> None:
        """Note that the log has come to `head`, which is committed. Raises OSError, StoreError."""
        self._flush_journal()
        with locked_file(self._lock):
            content = self._content()
            known = _best(content, keys).head
            if known is None or known.number < head.number:
                # Even and odd numbers share the places, so that the newest one is not the one written over.
                self._write(_other_place(content, keys), _text(head, keys))

    def replace(self, head: Head, keys: AuditKeys) -> None:
        """Take `head` as the end, whatever the file said (a database that was restored). Raises OSError, StoreError."""
        with locked_file(self._lock):
            self._write(0, _text(head, keys) + bytes(_SIZE))

    def _write(self, place: int, text: bytes) -> None:
        make_private_file(self.path)
        handle = os.open(self.path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.pwrite(handle, text, place * _SIZE)
        finally:
            os.close(handle)

    def _content(self) -> bytes:
        try:
            with self.path.open("rb") as file:
                return file.read(2 * _SIZE)
        except FileNotFoundError:
            return b""

    def _flush_journal(self) -> None:
        if self._journal is None:
            return  # a server flushes at its commit
        try:
            handle = os.open(self._journal, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return  # all of it is in the database file, and that was flushed when it was put there
        try:
            os.fdatasync(handle)
        finally:
            os.close(handle)


def _text(head: Head, keys: AuditKeys) -> bytes:
    said = {"number": head.number, "hash": head.hash, "seal": keys.head_seal(head)}
    return orjson.dumps(said).ljust(_SIZE)


def _best(content: bytes, keys: AuditKeys) -> Marked:
    found = [head for head in _heads(content, keys) if head is not None]
    best = max(found, key=lambda head: head.number, default=None)
    return Marked(head=best, damaged=best is None and bool(content.strip(b"\0 ")))


def _heads(content: bytes, keys: AuditKeys) -> list[Head | None]:
    return [_head(content[start : start + _SIZE], keys) for start in (0, _SIZE)]


def _head(text: bytes, keys: AuditKeys) -> Head | None:
    try:
        said = orjson.loads(text)
        head = Head(number=int(said["number"]), hash=str(said["hash"]), key=keys.id)
        genuine = said["seal"] == keys.head_seal(head)
    except (ValueError, TypeError, KeyError):
        return None
    return head if genuine else None


def _other_place(content: bytes, keys: AuditKeys) -> int:
    """The place that does not hold the newest head."""
    first, second = _heads(content, keys)
    if first is None:
        return 0
    return 1 if second is None or second.number < first.number else 0
