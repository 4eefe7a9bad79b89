"""Documents: list and download, with the hash of what was handed over."""

from datetime import datetime
from pathlib import PurePath

from django.http import StreamingHttpResponse
from ninja import Query, Schema
from pydantic import Field

from fushinban.api.call import Call
from fushinban.api.download import attachment
from fushinban.api.operation import Resource
from fushinban.api.paging import Page, PageQuery, inner_cursor, outer_page, page_of, read_cursor
from fushinban.api.problems import ProblemError
from fushinban.messages import Text, say
from fushinban.model.rights import Permission
from fushinban.record.document_files import find_document
from fushinban.record.values import Document, DocumentsQuery

RESOURCE = Resource("documents", Text("帳票", "Documents"))


class DocumentOut(Schema):
    """A document that was made. 帳票"""

    sha256: str = Field(description="Hash of what was handed over; also its name here. 内容のハッシュ")
    site: str
    inspection: str
    kind: str = Field(examples=["inspection-pdf"])
    name: str
    made_at: datetime


class DocumentFilter(Schema):
    """Which documents."""

    inspection: str | None = Field(None, max_length=60)


class DocumentsFilter(DocumentFilter):
    """Which documents of which sites."""

    site: str | None = Field(None, max_length=100)
    kind: str | None = Field(None, max_length=60, examples=["inspection-pdf"])


class DocumentLineOut(DocumentOut):
    """A document with the name of its site. 帳票"""

    site_name: str


@RESOURCE.get(
    "/documents", "listAllDocuments", Text("すべての現場の帳票", "Documents of all sites"),
    permission=Permission.DOCUMENT_VIEW, answers={200: Page[DocumentLineOut]},
)  # fmt: skip
def list_all_documents(call: Call, filters: Query[DocumentsFilter], page: Query[PageQuery]) -> Page[DocumentLineOut]:
    """Documents of all sites that the caller may see, the newest first."""
    query = DocumentsQuery(site=filters.site, inspection=filters.inspection, kind=filters.kind)
    cursor = inner_cursor("all-documents", page.cursor)
    found = call.store.documents.page(call.scope(), query, cursor=cursor, most=page.most)
    lines = [DocumentLineOut(**_out(d.document).model_dump(), site_name=d.site_name) for d in found.items]
    return outer_page("all-documents", lines, found.next, found.total)


@RESOURCE.get(
    "/sites/{site_id}/documents", "listDocuments", Text("帳票の一覧", "Documents of a site"),
    permission=Permission.DOCUMENT_VIEW, answers={200: Page[DocumentOut]},
)  # fmt: skip
def list_documents(
    call: Call, site_id: str, filters: Query[DocumentFilter], page: Query[PageQuery]
) -> Page[DocumentOut]:
    """Documents of a site, the newest first."""
    call.require(site_id)
    noun = f"documents {site_id}"
    place = read_cursor(noun, page.cursor)
    skipped = int(place[0] or 0) if place else 0
    # Documents are only ever added in front: how many come after the place says where it is.
    found = call.store.documents.of(site_id, filters.inspection)
    start = max(0, len(found) - skipped) if place else 0
    shown = found[start : start + page.most + 1]
    places = [(len(found) - start - n - 1,) for n in range(len(shown))]
    return page_of(noun, [_out(d) for d in shown], places, page.most)


@RESOURCE.get(
    "/sites/{site_id}/documents/{sha256}", "downloadDocument", Text("帳票を受け取る", "Download a document"),
    permission=Permission.DOCUMENT_VIEW, answers={200: str}, produces=("application/octet-stream",),
)  # fmt: skip
def download_document(call: Call, site_id: str, sha256: str) -> StreamingHttpResponse:
    """The file, if it is still the one that was handed over."""
    call.require(site_id)
    document = call.had(next((d for d in call.store.documents.of(site_id) if d.sha256 == sha256), None))
    path = find_document(document, call.store.data_dir)
    if path is None:
        raise ProblemError("conflict", say("api.document-changed"))
    call.audit("document.downloaded", "document", sha256, site=site_id)
    return attachment(path, PurePath(document.path).name)


def _out(document: Document) -> DocumentOut:
    return DocumentOut(
        sha256=document.sha256, site=document.site, inspection=document.inspection, kind=document.kind,
        name=PurePath(document.path).name, made_at=document.made_at,
    )  # fmt: skip
