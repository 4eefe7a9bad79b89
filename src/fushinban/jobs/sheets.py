"""Parameter sheets of a site: shown, adopted as a stage, written to a workbook and read back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from fushinban import clock
from fushinban.collect.flatten import digest_of
from fushinban.errors import InputError
from fushinban.jobs.documents import write_whole
from fushinban.model.device import Device
from fushinban.model.facts import Section
from fushinban.model.sheet import Parameter, ParameterSheet, Stage
from fushinban.model.text import Lang, Text, say
from fushinban.record.store import Store
from fushinban.reports import reports
from fushinban.reports.workbook_reading import WorkbookContent, read_workbook


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of reading a workbook: devices whose sheets changed, and what was passed over."""

    changed: int
    warnings: tuple[Text, ...]


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
    if stage is Stage.ACTUAL:
        raise InputError(say("sheets.not-actual"))
    count = 0
    sheets = store.sheets.newest_of_site(site_id)
    for device in _devices(store, site_id, wanted):
        actual = sheets.get(device.id, {}).get(Stage.ACTUAL)
        if actual is not None:
            store.sheets.save(site_id, replace(actual, stage=stage, by=by, taken_at=clock.now()))
            count += 1
    return count


def write_workbook(store: Store, site_id: str, path: Path, lang: Lang) -> None:
    """The workbook of the newest inspection, with the sheets as they stand now."""
    inspection = store.inspections.newest(site_id)
    if inspection is None:
        raise InputError(say("cli.no-inspection", site=site_id))
    sheets = store.sheets.newest_of_site(site_id)
    records = tuple(replace(r, sheets={**r.sheets, **sheets.get(r.device.id, {})}) for r in inspection.records)
    write_whole(path, reports()["settings"].make(replace(inspection, records=records), lang))


def read_into(store: Store, site_id: str, path: Path, by: str) -> Taken:
    """Take the intended stages of an edited workbook into the records; what was observed is never overwritten."""
    content = read_workbook(path)
    if content.site_id != site_id:
        raise InputError(say("sheets.other-site", path=str(path), found=content.site_id, site=site_id))
    known = {d.id for d in store.devices.of(site_id)}
    changed = set()
    for (device, stage), values in _edits(content).items():
        if device in known and _keep(store, site_id, device, stage, values, by):
            changed.add(device)
    return Taken(changed=len(changed), warnings=content.warnings)


def _edits(content: WorkbookContent) -> Mapping[tuple[str, Stage], Mapping[str, str]]:
    edits: dict[tuple[str, Stage], dict[str, str]] = {}
    for edit in content.parameters:
        if edit.stage is not Stage.ACTUAL:
            edits.setdefault((edit.device, edit.stage), {})[edit.key] = edit.value
    return edits


def _keep(store: Store, site_id: str, device: str, stage: Stage, values: Mapping[str, str], by: str) -> bool:
    newest = store.sheets.newest(site_id, device)
    model = {**_parameters(newest.get(Stage.ACTUAL)), **_parameters(newest.get(stage))}
    parameters = tuple(_with_value(key, value, model.get(key)) for key, value in values.items() if value)
    sheet = ParameterSheet(
        device=device, stage=stage, taken_at=clock.now(), parameters=parameters, digest=digest_of(parameters), by=by
    )
    return bool(parameters) and store.sheets.save(site_id, sheet)


def _parameters(sheet: ParameterSheet | None) -> Mapping[str, Parameter]:
    return sheet.values() if sheet is not None else {}


def _with_value(key: str, value: str, known: Parameter | None) -> Parameter:
    if known is not None:
        return replace(known, value=value, source="workbook")
    return Parameter(key=key, value=value, label=Text(key, key), section=Section.BASIC, source="workbook")


def _devices(store: Store, site_id: str, wanted: str | None) -> list[Device]:
    devices = store.devices.of(site_id)
    if wanted is None:
        return list(devices)
    found = [d for d in devices if wanted in {d.id, d.address, d.target.key}]
    if not found:
        raise InputError(say("cli.no-device", address=wanted, site=site_id))
    return found
