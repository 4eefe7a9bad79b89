"""Devices across sites, page by page."""

from django.db.models import Q, QuerySet

from fushinban.model.control import Severity
from fushinban.model.device import Device
from fushinban.model.listing import DeviceLine, DevicesQuery, HitKind
from fushinban.model.paging import Page, read_cursor, write_cursor
from fushinban.model.rights import SiteScope
from fushinban.record._console_rows import TallyRow
from fushinban.record._counters import ALL_BUCKETS, customer_bucket
from fushinban.record._grams import mark
from fushinban.record._names import site_names
from fushinban.record._scope import within
from fushinban.record._search_index import SearchIndex
from fushinban.record.codec import decode
from fushinban.record.connection import Link
from fushinban.record.models import DeviceRow

_ROUNDS = 4


class DeviceSearch:
    """Reads rows of devices. To be called inside a piece of work of the link."""

    def __init__(self, link: Link, index: SearchIndex) -> None:
        self._link = link
        self._index = index
        self._rows = DeviceRow._base_manager.using(link.alias)
        self._tallies = TallyRow._base_manager.using(link.alias)

    def page(self, scope: SiteScope, query: DevicesQuery, cursor: str | None, size: int) -> Page[DeviceLine]:
        """One page; `total` where counters know it."""
        if query.text:
            return self._page_of_text(scope, query, cursor, size)
        mark_ = ("devices", query)
        place = read_cursor(mark_, cursor, (str, str))
        rows = self._narrowed(scope, query)
        if place is not None:
            rows = rows.filter(site_id__gte=place[0]).exclude(site_id=place[0], device__lte=place[1])
        found = list(rows.order_by("site_id", "device")[: size + 1])
        last = found[size - 1] if len(found) > size else None
        return Page(
            items=self._lines(found[:size]),
            next=write_cursor(mark_, (last.site_id, last.device)) if last else None,
            total=self._total(scope, query),
        )

    def one(self, scope: SiteScope, site_id: str, device_id: str) -> DeviceLine | None:
        """One device, or None."""
        rows = self._rows.filter(within(scope, "site_id"), site_id=site_id, device=device_id)
        return next(iter(self._lines(list(rows))), None)

    def makers(self, scope: SiteScope) -> tuple[str, ...]:
        """The makers of the devices inside the scope: each found by a step in the index, however many devices."""
        rows = self._rows.filter(within(scope, "site_id"))
        names: list[str] = []
        while len(names) < 200:
            after = names[-1] if names else ""
            name = rows.filter(maker__gt=after).order_by("maker").values_list("maker", flat=True).first()
            if name is None:
                break
            names.append(name)
        return tuple(names)

    def _narrowed(self, scope: SiteScope, query: DevicesQuery) -> QuerySet[DeviceRow]:
        given = {
            "kind": query.kind.value if query.kind else None, "maker": query.maker, "owner": query.customer,
            "site_id": query.site, "ignored": query.ignored,
        }  # fmt: skip
        rows = self._rows.filter(within(scope, "site_id"))
        return rows.filter(**{column: value for column, value in given.items() if value is not None})

    def _page_of_text(self, scope: SiteScope, query: DevicesQuery, cursor: str | None, size: int) -> Page[DeviceLine]:
        mark_ = ("devices-text", query)
        place = read_cursor(mark_, cursor, (int,))
        after = int(place[0]) if place else 0
        narrow = self._narrowed(scope, query)
        marks = [mark("d", query.kind.value)] if query.kind else []
        marks += [mark("m", query.maker)] if query.maker is not None else []
        marks += [mark("s", query.site)] if query.site is not None else []
        marks += [mark("o", query.customer)] if query.customer is not None else []
        found: list[tuple[int, DeviceRow]] = []
        for _ in range(_ROUNDS):
            hits = self._index.find(scope, query.text, HitKind.DEVICE, marks=marks, after=after, most=size + 1)
            rows = {(r.site_id, r.device): r for r in narrow.filter(_any_of({(h.site, h.ref) for h in hits}))}
            found += [(hit.number, rows[hit.site, hit.ref]) for hit in hits if (hit.site, hit.ref) in rows]
            if len(found) > size or len(hits) <= size:
                break
            after = hits[-1].number
        # With many that fit the words but not the rest the page stays short; it goes on where the look ended.
        more = found[size - 1][0] if len(found) > size else (after if len(hits) > size else None)
        return Page(
            items=self._lines([row for _, row in found[:size]]),
            next=write_cursor(mark_, (more,)) if more is not None else None,
        )

    def _total(self, scope: SiteScope, query: DevicesQuery) -> int | None:
        plain = query.kind is None and query.maker is None and query.ignored is False
        if query.site is not None:
            return int(self._narrowed(scope, query).count())
        if not plain or (scope.sites and not scope.everything):
            return None
        if query.customer is not None:
            whole = scope.everything or query.customer in scope.customers
            buckets = [customer_bucket(query.customer)] if whole else []
        else:
            buckets = list(ALL_BUCKETS) if scope.everything else [customer_bucket(c) for c in scope.customers]
        rows = self._tallies.filter(bucket__in=buckets, dimension="n", value="devices")
        return int(sum(rows.values_list("amount", flat=True)))

    def _lines(self, rows: list[DeviceRow]) -> tuple[DeviceLine, ...]:
        names = site_names(self._link, (row.site_id for row in rows)) if rows else {}
        return tuple(
            DeviceLine(
                device=decode(Device, row.payload), site_name=names[row.site_id][0], customer=names[row.site_id][1],
                failed=row.failed, accepted=row.accepted, unknown=row.unknown, error=row.error,
                worst=Severity(row.worst) if row.worst else None,
            )
            for row in rows
        )  # fmt: skip


def _any_of(devices: set[tuple[str, str]]) -> Q:
    condition = Q(pk__in=[])
    sites: dict[str, list[str]] = {}
    for site, device in sorted(devices):
        sites.setdefault(site, []).append(device)
    for site, mine in sites.items():
        condition |= Q(site_id=site, device__in=mine)
    return condition
