"""Findings across sites, page by page: every question is cut into pieces that one index answers in its own order.

A piece holds one key (a customer, a site, a control, a maker, or none) and one stretch of ranks; pieces are read in
turn until the page is full, and several keys are merged. No question reads more than a page from each.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.db.models import BigIntegerField, F, Func, Q, QuerySet, TextField

from fushinban.model.listing import FindingsQuery, FindingsSort
from fushinban.model.rights import SiteScope
from fushinban.record._console_rows import SiteStateRow, TallyRow
from fushinban.record._counters import ALL_BUCKETS, customer_bucket
from fushinban.record._ranks import ranges, ranks_of
from fushinban.record._scope import within
from fushinban.record._search_index import SearchIndex
from fushinban.record._text_match import Matches, found_by, matches
from fushinban.record.connection import Link
from fushinban.record.models import FindingRow

#: More keys than this are asked for in one condition instead of one by one.
_MOST_KEYS = 8
_FEW_SITES = 16
_SITES_OF_A_LARGE_CUSTOMER = 200

_PLACE = ("id", "rank")
COLUMNS = ("id", "rank", "inspection_id", "current", "site", "device", "control", "maker", "payload")
Row = tuple[Any, ...]


class _Plain(Func):
    """A column as a value: SQLite then takes another index than that column's."""

    template = "+%(expressions)s"
    arity = 1

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """PostgreSQL knows how many rows there are and chooses by itself."""
        return self.as_sql(compiler, connection, template="%(expressions)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """Conditions by column; `loose` are those that no index has to answer."""

    keys: Mapping[str, Any]
    loose: Mapping[str, Any]


class FindingSearch:
    """Reads rows of current findings. To be called inside a piece of work of the link."""

    def __init__(self, link: Link, index: SearchIndex) -> None:
        self._link = link
        self._index = index
        self._rows = FindingRow._base_manager.using(link.alias)
        self._states = SiteStateRow._base_manager.using(link.alias)
        self._tallies = TallyRow._base_manager.using(link.alias)

    def rows(  # noqa: PLR0917 - what a page is asked by
        self,
        scope: SiteScope,
        query: FindingsQuery,
        sort: FindingsSort,
        after: tuple[int, int] | None,
        most: int,
        columns: Sequence[str] = COLUMNS,
    ) -> list[Row]:
        """At most `most` rows after a place (rank, id). `columns` begin with id and rank."""
        if not scope:
            return []
        inside = self._rows.filter(within(scope), current=True)
        key = _worst_first if sort is FindingsSort.WORST else _newest_first
        hits = matches(self._index, scope, query) if query.text else None
        if hits is not None and hits.some:
            return self._chosen(inside.filter(**_base(query)), hits, query, (key, after), most, columns)
        if hits is not None and not hits.few:
            inside = inside.filter(found_by(self._link, self._index, query.text, one_by_one=hits.many))
            query, hits = replace(query, text=""), None
            if sort is FindingsSort.NEWEST and len(ranks_of(query)) > _MOST_KEYS:
                return _walked(inside.filter(**_base(query)), ranks_of(query), after, most, columns)
        sources = [
            source
            for piece in self._pieces(scope, query, hits)
            for source in self._sources(_narrowed(inside, piece), query, sort, after, most, columns)
        ]
        return list(islice(_once(heapq.merge(*sources, key=key)), most))

    def _sources(  # noqa: PLR0917 - what one piece is read by
        self,
        rows: QuerySet[FindingRow],
        query: FindingsQuery,
        sort: FindingsSort,
        after: tuple[int, int] | None,
        most: int,
        columns: Sequence[str],
    ) -> Iterator[Iterator[Row]]:
        ranks = ranks_of(query)
        if sort is FindingsSort.WORST:
            yield _in_turn(rows, ranks, after, most, columns)
            return
        for rank in ranks:
            mine = rows.filter(rank=rank) if after is None else rows.filter(rank=rank, id__lt=after[1])
            yield iter(mine.order_by("-id").values_list(*columns)[:most])

    def _chosen(  # noqa: PLR0917 - what a page is asked by
        self,
        rows: QuerySet[FindingRow],
        hits: Matches,
        query: FindingsQuery,
        order: tuple[Callable[[Row], Any], tuple[int, int] | None],
        most: int,
        columns: Sequence[str],
    ) -> list[Row]:
        """A page of what several sites and devices have: their places are read and put in order here."""
        (key, after), ranks = order, ranks_of(query)
        found = {
            place for part in hits.conditions() for place in rows.filter(part, rank__in=ranks).values_list(*_PLACE)
        }
        behind = found if after is None else {place for place in found if key(place) > key((after[1], after[0]))}
        chosen = [number for number, _ in heapq.nsmallest(most, behind, key=key)]
        return sorted(rows.filter(pk__in=chosen).values_list(*columns), key=key)

    def _pieces(self, scope: SiteScope, query: FindingsQuery, hits: Matches | None) -> list[_Piece]:
        base = _base(query)
        keys = hits.keys() if hits is not None else self._keys(scope, query)
        return [self._piece({**base, **key}) for key in keys if _fits(base, key)]

    def _keys(self, scope: SiteScope, query: FindingsQuery) -> list[dict[str, Any]]:
        if query.site is not None:
            return [{}]
        if query.place is not None and query.customer is None:
            few = self._states.filter(within(scope, "site_id"), kind=query.place.value).order_by()
            sites = list(few.values_list("site_id", flat=True)[: _FEW_SITES + 1])
            if len(sites) <= _FEW_SITES:
                return [{"site": site} for site in sites]
        if query.customer is not None or scope.everything:
            return [{}]
        keys = [{"owner": c} for c in sorted(scope.customers)] + [{"site": s} for s in sorted(scope.sites)]
        return keys if len(keys) <= _MOST_KEYS else [{}]

    def _piece(self, conditions: dict[str, Any]) -> _Piece:
        """Which condition an index answers: the narrowest; the others are only looked at."""
        keyed = [c for c in ("site", "owner", "control", "maker") if c in conditions]
        best = {"site", "device"} if "site" in conditions else {self._narrowest(conditions, keyed)}
        return _Piece(
            keys={c: v for c, v in conditions.items() if c in best},
            loose={c: v for c, v in conditions.items() if c not in best},
        )

    def _narrowest(self, conditions: Mapping[str, Any], keyed: Sequence[str]) -> str:
        if len(keyed) < 2:
            return keyed[0] if keyed else ""
        if "owner" in keyed:
            bucket = customer_bucket(conditions["owner"])
            sites = self._tallies.filter(bucket=bucket, dimension="n", value="sites").values_list("amount", flat=True)
            if sum(sites) <= _SITES_OF_A_LARGE_CUSTOMER:
                return "owner"
            return next(c for c in keyed if c != "owner")
        sizes = {c: self._size(c, str(conditions[c])) for c in keyed}
        return min(sizes, key=lambda c: sizes[c])

    def _size(self, column: str, value: str) -> int:
        names = [f"{rank} {value}" for rank in ranks_of(FindingsQuery())]
        rows = self._tallies.filter(bucket__in=ALL_BUCKETS, dimension=column[0], value__in=names)
        return sum(rows.values_list("amount", flat=True))


def _base(query: FindingsQuery) -> dict[str, Any]:
    """What is asked for by column, but for ranks and text."""
    given = {
        "control": query.control, "maker": query.maker, "device": query.device, "site": query.site,
        "owner": query.customer, "place": query.place.value if query.place else None,
    }  # fmt: skip
    return {column: value for column, value in given.items() if value is not None}


def _fits(base: Mapping[str, Any], key: Mapping[str, Any]) -> bool:
    """Whether a key does not contradict what was asked for."""
    return all(base.get(column, value) == value for column, value in key.items())


def _narrowed(rows: QuerySet[FindingRow], piece: _Piece) -> QuerySet[FindingRow]:
    narrowed = rows.filter(**piece.keys)
    for column, value in piece.loose.items():
        # `device` has an index of its own, and `place` none: only what competes is hidden.
        if column in ("owner", "control", "maker") and piece.keys:
            plain = _Plain(F(column), output_field=BigIntegerField() if column == "owner" else TextField())
            narrowed = narrowed.alias(**{f"plain_{column}": plain}).filter(**{f"plain_{column}": value})
        else:
            narrowed = narrowed.filter(**{column: value})
    return narrowed


def _walked(
    rows: QuerySet[FindingRow], ranks: Sequence[int], after: tuple[int, int] | None, most: int, columns: Sequence[str]
) -> list[Row]:
    """The newest first, in the order of the numbers: many fit, so that the page is soon full."""
    plain = rows.alias(plain_rank=_Plain(F("rank"), output_field=BigIntegerField())).filter(plain_rank__in=ranks)
    if after is not None:
        plain = plain.filter(id__lt=after[1])
    return list(plain.order_by("-id").values_list(*columns)[:most])


def _in_turn(
    rows: QuerySet[FindingRow], ranks: Sequence[int], after: tuple[int, int] | None, most: int, columns: Sequence[str]
) -> Iterator[Row]:
    """The worst first: one stretch of ranks after the other, each read in the order of the index."""
    left = most
    stretches: list[Q] = []
    if after is not None:
        stretches += [Q(rank=after[0], id__lt=after[1])] * (after[0] in ranks)
        ranks = [rank for rank in ranks if rank > after[0]]
    stretches += [Q(rank=a) if a == b else Q(rank__gte=a, rank__lte=b) for a, b in ranges(ranks)]
    for stretch in stretches:
        if left <= 0:
            return
        for row in rows.filter(stretch).order_by("rank", "-id").values_list(*columns)[:left]:
            left -= 1
            yield row


def _once(rows: Iterable[Row]) -> Iterator[Row]:
    """Each row once: a site and its customer may both have been asked for."""
    seen = set()
    for row in rows:
        if row[0] not in seen:
            seen.add(row[0])
            yield row


def _worst_first(row: Row) -> tuple[int, int]:
    return row[1], -row[0]


def _newest_first(row: Row) -> int:
    return -int(row[0])
