"""Roles that people give: whoever comes from outside has a day on which that ends."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from fushinban import clock
from fushinban.errors import InputError
from fushinban.messages import say
from fushinban.model.rights import OUTSIDE, Grant, Role
from fushinban.record.people.links import Links
from fushinban.record.people.people import People
from fushinban.record.people.values import HeldGrant, Link
from fushinban.record.store import Store


class NoEnd(InputError):
    """The role is for people from outside, and no day was given on which it ends."""


def give(store: Store, number: int, grant: Grant) -> HeldGrant:
    """Give a person a role. Raises NoEnd, and what `People.give` raises."""
    check_end(grant)
    return People.of(store).give(number, grant)


def invite(store: Store, email: str, grant: Grant, *, name: str, language: str) -> Link:
    """Make a link with which somebody new comes in. Raises NoEnd, and what `Links.invite` raises."""
    check_end(grant)
    return Links.of(store).invite(email, grant, name=name, language=language)


def check_end(grant: Grant) -> None:
    """Raises NoEnd for a new role of somebody from outside that would never end."""
    if grant.role in OUTSIDE and grant.end is None:
        raise NoEnd(say("people.outside-end", role=grant.role.label))


def usual_ends(now: datetime) -> Mapping[Role, date]:
    """The last day (in Japan) that a form proposes, for each role that has to end."""
    return {role: clock.in_japan(now + timedelta(days=days)).date() for role, days in OUTSIDE.items()}
