"""Sites on record."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from fushinban import clock
from fushinban.model.overview import CustomerRef
from fushinban.model.rights import SiteScope
from fushinban.model.site import Authorisation, Site
from fushinban.record._console_rows import SearchRow, SiteStateRow
from fushinban.record._counters import FAR_AWAY, LONG_AGO, Counters
from fushinban.record._names import site_names
from fushinban.record._prepared import Given, Prepared
from fushinban.record._scope import within
from fushinban.record._search_index import SearchIndex
from fushinban.record._site_words import site_entry, site_words
from fushinban.record.codec import decode, encode
from fushinban.record.connection import Link, cut
from fushinban.record.customers import Customers
from fushinban.record.models import DeviceRow, FindingRow, InspectionRow, SiteRow


class Sites:
    """Save, get and list sites. Every method may raise StoreError."""

    def __init__(self, link: Link, customers: Customers, counters: Counters, index: SearchIndex) -> None:
        self._link = link
        self.customers = customers
        self._counters = counters
        self._index = index
        self._rows = SiteRow._base_manager.using(link.alias)
        self._states = SiteStateRow._base_manager.using(link.alias)

    def save(self, site: Site, authorisation: Authorisation | None = None) -> None:
        """Keep the site as it is now, and what its owner allowed (None leaves what is on record).

        It belongs to the customer of its `customer` name, which is made where there is none; where that is a former
        name of a customer, the site is kept with today's name.
        """
        with self._link.writing():
            owner = self.customers.named(site.customer)
            kept = replace(site, customer=owner.name) if owner is not None else site
            values = {
                "name": cut(kept.name, 1000),
                "customer": cut(kept.customer, 1000),
                "kind": kept.kind.value,
                "payload": encode(kept),
                "saved_at": clock.now(),
                "owner_id": owner.id if owner is not None else None,
            }
            if authorisation is not None:
                values["authorisation"] = encode(authorisation)
            before = self._rows.filter(id=site.id).values_list("payload", "owner_id").first()
            self._rows.update_or_create(id=site.id, defaults=values)
            self._link.audit.changed("site.saved", "site", site.id, {"name": kept.name}, quiet=True)
            if before != (values["payload"], values["owner_id"]):
                self._told(kept, owner)

    def _told(self, site: Site, owner: CustomerRef | None) -> None:
        """Whatever repeats something of the site learns of it."""
        number = owner.id if owner is not None else None
        moved = self._repeat(site, number)
        self._index.put([site_entry(site, number)])
        if moved:
            self._counters.recount([site.id], clock.now())

    def _repeat(self, site: Site, owner: int | None) -> bool:
        """Whether the site is new, or has come to another customer or kind."""
        state = {"name": cut(site.name, 200), "words": site_words(site), "kind": site.kind.value, "owner": owner}
        alias = self._link.alias
        before = self._states.select_for_update().filter(site_id=site.id).values_list("owner", "kind").first()
        if before is None:
            self._states.create(site_id=site.id, next_due=FAR_AWAY, inspected_at=LONG_AGO, **state)
            return True
        self._states.filter(site_id=site.id).update(**state)
        if before[0] != owner:
            DeviceRow._base_manager.using(alias).filter(site_id=site.id).update(owner=owner)
            InspectionRow._base_manager.using(alias).filter(site_id=site.id).update(owner=owner)
            SearchRow._base_manager.using(alias).filter(site=site.id).update(owner=owner)
            self._index.remark(site.id, before[0], owner)
        if before != (owner, site.kind.value):
            current = FindingRow._base_manager.using(alias).filter(site=site.id, current=True)
            current.update(owner=owner, place=site.kind.value)
        return bool(before[0] != owner)

    def get(self, site_id: str, scope: SiteScope | None = None) -> Site | None:
        """The site, or None; with a scope only when it is inside."""
        with self._link.reading():
            if scope is None:
                found = _payloads.rows(self._link.connection, site=site_id)
            else:
                rows = self._rows.filter(within(scope, "id", "owner_id"), id=site_id)
                found = [*rows.values_list("payload")]
        return decode(Site, found[0][0]) if found else None

    def names(self, site_ids: Iterable[str]) -> Mapping[str, str]:
        """The names of these sites, as far as they are on record; one query for a whole page of a list."""
        with self._link.reading():
            return {site: name for site, (name, _) in site_names(self._link, site_ids).items()}

    def owner(self, site_id: str) -> CustomerRef | None:
        """The customer that the site belongs to; None where it has none, or there is no such site."""
        with self._link.reading():
            rows = self._rows.filter(id=site_id, owner__isnull=False).values_list("owner_id", "owner__name")
            found = rows.first()
        return CustomerRef(id=found[0], name=found[1]) if found is not None and found[0] is not None else None

    def covered(self, scope: SiteScope, site_id: str) -> bool:
        """Whether there is such a site inside the scope."""
        with self._link.reading():
            return self._rows.filter(within(scope, "id", "owner_id"), id=site_id).exists()

    def authorisation(self, site_id: str) -> Authorisation | None:
        """What the owner allowed, as last saved; None when nothing is on record."""
        with self._link.reading():
            found = _payloads.rows(self._link.connection, site=site_id)
        return decode(Authorisation, found[0][1]) if found and found[0][1] else None

    def saved_at(self, site_id: str) -> datetime | None:
        """When the site was last kept (UTC): every inspection and discovery begins with that. None: not on record."""
        with self._link.reading():
            return self._rows.filter(id=site_id).values_list("saved_at", flat=True).first()

    def list(self) -> tuple[Site, ...]:
        """All sites by id."""
        with self._link.reading():
            payloads = tuple(self._rows.order_by("id").values_list("payload", flat=True))
        return tuple(decode(Site, payload) for payload in payloads)


@Prepared
def _payloads(alias: str) -> QuerySet[Any, Any]:
    return SiteRow._base_manager.using(alias).filter(id=Given("site")).values_list("payload", "authorisation")
