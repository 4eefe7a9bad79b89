"""The form of a grant: a role, where it holds, until when. Shared by invitations, people and tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from fushinban import clock
from fushinban.errors import InputError
from fushinban.jobs.granting import NoEnd, usual_ends
from fushinban.messages import Text, say
from fushinban.model.overview import CustomerRef
from fushinban.model.rights import Grant, Role
from fushinban.record.store import Store

_LONGEST_ID = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantChoices:
    """What the form offers, and what was given before it was refused.

    `ends`: the days that are proposed for roles that have to end; `end_wrong`: one was missing.
    """

    roles: tuple[Role, ...]
    customers: tuple[CustomerRef, ...]
    given: Mapping[str, str]
    ends: Mapping[Role, date]
    end_wrong: Text | None = None


def grant_choices(
    store: Store, given: Mapping[str, str] | None = None, wrong: InputError | None = None
) -> GrantChoices:
    """All roles and customers. Where only the end was missing, the usual day of the role is filled in."""
    again, ends = dict(given or {}), usual_ends(clock.now())
    missing = wrong if isinstance(wrong, NoEnd) else None
    if missing is not None:
        again["end"] = next((day.isoformat() for role, day in ends.items() if role.value == again.get("role")), "")
    return GrantChoices(
        roles=tuple(Role), customers=store.customers.all(), given=again, ends=ends,
        end_wrong=missing.text if missing is not None else None,
    )  # fmt: skip


def grant_from(given: Mapping[str, str]) -> Grant:
    """The grant of the fields `role`, `customer`, `site`, `end`. Raises InputError with one sentence."""
    role = next((r for r in Role if r.value == given.get("role")), None)
    if role is None:
        raise InputError(say("page_people.no-role"))
    customer, site = place_from(given)
    return Grant(role=role, customer=customer, site=site, end=last_moment(given.get("end", "")))


def place_from(given: Mapping[str, str]) -> tuple[int | None, str | None]:
    """The customer's number or the site's id of the fields `customer` and `site`."""
    customer = given.get("customer", "").strip()
    if customer and not (customer.isascii() and customer.isdigit() and len(customer) < 16):
        raise InputError(say("page_people.no-customer"))
    return (int(customer) if customer else None), (given.get("site", "").strip()[:_LONGEST_ID] or None)


def last_moment(day: str) -> datetime | None:
    """The end of a day in Japan (the day itself is included); None for no day. Raises InputError."""
    if not day.strip():
        return None
    try:
        given = date.fromisoformat(day.strip())
        return datetime.combine(given, time(23, 59, 59), clock.JST)
    except (ValueError, OverflowError):
        raise InputError(say("page_people.bad-day")) from None


def where_of(store: Store, grant: Grant) -> Text:
    """Where a grant holds, in words."""
    if grant.site is not None:
        site = store.sites.get(grant.site)
        return say("page_people.where-site", site=site.name if site is not None else grant.site)
    if grant.customer is not None:
        customer = store.customers.get(grant.customer)
        return say("page_people.where-customer", customer=customer.name if customer is not None else grant.customer)
    return say("page_people.where-all")
