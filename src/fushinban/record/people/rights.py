"""What somebody may do now."""

from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

from fushinban.model.rights import Grant, Rights, Role
from fushinban.record._prepared import Given, Prepared
from fushinban.record.people.models import GrantRow, Person


def rights_of(person: Person, now: datetime) -> Rights:
    """The rights of a person at this moment. Nothing for somebody who is not active; one query otherwise."""
    if not person.is_active:
        return Rights()
    alias = person._state.db or DEFAULT_DB_ALIAS
    rows = _grants.models(connections[alias], GrantRow, person=person.pk)
    return Rights(grants=tuple(g for g in map(grant_of, rows) if g.holds(now)))


@Prepared
def _grants(alias: str) -> QuerySet[Any, Any]:
    return GrantRow._base_manager.using(alias).filter(person=Given("person")).order_by("id")


def grant_of(row: GrantRow) -> Grant:
    """The grant that a row holds."""
    return Grant(role=Role(row.role), customer=row.customer, site=row.site or None, start=row.start, end=row.end)
