"""How long the questions of the console's pages take: `python benchmarks/console_store.py URL…` (see console_data).

One reader after the other in one thread, each time with another site, customer, device or page. Milliseconds at the
median and the 95th percentile, and of processor time of this process (which with SQLite is all there is).
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from fushinban.model.control import Outcome, Severity
from fushinban.model.listing import DevicesQuery, FacetBy, FindingsQuery, FindingsSort, InspectionsQuery
from fushinban.model.overview import SiteNeed, SitesQuery, SitesSort
from fushinban.model.rights import EVERYTHING, SiteScope
from fushinban.model.site import SiteKind
from fushinban.record.setup import open_store
from fushinban.record.store import Store

Ask = Callable[[], object]
FAILING = frozenset({Outcome.FAIL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """One kind of question: milliseconds at the median, at the 95th percentile, and of processor time."""

    question: str
    median: float
    p95: float
    cpu: float


class Questions:
    """What pages ask, each time of somebody or something else."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._random = random.Random(7)  # noqa: S311 - choosing what to ask
        self._sites = [s.id for s in store.sites.list()]
        self._customers = [c.id for c in store.customers.all()]
        self._controls = [f.value for f in store.findings.facets(EVERYTHING, FacetBy.CONTROL)]
        self._makers = [f.value for f in store.findings.facets(EVERYTHING, FacetBy.MAKER)]

    def all(self) -> Iterator[tuple[str, Callable[[], Ask]]]:
        """Name and maker of each question."""
        for group in (self._overview(), self._findings(), self._things()):
            yield from group

    def _site(self) -> str:
        return self._random.choice(self._sites)

    def _scope(self) -> SiteScope:
        return SiteScope(customers=frozenset({self._random.choice(self._customers)}))

    def _overview(self) -> Iterator[tuple[str, Callable[[], Ask]]]:
        o = self._store.overview
        yield "overview: totals", lambda: lambda: o.totals(EVERYTHING)
        yield "overview: worst sites", lambda: lambda: o.sites(EVERYTHING)
        for sort in (SitesSort.NAME, SitesSort.DUE, SitesSort.OLDEST):
            yield f"overview: sites by {sort}", partial(partial, o.sites, EVERYTHING, SitesQuery(sort=sort))
        deep = self._deep(lambda c: o.sites(EVERYTHING, cursor=c))
        yield "overview: tenth page", lambda: lambda: o.sites(EVERYTHING, cursor=deep)
        yield "overview: text", lambda: lambda: o.sites(EVERYTHING, SitesQuery(text="渋谷 倉庫"))
        yield "overview: nothing found", lambda: lambda: o.sites(EVERYTHING, SitesQuery(text="どこにもない"))
        yield "overview: open to outside", lambda: lambda: o.sites(EVERYTHING, SitesQuery(need=SiteNeed.EXPOSED))
        yield "overview: one customer", self._with_scope(lambda s: (o.totals(s), o.sites(s)))
        yield "customers", lambda: lambda: self._store.customers.list(EVERYTHING)
        yield "site in numbers", self._with_site(lambda s: o.site(EVERYTHING, s))

    def _findings(self) -> Iterator[tuple[str, Callable[[], Ask]]]:
        search, pick = self._store.findings.search, self._random.choice

        def asked(**values: object) -> Ask:
            query = FindingsQuery(**values)  # type: ignore[arg-type] # values of the query
            return lambda: search(EVERYTHING, query)

        yield "findings: all", asked
        yield "findings: open failures", lambda: asked(outcomes=FAILING, accepted=False)
        yield (
            "findings: newest failures",
            lambda: lambda: search(EVERYTHING, FindingsQuery(outcomes=FAILING), sort=FindingsSort.NEWEST),
        )
        deep = self._deep(lambda c: search(EVERYTHING, FindingsQuery(outcomes=FAILING), cursor=c))
        yield "findings: tenth page", lambda: lambda: search(EVERYTHING, FindingsQuery(outcomes=FAILING), cursor=deep)
        yield "findings: severity", lambda: asked(severities=frozenset({Severity.CRITICAL, Severity.LOW}))
        yield "findings: accepted", lambda: asked(accepted=True)
        yield "findings: control", lambda: asked(control=pick(self._controls), outcomes=FAILING)
        yield "findings: maker", lambda: asked(maker=pick(self._makers), outcomes=FAILING)
        yield "findings: control and maker", lambda: asked(control=pick(self._controls), maker=pick(self._makers))
        yield "findings: customer", lambda: asked(customer=pick(self._customers), outcomes=FAILING)
        yield (
            "findings: customer and control",
            lambda: asked(customer=pick(self._customers), control=pick(self._controls)),
        )
        yield "findings: kind of place", lambda: asked(place=pick(tuple(SiteKind)))
        yield "findings: text", lambda: asked(text=self._site()[-4:])
        yield "findings: a customer's own", self._with_scope(lambda s: search(s, FindingsQuery(outcomes=FAILING)))
        yield "findings: by control", lambda: lambda: self._store.findings.facets(EVERYTHING, FacetBy.CONTROL)

    def _things(self) -> Iterator[tuple[str, Callable[[], Ask]]]:
        s = self._store
        yield "devices: all", lambda: lambda: s.devices.search(EVERYTHING)
        yield "devices: of a site", self._with_site(lambda x: s.devices.search(EVERYTHING, DevicesQuery(site=x)))
        yield (
            "devices: maker",
            lambda: lambda: s.devices.search(EVERYTHING, DevicesQuery(maker=self._random.choice(self._makers))),
        )
        for text in ("カメラ", "渋谷 倉庫", "EX-12", "00:00:5e:1", "ない言葉"):
            yield f"devices: {text}", partial(partial, s.devices.search, EVERYTHING, DevicesQuery(text=text))
        yield "search: 新宿", lambda: lambda: s.search.find(EVERYTHING, "新宿")
        yield "search: a site's id", self._with_site(partial(s.search.find, EVERYTHING))
        yield "search: a customer's own", self._with_scope(lambda x: s.search.find(x, "カメラ"))
        yield "inspections", lambda: lambda: s.inspections.page(EVERYTHING)
        yield "inspections: a customer's own", self._with_scope(s.inspections.page)
        yield "device: findings", self._with_device(lambda x, d: s.findings.of_device(EVERYTHING, x, d))
        yield "device: history", self._with_device(lambda x, d: s.findings.history(EVERYTHING, x, d))
        yield "device: sheets", self._with_device(s.sheets.newest)
        yield "device: readings", self._with_device(self._record)

    def _record(self, site: str, device: str) -> object:
        (line, *_) = self._store.inspections.page(EVERYTHING, InspectionsQuery(site=site), most=1).items
        return self._store.inspections.record(line.id, device)

    def _with_site(self, ask: Callable[[str], object]) -> Callable[[], Ask]:
        def make() -> Ask:
            site = self._site()
            return lambda: ask(site)

        return make

    def _with_device(self, ask: Callable[[str, str], object]) -> Callable[[], Ask]:
        def make() -> Ask:
            site = self._site()
            device = self._random.choice(self._store.devices.of(site)).id
            return lambda: ask(site, device)

        return make

    def _with_scope(self, ask: Callable[[SiteScope], object]) -> Callable[[], Ask]:
        def make() -> Ask:
            scope = self._scope()
            return lambda: ask(scope)

        return make

    @staticmethod
    def _deep(ask: Callable[[str | None], object]) -> str | None:
        """The cursor of the tenth page, or of the last there is."""
        cursor: str | None = None
        for _ in range(9):
            following = getattr(ask(cursor), "next", None)
            if following is None:
                break
            cursor = following
        return cursor


