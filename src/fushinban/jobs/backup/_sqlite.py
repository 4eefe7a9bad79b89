"""Copies of SQLite files in use: all of one moment, made while others go on writing."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from time import sleep
from urllib.parse import quote

from fushinban import clock
from fushinban.errors import StoreError
from fushinban.messages import Text, say

HEAD = b"SQLite format 3\0"

_PATIENCE = 30.0
_STEP = 0.1
_PAGES = 4096


def is_sqlite(path: Path) -> bool:
    """Whether the file says of itself that it is an SQLite database."""
    with path.open("rb") as file:
        return file.read(len(HEAD)) == HEAD


class Snapshot:
    """One database as it was at the common moment. Closing it lets the writers' log be emptied again."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    def copy_to(self, target: Path) -> None:
        """Copy the database into a new file and look it over. Raises StoreError for a full disk or a damaged source."""
        with closing(sqlite3.connect(target, isolation_level=None)) as copy:
            # The copy is thrown away when it is not finished: it needs no journal.
            copy.execute("PRAGMA journal_mode=OFF")
            copy.execute("PRAGMA synchronous=OFF")
            with telling(target):
                self._connection.backup(copy, pages=_PAGES)
        check(target)

    def rows(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Ask the database of that moment."""
        with telling(self.path):
            return list(self._connection.execute(statement, values))

    def tables(self) -> frozenset[str]:
        """The names of its tables."""
        return frozenset(str(name) for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'"))

    def close(self) -> None:
        """Let go of the moment."""
        self._connection.close()


@contextmanager
def snapshots(paths: Sequence[Path]) -> Iterator[list[Snapshot]]:
    """All these databases as of one moment, so that jobs and record fit each other.

    Writers wait for some milliseconds only. Raises StoreError when one of them does not let go for half a minute.
    """
    with ExitStack() as stack:
        readers = [stack.enter_context(closing(_open(path))) for path in paths]
        gates = [stack.enter_context(closing(_open(path))) for path in paths]
        _close_gates(gates, paths)
        for path, reader in zip(paths, readers, strict=True):
            with telling(path):
                reader.execute("BEGIN")
                # The moment is taken by the first read, not by BEGIN.
                reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for gate in gates:
            gate.close()
        yield [Snapshot(path, reader) for path, reader in zip(paths, readers, strict=True)]


def check(path: Path) -> None:
    """Raises StoreError when a copied database is not sound."""
    with closing(_open(path)) as connection, telling(path):
        found = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found is None or found[0] != "ok":
        raise StoreError(say("record.corrupt", place=path))


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """What SQLite complains of, in one sentence."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(_told(path, str(error))) from error


def _told(path: Path, said: str) -> Text:
    low = said.lower()
    if "full" in low or "disk i/o" in low:
        return say("operations.disk-full", place=path.parent)
    if "locked" in low or "busy" in low:
        return say("record.locked", place=path)
    if "malformed" in low or "not a database" in low:
        return say("record.corrupt", place=path)
    return say("record.failed", place=path, reason=(said.splitlines() or [""])[0][:200])


def _open(path: Path) -> sqlite3.Connection:
    with telling(path):
        return sqlite3.connect(
            f"file:{quote(str(path.absolute()))}?mode=rw", uri=True, isolation_level=None, timeout=1.0,
            check_same_thread=False,
        )  # fmt: skip


def _close_gates(gates: Sequence[sqlite3.Connection], paths: Sequence[Path]) -> None:
    """Keep every writer out at once; whoever finds one busy lets go of all, so that nobody waits in a circle."""
    until = clock.monotonic() + _PATIENCE
    while True:
        held = []
        try:
            for gate in gates:
                gate.execute("BEGIN IMMEDIATE")
                held.append(gate)
        except sqlite3.OperationalError as error:
            for gate in held:
                gate.execute("ROLLBACK")
            if "locked" not in str(error) or clock.monotonic() > until:
                raise StoreError(_told(paths[len(held)], str(error))) from error
            sleep(_STEP)
        except sqlite3.DatabaseError as error:
            raise StoreError(_told(paths[len(held)], str(error))) from error
        else:
            return
