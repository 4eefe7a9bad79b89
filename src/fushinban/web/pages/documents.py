"""帳票: documents of all sites, their hash, and the files themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import PurePath

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase

from fushinban.errors import InputError
from fushinban.messages import Text, say
from fushinban.model.rights import Permission
from fushinban.record.document_files import find_document
from fushinban.record.values import Document, DocumentsQuery
from fushinban.reports import reports
from fushinban.web._page import Menu, Page
from fushinban.web.audit import note
from fushinban.web.listing import Column, Listing, make_listing
from fushinban.web.pages.jobs import clean

#: Kinds of file that may be looked at in the browser; others are saved. An HTML or SVG document is shut into a
#: sandbox: no script, no form, no request; it is drawn with the styles in it.
_SHOWN = frozenset({".pdf", ".html", ".svg"})
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox"

_COLUMNS = (
    Column(key="title", label=say("page_documents.column-title"), fixed=True),
    Column(key="kind", label=say("page_documents.column-kind")),
    Column(key="site", label=say("page_documents.column-site")),
    Column(key="inspection", label=say("page_documents.column-inspection")),
    Column(key="made", label=say("page_documents.column-made")),
    Column(key="hash", label=say("page_documents.column-hash")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One document in the list."""

    document: Document
    site_name: str
    kind: Text

    @property
    def shown(self) -> bool:
        """Whether it can be looked at in the browser."""
        return PurePath(self.document.path).suffix in _SHOWN


class DocumentsPage(Page):
    """Documents that one may see, the newest first."""

    path = "documents/"
    name = "documents"
    permission = Permission.DOCUMENT_VIEW
    template = "pages/documents.html"
    menu = Menu(label="page_documents.menu", order=130)

    def context(self) -> Mapping[str, object]:
        """The list with its filters."""
        asked, known = self.request.GET, reports()
        kind = asked.get("kind") if asked.get("kind") in known else None
        query = DocumentsQuery(site=clean(asked.get("site")), inspection=clean(asked.get("inspection"), 60), kind=kind)
        found = self.store.documents.page(self.scope, query, cursor=asked.get("after"))
        rows = [Row(document=d.document, site_name=d.site_name, kind=_kind(d.document)) for d in found.items]
        listing: Listing = make_listing(
            self.request, "documents", _COLUMNS, rows, following=found.next,
            empty=say("page_documents.empty"), empty_step=say("page_documents.to-inspections"),
            empty_address="/inspections/",
        )  # fmt: skip
        return {"listing": listing, "kinds": list(known.values()), "query": query}


class DocumentPage(Page):
    """The file of one document, if it is still the one that was handed over."""

    path = "documents/<int:number>/"
    name = "document"
    permission = Permission.DOCUMENT_VIEW

    def get(self, request: HttpRequest, *_: object, **kwargs: object) -> HttpResponseBase:
        """The file: to be saved, or with `?show=1` to be looked at where that is safe. Noted in the audit log."""
        document = self.store.documents.get(int(str(kwargs["number"])))
        if document is None:
            raise Http404
        self.site(document.site)
        path = find_document(document, self.store.data_dir)
        if path is None:
            raise InputError(say("page_documents.gone"))
        shown = bool(request.GET.get("show")) and path.suffix in _SHOWN
        try:
            content = path.open("rb")
        except OSError as error:
            raise InputError(say("page_documents.gone")) from error
        note(request, "document.downloaded", "document", str(document.id), site=document.site, sha256=document.sha256)
        kind = guess_type(path.name)[0] or "application/octet-stream"
        # Django writes the name so that any browser reads it, and nothing in it ends the header.
        answer = FileResponse(
            content, as_attachment=not shown, filename=document.title,
            content_type=kind if shown else "application/octet-stream",
        )  # fmt: skip
        answer.headers["Content-Security-Policy"] = _SANDBOX
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer


def _kind(document: Document) -> Text:
    known = reports().get(document.kind)
    return known.title if known is not None else Text(document.kind, document.kind)


PAGES = (DocumentsPage, DocumentPage)
