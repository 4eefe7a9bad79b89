"""Fills a database with many inspected sites: `python benchmarks/console_data.py --sites 1000 URL`.

One inspection of pretend cameras is really made; every site then gets its devices, readings, sheets and findings under
names of its own. The rows are what the stores write, made by the same functions but many at once, without the marks by
which tampering is found; counters are counted by the store itself. All names are invented.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from inspection import lab

from fushinban import clock
from fushinban.model.control import Outcome
from fushinban.model.device import DeviceKind, Target
from fushinban.model.finding import Finding
from fushinban.model.inspection import DeviceRecord, Inspection
from fushinban.model.listing import FindingsQuery
from fushinban.model.rights import EVERYTHING
from fushinban.model.site import InspectionKind, Site, SiteKind
from fushinban.record.setup import open_store
from fushinban.record.store import Store

DEVICES = 20
OF_SITE = 60
OF_DEVICE = 7
_TOGETHER = 50
_PLACES = (
    "渋谷", "新宿", "池袋", "上野", "品川", "横浜", "川崎", "千葉", "大宮", "札幌", "仙台", "名古屋", "京都", "大阪",
    "神戸", "広島", "福岡", "那覇", "金沢", "新潟", "静岡", "岡山", "高松", "熊本",
)  # fmt: skip
_KINDS_OF_PLACE = ("駅前店", "倉庫", "本社", "マンション", "工場", "病院", "小学校", "駐車場", "支店", "物流センター")
_MAKERS = (
    ("Example Camera", 45), ("Sample Vision", 25), ("Muster Optik", 15), ("Modele Secur", 9), ("Ejemplo", 5),
    ("Rarely", 1),
)  # fmt: skip
_ROLES = (DeviceKind.RECORDER, DeviceKind.ROUTER, DeviceKind.SWITCH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What was really inspected, cut into what a site is made of."""

    inspection: Inspection
    of_site: tuple[Finding, ...]
    of_device: tuple[tuple[Finding, ...], ...]


def real_inspection(devices: int = DEVICES) -> Inspection:
    """Inspect pretend cameras of the lab with the command line, and read the result back."""
    with lab(devices, 0) as handle, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = re.sub(r"(?m)^methods = .*$", 'methods = ["listed"]', handle.site_toml)
        text = re.sub(r"(?m)^tests = .*$", 'tests = ["discovery", "ports", "read", "anonymous"]', text)
        (folder / "SITE.toml").write_text(text + "\n[limits]\nport_gap = 0.0\n", encoding="utf-8")
        command = [sys.executable, "-m", "fushinban", "inspect", str(folder / "SITE.toml"), "--data", str(folder / "d")]
        done = subprocess.run(command, env={**os.environ, **handle.environment}, capture_output=True, check=False)  # noqa: S603 - ours
        with open_store(data_dir=folder / "d") as store:
            found = store.inspections.newest("benchmark")
    if found is None or not all(record.reached for record in found.records):
        raise SystemExit(f"the pattern could not be made: {done.stderr.decode()[-2000:]}")
    return found


def pattern() -> Pattern:
    """The pattern of all sites."""
    inspection = real_inspection()
    mine = {r.device.id: tuple(f for f in inspection.findings if f.device == r.device.id) for r in inspection.records}
    return Pattern(
        inspection=inspection,
        of_site=tuple(f for f in inspection.findings if not f.device),
        of_device=tuple(mine[r.device.id] for r in inspection.records),
    )


