"""What happens to acceptances by themselves: they end on their day, and when what they accepted is no more."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from fushinban.model.acceptance import AcceptanceEnd
from fushinban.model.control import Outcome, Severity
from fushinban.model.finding import Finding
from fushinban.record._console_rows import AcceptanceRow
from fushinban.record._ranks import ACCEPTED, rank_of, state_of
from fushinban.record.connection import Link
from fushinban.record.models import FindingRow

_GRAVITY = {severity.value: place for place, severity in enumerate(Severity)}

Accepted = tuple[str, str]


def in_force(link: Link, sites: Sequence[str]) -> list[AcceptanceRow]:
    """Acceptances of these sites that have not ended on record."""
    return list(AcceptanceRow._base_manager.using(link.alias).filter(site__in=sites, ended_at__isnull=True))


def settle(link: Link, site: str, findings: Iterable[Finding], now: datetime) -> frozenset[Accepted]:
    """Which failures (device, control) of a site's newest findings are accepted; ends the acceptances that are over.

    An acceptance ends on its day, when the control passed or does not apply, and when it fails more gravely than what
    was accepted. 検証不可, an error and a device that is not there leave it: nobody could tell.
    """
    rows = in_force(link, [site])
    if not rows:
        return frozenset()
    newest = {(f.device, f.control): f for f in findings}
    covered, over = set(), dict[AcceptanceEnd, list[AcceptanceRow]]()
    for row in rows:
        finding = newest.get((row.device, row.control))
        end = AcceptanceEnd.EXPIRED if row.until <= now else _end(row, finding)
        if end is not None:
            over.setdefault(end, []).append(row)
        elif finding is not None and finding.outcome is Outcome.FAIL:
            covered.add((row.device, row.control))
    for end, ended in over.items():
        close(link, ended, end, now)
    return frozenset(covered)


def _end(row: AcceptanceRow, finding: Finding | None) -> AcceptanceEnd | None:
    if finding is None or finding.outcome in (Outcome.UNKNOWN, Outcome.ERROR):
        return None
    if finding.outcome is not Outcome.FAIL:
        return AcceptanceEnd.RESOLVED
    return AcceptanceEnd.GRAVER if _GRAVITY[finding.severity.value] < _GRAVITY[row.severity] else None


def close(  # noqa: PLR0917 - what an end consists of
    link: Link, rows: Sequence[AcceptanceRow], end: AcceptanceEnd, now: datetime, by: str = "", reason: str = ""
) -> None:
    """Note the end; an acceptance that ran out ended on its day, not when somebody noticed."""
    moment = link.moment
    columns = ("ended_at", "end", "ended_by", "end_reason", "version")
    values = []
    for row in rows:
        at = row.until if end is AcceptanceEnd.EXPIRED else now
        row.ended_at, row.end, row.ended_by, row.end_reason, row.version = at, end.value, by, reason, row.version + 1
        values.append((moment(at), end.value, by, reason, row.version, row.pk))
        said = {"site": row.site, "device": row.device, "control": row.control, "end": end}
        link.audit.changed("acceptance.ended", "acceptance", str(row.pk), said)
    link.update(AcceptanceRow, columns, values)


def reopen(link: Link, rows: Sequence[AcceptanceRow]) -> None:
    """Findings of acceptances that are over are open failures again."""
    findings = FindingRow._base_manager.using(link.alias)
    values = []
    for row in rows:
        mine = findings.filter(site=row.site, device=row.device, control=row.control, current=True)
        for number, rank, severity in mine.values_list("id", "rank", "severity"):
            if state_of(rank) == ACCEPTED:
                values.append((rank_of(Outcome.FAIL, Severity(severity)), number))
    link.update(FindingRow, ("rank",), values)


def expire(link: Link, sites: Sequence[str], now: datetime) -> Mapping[str, datetime]:
    """End what ran out at these sites; when the next one of each site will."""
    rows = in_force(link, sites)
    over = [row for row in rows if row.until <= now]
    close(link, over, AcceptanceEnd.EXPIRED, now)
    reopen(link, over)
    ends: dict[str, datetime] = {}
    for row in rows:
        if row.until > now:
            ends[row.site] = min(ends.get(row.site, row.until), row.until)
    return ends
