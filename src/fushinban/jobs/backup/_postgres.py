"""PostgreSQL: all rows of one moment out by COPY, and back into an empty database in one transaction."""

import importlib.util
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlsplit

from fushinban.errors import InputError, StoreError
from fushinban.jobs.backup._archive import ArchiveWriter, Member
from fushinban.jobs.backup._pg_schema import Shape, Table, check_statement, quoted, read_shape, relations
from fushinban.jobs.backup.values import DATABASE, ROWS, SCHEMA_PART, Section
from fushinban.messages import say
from fushinban.record.codec import decode, encode

if TYPE_CHECKING:
    from psycopg import Connection

#: Rows are put into parts of about this size (bytes): the memory that a backup takes.
_PART = 16 * 1024 * 1024
_MOST_SHAPE = 16 * 1024 * 1024

#: Names in full, and values written the same way whatever the server's own settings are.
_MANNER = """
SET search_path = ''; SET datestyle = 'ISO'; SET intervalstyle = 'postgres'; SET extra_float_digits = 3;
SET bytea_output = 'hex'; SET timezone = 'UTC'; SET client_encoding = 'UTF8'; SET check_function_bodies = off;
SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET row_security = off
"""


def is_postgres(url: str) -> bool:
    """Whether the setting names a PostgreSQL database."""
    return url.startswith(("postgres://", "postgresql://"))


@contextmanager
def connected(url: str) -> Iterator["Connection[Any]"]:
    """A connection with one transaction around everything; what goes wrong becomes a StoreError."""
    if importlib.util.find_spec("psycopg") is None:
        raise InputError(say("record.no-psycopg"))
    import psycopg  # noqa: PLC0415 - an optional part

    place = _place(url)
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            connection.execute(cast(Any, _MANNER))
            connection.commit()
            yield connection
    except psycopg.OperationalError as error:
        said = str(error).lower()
        if "no space" in said or "disk full" in said:
            raise StoreError(say("record.full", place=place)) from error
        if "connection" in said or "connect" in said:
            raise StoreError(say("record.no-server", place=place)) from error
        raise StoreError(say("record.failed", place=place, reason=_first_line(error))) from error
    except psycopg.Error as error:
        raise StoreError(say("record.failed", place=place, reason=_first_line(error))) from error


class Moment:
    """The database as it was when the first question was asked, whatever is written meanwhile."""

    def __init__(self, connection: "Connection[Any]") -> None:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        self._connection = connection
        self.shape = read_shape(connection)

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database of that moment."""
        return self._connection.execute(cast(Any, statement), values or None).fetchall()

    def table(self, name: str) -> Table | None:
        """One of the tables, by its name alone."""
        return next((table for table in self.shape.tables if table.name == name), None)

    def write(self, archive: ArchiveWriter) -> None:
        """Put shape and rows into the archive, in parts: memory stays flat."""
        archive.add_bytes(SCHEMA_PART, Section.DATABASE, encode(self.shape).encode())
        for number, table in enumerate(self.shape.tables):
            section = Section.JOBS if table.schema == "dbos" else Section.DATABASE
            for part, content in enumerate(self._parts(table)):
                archive.add_bytes(f"{ROWS}{number:04}/{part:06}", section, content)

    def _parts(self, table: Table) -> Iterator[bytes]:
        waiting = bytearray()
        command = f"COPY {table.words} ({table.column_words}) TO STDOUT"
        with self._connection.cursor() as cursor, cursor.copy(cast(Any, command)) as copy:
            for data in copy:
                waiting += data
                if len(waiting) >= _PART:
                    yield bytes(waiting)
                    waiting.clear()
        if waiting:
            yield bytes(waiting)


class Loader:
    """Takes the parts of the archive in their order. Nothing is there for others until the connection commits."""

    def __init__(self, connection: "Connection[Any]", place: str) -> None:
        if found := relations(connection):
            raise InputError(say("operations.pg-not-empty", place=place, count=len(found)))
        self._connection = connection
        self._shape: Shape | None = None

    def take(self, parts: Iterator[Member]) -> None:
        """Take shape and rows from these members, which are those of the database and no others."""
        for group, found in groupby(parts, key=lambda member: member.name.rpartition("/")[0]):
            if group + "/" == DATABASE:
                for member in found:
                    self._make(member)
            else:
                self._copy(self._table_of(group), found)

    def _copy(self, table: Table, parts: Iterator[Member]) -> None:
        command = f"COPY {table.words} ({table.column_words}) FROM STDIN"
        with self._connection.cursor() as cursor, cursor.copy(cast(Any, command)) as copy:
            for member in parts:
                for chunk in member.chunks():
                    copy.write(chunk)

    def end(self) -> None:
        """Keys, indexes, functions, and how far the counters were."""
        shape = self._shape
        if shape is None:
            raise InputError(say("operations.backup-damaged"))
        for statement in shape.after:
            self._run(statement)
        for counter in shape.counters:
            which = "%s::regclass" if counter.sequence else "pg_get_serial_sequence(%s, %s)::regclass"
            named = [counter.sequence] if counter.sequence else [counter.table, counter.column]
            values = [*named, counter.value, counter.called]
            self._connection.execute(cast(Any, f"SELECT setval({which}, %s, %s)"), values)

    def _make(self, member: Member) -> None:
        if member.name != SCHEMA_PART or self._shape is not None:
            raise InputError(say("operations.backup-damaged"))
        self._shape = shape = decode(Shape, member.all(_MOST_SHAPE).decode("utf-8", "replace"))
        there = {str(name) for (name,) in self._connection.execute("SELECT nspname FROM pg_namespace").fetchall()}
        for schema in shape.schemas:
            if schema not in there:
                self._run(f"CREATE SCHEMA {quoted(schema)}")
        for statement in shape.before:
            self._run(statement)

    def _run(self, statement: str) -> None:
        check_statement(statement)
        # A prepared statement is one statement: nothing can be hung on behind it.
        self._connection.execute(cast(Any, statement), prepare=True)

    def _table_of(self, group: str) -> Table:
        digits = group.removeprefix(ROWS)
        tables = self._shape.tables if self._shape is not None else ()
        if not re.fullmatch(r"[0-9]{1,6}", digits) or int(digits) >= len(tables):
            raise InputError(say("operations.backup-damaged"))
        return tables[int(digits)]


def place_of(url: str) -> str:
    """How to name the database to a person: never with a password."""
    return _place(url)


def _place(url: str) -> str:
    try:
        parts = urlsplit(url)
        return f"{parts.hostname or ''}{unquote(parts.path)}"
    except ValueError:
        return "PostgreSQL"


def _first_line(error: Exception) -> str:
    """The first line only: PostgreSQL repeats stored values in the lines below it."""
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
