"""What somebody may do now."""

from datetime import datetime

from fushinban.model.rights import Grant, Rights, Role
from fushinban.record.people.models import GrantRow, Person


def rights_of(person: Person, now: datetime) -> Rights:
    """The rights of a person at this moment. Nothing for somebody who is not active; one query otherwise."""
    if not person.is_active:
        return Rights()
    alias = person._state.db
    rows = GrantRow._base_manager.using(alias).filter(person=person.pk).order_by("id")
    return Rights(grants=tuple(g for g in map(grant_of, rows) if g.holds(now)))


def grant_of(row: GrantRow) -> Grant:
    """The grant that a row holds."""
    return Grant(role=Role(row.role), customer=row.customer, site=row.site or None, start=row.start, end=row.end)
