"""What is known of a device stays with it when a person lists it."""

from datetime import UTC, datetime
from pathlib import Path

from fushinban.jobs.known_devices import carry_over, remember
from fushinban.model.device import Device, Target
from fushinban.model.discovery import DiscoverySummary, Group
from fushinban.model.sheet import ParameterSheet, Stage
from fushinban.model.site import Site, SiteKind
from fushinban.record.setup import open_store

AT = datetime(2026, 11, 1, tzinfo=UTC)


def device(id: str) -> Device:
    return Device(id=id, site="s", target=Target(address="192.0.2.7"))


def sheet(id: str, stage: Stage, digest: str) -> ParameterSheet:
    return ParameterSheet(device=id, stage=stage, taken_at=AT, parameters=(), digest=digest)


def test_the_installed_sheet_follows_the_device_to_its_listed_id(tmp_path: Path) -> None:
    summary = DiscoverySummary(devices=(device("gate"),), groups={"gate": Group.SAME}, renamed={"d-found": "gate"})
    with open_store(data_dir=tmp_path) as store:
        store.sites.save(Site(id="s", name="s", customer="c", kind=SiteKind.SHOP))
        store.devices.save([device("d-found")])
        store.sheets.save("s", sheet("d-found", Stage.INSTALLED, "installed"))
        store.sheets.save("s", sheet("d-found", Stage.ACTUAL, "earlier"))
        store.sheets.save("s", sheet("gate", Stage.ACTUAL, "now"))
        carry_over(store, "s", summary)
        remember(store, [device("d-found")], summary, summary.devices)
        sheets = store.sheets.newest("s", "gate")
        assert sheets[Stage.INSTALLED].digest == "installed"
        assert sheets[Stage.INSTALLED].device == "gate"
        assert sheets[Stage.ACTUAL].digest == "now", "what is there already is not replaced"
        assert [d.id for d in store.devices.of("s")] == ["gate"]
