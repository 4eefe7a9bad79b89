"""What the first release had put on record gets customers, counters and an index of words, on SQLite and PostgreSQL."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db.migrations.executor import MigrationExecutor

from fushinban.model.control import Outcome
from fushinban.model.listing import FacetBy, FindingsQuery, HitKind
from fushinban.model.overview import CoverageCounts
from fushinban.model.rights import EVERYTHING
from fushinban.record._inspection_result import pack_result
from fushinban.record.codec import encode
from fushinban.record.connection import Link
from fushinban.record.setup import _configure, _place, open_store
from record.console_samples import ALONE, CAM, HILL, SEA, SEA_TWO, USUAL, result
from record.samples import START


def _first_release(url: str) -> tuple[Link, Any]:
    place = _place(url, 15)
    if place.file is not None:
        place.file.parent.mkdir(parents=True, exist_ok=True)
    _configure(place)
    link = Link(place.alias, place.shown)
    executor = MigrationExecutor(link.connection)
    executor.migrate([("record", "0001_initial")])
    apps = executor.loader.project_state([("record", "0001_initial")]).apps
    return link, lambda name: apps.get_model("record", name)._base_manager.using(place.alias)


def _fill(rows: Any) -> None:
    for site in (SEA, SEA_TWO, HILL, ALONE):
        rows("SiteRow").create(
            id=site.id, name=site.name, customer=site.customer, kind=site.kind.value, payload=encode(site),
            authorisation="", saved_at=START,
        )  # fmt: skip
    for number, site in enumerate((SEA, HILL, SEA)):
        plain = result(site, USUAL[: 6 - number], minutes=number)
        row = rows("InspectionRow").create(
            id=f"i{number}", site_id=site.id, kind=plain.kind.value, started_at=plain.started_at,
            ended_at=plain.ended_at, device_count=2, fail_count=3, site_payload=encode(site), authorisation="",
            result=pack_result(plain),
        )  # fmt: skip
        for position, f in enumerate(plain.findings):
            rows("FindingRow").create(
                inspection=row, position=position, site=site.id, device=f.device, control=f.control,
                outcome=f.outcome.value, severity=f.severity.value, at=f.at, payload=encode(f),
            )  # fmt: skip
        for record in plain.records if number < 2 else ():
            d = record.device
            rows("DeviceRow").create(
                site_id=site.id, device=d.id, kind=d.kind.value, maker=d.maker, model=d.model, firmware="",
                address=d.address, mac=d.mac, payload=encode(d),
            )  # fmt: skip
    rows("DocumentRow").create(
        site=SEA.id, inspection="i0", kind="report", path="/x/渋谷の報告書.pdf", sha256="ab", made_at=START
    )


def test_what_the_first_release_kept_is_counted_and_found(database_url: str, tmp_path: Path) -> None:
    link, rows = _first_release(database_url)
    _fill(rows)
    link.close()
    with open_store(database_url, data_dir=tmp_path / "data") as store:
        assert [c.name for c in store.customers.all()] == sorted([SEA.customer, HILL.customer])
        assert store.customers.of_site(SEA_TWO.id) == store.customers.of_site(SEA.id)
        assert store.sites.owner(ALONE.id) is None
        totals = store.overview.totals(EVERYTHING)
        assert (totals.sites, totals.never_inspected, totals.devices) == (4, 2, 4)
        assert (totals.outcomes.failed, totals.outcomes.unknown) == (5, 2)
        state = store.overview.site(EVERYTHING, SEA.id)
        assert state is not None
        # The newer of its two inspections counts.
        assert (state.inspection, state.outcomes.all, state.coverage) == ("i2", 4, CoverageCounts(verified=1))
        failing = store.findings.search(EVERYTHING, FindingsQuery(outcomes=frozenset({Outcome.FAIL}), maker="Example"))
        assert {(f.finding.site, f.inspection) for f in failing.items} == {(SEA.id, "i2"), (HILL.id, "i1")}
        assert failing.total == len(failing.items) == 4
        assert {f.value for f in store.findings.facets(EVERYTHING, FacetBy.MAKER)} == {"Example", "Ｐａｎｏｒａｍａ"}
        kinds = [h.kind for h in store.search.find(EVERYTHING, "渋谷")]
        assert kinds == [HitKind.SITE, HitKind.DEVICE, HitKind.DEVICE, HitKind.DOCUMENT]
        (customer,) = store.search.find(EVERYTHING, "丘", kinds=frozenset({HitKind.CUSTOMER}))
        assert customer.title == HILL.customer
        assert [line.id for line in store.inspections.page(EVERYTHING).items] == ["i2", "i1", "i0"]
        line = store.devices.line(EVERYTHING, SEA.id, CAM)
        assert line is not None
        assert line.failed == 2
        assert store.overview.expire(START + timedelta(days=9999)) == 0
