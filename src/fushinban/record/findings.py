"""Findings on record, searchable across inspections and sites."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fushinban.model.control import Outcome, Severity
from fushinban.model.finding import Finding
from fushinban.model.listing import DeviceHistory, Facet, FacetBy, FindingsQuery, FindingsSort, ListedFinding
from fushinban.model.paging import USUAL_PAGE, Page, page_size, read_cursor, write_cursor
from fushinban.model.rights import SiteScope
from fushinban.record._console_rows import AcceptanceRow
from fushinban.record._finding_counts import FindingCounts
from fushinban.record._finding_search import COLUMNS, FindingSearch, Row
from fushinban.record._inspection_lines import finished_lines
from fushinban.record._names import device_titles, site_names
from fushinban.record._ranks import ACCEPTED, rank_of, state_of
from fushinban.record._scope import within
from fushinban.record._search_index import SearchIndex
from fushinban.record.acceptances import acceptance
from fushinban.record.codec import decode, encode
from fushinban.record.connection import Link, cut
from fushinban.record.models import FindingRow
from fushinban.record.upkeep import Upkeep
from fushinban.record.values import FoundFinding

_INSERTED = (
    "inspection_id", "position", "site", "device", "control", "outcome", "severity", "at", "payload", "current",
    "rank", "maker", "owner", "place", "seal",
)  # fmt: skip
_Counted = tuple[str, str, str, int]
#: Numbers of findings that one action takes at most.
_MOST_NUMBERS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the rows of an inspection's findings repeat of their site. `makers` by device id."""

    current: bool = False
    owner: int | None = None
    place: str = ""
    makers: Mapping[str, str] = field(default_factory=dict)
    accepted: frozenset[tuple[str, str]] = frozenset()


