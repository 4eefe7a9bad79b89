"""Lines of inspections as lists show them."""

from collections.abc import Iterable
from typing import Any

from fushinban.model.listing import InspectionLine
from fushinban.model.rights import SiteScope
from fushinban.model.site import InspectionKind
from fushinban.record._console_rows import SiteStateRow
from fushinban.record._names import site_names
from fushinban.record._scope import within
from fushinban.record.connection import Link
from fushinban.record.models import InspectionRow

COLUMNS = ("id", "site_id", "kind", "started_at", "ended_at", "device_count", "fail_count")


def lines(link: Link, rows: Iterable[tuple[Any, ...]]) -> tuple[InspectionLine, ...]:
    """Rows of `COLUMNS` with the names of their sites; `current`: the newest finished one of its site."""
    found = list(rows)
    sites = {row[1] for row in found}
    if not sites:
        return ()
    names = site_names(link, sites)
    states = SiteStateRow._base_manager.using(link.alias).filter(site_id__in=sorted(sites))
    newest = set(states.values_list("inspection", flat=True))
    return tuple(
        InspectionLine(
            id=number, site=site, site_name=names[site][0], kind=InspectionKind(kind), started_at=started,
            ended_at=ended, devices=devices, failed=failed, current=number in newest, customer=names[site][1],
        )
        for number, site, kind, started, ended, devices, failed in found
    )  # fmt: skip


def finished_lines(link: Link, scope: SiteScope, site_id: str, most: int) -> tuple[InspectionLine, ...]:
    """The last finished inspections of a site, the newest first; nothing where it is not inside the scope."""
    rows = InspectionRow._base_manager.using(link.alias).filter(within(scope, "site_id"))
    finished = rows.filter(site_id=site_id, ended_at__isnull=False).order_by("-started_at", "-id")
    return lines(link, finished.values_list(*COLUMNS)[:most])
