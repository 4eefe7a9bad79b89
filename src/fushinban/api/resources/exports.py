"""Findings for other programs, streamed: OCSF events and tables."""

from django.http import StreamingHttpResponse
from ninja import Query, Schema
from pydantic import Field

from fushinban.api.call import Call
from fushinban.api.download import in_pieces
from fushinban.api.operation import Resource
from fushinban.messages import Text, say
from fushinban.model.control import Outcome, Severity
from fushinban.model.export import ExportFormat, ExportQuery
from fushinban.model.rights import Permission
from fushinban.model.site import SiteKind
from fushinban.reports.exports import FORMATS, export_bytes

RESOURCE = Resource("exports", Text("書き出し", "Exports"))


class ExportFilter(Schema):
    """Which findings, and how they are written."""

    format: ExportFormat = ExportFormat.OCSF
    outcome: list[Outcome] = Field(default_factory=list, max_length=5)
    severity: list[Severity] = Field(default_factory=list, max_length=5)
    control: str | None = Field(None, max_length=100)
    site: str | None = Field(None, max_length=100)
    accepted: bool | None = Field(None, description="Accepted failures only, or all others. 受け入れ済みか")
    maker: str | None = Field(None, max_length=200)
    customer: int | None = Field(None, ge=1, le=2**53)
    device: str | None = Field(None, max_length=200)
    place: SiteKind | None = Field(None, description="Kind of site. 現場の種別")
    text: str = Field("", max_length=200, description="Part of a name or number. 名前・番号の一部")


@RESOURCE.get(
    "/exports/findings", "exportFindings", Text("指摘を書き出す", "Export current findings"),
    permission=Permission.EXPORT, answers={200: str}, produces=("application/x-ndjson", "text/csv"),
)  # fmt: skip
def export_findings(call: Call, filters: Query[ExportFilter]) -> StreamingHttpResponse:
    """Current findings of all sites that the caller may export, as OCSF events (one per line) or as a table."""
    query = ExportQuery(
        outcomes=frozenset(filters.outcome), severities=frozenset(filters.severity), control=filters.control,
        site=filters.site, accepted=filters.accepted, maker=filters.maker, customer=filters.customer,
        device=filters.device, place=filters.place, text=filters.text,
    )  # fmt: skip
    form = FORMATS[filters.format]
    pieces = export_bytes(call.store.finding_stream.batches(query, call.scope()), filters.format, call.lang)
    call.audit("findings.exported", "export", filters.format.value, site=filters.site or "")
    response = StreamingHttpResponse(in_pieces(pieces, 1), content_type=form.media_type)
    name = f"{say('export.file-name').en}-{call.now:%Y%m%d}{form.suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
