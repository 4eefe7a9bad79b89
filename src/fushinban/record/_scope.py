"""A scope of sites as a condition on rows that carry their site and the number of its customer."""

from typing import Any

from django.db.models import Q

from fushinban.model.rights import SiteScope


def within(scope: SiteScope, site: str = "site", owner: str = "owner") -> Q:
    """The condition that a row is inside the scope; an empty scope takes in nothing, and costs no query."""
    if scope.everything:
        return Q()
    inside = Q(pk__in=[])
    if scope.sites:
        inside |= Q(**{f"{site}__in": sorted(scope.sites)})
    if scope.customers:
        inside |= Q(**{f"{owner}__in": sorted(scope.customers)})
    return inside


def within_sql(scope: SiteScope, table: str) -> tuple[str, list[Any]]:
    """The same for a statement of our own: the condition and its values."""
    if scope.everything:
        return "1 = 1", []
    parts, values = ["1 = 0"], list[Any]()
    for column, wanted in (("site", sorted(scope.sites)), ("owner", sorted(scope.customers))):
        if wanted:
            parts.append(f"{table}.{column} IN ({', '.join(['%s'] * len(wanted))})")
            values += wanted
    return f"({' OR '.join(parts)})", values
