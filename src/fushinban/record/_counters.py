"""Counters of sites and their sums, so that no page counts findings: counted anew per site, from what is on record.

Whoever changes what is counted calls `recount` in the same piece of work. A site notes what it added to the sums; a new
count takes exactly that away again, so that the sums cannot drift.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import orjson
from django.db.models import QuerySet

from fushinban.model.control import Severity
from fushinban.model.device import DeviceKind
from fushinban.model.finding import Coverage, CoverageState
from fushinban.model.overview import EXPOSURE_CONTROLS, OutcomeCounts
from fushinban.record import _accepted
from fushinban.record._console_rows import SiteShareRow, SiteStateRow, TallyRow
from fushinban.record._prepared import Given, Prepared
from fushinban.record._ranks import OPEN, TOLD_APART, name_of, outcome_counts, severity_of, state_of
from fushinban.record.connection import Link
from fushinban.record.models import DeviceRow, FindingRow, InspectionRow

#: Stand where there is no moment, so that every row has its place in an order.
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
FAR_AWAY = datetime(9000, 1, 1, tzinfo=UTC)

#: The sums over all sites are spread over this many rows, so that two inspections that end together seldom wait.
_SPREAD = 8
_AT_ONCE = 50
#: Sites that `Counters.waiting` names at most.
MOST_WAITING = 200
_STEP = 1_000_000
_NEVER, _UNSURE, _FINE = 5, 6, 7

Share = dict[tuple[str, str], int]
_Seen = tuple[str, str, str, int]  # device, control, maker, rank

_OUTCOMES = (
    "failed", "accepted", "unknown", "error", "passed", "not_applicable", "critical", "high", "medium", "low", "info",
)  # fmt: skip
_STATE = (
    "owner", "urgency", "devices", "cameras", "recorders", *_OUTCOMES, "changes", "exposed", "exposed_by", "verified",
    "answered", "could_not", "without_use", "inspection", "inspected_at", "recount_at",
)  # fmt: skip
_DEVICE = ("failed", "accepted", "unknown", "error", "worst")
_COVERAGE = {
    "verified": CoverageState.VERIFIED, "answered": CoverageState.ANSWERED, "could_not": CoverageState.COULD_NOT,
    "without_use": CoverageState.NOT_APPLICABLE,
}  # fmt: skip
#: The field of `CoverageCounts` for each coverage state.
STATE_COLUMNS = {
    CoverageState.VERIFIED: "verified", CoverageState.ANSWERED: "answered", CoverageState.COULD_NOT: "could_not",
    CoverageState.NOT_APPLICABLE: "not_applicable",
}  # fmt: skip

ALL_BUCKETS = tuple(f"e{n}" for n in range(_SPREAD))


def customer_bucket(owner: int | None) -> str:
    """The bucket of one customer's sites."""
    return f"o{owner or 0}"


def worst_of(urgency: int) -> Severity | None:
    """The worst severity of an open failure, from a site's urgency."""
    level = urgency // _STEP
    return tuple(Severity)[level] if level < _NEVER else None


def coverage_json(coverage: Coverage) -> str:
    """What the counters need of an inspection's coverage, as its row keeps it: how many, and which controls."""
    said: dict[str, object] = {name: coverage.count(state) for name, state in _COVERAGE.items()}
    which: dict[str, list[str]] = {}
    for control, state in sorted(coverage.states.items()):
        which.setdefault(state, []).append(control)
    return orjson.dumps(said | {"controls": which}).decode()


def coverage_states(said: str) -> Iterable[tuple[str, str]]:
    """Control and state of what `coverage_json` wrote; nothing of a row written before it named controls."""
    which: Mapping[str, Sequence[str]] = orjson.loads(said).get("controls", {}) if said else {}
    return [(control, state) for state, controls in which.items() for control in controls]


