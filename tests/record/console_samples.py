"""Invented sites of two customers for the tests of the console's store."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import connections
from django.test.utils import CaptureQueriesContext

from fushinban.model.control import Outcome, Severity
from fushinban.model.device import DeviceKind, Target
from fushinban.model.finding import Finding
from fushinban.model.inspection import DeviceRecord, Inspection
from fushinban.model.site import InspectionKind, Site, SiteKind
from fushinban.record.store import Store
from record.samples import AUTHORISATION, START, finding, inspection

SEA = Site(id="sea-1", name="渋谷駅前店", customer="株式会社海", kind=SiteKind.SHOP)
SEA_TWO = Site(id="sea-2", name="横浜倉庫", customer="株式会社海", kind=SiteKind.FACTORY)
HILL = Site(id="hill-1", name="山の手マンション", customer="丘管理組合", kind=SiteKind.CONDOMINIUM)
ALONE = Site(id="alone", name="持ち主なし", customer="", kind=SiteKind.OTHER)


def result(site: Site, outcomes: Sequence[tuple[str, str, Outcome, Severity]], minutes: int = 0) -> Inspection:
    """A finished inspection of two devices with these findings: (device, control, outcome, severity)."""
    plain = inspection("", count=2, minutes=minutes)
    records = tuple(_record(r, site, n) for n, r in enumerate(plain.records))
    findings = tuple(_finding(site, *wanted) for wanted in outcomes)
    groups = dict(zip((r.device.id for r in records), plain.discovery.groups.values(), strict=True))
    discovery = replace(plain.discovery, devices=tuple(r.device for r in records), groups=groups)
    return replace(plain, site=site, records=records, findings=findings, discovery=discovery)


def _record(record: DeviceRecord, site: Site, number: int) -> DeviceRecord:
    maker = ("Example", "Ｐａｎｏｒａｍａ")[number % 2]
    kind = (DeviceKind.CAMERA, DeviceKind.RECORDER)[number % 2]
    camera = replace(
        record.device, site=site.id, maker=maker, kind=kind, model=f"DS-2CD{number}143",
        name=f"{site.name} カメラ{number}", mac=f"00:00:5e:00:53:{number:02x}", serial=f"{site.id.upper()}-{number:04}",
        target=Target(address=f"192.0.2.{number + 10}"),
    )  # fmt: skip
    return replace(record, device=camera)


def _finding(site: Site, device_id: str, control: str, outcome: Outcome, severity: Severity) -> Finding:
    return replace(finding(0, outcome, control), site=site.id, device=device_id, severity=severity)


def inspected(store: Store, plain: Inspection) -> str:
    """Put a finished inspection on record, as a job does; its id."""
    number = store.inspections.begin(plain.site, InspectionKind.PERIODIC, AUTHORISATION, plain.started_at)
    store.devices.save(r.device for r in plain.records)
    store.inspections.finish(replace(plain, id=number))
    return number


CAM, REC = "cam-000", "cam-001"
F, P, U, N = Outcome.FAIL, Outcome.PASS, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE
USUAL = (
    ("", "G-3.5-0a", P, Severity.MEDIUM),
    ("", "G-3.6-2", U, Severity.LOW),
    (CAM, "G-2.1-2", F, Severity.HIGH),
    (CAM, "G-3.4-4a", F, Severity.CRITICAL),
    (REC, "G-2.1-2", F, Severity.HIGH),
    (REC, "G-3.4-5a", N, Severity.MEDIUM),
)


def three_sites(store: Store) -> None:
    """Two customers, three sites inspected, one that never was."""
    inspected(store, result(SEA, USUAL))
    inspected(store, result(SEA_TWO, USUAL[:3], minutes=1))
    inspected(store, result(HILL, USUAL[2:4], minutes=2))
    store.sites.save(ALONE)


def later(days: float) -> Any:
    """Days after the samples' beginning."""
    return START + timedelta(days=days)


@contextmanager
def queries(store: Store) -> Iterator[CaptureQueriesContext]:
    """What the store asks of the database meanwhile."""
    with CaptureQueriesContext(connections[store._link.alias]) as captured:
        yield captured
