"""Documents that were made for people: where they were put, and the hash of what was handed over."""

from datetime import datetime
from pathlib import Path

from fushinban.model.paging import USUAL_PAGE, Page, page_size, read_cursor, write_cursor
from fushinban.model.rights import SiteScope
from fushinban.record._names import site_names
from fushinban.record._search_index import SearchIndex
from fushinban.record._site_words import document_entry
from fushinban.record.connection import Link
from fushinban.record.models import DocumentRow, SiteRow
from fushinban.record.site_scope import in_scope
from fushinban.record.values import Document, DocumentLine, DocumentsQuery


class Documents:
    """Note and list documents. Every method may raise StoreError."""

    def __init__(self, link: Link, index: SearchIndex) -> None:
        self._link = link
        self._index = index
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
            said = {"site": site_id, "inspection": inspection_id, "kind": kind, "name": path.name}
            self._link.audit.changed("document.made", "document", str(row.pk), said)
            self._index.put([document_entry(row.pk, site_id, kind, path.name, self._owner(site_id))])
        return _document(row)

    def _owner(self, site_id: str) -> int | None:
        sites = SiteRow._base_manager.using(self._link.alias).filter(id=site_id)
        return sites.values_list("owner_id", flat=True).first()

    def of(self, site_id: str, inspection_id: str | None = None) -> tuple[Document, ...]:
        """Documents of a site (of one inspection, or of all), the newest first."""
        with self._link.reading():
            rows = self._rows.filter(site=site_id)
            if inspection_id is not None:
                rows = rows.filter(inspection=inspection_id)
            found = tuple(rows.order_by("-id"))
        return tuple(map(_document, found))

    def get(self, number: int) -> Document | None:
        """The document of this number, or None."""
        if not 0 < number < 1 << 63:
            return None
        with self._link.reading():
            row = self._rows.filter(pk=number).first()
        return _document(row) if row is not None else None

    def page(
        self, scope: SiteScope, query: DocumentsQuery, *, cursor: str | None = None, most: int = USUAL_PAGE
    ) -> Page[DocumentLine]:
        """One page of the documents inside the scope, the newest first. Raises InputError for a wrong cursor."""
        mark = ("documents", query)
        place = read_cursor(mark, cursor, (int,))
        size = page_size(most)
        given = {"site": query.site, "inspection": query.inspection, "kind": query.kind}
        with self._link.reading():
            rows = self._rows.filter(in_scope(scope, self._link.alias))
            rows = rows.filter(**{column: value for column, value in given.items() if value is not None})
            if place is not None:
                rows = rows.filter(pk__lt=place[0])
            found = list(rows.order_by("-pk")[: size + 1])
            names = site_names(self._link, [row.site for row in found[:size]])
        items = tuple(
            DocumentLine(document=_document(row), site_name=names.get(row.site, (row.site, None))[0])
            for row in found[:size]
        )
        more = write_cursor(mark, (found[size - 1].pk,)) if len(found) > size else None
        return Page(items=items, next=more)


def _document(row: DocumentRow) -> Document:
    return Document(
        id=row.pk,
        site=row.site,
        inspection=row.inspection,
        kind=row.kind,
        path=row.path,
        sha256=row.sha256,
        made_at=row.made_at,
    )
