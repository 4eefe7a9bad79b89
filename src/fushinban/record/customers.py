"""Customers: to whom sites belong. A site names its customer; a name that is new makes a new one."""

from collections.abc import Sequence
from dataclasses import replace

from django.db.models import Count, Min, QuerySet, Sum

from fushinban.errors import Conflict, InputError
from fushinban.messages import say
from fushinban.model.overview import CustomerLine, CustomerRef
from fushinban.model.paging import USUAL_PAGE, Page, page_size, read_cursor, write_cursor
from fushinban.model.rights import SiteScope
from fushinban.model.site import Site
from fushinban.record._console_rows import CustomerNameRow, CustomerRow, SiteStateRow
from fushinban.record._counters import worst_of
from fushinban.record._grams import fold
from fushinban.record._scope import within
from fushinban.record._search_index import SearchIndex
from fushinban.record._site_words import customer_entry, site_entry, site_words
from fushinban.record.codec import decode, encode
from fushinban.record.connection import Link, cut
from fushinban.record.models import SiteRow

LONGEST_NAME = 300


class Customers:
    """Find, make, rename and list customers. Every method may raise StoreError."""

    def __init__(self, link: Link, index: SearchIndex) -> None:
        self._link = link
        self._index = index
        self._rows = CustomerRow._base_manager.using(link.alias)
        self._names = CustomerNameRow._base_manager.using(link.alias)
        self._states = SiteStateRow._base_manager.using(link.alias)
        self._sites = SiteRow._base_manager.using(link.alias)

    def get(self, customer_id: int) -> CustomerRef | None:
        """The customer, or None."""
        with self._link.reading():
            row = self._rows.filter(id=customer_id).first()
        return CustomerRef(id=row.pk, name=row.name) if row is not None else None

    def of_site(self, site_id: str) -> int | None:
        """The number of the customer that a site belongs to; None where it has none, or there is no such site."""
        with self._link.reading():
            return self._sites.filter(id=site_id).values_list("owner_id", flat=True).first()

    def all(self) -> tuple[CustomerRef, ...]:
        """Every customer by name, for choosing one."""
        with self._link.reading():
            return tuple(CustomerRef(id=i, name=n) for i, n in self._rows.order_by("name").values_list("id", "name"))

    def named(self, name: str) -> CustomerRef | None:
        """The customer that has, or had, this name; made where there is none. None for an empty name."""
        clean = _clean(name)
        if not clean:
            return None
        with self._link.writing():
            found = self._names.filter(name=clean).values_list("customer_id", "customer__name").first()
            if found is not None:
                return CustomerRef(id=found[0], name=found[1])
            # Two who make the same at the same time end with the same one.
            row, new = self._rows.get_or_create(name=clean, defaults={"words": fold(clean)})
            self._names.get_or_create(name=clean, defaults={"customer_id": row.pk})
            self._link.audit.changed("customer.named", "customer-name", clean, {"customer": row.pk}, quiet=True)
            if new:
                self._link.audit.changed("customer.made", "customer", str(row.pk), {"name": clean})
                self._index.put([customer_entry(row.pk, clean)])
        return CustomerRef(id=row.pk, name=row.name)

    def rename(self, customer_id: int, name: str, version: int) -> CustomerLine:
        """Give a customer another name, at all its sites too; the old name goes on meaning the same customer.

        `version`: as last seen. Raises Conflict when somebody changed it meanwhile, InputError for a name that is
        empty, too long, or another customer's.
        """
        clean = _clean(name)
        if not clean:
            raise InputError(say("console.customer-name-empty"))
        if len(name.strip()) > LONGEST_NAME:
            raise InputError(say("console.customer-name-long", most=LONGEST_NAME))
        with self._link.writing():
            row = self._rows.select_for_update().filter(id=customer_id).first()
            if row is None:
                raise InputError(say("console.no-customer"))
            if row.version != version:
                raise Conflict(say("console.changed-meanwhile"))
            holder = self._names.filter(name=clean).values_list("customer_id", flat=True).first()
            if holder not in (None, customer_id):
                raise InputError(say("console.customer-name-taken", name=clean))
            self._names.get_or_create(name=clean, defaults={"customer_id": customer_id})
            row.name, row.words, row.version = clean, fold(clean), row.version + 1
            row.save(using=self._link.alias)
            self._link.audit.changed("customer.named", "customer-name", clean, {"customer": row.pk}, quiet=True)
            self._link.audit.changed("customer.changed", "customer", str(row.pk), {"name": clean})
            self._rename_sites(customer_id, clean)
            self._index.put([customer_entry(customer_id, clean)])
        return CustomerLine(id=row.pk, name=row.name, version=row.version)

    def _rename_sites(self, customer_id: int, name: str) -> None:
        changed, entries = [], []
        for row in self._sites.filter(owner_id=customer_id).only("id", "payload"):
            site = replace(decode(Site, row.payload), customer=name)
            changed.append((cut(name, 1000), encode(site), row.pk))
            entries.append(site_entry(site, customer_id))
            self._states.filter(site_id=site.id).update(words=site_words(site))
            self._link.audit.changed("site.saved", "site", site.id, {"customer": name}, quiet=True)
        self._link.update(SiteRow, ("customer", "payload"), changed)
        self._index.put(entries)

    def list(
        self, scope: SiteScope, *, text: str = "", cursor: str | None = None, most: int = USUAL_PAGE
    ) -> Page[CustomerLine]:
        """Customers with a site inside the scope, by name, with sums over those sites; with EVERYTHING all customers.

        Raises InputError for a wrong cursor.
        """
        query = ("customers", text)
        size = page_size(most)
        place = read_cursor(query, cursor, (str, int))
        with self._link.reading():
            rows = self._seen(scope)
            if text:
                rows = rows.filter(words__contains=fold(text))
            if place is not None:
                rows = rows.filter(name__gte=place[0]).exclude(name=place[0], id__lte=place[1])
            found = list(rows.order_by("name", "id")[: size + 1])
            lines = self._lines(scope, found[:size])
        more = write_cursor(query, (found[size - 1].name, found[size - 1].pk)) if len(found) > size else None
        return Page(items=lines, next=more)

    def _seen(self, scope: SiteScope) -> QuerySet[CustomerRow]:
        if scope.everything:
            return self._rows.all()
        owners = self._states.filter(within(scope, "site_id"), owner__isnull=False)
        return self._rows.filter(id__in=owners.values("owner"))

    def _lines(self, scope: SiteScope, rows: Sequence[CustomerRow]) -> tuple[CustomerLine, ...]:
        states = self._states.filter(within(scope, "site_id"), owner__in=[row.pk for row in rows])
        names = ("devices", "failed", "accepted", "unknown", "error")
        sums = {
            found.pop("owner"): found
            for found in states.values("owner").annotate(
                sites=Count("site"), urgency_=Min("urgency"), **{f"{n}_": Sum(n) for n in names}
            )
        }
        return tuple(_line(row, sums.get(row.pk)) for row in rows)


def _line(row: CustomerRow, sums: dict[str, int] | None) -> CustomerLine:
    if sums is None:
        return CustomerLine(id=row.pk, name=row.name, version=row.version)
    return CustomerLine(
        id=row.pk, name=row.name, version=row.version, sites=sums["sites"], devices=sums["devices_"],
        failed=sums["failed_"], accepted=sums["accepted_"], unknown=sums["unknown_"], error=sums["error_"],
        worst=worst_of(sums["urgency_"]),
    )  # fmt: skip


def _clean(name: str) -> str:
    return cut(" ".join(name.split()), LONGEST_NAME).strip()
