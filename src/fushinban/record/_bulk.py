"""Many rows at once, in the quickest way each database has. To be called inside a piece of work of the link."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

Values = Iterable[Sequence[Any]]

#: Values in one statement that every SQLite takes.
_MOST_VALUES = 999
#: Fewer rows than this go to PostgreSQL in one ordinary statement: a stream has to be opened and closed.
_FEW = 8
#: Rows of one UPDATE in PostgreSQL.
_TOGETHER = 2000


def insert_rows(
    connection: BaseDatabaseWrapper, row: type[models.Model], columns: Sequence[str], values: Values
) -> None:
    """Insert rows. Columns are names of the table's columns."""
    rest = iter(values)
    if connection.vendor == "postgresql":
        few = list(islice(rest, _FEW))
        if len(few) == _FEW:
            _copy(connection, row, columns, chain(few, rest))
            return
        rest = iter(few)
    # Several rows in one statement: after each statement the thread must win the interpreter back from the event
    # loop, which costs more than the row itself.
    size = _MOST_VALUES // len(columns)
    while some := list(islice(rest, size)):
        _do(connection, _insert(connection, row, tuple(columns), len(some)), list(chain.from_iterable(some)))


def update_rows(
    connection: BaseDatabaseWrapper,
    row: type[models.Model],
    columns: Sequence[str],
    values: Sequence[Sequence[Any]],
    key: str,
) -> None:
    """Change these columns of rows; each sequence holds their values and then the row's key."""
    quote = connection.ops.quote_name
    table = quote(row._meta.db_table)
    if connection.vendor != "postgresql" or len(values) < _FEW:
        places = ", ".join(f"{quote(column)} = %s" for column in columns)
        statement = f"UPDATE {table} SET {places} WHERE {quote(key)} = %s"  # noqa: S608 - own names
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)
        return
    named = [*columns, key]
    # A row that is given twice keeps what was said last, as with one statement for each.
    last = list({value[-1]: value for value in values}.values())
    given = ", ".join(f"%s::{_type(connection, row, column)}[]" for column in named)
    changes = ", ".join(f"{quote(column)} = given.{quote(column)}" for column in columns)
    statement = (
        f"UPDATE {table} SET {changes} FROM unnest({given}) "  # noqa: S608 - own names
        f"AS given({', '.join(map(quote, named))}) WHERE {table}.{quote(key)} = given.{quote(key)}"
    )
    with connection.cursor() as cursor:
        for first in range(0, len(last), _TOGETHER):
            by_column = zip(*last[first : first + _TOGETHER], strict=True)
            cursor.execute(statement, [list(column) for column in by_column])


def _copy(connection: BaseDatabaseWrapper, row: type[models.Model], columns: Sequence[str], values: Values) -> None:
    """Stream rows to PostgreSQL: nothing is put together as the text of a statement, on either side."""
    quote = connection.ops.quote_name
    statement = f"COPY {quote(row._meta.db_table)} ({', '.join(map(quote, columns))}) FROM STDIN"
    connection.validate_no_broken_transaction()
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for some in values:
            copy.write_row(some)


def _do(connection: BaseDatabaseWrapper, statement: str, values: list[Any]) -> None:
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
        return
    # Django would look for its own placeholders in the whole text each time.
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        connection.connection.execute(statement, values)


@lru_cache(maxsize=64)
def _statement(vendor: str, table: str, names: str, columns: int, rows: int) -> str:
    place = "?" if vendor == "sqlite" else "%s"
    places = f"({', '.join([place] * columns)})"
    # The piece of work fails as a whole; so SQLite need not be able to take back one statement alone, for which it
    # would copy every page that the statement changes.
    start = "INSERT OR FAIL INTO" if vendor == "sqlite" else "INSERT INTO"
    return f"{start} {table} ({names}) VALUES " + ", ".join([places] * rows)


def _insert(connection: BaseDatabaseWrapper, row: type[models.Model], columns: tuple[str, ...], rows: int) -> str:
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    return _statement(connection.vendor, quote(row._meta.db_table), names, len(columns), rows)


def _type(connection: BaseDatabaseWrapper, row: type[models.Model], column: str) -> str:
    """What PostgreSQL calls the type of a column; without its length, at which a cast would cut silently."""
    field = next(f for f in row._meta.concrete_fields if f.column == column)
    return str(field.rel_db_type(connection)).partition("(")[0]
