"""For which site an evidence file was handed in: the folder itself knows contents only."""

from fushinban import clock
from fushinban.record._webhook_rows import EvidenceRow
from fushinban.record.connection import Link, cut
from fushinban.record.models import SiteRow


class SiteEvidence:
    """Note and find. Every method may raise StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rows = EvidenceRow._base_manager.using(link.alias)

    def note(self, site_id: str, digest: str, name: str, by: str) -> None:
        """A file with this SHA-256 (hex) was handed in for the site."""
        with self._link.writing():
            self._rows.get_or_create(
                site=site_id, digest=digest, defaults={"name": cut(name, 200), "by": cut(by, 200), "at": clock.now()}
            )

    def holds(self, site_id: str, digest: str) -> bool:
        """Whether it was handed in for this site."""
        with self._link.reading():
            return self._rows.filter(site=site_id, digest=digest).exists()

    def lock(self, site_id: str) -> None:
        """Hold the site's row until the end of the work around: nobody else answers for it meanwhile."""
        list(SiteRow._base_manager.using(self._link.alias).select_for_update().filter(id=site_id).values_list("id"))