def measure(url: str, times: int) -> list[Timing]:
    """Ask everything so many times."""
    with tempfile.TemporaryDirectory() as folder, open_store(url, data_dir=Path(folder)) as store:
        timings = []
        for name, make in Questions(store).all():
            took, work = [], []
            for _ in range(times):
                ask = make()
                begun, busy = time.perf_counter(), time.process_time()
                ask()
                took.append((time.perf_counter() - begun) * 1000)
                work.append((time.process_time() - busy) * 1000)
            p95, median = statistics.quantiles(took, n=20)[-1], statistics.median(took)
            cpu = statistics.median(work)
            timings.append(Timing(question=name, median=round(median, 2), p95=round(p95, 2), cpu=round(cpu, 2)))
        return timings


def main() -> None:
    """A table for people on the screen, and JSON where asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("urls", nargs="+")
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found = {url: measure(url, given.times) for url in given.urls}
    columns = list(found.values())
    for row in zip(*columns, strict=True):
        print(f"{row[0].question:34}" + "".join(f"{t.median:9.1f}{t.p95:9.1f}{t.cpu:9.1f}" for t in row))
    if given.json is not None:
        plain = {url: [asdict(t) for t in timings] for url, timings in found.items()}
        given.json.write_text(json.dumps(plain, ensure_ascii=False, indent=1), encoding="utf-8")
    worst = max(t.p95 for timings in columns for t in timings)
    print(f"slowest at the 95th percentile: {worst:.1f} ms", file=sys.stderr)


if __name__ == "__main__":
    main()
