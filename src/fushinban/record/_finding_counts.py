"""How many findings there are, from the counters; counted only where a site or two bound the work."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from fushinban.model.control import Severity
from fushinban.model.listing import Facet, FacetBy, FindingsQuery
from fushinban.model.rights import SiteScope
from fushinban.record._console_rows import TallyRow
from fushinban.record._counters import ALL_BUCKETS, customer_bucket
from fushinban.record._prepared import Given, PreparedList
from fushinban.record._ranks import ACCEPTED, ERROR, OPEN, TOLD_APART, UNKNOWN, ranks_of, severity_of, state_of
from fushinban.record._scope import within
from fushinban.record.connection import Link
from fushinban.record.models import FindingRow

_DIMENSION = {FacetBy.CONTROL: "c", FacetBy.MAKER: "m"}
_MOST_SITES = 20


class FindingCounts:
    """Counts current findings. To be called inside a piece of work of the link."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._tallies = TallyRow._base_manager.using(link.alias)
        self._rows = FindingRow._base_manager.using(link.alias)

    def total(self, scope: SiteScope, query: FindingsQuery) -> int | None:
        """How many findings a query fits; None where no counter knows it."""
        ranks = ranks_of(query)
        if not scope or not ranks:
            return 0
        if query.text or query.place is not None or query.device is not None:
            return None
        if (rows := self._bounded(scope, query)) is not None:
            narrow = {"control": query.control, "maker": query.maker}
            rows = rows.filter(rank__in=ranks, **{c: v for c, v in narrow.items() if v is not None})
            return rows.count()
        buckets = _buckets(scope, query)
        if buckets is None or (query.control is not None and query.maker is not None):
            return None
        dimension, value = next(
            ((d, v) for d, v in (("c", query.control), ("m", query.maker)) if v is not None), ("r", None)
        )
        if dimension != "r" and max(ranks) >= TOLD_APART:
            return None
        if value is None:
            wanted = {str(rank) for rank in ranks}
            sums = _sums.rows(self._link.connection, buckets, dimension=dimension)
            return sum(int(amount) for rank, amount in sums if rank in wanted)
        values = [f"{rank} {value}" for rank in ranks]
        rows_ = self._tallies.filter(bucket__in=buckets, dimension=dimension, value__in=values)
        return int(rows_.aggregate(all=Sum("amount"))["all"] or 0)

    def facets(self, scope: SiteScope, by: FacetBy, query: FindingsQuery) -> tuple[Facet, ...]:
        """Facets of the scope, narrowed to the query's site or customer."""
        if not scope:
            return ()
        rows = self._bounded(scope, query)
        if rows is None and (buckets := _buckets(scope, query)) is not None:
            sums = _sums.rows(self._link.connection, buckets, dimension=_DIMENSION[by])
            ranked = ((*value.split(" ", 1), amount) for value, amount in sums)
            return _facets((name, int(rank), amount) for rank, name, amount in ranked)
        if rows is None:
            rows = self._rows.filter(within(scope), current=True)
            if query.customer is not None:
                rows = rows.filter(owner=query.customer)
        counted = rows.filter(rank__lt=TOLD_APART).exclude(**{by.value: ""}).order_by()
        return _facets(counted.values_list(by.value, "rank").annotate(all=Count("id")))

    def _bounded(self, scope: SiteScope, query: FindingsQuery) -> QuerySet[FindingRow] | None:
        """Rows that are few enough to be counted one by one: those of one site, or of a few; None otherwise."""
        current = self._rows.filter(within(scope), current=True)
        if query.site is not None:
            owner = Q() if query.customer is None else Q(owner=query.customer)
            return current.filter(owner, site=query.site)
        few = not scope.everything and not scope.customers and len(scope.sites) <= _MOST_SITES
        if few:
            return current if query.customer is None else current.filter(owner=query.customer)
        return None


@PreparedList
def _sums(alias: str, buckets: list[Given]) -> QuerySet[Any, Any]:
    rows = TallyRow._base_manager.using(alias).filter(bucket__in=buckets, dimension=Given("dimension"), amount__gt=0)
    return rows.values_list("value").annotate(all=Sum("amount")).order_by()


def _buckets(scope: SiteScope, query: FindingsQuery) -> tuple[str, ...] | None:
    """The sums that make up the question; None where it is not made up of whole customers."""
    if query.customer is not None:
        whole = scope.everything or query.customer in scope.customers
        return (customer_bucket(query.customer),) if whole else None
    if scope.everything:
        return ALL_BUCKETS
    return None if scope.sites else tuple(customer_bucket(c) for c in sorted(scope.customers))


def _facets(counted: Iterable[tuple[str, int, int]]) -> tuple[Facet, ...]:
    states: dict[str, Counter[int]] = defaultdict(Counter)
    worst: dict[str, int] = {}
    for value, rank, number in counted:
        state = state_of(rank)
        states[value][state] += number
        if state == OPEN:
            worst[value] = min(worst.get(value, rank), rank)
    found = [
        Facet(
            value=value, open=n[OPEN], accepted=n[ACCEPTED], unknown=n[UNKNOWN], error=n[ERROR],
            worst=severity_of(worst[value]) if value in worst else None,
        )
        for value, n in states.items()
    ]  # fmt: skip
    order = list(Severity)
    return tuple(
        sorted(found, key=lambda f: (order.index(f.worst) if f.worst else len(order), -f.open, -f.unknown, f.value))
    )
