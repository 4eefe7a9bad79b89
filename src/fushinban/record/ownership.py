"""To whom a site belongs: what rights over a customer's sites are judged by."""

from fushinban.record.connection import Link
from fushinban.record.models import SiteRow


class Ownership:
    """Find the customer of a site. May raise StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rows = SiteRow._base_manager.using(link.alias)

    def of(self, site_id: str) -> int | None:
        """The number of the site's customer; None where it has none, or is not on record."""
        with self._link.reading():
            return self._rows.filter(id=site_id).values_list("owner_id", flat=True).first()
