"""All current findings one batch after the other, with sites, devices and acceptances: memory stays flat."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from fushinban.model.acceptance import Acceptance
from fushinban.model.device import Device
from fushinban.model.export import ExportedFinding, ExportQuery
from fushinban.model.finding import Finding
from fushinban.model.listing import FindingsQuery
from fushinban.model.rights import SiteScope
from fushinban.record._console_rows import AcceptanceRow
from fushinban.record._counters import Counters
from fushinban.record._ranks import ranks_of
from fushinban.record._scope import within
from fushinban.record._search_index import SearchIndex
from fushinban.record._text_match import found_by
from fushinban.record.acceptances import acceptance
from fushinban.record.codec import decode
from fushinban.record.connection import Link
from fushinban.record.models import DeviceRow, FindingRow, SiteRow
from fushinban.record.upkeep import Upkeep

#: Findings in one batch: one query each for findings, sites, devices and acceptances.
BATCH = 1000

_Key = tuple[str, str]


class FindingStream:
    """Reads in the order of the numbers. Every step may raise StoreError; each is one short piece of work, so that
    a reader who pauses holds no transaction, and another thread may take the next step."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._index = SearchIndex(link)
        self._upkeep = Upkeep(link, Counters(link), self._index)
        self._rows = FindingRow._base_manager.using(link.alias)

    def batches(self, query: ExportQuery, scope: SiteScope, size: int = BATCH) -> Iterator[tuple[ExportedFinding, ...]]:
        """Findings of the newest finished inspections inside the scope that fit the query."""
        last = 0
        self._upkeep.settle()
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
        given = {
            "control": query.control, "site": query.site, "maker": query.maker, "owner": query.customer,
            "device": query.device, "place": query.place.value if query.place else None,
        }  # fmt: skip
        rows = self._rows.filter(within(scope), current=True)
        rows = rows.filter(**{column: value for column, value in given.items() if value is not None})
        if query.outcomes or query.severities or query.accepted is not None:
            listed = FindingsQuery(outcomes=query.outcomes, severities=query.severities, accepted=query.accepted)
            rows = rows.filter(rank__in=ranks_of(listed))
        return rows.filter(found_by(self._link, self._index, query.text)) if query.text else rows

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
