"""Names that lists show beside ids: of sites, customers and devices, fetched once for a whole page."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from django.db.models import QuerySet

from fushinban.model.listing import HitKind
from fushinban.model.overview import CustomerRef
from fushinban.record._console_rows import CustomerRow
from fushinban.record._prepared import Given, PreparedList
from fushinban.record.connection import Link
from fushinban.record.models import SiteRow

SiteNames = Mapping[str, tuple[str, CustomerRef | None]]


def site_names(link: Link, sites: Iterable[str]) -> SiteNames:
    """Name and customer of each site."""
    return {
        site: (name, CustomerRef(id=owner, name=customer) if owner is not None else None)
        for site, name, owner, customer in _sites.rows(link.connection, sorted(set(sites)))
    }


@PreparedList
def _sites(alias: str, sites: list[Given]) -> QuerySet[Any, Any]:
    rows = SiteRow._base_manager.using(alias).filter(id__in=sites)
    return rows.values_list("id", "name", "owner_id", "owner__name")


def customer_names(link: Link, customers: Iterable[int]) -> Mapping[int, str]:
    """The name of each customer."""
    return dict(_customers.rows(link.connection, sorted(set(customers))))


@PreparedList
def _customers(alias: str, customers: list[Given]) -> QuerySet[Any, Any]:
    return CustomerRow._base_manager.using(alias).filter(id__in=customers).values_list("id", "name")


def device_titles(link: Link, devices: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
    """What to call each device (site, id), as the search index has it; without decoding the devices."""
    wanted = sorted({(site, HitKind.DEVICE.value, device) for site, device in devices if device})
    found: dict[tuple[str, str], str] = {}
    for start in range(0, len(wanted), 300):
        some = wanted[start : start + 300]
        with link.connection.cursor() as cursor:
            # Joined in this order by hand: SQLite would look at every row for a list of such triples.
            cursor.execute(
                "WITH wanted(site, kind, ref) AS (VALUES "  # noqa: S608 - our own words
                + ", ".join(["(%s, %s, %s)"] * len(some))
                + ") SELECT s.site, s.ref, s.title FROM wanted w CROSS JOIN record_searchrow s"
                " WHERE s.site = w.site AND s.kind = w.kind AND s.ref = w.ref",
                list(chain.from_iterable(some)),
            )
            found.update({(site, device): title for site, device, title in cursor.fetchall()})
    return found