class Counters:
    """Keeps the counters of one database."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._states = SiteStateRow._base_manager.using(link.alias)
        self._shares = SiteShareRow._base_manager.using(link.alias)
        self._inspections = InspectionRow._base_manager.using(link.alias)
        self._devices = DeviceRow._base_manager.using(link.alias)
        self._findings = FindingRow._base_manager.using(link.alias)

    def lock(self, sites: Iterable[str]) -> list[SiteStateRow]:
        """The rows of these sites, held until the end of this writing, always in the same order."""
        rows = self._states.select_for_update().filter(site_id__in=sorted(set(sites)))
        return list(rows.order_by("site_id"))

    def recount(self, sites: Iterable[str], now: datetime, seen: Sequence[_Seen] | None = None) -> None:
        """Count these sites anew. `seen`: the current findings of the one site, where the caller has them at hand."""
        wanted = sorted(set(sites))
        with self._link.joining():
            rows = self.lock(wanted)
            deltas: Counter[tuple[str, str, str]] = Counter()
            for start in range(0, len(rows), _AT_ONCE):
                self._count(rows[start : start + _AT_ONCE], now, seen, deltas)
            self._add(deltas)

    def _count(
        self, rows: Sequence[SiteStateRow], now: datetime, seen: Sequence[_Seen] | None, deltas: Counter[Any]
    ) -> None:
        sites = [row.site_id for row in rows]
        ends = _accepted.expire(self._link, sites, now)
        findings = {sites[0]: list(seen)} if seen is not None else self._seen(sites)
        devices = self._device_rows(sites)
        newest = self._newest(sites)
        old = {row.site_id: row for row in self._shares.filter(site_id__in=sites)}
        shares, states, counted = [], [], list[tuple[Any, ...]]()
        for row in rows:
            mine = findings.get(row.site_id, [])
            counted += _device_counts(devices.get(row.site_id, []), mine)
            self._fill(row, mine, devices.get(row.site_id, []), newest.get(row.site_id), ends.get(row.site_id))
            share = _share(row, mine, newest[row.site_id][3] if row.site_id in newest else "")
            buckets = (ALL_BUCKETS[zlib.crc32(row.site_id.encode()) % _SPREAD], customer_bucket(row.owner))
            before = old.get(row.site_id)
            if before is not None:
                _move(deltas, before.buckets.split(), _read(before.payload), -1)
            _move(deltas, buckets, share, 1)
            shares.append((row.site_id, " ".join(buckets), _write(share)))
            states.append((*(self._plain(getattr(row, name)) for name in _STATE), row.site_id))
        self._link.update(DeviceRow, _DEVICE, counted)
        self._link.update(SiteStateRow, _STATE, states, key="site_id")
        self._keep_shares(shares, set(old))

    def _plain(self, value: Any) -> Any:
        return self._link.moment(value) if isinstance(value, datetime) else value

    def _seen(self, sites: Sequence[str]) -> dict[str, list[_Seen]]:
        found: dict[str, list[_Seen]] = {}
        rows = self._findings.filter(site__in=sites, current=True).order_by()
        for site, *seen in rows.values_list("site", "device", "control", "maker", "rank"):
            found.setdefault(site, []).append(tuple(seen))
        return found

    def _device_rows(self, sites: Sequence[str]) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        rows = self._devices.filter(site_id__in=sites).order_by()
        for site, *row in rows.values_list("site_id", "pk", "device", "kind", "ignored", *_DEVICE):
            found.setdefault(site, []).append(row)
        return found

    def _newest(self, sites: Sequence[str]) -> dict[str, tuple[str, datetime, int, str]]:
        """Number, end, changes and coverage of each site's newest finished inspection."""
        found = {}
        rows = self._inspections.filter(site_id__in=sites, ended_at__isnull=False).order_by("started_at", "id")
        for site, number, ended, changes, coverage in rows.values_list(
            "site_id", "id", "ended_at", "change_count", "outcomes"
        ):
            found[site] = (number, ended, changes, coverage)
        return found

    def _fill(
        self, row: SiteStateRow, seen: Sequence[_Seen], devices: Sequence[Any], newest: Any, end: datetime | None
    ) -> None:
        kinds = Counter(kind for _, _, kind, ignored, *_ in devices if not ignored)
        row.devices, row.cameras = sum(kinds.values()), kinds[DeviceKind.CAMERA.value]
        row.recorders = kinds[DeviceKind.RECORDER.value]
        counts = outcome_counts(Counter(rank for *_, rank in seen).items())
        for name in _OUTCOMES:
            setattr(row, name, getattr(counts, name))
        open_ways = Counter(c for _, c, _, rank in seen if c in EXPOSURE_CONTROLS and state_of(rank) == OPEN)
        row.exposed, row.exposed_by = sum(open_ways.values()), " ".join(sorted(open_ways))
        row.inspection, row.inspected_at, row.changes, coverage = newest or ("", LONG_AGO, 0, "")
        said = orjson.loads(coverage) if coverage else {}
        for name in _COVERAGE:
            setattr(row, name, said.get(name, 0))
        row.urgency = _urgency(counts, newest is not None)
        row.recount_at = end

    def _keep_shares(self, shares: Sequence[tuple[str, str, bytes]], known: set[str]) -> None:
        columns = ("site_id", "buckets", "payload")
        self._link.insert(SiteShareRow, columns, [s for s in shares if s[0] not in known])
        changed = [(buckets, payload, site) for site, buckets, payload in shares if site in known]
        self._link.update(SiteShareRow, columns[1:], changed, key="site_id")

    def _add(self, deltas: Mapping[tuple[str, str, str], int]) -> None:
        """Add to the sums, always in the same order: two that add to the same rows wait, but never for each other."""
        changed = sorted((key, amount) for key, amount in deltas.items() if amount)
        table = TallyRow._meta.db_table
        with self._link.connection.cursor() as cursor:
            for start in range(0, len(changed), 240):
                some = changed[start : start + 240]
                cursor.execute(
                    f"INSERT INTO {table} (bucket, dimension, value, amount) VALUES "  # noqa: S608 - own names
                    + ", ".join(["(%s, %s, %s, %s)"] * len(some))
                    + " ON CONFLICT (bucket, dimension, value) DO UPDATE SET"
                    f" amount = {table}.amount + excluded.amount",
                    list(chain.from_iterable((*key, amount) for key, amount in some)),
                )

    def due(self, site: str, moment: datetime | None, what: str) -> None:
        """Note what is due next at a site."""
        self._states.filter(site_id=site).update(next_due=moment or FAR_AWAY, due_what=what)

    def stale(self, sites: Sequence[str] | None = None) -> None:
        """Have these sites (None: all) counted anew when somebody next looks."""
        rows = self._states.all() if sites is None else self._states.filter(site_id__in=sites)
        rows.update(recount_at=LONG_AGO)

    def waiting(self, now: datetime, most: int) -> list[tuple[str, datetime]]:
        """Sites to be counted anew by now, and since when; at most `MOST_WAITING` at a time."""
        rows = _waiting.rows(self._link.connection, now=self._link.moment(now))
        return [(site, at) for site, at in rows[:most] if at is not None]


