"""The parameter sheets: every value of every device, factory, planned, installed and actual side by side."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from fushinban.clock import shown
from fushinban.model.device import DeviceKind
from fushinban.model.facts.base import Section
from fushinban.model.inspection import DeviceRecord
from fushinban.model.reading import Answer
from fushinban.model.sheet import Parameter, Stage
from fushinban.model.text import Lang, Text, say
from fushinban.reports.workbook.layout import MARKS, PARAMETER_SHEETS, device_cell, row_id
from fushinban.reports.workbook.manual import MANUAL, MANUAL_PREFIX

_BOOLEANS = ("true", "false")


def parameter_rows(records: Sequence[DeviceRecord], sheet: str, lang: Lang) -> Iterator[tuple[str, ...]]:
    """Rows of one parameter sheet, device by device, in the order of the sections."""
    for record in records:
        if PARAMETER_SHEETS[record.device.kind] == sheet:
            yield from _device_rows(record, lang)


def _device_rows(record: DeviceRecord, lang: Lang) -> Iterator[tuple[str, ...]]:
    stages = {stage: sheet.values() for stage, sheet in record.sheets.items()}
    # The order in which a device was read is the order of the facts; older sheets only add what is no longer there.
    known: dict[str, Parameter] = {}
    for stage in (Stage.ACTUAL, Stage.INSTALLED, Stage.PLANNED, Stage.FACTORY):
        for key, parameter in stages.get(stage, {}).items():
            known.setdefault(key, parameter)
    order = list(Section)
    for key, parameter in sorted(known.items(), key=lambda pair: order.index(pair[1].section)):
        if not key.startswith(MANUAL_PREFIX):
            yield _row(record, parameter, {s: v[key].value for s, v in stages.items() if key in v}, lang)
    yield from _unread(record, lang)
    yield from _manual(record, stages, lang)


def _row(record: DeviceRecord, parameter: Parameter, values: dict[Stage, str], lang: Lang) -> tuple[str, ...]:
    actual = record.sheets.get(Stage.ACTUAL)
    read = Stage.ACTUAL in values and actual is not None
    form = "secret" if parameter.secret else "bool" if any(v in _BOOLEANS for v in values.values()) else ""
    cells = ["" if parameter.secret else _shown(values.get(s, ""), lang) for s in Stage]
    unit = f" ({parameter.unit})" if parameter.unit else ""
    return (
        device_cell(record.device.title),
        parameter.section.label.of(lang),
        parameter.label.of(lang) + unit,
        *cells,
        MARKS[_judged(parameter, values)].of(lang),
        parameter.source if read else "",
        _minute(actual.taken_at) if read and actual else "",
        say("report.wb-automatic").of(lang) if read else "",
        say("report.wb-secret").of(lang) if parameter.secret else "",
        row_id(record.device.id, parameter.key),
        form,
    )


def _judged(parameter: Parameter, values: dict[Stage, str]) -> str:
    """The actual value against the planned one, or against that of the installation; open when one is missing."""
    wanted = values.get(Stage.PLANNED, values.get(Stage.INSTALLED))
    if parameter.volatile:
        return "n/a"
    if wanted is None or Stage.ACTUAL not in values:
        return "open"
    return "yes" if wanted == values[Stage.ACTUAL] else "no"


def _shown(value: str, lang: Lang) -> str:
    return say(f"words.bool-{value}").of(lang) if value in _BOOLEANS else value


def _unread(record: DeviceRecord, lang: Lang) -> Iterator[tuple[str, ...]]:
    """One row for each fact that the device did not give, so that a gap is never taken for "nothing set"."""
    for reading in record.readings:
        if reading.answer not in (Answer.OK, Answer.NOT_SUPPORTED):
            told = say("report.wb-unread", answer=reading.answer.label).of(lang)
            detail = reading.detail.of(lang) if reading.detail else ""
            yield (
                device_cell(record.device.title),
                reading.fact.section.label.of(lang),
                reading.fact.title.of(lang),
                "",
                "",
                "",
                told,
                MARKS["open"].of(lang),
                f"{reading.source.driver} {reading.source.request}",
                _minute(reading.source.at),
                say("report.wb-automatic").of(lang),
                detail,
                "",
                "unread",
            )


def _manual(record: DeviceRecord, stages: dict[Stage, Any], lang: Lang) -> Iterator[tuple[str, ...]]:
    """Items that no request shows and a person writes down."""
    for key, section, label in MANUAL.get(record.device.kind, MANUAL[DeviceKind.OTHER]):
        full = MANUAL_PREFIX + key
        values = {s: v[full].value for s, v in stages.items() if full in v}
        mark = MARKS["open"]
        yield (
            device_cell(record.device.title),
            section.label.of(lang),
            label.of(lang),
            *(values.get(s, "") for s in Stage),
            mark.of(lang),
            _by_eye(lang),
            "",
            "",
            "",
            row_id(record.device.id, full),
            "",
        )


def _minute(moment: datetime) -> str:
    return shown(moment).removesuffix(" JST")


def _by_eye(lang: Lang) -> str:
    return Text("目視・聞き取り", "By eye, by asking").of(lang)
