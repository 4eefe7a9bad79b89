"""監査記録: who did what and when, and whether anybody has tampered with the records."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from fushinban import clock
from fushinban.api.download import in_pieces
from fushinban.messages import Text, say
from fushinban.model.audit import ActorKind, AuditEntry, action_label
from fushinban.model.rights import Permission
from fushinban.record.audit_export import csv_lines, json_lines
from fushinban.web._page import Menu, Page, action
from fushinban.web.audit import note
from fushinban.web.listing import Column, make_listing

_ON_A_PAGE = 100
_SHOWN_PROBLEMS = 200

#: Groups of actions that a person may ask for: the first part of the action's name.
_AREAS = (
    "sign-in", "second-factor", "person", "grant", "link", "token", "site", "setup", "inspection", "finding",
    "acceptance", "answer", "secret", "credential", "document", "schedule", "job", "settings", "webhook", "backup",
    "audit",
)  # fmt: skip

_COLUMNS = (
    Column(key="at", label=say("page_audit.at"), fixed=True),
    Column(key="actor", label=say("page_audit.actor")),
    Column(key="action", label=say("page_audit.action"), fixed=True),
    Column(key="thing", label=say("page_audit.thing")),
    Column(key="detail", label=say("page_audit.detail")),
    Column(key="number", label=say("page_audit.number"), number=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One entry in words."""

    entry: AuditEntry
    label: Text
    detail: tuple[tuple[str, str], ...]


class AuditPage(Page):
    """The log, the newest first, with filters; its export; its verification."""

    path = "audit/"
    name = "audit"
    permission = Permission.AUDIT_VIEW
    template = "pages/audit.html"
    menu = Menu(label="page_audit.menu", order=210)

    def context(self) -> Mapping[str, object]:
        """One page of entries that fit the address bar."""
        asked = self.request.GET
        area = asked.get("area", "") if asked.get("area", "") in _AREAS else ""
        kind = next((k for k in ActorKind if k.value == asked.get("by")), None)
        after = asked.get("after", "")
        found = self.store.audit.entries(
            after=int(after) if after.isascii() and after.isdigit() and len(after) < 16 else None,
            action=f"{area}." if area else None,
            actor=asked.get("actor", "").strip()[:100] or None,
            actor_kind=kind,
            id=asked.get("thing", "").strip()[:200] or None,
            start=_day(asked.get("from", ""), 0),
            end=_day(asked.get("until", ""), 1),
            most=_ON_A_PAGE + 1,
        )
        rows = [_row(e) for e in found[:_ON_A_PAGE]]
        more = str(rows[-1].entry.number) if len(found) > _ON_A_PAGE else None
        listing = make_listing(self.request, "audit", _COLUMNS, rows, following=more, empty=say("page_audit.empty"))
        areas = tuple((a, say(f"page_audit.area-{a}")) for a in _AREAS)
        return {
            "listing": listing, "areas": areas, "area": area, "kinds": tuple(ActorKind), "kind": kind,
            "head": self.store.audit.head,
        }  # fmt: skip

    @action(Permission.AUDIT_VIEW)
    def verify(self) -> HttpResponse:
        """Check the chain and every sealed row; whatever was changed is named."""
        found = list(islice(self.store.audit.verify(), _SHOWN_PROBLEMS + 1))
        problems = [p for p in found if not p.note]
        note(self.request, "audit.verified", "audit", "", problems=str(len(problems)))
        return self.show(
            {
                "problems": problems[:_SHOWN_PROBLEMS],
                "notes": [p for p in found if p.note],
                "more": len(found) > _SHOWN_PROBLEMS,
                "head": self.store.audit.head,
            },
            template="pages/audit_verified.html",
        )


class AuditExportPage(Page):
    """The whole log as a file, with its chain, so that it can be verified elsewhere."""

    path = "audit/export/"
    name = "audit-export"
    permission = Permission.AUDIT_VIEW

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """JSON lines, or CSV with `?form=csv`."""
        as_csv = request.GET.get("form") == "csv"
        note(request, "audit.exported", "audit", "", form="csv" if as_csv else "json")
        entries = self.store.audit.all()
        lines = (line.encode() for line in csv_lines(entries)) if as_csv else json_lines(entries)
        kind, suffix = ("text/csv; charset=utf-8", "csv") if as_csv else ("application/x-ndjson", "ndjson")
        response = StreamingHttpResponse(in_pieces(lines), content_type=kind)
        response["Content-Disposition"] = f'attachment; filename="audit-{clock.in_japan(clock.now()):%Y%m%d}.{suffix}"'
        return response


def _row(entry: AuditEntry) -> EntryRow:
    detail = tuple((str(key), str(value)) for key, value in entry.detail.items() if value not in (None, ""))
    return EntryRow(entry=entry, label=action_label(entry.action), detail=detail)


def _day(given: str, days: int) -> datetime | None:
    """The beginning of a day in Japan, some days later; None for what is no day."""
    try:
        return datetime.combine(date.fromisoformat(given) + timedelta(days=days), time(), clock.JST)
    except (ValueError, OverflowError):
        return None


PAGES = (AuditPage, AuditExportPage)
