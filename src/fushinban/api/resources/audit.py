"""The audit log: list, export, verify."""

from datetime import UTC, datetime
from itertools import islice

import orjson
from django.http import StreamingHttpResponse
from ninja import Query, Schema
from pydantic import Field

from fushinban.api.call import Call
from fushinban.api.download import in_pieces
from fushinban.api.operation import Resource
from fushinban.api.paging import Page, PageQuery, page_of, read_cursor
from fushinban.api.shapes import Moment
from fushinban.messages import Text
from fushinban.model.audit import ActorKind, AuditEntry
from fushinban.model.rights import Permission
from fushinban.record.audit_export import json_lines

RESOURCE = Resource("audit", Text("監査記録", "Audit log"))

_VIEW = Permission.AUDIT_VIEW


class ActorOut(Schema):
    """Who did it."""

    kind: str
    id: str
    name: str
    address: str


class EntryOut(Schema):
    """One entry of the hash-chained log. 監査記録"""

    number: int
    at: datetime
    actor: ActorOut
    action: str = Field(examples=["sign-in.passed"])
    kind: str
    id: str
    detail: dict[str, object]
    digest: str
    previous: str
    hash: str
    seal: str
    key: str = Field(description="Which key sealed it; never the key itself")


class AuditFilter(Schema):
    """Which entries."""

    actor: str | None = Field(None, max_length=100)
    actor_kind: ActorKind | None = None
    action: str | None = Field(None, max_length=60, description="Whole, or its first part with a dot (`sign-in.`)")
    kind: str | None = Field(None, max_length=60)
    id: str | None = Field(None, max_length=200)
    start: Moment | None = None
    end: Moment | None = None


class FaultOut(Schema):
    """Something that verification found."""

    fault: str
    text: str
    table: str
    row: str
    number: int | None
    note: bool = Field(description="Worth knowing, but no sign of tampering. 参考情報")


class VerifiedOut(Schema):
    """The outcome of verification. `good`: nothing was tampered with."""

    good: bool
    entries: int
    problems: list[FaultOut]
    more: bool


@RESOURCE.get(
    "/audit", "listAudit", Text("監査記録の一覧", "List the audit log"), permission=_VIEW, whole=True,
    answers={200: Page[EntryOut]},
)  # fmt: skip
def list_audit(call: Call, filters: Query[AuditFilter], page: Query[PageQuery]) -> Page[EntryOut]:
    """Entries, the newest first."""
    place = read_cursor("audit", page.cursor)
    found = call.store.audit.entries(
        after=int(place[0] or 0) if place else None, actor=filters.actor, action=filters.action, kind=filters.kind,
        id=filters.id, start=filters.start, end=filters.end, actor_kind=filters.actor_kind, most=page.most + 1,
    )  # fmt: skip
    return page_of("audit", [_out(e) for e in found], [(e.number,) for e in found], page.most)


@RESOURCE.get(
    "/audit/export", "exportAudit", Text("監査記録を書き出す", "Export the audit log"), permission=_VIEW, whole=True,
    answers={200: str}, produces=("application/x-ndjson",),
)  # fmt: skip
def export_audit(call: Call) -> StreamingHttpResponse:
    """The whole log, one JSON object per line, the oldest first; `fushinban audit verify --file` checks its chain."""
    call.audit("audit.exported", "audit", "")
    response = StreamingHttpResponse(in_pieces(json_lines(call.store.audit.all())), content_type="application/x-ndjson")
    response["Content-Disposition"] = f'attachment; filename="audit-{call.now:%Y%m%d}.ndjson"'
    return response


@RESOURCE.post(
    "/audit/verify", "verifyAudit", Text("監査記録を検証する", "Verify the audit log"), permission=_VIEW, whole=True,
    answers={200: VerifiedOut},
)  # fmt: skip
def verify_audit(call: Call) -> VerifiedOut:
    """Check the chain and the sealed rows; whatever was changed is named (at most 200)."""
    found = list(islice(call.store.audit.verify(), 201))
    problems = [
        FaultOut(fault=p.fault.value, text=p.text.of(call.lang), table=p.table, row=p.row, number=p.number, note=p.note)
        for p in found[:200]
    ]
    good = all(p.note for p in found)
    return VerifiedOut(good=good, entries=call.store.audit.head.number, problems=problems, more=len(found) > 200)


def _out(entry: AuditEntry) -> EntryOut:
    actor = entry.actor
    return EntryOut(
        number=entry.number, at=entry.at.astimezone(UTC),
        actor=ActorOut(kind=actor.kind.value, id=actor.id, name=actor.name, address=actor.address),
        action=entry.action, kind=entry.kind, id=entry.id, detail=orjson.loads(orjson.dumps(dict(entry.detail))),
        digest=entry.digest, previous=entry.previous, hash=entry.hash, seal=entry.seal,
        key=entry.key,
    )  # fmt: skip
