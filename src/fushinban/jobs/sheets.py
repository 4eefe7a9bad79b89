"""Parameter sheets of a site: shown, adopted as a stage, written to a workbook."""

from dataclasses import replace
from pathlib import Path

from fushinban import clock
from fushinban.errors import Conflict, InputError
from fushinban.jobs.documents import write_whole
from fushinban.model.device import Device
from fushinban.model.sheet import ParameterSheet, Stage
from fushinban.model.text import Lang, say
from fushinban.record.store import Store
from fushinban.reports import reports


def of_site(store: Store, site_id: str, wanted: str | None) -> dict[str, dict[Stage, ParameterSheet]]:
    """Newest sheets by device title; only of the device with this id or address when given."""
    sheets = store.sheets.newest_of_site(site_id)
    return {
        f"{d.title} ({d.target.key})": dict(sheets[d.id])
        for d in _devices(store, site_id, wanted)
        if d.id in sheets
    }  # fmt: skip


def adopt(store: Store, site_id: str, stage: Stage, wanted: str | None, by: str) -> int:
    """Record the settings read last as another stage; how many devices. ACTUAL itself cannot be adopted."""
    _intended(stage)
    count = 0
    sheets = store.sheets.newest_of_site(site_id)
    for device in _devices(store, site_id, wanted):
        actual = sheets.get(device.id, {}).get(Stage.ACTUAL)
        if actual is not None:
            store.sheets.save(site_id, _as(actual, stage, by))
            count += 1
    return count


def adopt_device(store: Store, site_id: str, device_id: str, stage: Stage, by: str, *, seen: str | None) -> bool:
    """The same for one device; False where that stage says the same already.

    `seen`: the digest of the settings that the person looked at. Raises Conflict where others were read meanwhile.
    """
    _intended(stage)
    actual = store.sheets.newest(site_id, device_id).get(Stage.ACTUAL)
    if actual is None:
        raise InputError(say("sheets.nothing-read"))
    if seen is not None and seen != actual.digest:
        raise Conflict(say("sheets.read-meanwhile"))
    return store.sheets.save(site_id, _as(actual, stage, by))


def _intended(stage: Stage) -> None:
    if stage is Stage.ACTUAL:
        raise InputError(say("sheets.not-actual"))


def _as(actual: ParameterSheet, stage: Stage, by: str) -> ParameterSheet:
    return replace(actual, stage=stage, by=by, taken_at=clock.now())


def write_workbook(store: Store, site_id: str, path: Path, lang: Lang) -> None:
    """The workbook of the newest inspection, with the sheets as they stand now."""
    inspection = store.inspections.newest(site_id)
    if inspection is None:
        raise InputError(say("cli.no-inspection", site=site_id))
    sheets = store.sheets.newest_of_site(site_id)
    records = tuple(replace(r, sheets={**r.sheets, **sheets.get(r.device.id, {})}) for r in inspection.records)
    write_whole(path, reports()["settings"].make(replace(inspection, records=records), lang))


def _devices(store: Store, site_id: str, wanted: str | None) -> list[Device]:
    devices = store.devices.of(site_id)
    if wanted is None:
        return list(devices)
    found = [d for d in devices if wanted in {d.id, d.address, d.target.key}]
    if not found:
        raise InputError(say("cli.no-device", address=wanted, site=site_id))
    return found