class Filler:
    """Fills one store from a pattern; the same seed gives the same sites."""

    def __init__(self, store: Store, base: Pattern, sites: int) -> None:
        self._store = store
        self._base = base
        self._count = sites
        self._random = random.Random(20261123)  # noqa: S311 - invented data
        self._now = clock.now()

    def fill(self) -> None:
        """All sites, then acceptances and what is due."""
        begun = time.monotonic()
        for first in range(0, self._count, _TOGETHER):
            self._some(range(first, min(first + _TOGETHER, self._count)))
            if first % 1000 == 0:
                print(f"{first} sites, {time.monotonic() - begun:.0f} s", file=sys.stderr)
        self._accept()

    def _some(self, numbers: Sequence[int]) -> None:
        from console_rows import Rows  # noqa: PLC0415 - the store is open now, and Django set up

        made = [self._inspection(number) for number in numbers]
        with self._store.together():
            owners = {i.site.id: self._store.customers.named(i.site.customer) for i in made}
            rows = Rows(self._store, {site: owner.id for site, owner in owners.items() if owner})
            for inspection in made:
                rows.add(inspection, self._now + timedelta(days=self._random.uniform(-10, 90)))
            rows.write()
            self._store.overview.recount(*(i.site.id for i in made))

    def _inspection(self, number: int) -> Inspection:
        site = self._site(number)
        started = self._now - timedelta(days=self._random.uniform(0, 120))
        records = tuple(self._record(site, n, started) for n in range(DEVICES))
        findings = tuple(self._findings(site, started, records))
        base = self._base.inspection
        groups = dict(zip((r.device.id for r in records), base.discovery.groups.values(), strict=False))
        discovery = replace(base.discovery, devices=tuple(r.device for r in records), groups=groups)
        return replace(
            base, site=site, records=records, findings=findings, discovery=discovery, started_at=started,
            ended_at=started + timedelta(minutes=7), kind=InspectionKind.PERIODIC,
        )  # fmt: skip

    def _site(self, number: int) -> Site:
        chosen = self._random
        # One chain has a tenth of all sites, the others have nine on average.
        chain = chosen.random() < 0.1
        customer = "架空チェーン本部" if chain else f"架空施主{chosen.randrange(max(1, self._count // 10)):04d}株式会社"
        name = f"{chosen.choice(_PLACES)}{chosen.choice(_KINDS_OF_PLACE)}{number:05d}"
        kinds, weights = tuple(SiteKind), (40, 15, 15, 8, 6, 6, 5, 1, 4)
        kind = chosen.choices(kinds, weights)[0]
        return Site(
            id=f"site-{number:05d}", name=name, customer=customer, kind=kind, details={"address": f"架空市{number}番地"}
        )

    def _record(self, site: Site, n: int, moment: datetime) -> DeviceRecord:
        base = self._base.inspection.records[n]
        maker = self._random.choices([m for m, _ in _MAKERS], [w for _, w in _MAKERS])[0]
        kind = _ROLES[n] if n < len(_ROLES) else DeviceKind.CAMERA
        serial = f"{self._random.randrange(10**12):012d}"
        device = replace(
            base.device, site=site.id, maker=maker, kind=kind,
            model=f"EX-{self._random.randrange(100, 140)}{'RNS'[n % 3]}", name=f"{site.name} {kind.label.ja}{n:02d}",
            serial=serial, mac="00:00:5e:" + ":".join(serial[i : i + 2] for i in (0, 2, 4)),
            target=Target(address=f"192.0.2.{n + 1}"), first_seen=moment, last_seen=moment,
        )  # fmt: skip
        # The sheets say nothing of the site: kept as they are, each is packed once and not ten thousand times.
        return replace(base, device=device)

    def _findings(self, site: Site, moment: datetime, records: Sequence[DeviceRecord]) -> Iterator[Finding]:
        for finding in self._base.of_site[:OF_SITE]:
            yield replace(finding, site=site.id, at=moment, outcome=self._outcome(finding))
        for record, mine in zip(records, self._base.of_device, strict=True):
            for finding in self._random.sample(mine, OF_DEVICE):
                yield replace(finding, site=site.id, device=record.device.id, at=moment, outcome=self._outcome(finding))

    def _outcome(self, finding: Finding) -> Outcome:
        """The lab's devices are better kept than most: one judgement in six is turned into a failure."""
        return Outcome.FAIL if self._random.random() < 1 / 6 else finding.outcome

    def _accept(self) -> None:
        """One failure in some hundred is accepted, in a few large actions."""
        numbers = self._store.findings.numbers(EVERYTHING, FindingsQuery(outcomes=frozenset({Outcome.FAIL})), 4000)
        until = clock.now() + timedelta(days=180)
        for first in range(0, len(numbers), 500):
            some = [n for n in numbers[first : first + 500] if n % 2]
            self._store.acceptances.accept(EVERYTHING, some, reason="交換を待つ（架空）", by="架空の担当", until=until)


def main() -> None:
    """Fill the database of a URL."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--sites", type=int, default=100)
    given = parser.parse_args()
    begun = time.monotonic()
    base = pattern()
    print(f"pattern: {len(base.of_site)} findings of the site, {len(base.of_device[0])} of a device", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder, open_store(given.url, data_dir=Path(folder)) as store:
        Filler(store, base, given.sites).fill()
        totals = store.overview.totals(EVERYTHING)
    took = time.monotonic() - begun
    print(f"{totals.sites} sites, {totals.devices} devices, {totals.outcomes.all} findings: {took:.0f} s")


if __name__ == "__main__":
    main()
