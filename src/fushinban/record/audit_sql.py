"""The statements that every entry of the audit log needs, as plain SQL: the query builder costs several times more.

They stand in one place; every name in them is the program's own.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import models

from fushinban.record._audit_rows import AuditHeadRow, AuditRow, SealRow
from fushinban.record.connection import Link

_LOG, _HEAD, _SEALS = (row._meta.db_table for row in (AuditRow, AuditHeadRow, SealRow))


class AuditSql:
    """The statements for one database, inside a piece of work."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def locked_head(self) -> tuple[int, str, str] | None:
        """Number, hash and key of the end of the log; nobody else appends until the end of the work. None: no log."""
        key = self._quoted("key")
        found = self._one(f"SELECT number, hash, {key} FROM {_HEAD} WHERE id = 1{self._lock()}")  # noqa: S608 - own
        return (int(found[0]), str(found[1]), str(found[2])) if found is not None else None

    def is_begun(self) -> bool:
        """Whether there is a log; asks without waiting for those who append."""
        return self._one(f"SELECT id FROM {_HEAD} WHERE id = 1") is not None  # noqa: S608 - own names

    def set_head(self, number: int, entry_hash: str, seal: str, key: str) -> None:
        """Move the end of the log."""
        named = self._quoted("key")
        change = f"UPDATE {_HEAD} SET number = %s, hash = %s, seal = %s, {named} = %s WHERE id = 1"  # noqa: S608 - own
        self._do(change, number, entry_hash, seal, key)

    def last_digest(self, kind: str, thing: str) -> str:
        """The digest in the newest entry of a thing that has one; empty where there is none."""
        which = "kind = %s AND object = %s AND digest <> '' ORDER BY number DESC LIMIT 1"
        found = self._one(f"SELECT digest FROM {_LOG} WHERE {which}", kind, thing)  # noqa: S608 - own names
        return str(found[0]) if found is not None else ""

    def state(self, kind: str, group: str) -> tuple[int, int, int, str] | None:
        """Id, version, number of rows and their sum (hex) of a group, locked; None where it has no state."""
        which = f"kind = %s AND object = %s{self._lock()}"
        count = self._quoted("count")
        found = self._one(f"SELECT id, version, {count}, total FROM {_SEALS} WHERE {which}", kind, group)  # noqa: S608 - own
        return (int(found[0]), int(found[1]), int(found[2]), str(found[3])) if found is not None else None

    def set_state(self, number: int, version: int, count: int, total: str, seal: str) -> None:
        """Change the state of a group by its id."""
        values = f"version = %s, {self._quoted('count')} = %s, total = %s, seal = %s"
        self._do(f"UPDATE {_SEALS} SET {values} WHERE id = %s", version, count, total, seal, number)  # noqa: S608 - own

    def drop_states(self, group: str, kinds: Sequence[str]) -> None:
        """Forget the states of these kinds of one group."""
        places = ", ".join(["%s"] * len(kinds))
        which = f"object = %s AND kind IN ({places})"
        self._do(f"DELETE FROM {_SEALS} WHERE {which}", group, *kinds)  # noqa: S608 - own names

    def seals(self, model: type[models.Model], column: str, group: str) -> list[bytes]:
        """The seals of the rows of a group that have one."""
        with self._link.connection.cursor() as cursor:
            cursor.execute(_seals_of(model, column), (group,))
            return [bytes(seal) for (seal,) in cursor.fetchall()]

    def _one(self, statement: str, *values: str) -> tuple[Any, ...] | None:
        with self._link.connection.cursor() as cursor:
            cursor.execute(statement, values)
            found: tuple[Any, ...] | None = cursor.fetchone()
        return found

    def _do(self, statement: str, *values: str | int) -> None:
        with self._link.connection.cursor() as cursor:
            cursor.execute(statement, values)

    def _quoted(self, name: str) -> str:
        return self._link.connection.ops.quote_name(name)

    def _lock(self) -> str:
        # In SQLite whoever writes is alone already.
        return " FOR UPDATE" if self._link.connection.features.has_select_for_update else ""


@cache
def _seals_of(model: type[models.Model], column: str) -> str:
    field = next(f for f in model._meta.concrete_fields if f.attname == column)
    which = f"{field.column} = %s AND seal IS NOT NULL"
    return f"SELECT seal FROM {model._meta.db_table} WHERE {which}"  # noqa: S608 - own names
