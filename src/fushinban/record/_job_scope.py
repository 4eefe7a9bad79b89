"""Which jobs somebody may see: those of their sites, and selections of sites that are all theirs."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from fushinban.model.job import JobKind, JobOrder
from fushinban.model.rights import SiteScope
from fushinban.record._job_rows import JobRow
from fushinban.record.codec import decode
from fushinban.record.models import SiteRow
from fushinban.record.site_scope import in_scope

#: Looks for one page at most: selections of others, which only their orders tell apart, are passed over in each.
_LOOKS = 5
_CHUNK = 500
_SELECTION = Q(kind=JobKind.SELECTION.value, site="")


def candidates(rows: QuerySet[JobRow], scope: SiteScope, alias: str) -> QuerySet[JobRow]:
    """Jobs of the scope's sites and all selections, which `seen` has to look at one by one."""
    if scope.everything:
        return rows
    return rows.filter(in_scope(scope, alias, "site") | _SELECTION) if scope else rows.none()


def seen(rows: Sequence[JobRow], scope: SiteScope, alias: str) -> list[JobRow]:
    """Those that the scope reaches. One that belongs to no site and is no selection is for those who see all."""
    if scope.everything:
        return list(rows)
    wanted = {row.id: frozenset(_sites(row)) for row in rows if not row.site}
    mine = _inside({row.site for row in rows if row.site}.union(*wanted.values()), scope, alias)
    return [row for row in rows if (row.site in mine if row.site else bool(wanted[row.id]) and wanted[row.id] <= mine)]


def page_of(rows: QuerySet[JobRow], scope: SiteScope, alias: str, size: int) -> tuple[list[JobRow], int | None]:
    """The newest jobs that the scope reaches, and the number to go on below; None at the end.

    A page may be short where many selections of others stand between: there is more behind it all the same.
    """
    found: list[JobRow] = []
    below: int | None = None
    for _ in range(_LOOKS):
        part = rows if below is None else rows.filter(number__lt=below)
        chunk = list(part.order_by("-number")[: size + 1])
        found += seen(chunk, scope, alias)
        if len(found) > size:
            return found[:size], found[size - 1].number
        if len(chunk) <= size:
            return found, None
        below = chunk[-1].number
    return found, below


def _sites(row: JobRow) -> tuple[str, ...]:
    return decode(JobOrder, row.payload).sites if row.kind == JobKind.SELECTION.value else ()


def _inside(sites: frozenset[str] | set[str], scope: SiteScope, alias: str) -> frozenset[str]:
    """Those of these sites that are inside the scope."""
    named, found = sorted(sites - scope.sites), set(sites & scope.sites)
    if scope.customers:
        known = SiteRow._base_manager.using(alias).filter(owner_id__in=sorted(scope.customers))
        for start in range(0, len(named), _CHUNK):
            found.update(known.filter(id__in=named[start : start + _CHUNK]).values_list("id", flat=True))
    return frozenset(found)
