"""The connection of a store: one per thread, errors in one sentence, many rows at once."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, InterfaceError, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from fushinban.errors import StoreError
from fushinban.messages import say
from fushinban.record._bulk import insert_rows, update_rows

if TYPE_CHECKING:
    from fushinban.record.audit import AuditLog

#: Parts of what SQLite and PostgreSQL say, and the message that tells a person the same.
_SAYINGS = (
    ("database is locked", "record.locked"),
    ("table is locked", "record.locked"),
    ("lock timeout", "record.locked"),
    ("disk is full", "record.full"),
    ("no space left", "record.full"),
    ("disk i/o error", "record.full"),
    ("file is not a database", "record.corrupt"),
    ("malformed", "record.corrupt"),
    ("readonly", "record.readonly"),
    ("read-only", "record.readonly"),
    ("unable to open", "record.cannot-open"),
    ("no such table", "record.tables"),
    ("no such column", "record.tables"),
    ("does not exist", "record.tables"),
    ("connection refused", "record.no-server"),
    ("could not connect", "record.no-server"),
    ("connection failed", "record.no-server"),
)


class Link:
    """How the stores of one database reach it. Made by `open_store`, closed by `Store.close`.

    The opening thread keeps its connection; any other thread opens one for each piece of work and closes it again,
    so that no thread leaves one behind. A thread with much to do says `hold` first and `let_go` at the end.
    """

    def __init__(self, alias: str, place: str) -> None:
        self.alias = alias
        self.place = place
        self._work = threading.local()
        self._owner = threading.get_ident()
        self._kept = self.connection
        self._kept.inc_thread_sharing()
        self._plain_times = self._kept.vendor == "sqlite"
        self._audit: AuditLog | None = None

    @property
    def file(self) -> Path | None:
        """The file of the database, where it is one."""
        return Path(self._kept.settings_dict["NAME"]) if self._plain_times else None

    @property
    def audit(self) -> "AuditLog":
        """The audit log, into which the stores write. A programming error (RuntimeError) before there is one."""
        if self._audit is None:
            raise RuntimeError("this connection has no audit log yet")
        return self._audit

    @audit.setter
    def audit(self, log: "AuditLog") -> None:
        self._audit = log

    @property
    def connection(self) -> BaseDatabaseWrapper:
        """This thread's connection (not necessarily open)."""
        return connections[self.alias]

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A piece of work; whatever the database complains of becomes a StoreError."""
        self._work.depth = depth = getattr(self._work, "depth", 0) + 1
        if depth == 1:
            self._leave_older_place()
        whole = False
        try:
            yield
            whole = True
        except (DatabaseError, InterfaceError) as error:
            raise self._told(error) from error
        finally:
            self._work.depth = depth - 1
            # After an error the next piece of work starts anew: the connection itself may be broken.
            if depth == 1 and not (whole and getattr(self._work, "held", False)):
                self._close_unless_kept()

    def _leave_older_place(self) -> None:
        """A thread that outlived a console of this process has a connection to where that one was."""
        kept = connections[self.alias]
        if kept.settings_dict["NAME"] != connections.databases[self.alias]["NAME"] and not kept.in_atomic_block:
            kept.close()
            del connections[self.alias]

    def hold(self) -> None:
        """Keep the connection of this thread open between pieces of work, until `let_go` in the same thread."""
        self._work.held = True

    def let_go(self) -> None:
        """Close the connection of this thread, unless it is the one kept; `hold` holds no more."""
        self._work.held = False
        self._close_unless_kept()

    def _close_unless_kept(self) -> None:
        # Inside somebody else's transaction (a request of the console) the connection is not ours to close.
        if threading.get_ident() != self._owner and not self.connection.in_atomic_block:
            self.connection.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The same, kept as a whole or not at all."""
        with self.reading(), transaction.atomic(using=self.alias):
            if self._audit is None:
                yield
                return
            # What the work has to say in the audit log is written at its end, inside the same transaction.
            with self._audit.pending.gathered():
                yield

    @contextmanager
    def joining(self) -> Iterator[None]:
        """Part of the piece of work around it, with which it fails; a piece of its own where there is none.

        `writing` inside `writing` can fail alone; for that SQLite copies every page that is changed in it.
        """
        if self._audit is None or not self._audit.pending.inside:
            with self.writing():
                yield
            return
        with self.reading(), transaction.atomic(using=self.alias, savepoint=False):
            yield

    def insert(self, row: type[models.Model], columns: Sequence[str], values: Iterable[Sequence[Any]]) -> None:
        """Insert many rows, faster than through model objects. Columns are names of the table's columns.

        Rows may be made while they are written, but not with this database: it is busy meanwhile.
        """
        insert_rows(self.connection, row, columns, values)

    def update(
        self, row: type[models.Model], columns: Sequence[str], values: Sequence[Sequence[Any]], *, key: str = "id"
    ) -> None:
        """Change these columns of many rows; each sequence holds their values and then the row's id (or `key`)."""
        if values:
            update_rows(self.connection, row, columns, values, key)

    def make_room(self) -> None:
        """Before very much is written at once: let SQLite hold 64 MB of it, or it writes the same pages many times."""
        if self._plain_times:
            with self.connection.cursor() as cursor:
                cursor.execute("PRAGMA cache_size = -65536")

    def moment(self, value: datetime) -> Any:
        """A time as this database wants it in `insert` and `update`."""
        if self._plain_times and value.tzinfo is UTC:
            return value.isoformat(" ")[:-6]  # what Django makes of it, at a fraction of the cost
        # The kept connection only says how; looking up the one of this thread for every row would cost more.
        return self._kept.ops.adapt_datetimefield_value(value)

    @contextmanager
    def advisory_lock(self, number: int) -> Iterator[None]:
        """Hold a lock of the PostgreSQL server, alone among all processes; it frees itself with the connection."""
        with self.reading(), self.connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [number])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])

    def close(self) -> None:
        """Close the kept connection; may be called from any thread, and twice."""
        self._kept.close()

    def _told(self, error: Exception) -> StoreError:
        said = str(error).lower()
        for part, message in _SAYINGS:
            if part in said:
                return StoreError(say(message, place=self.place))
        return StoreError(say("record.failed", place=self.place, reason=_first_line(error)))


def _first_line(error: Exception) -> str:
    """The first line only: PostgreSQL repeats stored values in the lines below it."""
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


@lru_cache(maxsize=4096)  # lines of the transcript say the same again and again
def cut(text: str, size: int) -> str:
    """Text for a search column: no NUL (PostgreSQL refuses it), no half characters, at most `size` characters."""
    clean = text.replace("\0", "")[:size]
    return clean if clean.isascii() else clean.encode("utf-8", "replace").decode("utf-8")
