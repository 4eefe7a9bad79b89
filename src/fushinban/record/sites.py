"""Sites on record."""

from datetime import datetime

from fushinban import clock
from fushinban.model.site import Authorisation, Site
from fushinban.record.codec import decode, encode
from fushinban.record.connection import Link, cut
from fushinban.record.models import SiteRow


class Sites:
    """Save, get and list sites. Every method may raise StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rows = SiteRow._base_manager.using(link.alias)

    def save(self, site: Site, authorisation: Authorisation | None = None) -> None:
        """Keep the site as it is now, and what its owner allowed (None leaves what is on record)."""
        values = {
            "name": cut(site.name, 1000),
            "customer": cut(site.customer, 1000),
            "kind": site.kind.value,
            "payload": encode(site),
            "saved_at": clock.now(),
        }
        if authorisation is not None:
            values["authorisation"] = encode(authorisation)
        with self._link.writing():
            self._rows.update_or_create(id=site.id, defaults=values)

    def get(self, site_id: str) -> Site | None:
        """The site, or None."""
        with self._link.reading():
            payload = self._rows.filter(id=site_id).values_list("payload", flat=True).first()
        return decode(Site, payload) if payload is not None else None

    def authorisation(self, site_id: str) -> Authorisation | None:
        """What the owner allowed, as last saved; None when nothing is on record."""
        with self._link.reading():
            payload = self._rows.filter(id=site_id).values_list("authorisation", flat=True).first()
        return decode(Authorisation, payload) if payload else None

    def saved_at(self, site_id: str) -> datetime | None:
        """When the site was last kept (UTC): every inspection and discovery begins with that. None: not on record."""
        with self._link.reading():
            return self._rows.filter(id=site_id).values_list("saved_at", flat=True).first()

    def list(self) -> tuple[Site, ...]:
        """All sites by id."""
        with self._link.reading():
            payloads = tuple(self._rows.order_by("id").values_list("payload", flat=True))
        return tuple(decode(Site, payload) for payload in payloads)
