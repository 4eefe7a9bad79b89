"""Inspections as pages read them: lines, heads, single devices, comparisons; never a whole inspection."""

from collections import Counter

from django.db.models import Count

from fushinban.errors import InputError
from fushinban.messages import say
from fushinban.model.control import Outcome
from fushinban.model.finding import Finding
from fushinban.model.inspection import DeviceRecord
from fushinban.model.listing import Comparison, InspectionLine, InspectionsQuery, InspectionSummary, RecordLine
from fushinban.model.paging import Page, read_cursor, write_cursor
from fushinban.model.rights import SiteScope
from fushinban.model.site import Authorisation, Site
from fushinban.record._inspection_lines import COLUMNS, lines
from fushinban.record._inspection_result import result_of
from fushinban.record._moments import read_moment, write_moment
from fushinban.record._names import device_titles
from fushinban.record._packed import unpack_record
from fushinban.record._ranks import outcome_counts
from fushinban.record._scope import within
from fushinban.record.codec import decode
from fushinban.record.connection import Link
from fushinban.record.models import DeviceRecordRow, FindingRow, InspectionRow
from fushinban.record.upkeep import Upkeep


class InspectionPages:
    """Reads inspections inside a scope."""

    def __init__(self, link: Link, upkeep: Upkeep) -> None:
        self._link = link
        self._upkeep = upkeep
        self._rows = InspectionRow._base_manager.using(link.alias)
        self._records = DeviceRecordRow._base_manager.using(link.alias)
        self._findings = FindingRow._base_manager.using(link.alias)

    def page(self, scope: SiteScope, query: InspectionsQuery, cursor: str | None, size: int) -> Page[InspectionLine]:
        """One page, the newest first."""
        mark = ("inspections", query)
        place = read_cursor(mark, cursor, (str, str))
        given = {
            "site_id": query.site, "owner": query.customer, "kind": query.kind.value if query.kind else None,
            "ended_at__isnull": None if query.finished is None else not query.finished,
        }  # fmt: skip
        with self._link.reading():
            rows = self._rows.filter(within(scope, "site_id"))
            rows = rows.filter(**{column: value for column, value in given.items() if value is not None})
            if place is not None:
                started = read_moment(str(place[0]))
                rows = rows.filter(started_at__lte=started).exclude(started_at=started, id__gte=place[1])
            found = list(rows.order_by("-started_at", "-id").values_list(*COLUMNS)[: size + 1])
            items = lines(self._link, found[:size])
        more = write_cursor(mark, (write_moment(items[-1].started_at), items[-1].id)) if len(found) > size else None
        return Page(items=items, next=more)

    def line(self, scope: SiteScope, inspection_id: str) -> InspectionLine | None:
        """One inspection, or None."""
        with self._link.reading():
            rows = self._rows.filter(within(scope, "site_id"), id=inspection_id)
            return next(iter(lines(self._link, rows.values_list(*COLUMNS))), None)

    def summary(self, scope: SiteScope, inspection_id: str) -> InspectionSummary | None:
        """The head of a finished inspection, or None."""
        with self._link.reading():
            row = self._rows.filter(within(scope, "site_id"), id=inspection_id, ended_at__isnull=False).first()
            if row is None or row.result is None:
                return None
            line = self.line(scope, inspection_id)
            ranks = self._findings.filter(inspection_id=inspection_id).order_by()
            counts = outcome_counts(ranks.values_list("rank").annotate(all=Count("id")))
        if line is None:
            return None
        result = result_of(row.result)
        return InspectionSummary(
            line=line, site=decode(Site, row.site_payload), authorisation=decode(Authorisation, row.authorisation),
            outcomes=counts, coverage=result.coverage, groups=Counter(result.discovery.groups.values()),
            answers=result.answers, transcript=result.transcript, previous_inspection=result.previous_inspection,
        )  # fmt: skip

    def records(self, scope: SiteScope, inspection_id: str, cursor: str | None, size: int) -> Page[RecordLine]:
        """One page of devices in their order."""
        mark = ("records", inspection_id)
        place = read_cursor(mark, cursor, (int, int))
        with self._link.reading():
            rows = self._records.filter(within(scope, "inspection__site_id", "inspection__owner"))
            rows = rows.filter(inspection_id=inspection_id)
            if place is not None:
                rows = rows.filter(position__gte=place[0]).exclude(position=place[0], id__lte=place[1])
            columns = ("position", "id", "device", "reached", "inspection__site_id")
            found = list(rows.order_by("position", "id").values_list(*columns)[: size + 1])
            shown = found[:size]
            titles = device_titles(self._link, ((row[4], row[2]) for row in shown))
            counts = self._outcomes(inspection_id, [row[2] for row in shown])
        items = tuple(
            RecordLine(
                device=device, title=titles.get((site, device), device), reached=reached,
                failed=counts[device, Outcome.FAIL], unknown=counts[device, Outcome.UNKNOWN],
                error=counts[device, Outcome.ERROR],
            )
            for _, _, device, reached, site in shown
        )  # fmt: skip
        more = write_cursor(mark, found[size - 1][:2]) if len(found) > size else None
        return Page(items=items, next=more)

    def _outcomes(self, inspection_id: str, devices: list[str]) -> Counter[tuple[str, Outcome]]:
        site = self._rows.filter(id=inspection_id).values_list("site_id", flat=True).first()
        rows = self._findings.filter(site=site, device__in=devices, inspection_id=inspection_id).order_by()
        counted = rows.values_list("device", "outcome").annotate(all=Count("id"))
        return Counter({(device, Outcome(outcome)): number for device, outcome, number in counted})

    def record(self, scope: SiteScope, inspection_id: str, device_id: str) -> DeviceRecord | None:
        """Everything of one device, or None."""
        with self._link.reading():
            rows = self._records.filter(within(scope, "inspection__site_id", "inspection__owner"))
            rows = rows.filter(inspection_id=inspection_id, device=device_id)
            payload = rows.values_list("payload", flat=True).first()
        return unpack_record(payload) if payload is not None else None

    def compare(self, scope: SiteScope, before: str, after: str, most: int) -> Comparison | None:
        """What came, went and stayed."""
        old, new = self.line(scope, before), self.line(scope, after)
        if old is None or new is None:
            return None
        if old.site != new.site or old.ended_at is None or new.ended_at is None:
            raise InputError(say("console.compare-sites"))
        with self._link.reading():
            first, second = self._failures(before), self._failures(after)
            came, stayed = (sorted(second[k] for k in keys) for keys in (second.keys() - first, second.keys() & first))
            gone = first.keys() - second.keys()
            went = [first[key] for key in sorted(gone, key=lambda key: first[key])][:most]
            decoded = self._decoded([*came[:most], *stayed[:most], *went])
            instead = self._instead(after, [decoded[number] for number in went])
        return Comparison(
            before=old, after=new,
            came=tuple(decoded[n] for n in came[:most]), came_count=len(came),
            stayed=tuple(decoded[n] for n in stayed[:most]), stayed_count=len(stayed),
            gone=tuple(instead.get(_key(decoded[n]), decoded[n]) for n in went), gone_count=len(gone),
        )  # fmt: skip

    def _failures(self, inspection_id: str) -> dict[tuple[str, str], int]:
        """Numbers of the findings that fail, by device and control."""
        rows = self._findings.filter(inspection_id=inspection_id, outcome=Outcome.FAIL.value).order_by()
        return {(device, control): number for device, control, number in rows.values_list("device", "control", "id")}

    def _decoded(self, numbers: list[int]) -> dict[int, Finding]:
        rows = self._findings.filter(id__in=numbers).order_by()
        return {number: decode(Finding, payload) for number, payload in rows.values_list("id", "payload")}

    def _instead(self, inspection_id: str, gone: list[Finding]) -> dict[tuple[str, str], Finding]:
        """What the later inspection says of the same controls of the same devices."""
        if not gone:
            return {}
        rows = self._findings.filter(site=gone[0].site, device__in=sorted({f.device for f in gone}))
        rows = rows.filter(inspection_id=inspection_id, control__in=sorted({f.control for f in gone})).order_by()
        found = (decode(Finding, payload) for payload in rows.values_list("payload", flat=True))
        return {_key(finding): finding for finding in found}


def _key(finding: Finding) -> tuple[str, str]:
    return finding.device, finding.control
