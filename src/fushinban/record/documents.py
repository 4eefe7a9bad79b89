"""Documents that were made for people: where they were put, and the hash of what was handed over."""

from datetime import datetime
from pathlib import Path

from fushinban.record.connection import Link
from fushinban.record.models import DocumentRow
from fushinban.record.values import Document


class Documents:
    """Note and list documents. Every method may raise StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rows = DocumentRow._base_manager.using(link.alias)

    def save(  # noqa: PLR0917 - a document has six facts
        self, site_id: str, inspection_id: str, kind: str, path: Path, sha256: str, made_at: datetime
    ) -> Document:
        """Note that a document was written. `inspection_id` may be empty; `sha256` in hex."""
        with self._link.writing():
            row = self._rows.create(
                site=site_id,
                inspection=inspection_id,
                kind=kind,
                path=str(path.absolute()),
                sha256=sha256,
                made_at=made_at,
            )
        return _document(row)

    def of(self, site_id: str, inspection_id: str | None = None) -> tuple[Document, ...]:
        """Documents of a site (of one inspection, or of all), the newest first."""
        with self._link.reading():
            rows = self._rows.filter(site=site_id)
            if inspection_id is not None:
                rows = rows.filter(inspection=inspection_id)
            found = tuple(rows.order_by("-id"))
        return tuple(map(_document, found))


def _document(row: DocumentRow) -> Document:
    return Document(
        site=row.site,
        inspection=row.inspection,
        kind=row.kind,
        path=row.path,
        sha256=row.sha256,
        made_at=row.made_at,
    )