class Findings:
    """Keep and search findings. Every method may raise StoreError."""

    def __init__(self, link: Link, index: SearchIndex, upkeep: Upkeep) -> None:
        self._link = link
        self._upkeep = upkeep
        self._search = FindingSearch(link, index)
        self._counts = FindingCounts(link)
        self._rows = FindingRow._base_manager.using(link.alias)
        self._acceptances = AcceptanceRow._base_manager.using(link.alias)

    def replace(
        self, inspection_id: str, findings: Sequence[Finding], setting: Setting | None = None
    ) -> list[_Counted]:
        """Keep these as all the findings of an inspection, in their order.

        Gives back device, control, maker and rank of each, for the counters.
        """
        counted, seals = list[_Counted](), list[bytes]()
        with self._link.joining():
            mine = self._rows.filter(inspection_id=inspection_id)
            old = list(mine.values_list("seal", flat=True))
            mine.delete()
            rows = self._made(inspection_id, findings, setting or Setting(), counted, seals)
            self._link.insert(FindingRow, _INSERTED, rows)
            self._link.audit.sealed("findings", inspection_id, seals, old)
        return counted

    def _made(
        self, inspection_id: str, findings: Sequence[Finding], known: Setting, counted: list[_Counted],
        seals: list[bytes],
    ) -> Iterator[tuple[Any, ...]]:  # fmt: skip
        """Values in the order of `_INSERTED`, made one by one as they are written: all at once would fill memory."""
        makers = {device: cut(maker, 200) for device, maker in known.makers.items()}
        moment, seal_of = self._link.moment, self._link.audit.sealing("findings")
        for position, f in enumerate(findings):
            maker = makers.get(f.device, "")
            rank = rank_of(f.outcome, f.severity, (f.device, f.control) in known.accepted)
            counted.append((f.device, f.control, maker, rank))
            payload = encode(f)
            said = (f.site, f.device, f.control, f.outcome.value, f.severity.value)
            seal = seal_of((inspection_id, position, *said, f.at, payload))
            seals.append(seal)
            yield (
                inspection_id, position, *said, moment(f.at), payload, known.current, rank, maker, known.owner,
                known.place, seal,
            )  # fmt: skip

    def retire(self, site_id: str, but: str) -> None:
        """The findings of a site's older inspections are no longer current."""
        self._rows.filter(site=site_id, current=True).exclude(inspection_id=but).update(current=False)

    def of(self, inspection_id: str) -> tuple[Finding, ...]:
        """All findings of an inspection in their order."""
        with self._link.reading():
            rows = self._rows.filter(inspection_id=inspection_id).order_by("position")
            payloads = tuple(rows.values_list("payload", flat=True))
        return tuple(decode(Finding, payload) for payload in payloads)

    def find(
        self,
        *,
        site: str | None = None,
        device: str | None = None,
        control: str | None = None,
        outcome: Outcome | None = None,
        severity: Severity | None = None,
        newest_only: bool = True,
        most: int = 10_000,
    ) -> tuple[FoundFinding, ...]:
        """Findings of finished inspections that fit all that is given, the newest inspection first, at most `most`.

        `newest_only`: only those of each site's newest finished inspection.
        """
        wanted = {"site": site, "device": device, "control": control, "outcome": outcome, "severity": severity}
        with self._link.reading():
            rows = self._rows.filter(inspection__ended_at__isnull=False)
            rows = rows.filter(**{name: str(value) for name, value in wanted.items() if value is not None})
            if newest_only:
                rows = rows.filter(current=True)
            order = rows.order_by("-inspection__started_at", "inspection_id", "position")[:most]
            found = tuple(order.values_list("inspection_id", "payload"))
        return tuple(FoundFinding(inspection=i, finding=decode(Finding, payload)) for i, payload in found)

    def search(
        self,
        scope: SiteScope,
        query: FindingsQuery | None = None,
        *,
        sort: FindingsSort = FindingsSort.WORST,
        cursor: str | None = None,
        most: int = USUAL_PAGE,
        now: datetime | None = None,
    ) -> Page[ListedFinding]:
        """One page of the current findings inside the scope, with site, customer, device and acceptance of each.

        A text takes in the first 8 customers, 8 sites and 8 devices that it fits. Raises InputError for a wrong
        cursor.
        """
        asked = query or FindingsQuery()
        mark = ("findings", asked, sort)
        place = read_cursor(mark, cursor, (int, int))
        after = (int(place[0]), int(place[1])) if place else None
        size = page_size(most)
        self._upkeep.settle(now)
        with self._link.reading():
            rows = self._search.rows(scope, asked, sort, after, size + 1)
            items = self._listed(rows[:size])
            total = self._counts.total(scope, asked)
        more = write_cursor(mark, (rows[size - 1][1], rows[size - 1][0])) if len(rows) > size else None
        return Page(items=items, next=more, total=total)

    def numbers(self, scope: SiteScope, query: FindingsQuery, most: int = _MOST_NUMBERS) -> tuple[int, ...]:
        """The numbers of the findings that a query fits, the worst first, for acting on all of them."""
        self._upkeep.settle()
        with self._link.reading():
            rows = self._search.rows(scope, query, FindingsSort.WORST, None, most, ("id", "rank"))
        return tuple(row[0] for row in rows)

    def get(self, scope: SiteScope, finding_id: int) -> ListedFinding | None:
        """One finding by its number, of whatever inspection; None where there is none inside the scope."""
        self._upkeep.settle()
        with self._link.reading():
            # Only current rows repeat their customer; older ones are found by their site's.
            rows = list(self._rows.filter(id=finding_id).values_list(*COLUMNS)) if _is_number(finding_id) else []
            listed = self._listed(rows)
        return next((f for f in listed if _covers(scope, f)), None)

    def several(self, scope: SiteScope, numbers: Sequence[int]) -> tuple[ListedFinding, ...]:
        """At most 500 current findings by their numbers, the worst first; those outside the scope are left out."""
        wanted = [number for number in dict.fromkeys(numbers) if _is_number(number)][:_MOST_NUMBERS]
        self._upkeep.settle()
        with self._link.reading():
            rows = self._rows.filter(within(scope), id__in=wanted, current=True)
            return self._listed(rows.order_by("rank", "-id").values_list(*COLUMNS))

    def of_device(self, scope: SiteScope, site_id: str, device_id: str, most: int = 200) -> tuple[ListedFinding, ...]:
        """The current findings of one device (`device_id` "": of the site as a whole), the worst first."""
        self._upkeep.settle()
        query = FindingsQuery(site=site_id, device=device_id)
        with self._link.reading():
            return self._listed(self._search.rows(scope, query, FindingsSort.WORST, None, most))

    def of_inspection(
        self,
        scope: SiteScope,
        inspection_id: str,
        *,
        outcome: Outcome | None = None,
        cursor: str | None = None,
        most: int = USUAL_PAGE,
    ) -> Page[ListedFinding]:
        """One page of the findings of an inspection in their order; nothing where it is not inside the scope."""
        mark = ("of-inspection", inspection_id, outcome)
        place = read_cursor(mark, cursor, (int,))
        size = page_size(most)
        self._upkeep.settle()
        with self._link.reading():
            rows = self._rows.filter(within(scope, "inspection__site_id", "inspection__owner"))
            rows = rows.filter(inspection_id=inspection_id, position__gt=place[0] if place else -1)
            if outcome is not None:
                rows = rows.filter(outcome=outcome.value)
            found = list(rows.order_by("position").values_list(*COLUMNS, "position")[: size + 1])
            items = self._listed([row[:-1] for row in found[:size]])
        more = write_cursor(mark, (found[size - 1][-1],)) if len(found) > size else None
        return Page(items=items, next=more)

    def facets(self, scope: SiteScope, by: FacetBy, query: FindingsQuery | None = None) -> tuple[Facet, ...]:
        """How many current findings each control or maker has, the worst first; from counters.

        Of the query only `site` and `customer` count: the others would have to be counted anew each time.
        """
        self._upkeep.settle()
        with self._link.reading():
            return self._counts.facets(scope, by, query or FindingsQuery())

    def history(self, scope: SiteScope, site_id: str, device_id: str, most: int = 12) -> DeviceHistory:
        """How each control ended for a device at the site's last finished inspections (at most 24)."""
        with self._link.reading():
            lines = finished_lines(self._link, scope, site_id, max(1, min(most, 24)))
            rows = self._rows.filter(site=site_id, device=device_id, inspection_id__in=[line.id for line in lines])
            found = list(rows.values_list("inspection_id", "control", "outcome"))
        by_key = {(inspection, control): Outcome(outcome) for inspection, control, outcome in found}
        controls = sorted(Counter(control for _, control, _ in found))
        return DeviceHistory(
            inspections=lines,
            outcomes={c: tuple(by_key.get((line.id, c)) for line in lines) for c in controls},
        )

    def _listed(self, rows: Iterable[Row]) -> tuple[ListedFinding, ...]:
        """The rows with the names of what they belong to, fetched for all of them at once."""
        found = list(rows)
        if not found:
            return ()
        names = site_names(self._link, (row[4] for row in found))
        titles = device_titles(self._link, ((row[4], row[5]) for row in found))
        accepted = self._accepted([row for row in found if row[3] and state_of(row[1]) == ACCEPTED])
        listed = []
        for number, _, inspection, current, site, device, control, maker, payload in found:
            name, customer = names.get(site, (site, None))
            key = (site, device, control)
            listed.append(
                ListedFinding(
                    id=number, inspection=inspection, current=current, finding=decode(Finding, payload),
                    site_name=name, customer=customer, device_title=titles.get((site, device), device), maker=maker,
                    acceptance=acceptance(accepted[key]) if current and key in accepted else None,
                )
            )  # fmt: skip
        return tuple(listed)

    def _accepted(self, rows: Sequence[Row]) -> Mapping[tuple[str, str, str], AcceptanceRow]:
        if not rows:
            return {}
        mine = self._acceptances.filter(
            ended_at__isnull=True, site__in={r[4] for r in rows}, device__in={r[5] for r in rows}
        )
        return {(row.site, row.device, row.control): row for row in mine}


def _is_number(finding_id: int) -> bool:
    return 0 < finding_id < 2**63


def _covers(scope: SiteScope, finding: ListedFinding) -> bool:
    return scope.covers(finding.finding.site, finding.customer.id if finding.customer else None)