@Prepared
def _waiting(alias: str) -> QuerySet[Any, Any]:
    due = SiteStateRow._base_manager.using(alias).filter(recount_at__lte=Given("now")).order_by("recount_at")
    return due.values_list("site_id", "recount_at")[:MOST_WAITING]


def is_stale(recount_at: datetime) -> bool:
    """Whether a site waits because nothing was ever counted, not because an acceptance ended."""
    return recount_at < LONG_AGO + timedelta(days=1)


def _urgency(counts: OutcomeCounts, inspected: bool) -> int:
    """Smaller is worse: the worst open severity, then how many; then what nobody has looked at or could tell."""
    worst = counts.worst
    if worst is not None:
        level, number = tuple(Severity).index(worst), int(getattr(counts, worst.value))
    elif not inspected:
        level, number = _NEVER, 0
    else:
        unsure = counts.unknown + counts.error
        level, number = (_UNSURE, unsure) if unsure else (_FINE, 0)
    return level * _STEP + _STEP - 1 - min(number, _STEP - 1)


def _share(row: SiteStateRow, seen: Sequence[_Seen], coverage: str) -> Share:
    """What the site adds to the sums: numbers (n), findings by rank (r), by control (c) and by maker (m), and how each
    control ended (v)."""
    numbers = {
        "sites": 1, "never": not row.inspection, "failing": row.failed > 0, "critical": row.critical > 0,
        "unknown": row.unknown + row.error > 0, "changed": row.changes > 0, "exposed": row.exposed > 0,
        "devices": row.devices, "cameras": row.cameras, "recorders": row.recorders, "changes": row.changes,
        "ways": row.exposed,
    }  # fmt: skip
    share = {("n", name): int(number) for name, number in numbers.items() if number}
    ranks, controls, makers = Counter[int](), Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    for _, control, maker, rank in seen:
        ranks[rank] += 1
        if rank < TOLD_APART:
            controls[control, rank] += 1
            makers[maker, rank] += bool(maker)
    share.update({("r", str(rank)): number for rank, number in ranks.items()})
    share.update({("v", f"{state} {control}"): 1 for control, state in coverage_states(coverage)})
    for dimension, counted in (("c", controls), ("m", makers)):
        share.update({(dimension, f"{rank} {value}"): n for (value, rank), n in counted.items() if n})
    return share


def _device_counts(devices: Sequence[Any], seen: Sequence[_Seen]) -> list[tuple[Any, ...]]:
    """New counters of those devices whose counters change, each with the row's number."""
    counts: dict[str, Counter[str]] = {}
    worst: dict[str, int] = {}
    for device, _, _, rank in seen:
        if rank < TOLD_APART and device:
            counts.setdefault(device, Counter())[name_of(rank)] += 1
            if state_of(rank) == OPEN:
                worst[device] = min(worst.get(device, rank), rank)
    changed = []
    for number, device, _, _, *old in devices:
        mine = counts.get(device, Counter())
        new: list[int | str] = [mine[name] for name in _DEVICE[:-1]]
        new.append(severity_of(worst[device]).value if device in worst else "")
        if new != old:
            changed.append((*new, number))
    return changed


def _move(deltas: Counter[Any], buckets: Iterable[str], share: Share, sign: int) -> None:
    for bucket in buckets:
        for (dimension, value), number in share.items():
            deltas[bucket, dimension, value] += sign * number


def _write(share: Share) -> bytes:
    return zlib.compress(orjson.dumps([[d, v, n] for (d, v), n in share.items()]), 1)


def _read(payload: bytes | memoryview) -> Share:
    return {(d, v): n for d, v, n in orjson.loads(zlib.decompress(payload))}
