"""All current findings one batch after the other, with sites, devices and acceptances: memory stays flat."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from fushinban.model.acceptance import Acceptance
from fushinban.model.device import Device
from fushinban.model.export import ExportedFinding, ExportQuery
from fushinban.model.finding import Finding
from fushinban.model.rights import SiteScope
from fushinban.record._console_rows import AcceptanceRow
from fushinban.record._scope import within
from fushinban.record.acceptances import acceptance
from fushinban.record.codec import decode
from fushinban.record.connection import Link
from fushinban.record.models import DeviceRow, FindingRow, SiteRow

#: Findings in one batch: one query each for findings, sites, devices and acceptances.
BATCH = 1000

_Key = tuple[str, str]


class FindingStream:
    """Reads in the order of the numbers. Every step may raise StoreError; each is one short piece of work, so that
    a reader who pauses holds no transaction, and another thread may take the next step."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rows = FindingRow._base_manager.using(link.alias)

    def batches(self, query: ExportQuery, scope: SiteScope, size: int = BATCH) -> Iterator[tuple[ExportedFinding, ...]]:
        """Findings of the newest finished inspections inside the scope that fit the query."""
        last = 0
        while True:
            with self._link.reading():
                wanted = self._wanted(query, scope).filter(id__gt=last).order_by("id")[:size]
                rows = list(wanted.values_list("id", "inspection_id", "payload"))
                found = self._completed(rows)
            if found:
                yield found
            if len(rows) < size:
                return
            last = rows[-1][0]

    def _wanted(self, query: ExportQuery, scope: SiteScope) -> QuerySet[FindingRow]:
        rows = self._rows.filter(within(scope), current=True)
        if query.outcomes:
            rows = rows.filter(outcome__in=sorted(query.outcomes))
        if query.severities:
            rows = rows.filter(severity__in=sorted(query.severities))
        if query.control is not None:
            rows = rows.filter(control=query.control)
        return rows if query.site is None else rows.filter(site=query.site)

    def _completed(self, rows: Sequence[tuple[int, str, str]]) -> tuple[ExportedFinding, ...]:
        findings = [(number, inspection, decode(Finding, payload)) for number, inspection, payload in rows]
        sites = sorted({f.site for _, _, f in findings})
        names = self._names(sites)
        devices = self._devices(sites, {f.device for _, _, f in findings if f.device})
        accepted = self._accepted(sites)
        return tuple(
            ExportedFinding(
                number=number, inspection=inspection, finding=f, site_name=names[f.site][0],
                customer=names[f.site][1], device=devices.get((f.site, f.device)),
                acceptance=accepted.get((f.site, f.device, f.control)),
            )
            for number, inspection, f in findings
            if f.site in names
        )  # fmt: skip

    def _names(self, sites: Sequence[str]) -> dict[str, tuple[str, str]]:
        rows = SiteRow._base_manager.using(self._link.alias).filter(id__in=sites)
        return {site: (name, customer) for site, name, customer in rows.values_list("id", "name", "customer")}

    def _devices(self, sites: Sequence[str], wanted: set[str]) -> dict[_Key, Device]:
        rows = DeviceRow._base_manager.using(self._link.alias).filter(site_id__in=sites)
        ids = sorted(wanted)
        found: dict[_Key, Device] = {}
        for start in range(0, len(ids), 500):
            payloads = rows.filter(device__in=ids[start : start + 500]).values_list("payload", flat=True)
            found.update({(d.site, d.id): d for d in (decode(Device, p) for p in payloads)})
        return found

    def _accepted(self, sites: Sequence[str]) -> dict[tuple[str, str, str], Acceptance]:
        rows = AcceptanceRow._base_manager.using(self._link.alias).filter(site__in=sites, ended_at__isnull=True)
        return {(r.site, r.device, r.control): acceptance(r) for r in rows}
