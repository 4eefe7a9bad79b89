"""Takes an edited workbook into the records: intended stages only, on top of what they already hold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from fushinban import clock
from fushinban.collect.flatten import digest_of
from fushinban.errors import InputError
from fushinban.model.facts import Section
from fushinban.model.sheet import Parameter, ParameterSheet, Stage
from fushinban.model.text import Text, say
from fushinban.record.store import Store
from fushinban.reports.workbook.manual import MANUAL, MANUAL_PREFIX
from fushinban.reports.workbook_reading import ParameterEdit, read_workbook


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of reading a workbook: how many devices have changed sheets, and what was passed over."""

    changed: int
    warnings: tuple[Text, ...]


def read_into(store: Store, site_id: str, path: Path, by: str) -> Taken:
    """Take the intended stages of an edited workbook into the records; what was observed is never overwritten."""
    content = read_workbook(path)
    if content.site_id != site_id:
        raise InputError(say("sheets.other-site", path=str(path), found=content.site_id, site=site_id))
    known = {d.id for d in store.devices.of(site_id)}
    changed = set()
    for (device, stage), edits in _by_sheet(content.parameters).items():
        if device in known and _keep(store, site_id, device, _Edited(stage=stage, edits=edits, by=by)):
            changed.add(device)
    return Taken(changed=len(changed), warnings=content.warnings)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edited:
    """The edits of one stage of one device, and who made them."""

    stage: Stage
    edits: tuple[ParameterEdit, ...]
    by: str


def _by_sheet(edits: Iterable[ParameterEdit]) -> Mapping[tuple[str, Stage], tuple[ParameterEdit, ...]]:
    found: dict[tuple[str, Stage], tuple[ParameterEdit, ...]] = {}
    for edit in edits:
        if edit.stage is not Stage.ACTUAL:
            key = edit.device, edit.stage
            found[key] = (*found.get(key, ()), edit)
    return found


def _keep(store: Store, site_id: str, device: str, edited: _Edited) -> bool:
    newest = store.sheets.newest(site_id, device)
    actual, stored = _parameters(newest.get(Stage.ACTUAL)), _parameters(newest.get(edited.stage))
    merged = {**stored, **{e.key: _parameter(e, actual, stored) for e in edited.edits}}
    parameters = tuple(merged.values())
    sheet = ParameterSheet(
        device=device,
        stage=edited.stage,
        taken_at=clock.now(),
        parameters=parameters,
        digest=digest_of(parameters),
        by=edited.by,
    )
    return store.sheets.save(site_id, sheet)


def _parameters(sheet: ParameterSheet | None) -> Mapping[str, Parameter]:
    return sheet.values() if sheet is not None else {}


def _parameter(edit: ParameterEdit, actual: Mapping[str, Parameter], stored: Mapping[str, Parameter]) -> Parameter:
    if edit.as_actual and edit.key in actual:
        return actual[edit.key]
    known = stored.get(edit.key) or actual.get(edit.key)
    if known is not None:
        return replace(known, value=edit.value, source="workbook")
    section, label = _MANUAL.get(edit.key, (Section.BASIC, Text(edit.key, edit.key)))
    return Parameter(key=edit.key, value=edit.value, label=label, section=section, source="workbook")


#: Section and label of the rows that only a person fills in.
_MANUAL = {f"{MANUAL_PREFIX}{name}": (section, label) for items in MANUAL.values() for name, section, label in items}
