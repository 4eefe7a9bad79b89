"""The overview: sites by what needs somebody, and totals; from counters alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from fushinban import clock
from fushinban.model.overview import (
    CoverageCounts,
    CustomerRef,
    OutcomeCounts,
    SiteNeed,
    SitesQuery,
    SitesSort,
    SiteState,
    Totals,
)
from fushinban.model.paging import USUAL_PAGE, Page, page_size, read_cursor, write_cursor
from fushinban.model.rights import SiteScope
from fushinban.model.site import SiteKind
from fushinban.record._console_rows import SiteStateRow, TallyRow
from fushinban.record._counters import (
    ALL_BUCKETS,
    FAR_AWAY,
    STATE_COLUMNS,
    Counters,
    coverage_states,
    customer_bucket,
)
from fushinban.record._grams import fold
from fushinban.record._moments import read_moment, write_moment
from fushinban.record._names import customer_names
from fushinban.record._prepared import Given, PreparedList
from fushinban.record._ranks import outcome_counts
from fushinban.record._scope import within
from fushinban.record.connection import Link
from fushinban.record.models import InspectionRow
from fushinban.record.upkeep import Upkeep

_SORTS = {
    SitesSort.WORST: ("urgency", int), SitesSort.NAME: ("name", str), SitesSort.DUE: ("next_due", str),
    SitesSort.OLDEST: ("inspected_at", str),
}  # fmt: skip
_NEEDS = {
    SiteNeed.FAILING: Q(failed__gt=0), SiteNeed.UNKNOWN: Q(unknown__gt=0) | Q(error__gt=0),
    SiteNeed.CHANGED: Q(changes__gt=0), SiteNeed.EXPOSED: Q(exposed__gt=0), SiteNeed.NEVER: Q(inspection=""),
}  # fmt: skip
_OUTCOMES = OutcomeCounts.__dataclass_fields__.keys()
_NUMBERS = {
    "sites": "sites", "never": "never_inspected", "failing": "sites_failing", "critical": "sites_critical",
    "unknown": "sites_unknown", "changed": "sites_changed", "exposed": "sites_exposed", "devices": "devices",
    "cameras": "cameras", "recorders": "recorders", "changes": "changes", "ways": "exposed",
}  # fmt: skip
#: What of a site's row is shown, and what it is sorted by.
_SHOWN = (
    "site_id", "name", "kind", "owner", "urgency", "devices", "cameras", "recorders", *_OUTCOMES, "verified",
    "answered", "could_not", "without_use", "changes", "exposed", "exposed_by", "next_due", "due_what", "inspection",
    "inspected_at",
)  # fmt: skip


class Overview:
    """Sites in numbers. Every method may raise StoreError."""

    def __init__(self, link: Link, counters: Counters, upkeep: Upkeep) -> None:
        self._link = link
        self._counters = counters
        self._upkeep = upkeep
        self._states = SiteStateRow._base_manager.using(link.alias)
        self._tallies = TallyRow._base_manager.using(link.alias)

    def sites(
        self,
        scope: SiteScope,
        query: SitesQuery | None = None,
        *,
        cursor: str | None = None,
        most: int = USUAL_PAGE,
        now: datetime | None = None,
    ) -> Page[SiteState]:
        """One page of the sites inside the scope. Raises InputError for a wrong cursor."""
        asked = query or SitesQuery()
        column, kind = _SORTS[asked.sort]
        # "Due before" moves on with the clock between two pages; they are pages of the same question all the same.
        question = ("sites", replace(asked, due_before=None))
        place = read_cursor(question, cursor, (kind, str))
        size = page_size(most)
        self._upkeep.settle(now)
        with self._link.reading():
            rows = self._narrowed(scope, asked, now or clock.now())
            if place is not None:
                value = read_moment(str(place[0])) if column in ("next_due", "inspected_at") else place[0]
                rows = rows.filter(**{f"{column}__gte": value}).exclude(**{column: value}, site_id__lte=place[1])
            found = list(rows.order_by(column, "site_id").values_list(*_SHOWN, named=True)[: size + 1])
            items = self._values(found[:size])
        more = None
        if len(found) > size:
            value = getattr(found[size - 1], column)
            last = write_moment(value) if isinstance(value, datetime) else value
            more = write_cursor(question, (last, found[size - 1].site_id))
        return Page(items=items, next=more)

    def site(self, scope: SiteScope, site_id: str) -> SiteState | None:
        """One site in numbers; None where there is none inside the scope."""
        self._upkeep.settle()
        with self._link.reading():
            mine = self._states.filter(within(scope, "site_id"), site_id=site_id)
            rows = list(mine.values_list(*_SHOWN, named=True))
            return next(iter(self._values(rows)), None)

    def totals(self, scope: SiteScope, *, now: datetime | None = None, ahead: timedelta = timedelta(days=7)) -> Totals:
        """Sums over all sites inside the scope. `due`: sites where something is due within `ahead`, not overdue."""
        if not scope:
            return Totals()
        moment = now or clock.now()
        self._upkeep.settle(now)
        with self._link.reading():
            numbers, ranks = self._whole(scope) if not scope.sites or scope.everything else self._summed(scope)
            mine = self._states.filter(within(scope, "site_id")).order_by()
            due = mine.filter(next_due__lt=moment + ahead).aggregate(
                all=Count("site_id"), over=Count("site_id", filter=Q(next_due__lt=moment))
            )
        return Totals(
            **{name: numbers.get(key, 0) for key, name in _NUMBERS.items()},
            outcomes=ranks, overdue=due["over"], due=due["all"] - due["over"],
        )  # fmt: skip

    def coverage(self, scope: SiteScope) -> Mapping[str, CoverageCounts]:
        """Per control id, at how many sites inside the scope it ended how at the newest finished inspection."""
        if not scope:
            return {}
        self._upkeep.settle()
        with self._link.reading():
            whole = scope.everything or not scope.sites
            counted = self._coverage_sums(scope) if whole else self._coverage_rows(scope)
        found: dict[str, dict[str, int]] = {}
        for (control, state), number in counted.items():
            if state in STATE_COLUMNS:
                found.setdefault(control, {})[STATE_COLUMNS[state]] = number
        return {control: CoverageCounts(**counts) for control, counts in found.items()}

    def _coverage_sums(self, scope: SiteScope) -> Mapping[tuple[str, str], int]:
        buckets = ALL_BUCKETS if scope.everything else [customer_bucket(c) for c in sorted(scope.customers)]
        rows = self._tallies.filter(bucket__in=buckets, dimension="v", amount__gt=0).order_by()
        sums = rows.values_list("value").annotate(all=Sum("amount"))
        return {(value.partition(" ")[2], value.partition(" ")[0]): amount for value, amount in sums}

    def _coverage_rows(self, scope: SiteScope) -> Mapping[tuple[str, str], int]:
        """A scope that names sites is a small one: their newest inspections say it."""
        mine = self._states.filter(within(scope, "site_id")).exclude(inspection="").order_by()
        rows = InspectionRow._base_manager.using(self._link.alias).filter(id__in=mine.values("inspection"))
        return Counter(pair for said in rows.values_list("outcomes", flat=True) for pair in coverage_states(said))

    def due(self, site_id: str, moment: datetime | None, what: str = "") -> None:
        """Note when something is next due at a site and what (None: nothing); called by whoever keeps schedules."""
        with self._link.writing():
            self._counters.due(site_id, moment, what)

    def recount(self, *site_ids: str) -> None:
        """Count these sites anew at once: for whoever changed what is counted by another way than the stores."""
        with self._link.writing():
            self._counters.recount(site_ids, clock.now())

    def expire(self, now: datetime | None = None) -> int:
        """End acceptances whose day has come, and count whatever waits to be counted; how many sites that concerned."""
        return self._upkeep.expire(now)

    def _narrowed(self, scope: SiteScope, query: SitesQuery, now: datetime) -> QuerySet[SiteStateRow]:
        rows = self._states.filter(within(scope, "site_id"))
        if query.customer is not None:
            rows = rows.filter(owner=query.customer)
        if query.kind is not None:
            rows = rows.filter(kind=query.kind.value)
        for word in fold(query.text).split():
            rows = rows.filter(words__contains=word)
        if query.need is SiteNeed.DUE:
            return rows.filter(next_due__lt=query.due_before or now)
        return rows.filter(_NEEDS[query.need]) if query.need is not None else rows

    def _values(self, rows: Sequence[Any]) -> tuple[SiteState, ...]:
        names = customer_names(self._link, {row.owner for row in rows if row.owner is not None})
        return tuple(_state(row, names) for row in rows)

    def _whole(self, scope: SiteScope) -> tuple[dict[str, int], OutcomeCounts]:
        """From the sums: of everything, or of whole customers."""
        buckets = ALL_BUCKETS if scope.everything else [customer_bucket(c) for c in sorted(scope.customers)]
        numbers, ranks = dict[str, int](), list[tuple[int, int]]()
        for dimension, value, amount in _sums.rows(self._link.connection, buckets):
            if dimension == "n":
                numbers[value] = numbers.get(value, 0) + amount
            else:
                ranks.append((int(value), amount))
        return numbers, outcome_counts(ranks)

    def _summed(self, scope: SiteScope) -> tuple[dict[str, int], OutcomeCounts]:
        """From the sites' rows: a scope that names sites is a small one."""
        plain = ("devices", "cameras", "recorders", "changes", *_OUTCOMES)
        conditions = {
            "never": Q(inspection=""), "failing": Q(failed__gt=0), "critical": Q(critical__gt=0),
            "unknown": Q(unknown__gt=0) | Q(error__gt=0), "changed": Q(changes__gt=0), "exposed": Q(exposed__gt=0),
        }  # fmt: skip
        sums: dict[str, Any] = self._states.filter(within(scope, "site_id")).aggregate(
            sites=Count("site_id"),
            ways=Sum("exposed"),
            **{f"sum_{name}": Sum(name) for name in plain},
            **{f"if_{name}": Count("site_id", filter=condition) for name, condition in conditions.items()},
        )
        numbers = {"sites": sums["sites"], "ways": sums["ways"] or 0}
        numbers |= {name: sums[f"sum_{name}"] or 0 for name in plain}
        numbers |= {name: sums[f"if_{name}"] for name in conditions}
        return numbers, OutcomeCounts(**{name: sums[f"sum_{name}"] or 0 for name in _OUTCOMES})


