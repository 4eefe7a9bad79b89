"""Acceptances (受け入れ) on record, with their history: nothing is ever changed but their end."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from fushinban import clock
from fushinban.errors import Conflict, InputError
from fushinban.messages import Text, say
from fushinban.model.acceptance import (
    MOST_AT_ONCE,
    Acceptance,
    AcceptanceEnd,
    AcceptanceResult,
    Refused,
    check_terms,
)
from fushinban.model.control import Outcome, Severity
from fushinban.model.paging import USUAL_PAGE, Page, page_size, read_cursor, write_cursor
from fushinban.model.rights import SiteScope
from fushinban.record import _accepted
from fushinban.record._console_rows import AcceptanceRow
from fushinban.record._counters import Counters
from fushinban.record._moments import read_moment, write_moment
from fushinban.record._ranks import ACCEPTED_STEP
from fushinban.record._scope import within
from fushinban.record.connection import Link
from fushinban.record.models import FindingRow, SiteRow
from fushinban.record.upkeep import Upkeep


class Acceptances:
    """Accept findings, take acceptances back, list them. Every method may raise StoreError."""

    def __init__(self, link: Link, counters: Counters, upkeep: Upkeep) -> None:
        self._link = link
        self._counters = counters
        self._upkeep = upkeep
        self._rows = AcceptanceRow._base_manager.using(link.alias)
        self._findings = FindingRow._base_manager.using(link.alias)

    def accept(
        self,
        scope: SiteScope,
        findings: Sequence[int],
        *,
        reason: str,
        by: str,
        until: datetime,
        now: datetime | None = None,
    ) -> AcceptanceResult:
        """Accept up to 500 current failures by their numbers; those that cannot be are named with the reason.

        What is outside the scope is refused like what is not there. Raises InputError without a reason, for an end
        that is past or over a year away, and for too many.
        """
        moment = now or clock.now()
        said = check_terms(reason, until, moment)
        wanted = tuple(dict.fromkeys(findings))
        if len(wanted) > MOST_AT_ONCE:
            raise InputError(say("console.too-many", most=MOST_AT_ONCE))
        self._upkeep.settle(moment)
        with self._link.writing():
            mine = self._findings.filter(within(scope), id__in=[n for n in wanted if 0 < n < 2**63], current=True)
            sites = sorted(set(mine.values_list("site", flat=True)))
            # From here on nobody else changes these sites, so what is read now holds until the end.
            self._counters.lock(sites)
            rows = {row.pk: row for row in mine.defer("payload").select_for_update()}
            taken = {(a.site, a.device, a.control) for a in _accepted.in_force(self._link, sites)}
            refused, fit = [], []
            for number in wanted:
                why = self._against(scope, number, rows.get(number), taken)
                if why is not None:
                    refused.append(Refused(finding=number, why=why))
                else:
                    taken.add(_key(rows[number]))
                    fit.append(rows[number])
            accepted = self._keep(fit, said, by, until, moment)
        return AcceptanceResult(accepted=accepted, refused=tuple(refused))

    def _against(
        self, scope: SiteScope, number: int, row: FindingRow | None, taken: set[tuple[str, str, str]]
    ) -> Text | None:
        """Why a finding cannot be accepted; None when it can."""
        if row is None:
            old = self._findings.filter(
                within(scope, "inspection__site_id", "inspection__owner"), id=number if 0 < number < 2**63 else 0
            )
            return say("console.not-current") if old.exists() else say("console.no-finding", id=number)
        if row.outcome != Outcome.FAIL.value:
            return say("console.not-failing", outcome=Outcome(row.outcome).label)
        return say("console.already-accepted") if _key(row) in taken else None

    def _keep(
        self, findings: Sequence[FindingRow], reason: str, by: str, until: datetime, now: datetime
    ) -> tuple[Acceptance, ...]:
        rows = self._rows.bulk_create(
            [
                AcceptanceRow(
                    site=f.site, device=f.device, control=f.control, severity=f.severity, reason=reason, by=by, at=now,
                    until=until,
                )
                for f in findings
            ]
        )  # fmt: skip
        for row in rows:
            self._note(row)
        self._link.update(FindingRow, ("rank",), [(f.rank + ACCEPTED_STEP, f.pk) for f in findings])
        self._counters.recount({f.site for f in findings}, now)
        return tuple(map(acceptance, rows))

    def _note(self, row: AcceptanceRow) -> None:
        said = {"site": row.site, "device": row.device, "control": row.control, "until": row.until}
        self._link.audit.changed("finding.accepted", "acceptance", str(row.pk), said)

    def withdraw(
        self,
        scope: SiteScope,
        acceptance_id: int,
        *,
        version: int,
        by: str,
        reason: str = "",
        now: datetime | None = None,
    ) -> Acceptance:
        """End an acceptance before its day: the finding is an open failure again.

        Raises InputError where there is none inside the scope or it has ended, Conflict when it was changed meanwhile.
        """
        moment = now or clock.now()
        self._upkeep.settle(moment)
        with self._link.writing():
            row = self._standing(scope, acceptance_id, version)
            _accepted.close(self._link, [row], AcceptanceEnd.WITHDRAWN, moment, by, reason.strip()[:2000])
            _accepted.reopen(self._link, [row])
            self._counters.recount([row.site], moment)
        return acceptance(row)

    def renew(
        self,
        scope: SiteScope,
        acceptance_id: int,
        *,
        version: int,
        reason: str,
        by: str,
        until: datetime,
        now: datetime | None = None,
    ) -> Acceptance:
        """Give an acceptance another reason or end: the old one ends, a new one takes its place; both stay on record.

        Raises what `accept` and `withdraw` raise.
        """
        moment = now or clock.now()
        said = check_terms(reason, until, moment)
        self._upkeep.settle(moment)
        with self._link.writing():
            row = self._standing(scope, acceptance_id, version)
            _accepted.close(self._link, [row], AcceptanceEnd.WITHDRAWN, moment, by, said)
            new = self._rows.create(
                site=row.site, device=row.device, control=row.control, severity=row.severity, reason=said, by=by,
                at=moment, until=until,
            )  # fmt: skip
            self._note(new)
            self._counters.recount([row.site], moment)
        return acceptance(new)

    def _standing(self, scope: SiteScope, acceptance_id: int, version: int) -> AcceptanceRow:
        """The acceptance, held with its site. The site first, as everybody does."""
        mine = self._mine(scope).filter(id=acceptance_id if 0 < acceptance_id < 2**63 else 0)
        site = mine.values_list("site", flat=True).first()
        if site is None:
            raise InputError(say("console.no-acceptance"))
        self._counters.lock([site])
        row = self._rows.get(id=acceptance_id)
        if row.ended_at is not None:
            raise InputError(say("console.acceptance-ended"))
        if row.version != version:
            raise Conflict(say("console.changed-meanwhile"))
        return row

    def get(self, scope: SiteScope, acceptance_id: int) -> Acceptance | None:
        """One acceptance; None where there is none inside the scope."""
        self._upkeep.settle()
        with self._link.reading():
            row = self._mine(scope).filter(id=acceptance_id if 0 < acceptance_id < 2**63 else 0).first()
        return acceptance(row) if row is not None else None

    def search(
        self,
        scope: SiteScope,
        *,
        site: str | None = None,
        before: datetime | None = None,
        cursor: str | None = None,
        most: int = USUAL_PAGE,
    ) -> Page[Acceptance]:
        """Acceptances in force, what ends next first. `before`: only those that end before this moment.

        Raises InputError for a wrong cursor.
        """
        mark = ("acceptances", site, before)
        place = read_cursor(mark, cursor, (str, int))
        size = page_size(most)
        self._upkeep.settle()
        with self._link.reading():
            rows = self._mine(scope).filter(ended_at__isnull=True)
            if site is not None:
                rows = rows.filter(site=site)
            if before is not None:
                rows = rows.filter(until__lt=before)
            if place is not None:
                until = read_moment(str(place[0]))
                rows = rows.filter(until__gte=until).exclude(until=until, id__lte=place[1])
            found = list(rows.order_by("until", "id")[: size + 1])
        items = tuple(map(acceptance, found[:size]))
        more = write_cursor(mark, (write_moment(items[-1].until), items[-1].id)) if len(found) > size else None
        return Page(items=items, next=more)

    def history(self, scope: SiteScope, site: str, device: str, control: str, most: int = 50) -> tuple[Acceptance, ...]:
        """All acceptances there were of one control of one device, the newest first."""
        self._upkeep.settle()
        with self._link.reading():
            rows = self._mine(scope).filter(site=site, device=device, control=control).order_by("-id")[:most]
            return tuple(map(acceptance, rows))

    def told(self, site: str) -> tuple[Acceptance, ...]:
        """What a document of the site tells: per device and control the newest acceptance, where it holds or ended by
        itself while the control still failed. What a person took back, or what passed meanwhile, is as if never given.
        """
        self._upkeep.settle()
        with self._link.reading():
            newest = {_key_of(row): row for row in self._rows.filter(site=site).order_by("id")}
        told = ("", AcceptanceEnd.EXPIRED.value, AcceptanceEnd.GRAVER.value)
        return tuple(acceptance(row) for _, row in sorted(newest.items()) if row.end in told)

    def _mine(self, scope: SiteScope) -> QuerySet[AcceptanceRow]:
        if scope.everything:
            return self._rows.all()
        sites = SiteRow._base_manager.using(self._link.alias).filter(within(scope, "id", "owner_id"))
        return self._rows.filter(site__in=sites.values("id"))


def acceptance(row: AcceptanceRow) -> Acceptance:
    """The value of a row."""
    return Acceptance(
        id=row.pk, site=row.site, device=row.device, control=row.control, severity=Severity(row.severity),
        reason=row.reason, by=row.by, at=row.at, until=row.until, ended_at=row.ended_at,
        end=AcceptanceEnd(row.end) if row.end else None, ended_by=row.ended_by, end_reason=row.end_reason,
        version=row.version,
    )  # fmt: skip


def _key_of(row: AcceptanceRow) -> tuple[str, str, str]:
    return row.site, row.device, row.control


def _key(row: FindingRow) -> tuple[str, str, str]:
    return row.site, row.device, row.control
