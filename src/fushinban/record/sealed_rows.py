"""Reads the rows of sealed kinds: digests of things, tallies of groups."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from fushinban.record.audit_sql import AuditSql
from fushinban.record.connection import Link
from fushinban.record.sealed import Sealed, sealed_kinds
from fushinban.record.seals import GONE, Sealer, Tally

#: Rows read at once.
CHUNK = 1000


class SealedRows:
    """The rows of one database."""

    def __init__(self, link: Link) -> None:
        self.alias = link.alias
        self._sql = AuditSql(link)

    def present(self, connection: BaseDatabaseWrapper) -> tuple[Sealed, ...]:
        """The kinds whose application is installed and whose table is there."""
        with connection.cursor() as cursor:
            tables = set(connection.introspection.table_names(cursor))
        return tuple(s for s in sealed_kinds().values() if installed(s) and table_of(s) in tables)

    def digest(self, sealed: Sealed, object_id: str, sealer: Sealer) -> str:
        """The digest of one thing as it is now (of a kind without group); `GONE` where it is not there."""
        try:
            row = self.rows(sealed).filter(pk=object_id).values_list(*sealed.columns).first()
        except (ValueError, TypeError):
            return GONE  # an id that this table's key cannot be
        if row is None:
            return GONE
        parts = {part: self.tally(sealed_kinds()[part], object_id) for part in sealed.parts}
        return self.object_digest(sealed, row, sealer, parts)

    def object_digest(self, sealed: Sealed, row: tuple[Any, ...], sealer: Sealer, parts: dict[str, Tally]) -> str:
        """The digest of a row of a thing, with the tallies of its parts once it is closed."""
        states: list[object] = []
        if sealed.parts and row[sealed.columns.index(sealed.closed_by)] is not None:
            states = [value for part in sealed.parts for value in (parts[part].count, parts[part].hex)]
        return sealer.mark(sealed.kind, (*row, *states)).hex()

    def tally(self, sealed: Sealed, group: str) -> Tally:
        """Number and sum of the seals of a group's rows; rows without a seal are not counted."""
        return Tally().plus(self._sql.seals(model_of(sealed), sealed.group, group))

    def chunks(self, sealed: Sealed, *columns: str) -> Iterator[list[tuple[Any, ...]]]:
        """All rows (primary key first, then these columns) in pieces, in the order of the key."""
        rows = self.rows(sealed).order_by("pk").values_list("pk", *columns)
        last: Any = None
        while True:
            piece = list((rows if last is None else rows.filter(pk__gt=last))[:CHUNK])
            if not piece:
                return
            yield piece
            last = piece[-1][0]

    def rows(self, sealed: Sealed) -> models.QuerySet[Any]:
        """All rows of a kind."""
        return model_of(sealed)._base_manager.using(self.alias)


def installed(sealed: Sealed) -> bool:
    """Whether the application of a kind is installed in this process."""
    return apps.is_installed(_application(sealed.model.partition(".")[0]))


def model_of(sealed: Sealed) -> type[models.Model]:
    """The model of a kind."""
    return apps.get_model(sealed.model)


def table_of(sealed: Sealed) -> str:
    """The table of a kind."""
    return model_of(sealed)._meta.db_table


def _application(label: str) -> str:
    for config in apps.get_app_configs():
        if config.label == label:
            return config.name
    return label