@PreparedList
def _sums(alias: str, buckets: list[Given]) -> QuerySet[Any, Any]:
    rows = TallyRow._base_manager.using(alias).filter(bucket__in=buckets, dimension__in=("n", "r")).order_by()
    return rows.values_list("dimension", "value").annotate(all=Sum("amount"))


def _state(row: Any, names: Mapping[int, str]) -> SiteState:
    """The state in a row of `_SHOWN`."""
    owner = row.owner if row.owner in names else None
    customer = CustomerRef(id=owner, name=names[owner]) if owner is not None else None
    inspected = bool(row.inspection)
    return SiteState(
        site=row.site_id, name=row.name, kind=SiteKind(row.kind), customer=customer,
        devices=row.devices, cameras=row.cameras, recorders=row.recorders,
        outcomes=OutcomeCounts(**{name: getattr(row, name) for name in _OUTCOMES}),
        coverage=CoverageCounts(
            verified=row.verified, answered=row.answered, could_not=row.could_not, not_applicable=row.without_use
        ),
        changes=row.changes, exposed=row.exposed, exposed_by=tuple(row.exposed_by.split()),
        next_due=row.next_due if row.next_due < FAR_AWAY else None, due_what=row.due_what,
        inspection=row.inspection if inspected else None, inspected_at=row.inspected_at if inspected else None,
    )  # fmt: skip
