"""The parameter sheets: every value of every device, factory, planned, installed and actual side by side."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fushinban.clock import shown
from fushinban.messages import ids
from fushinban.model.facts import FACT_TYPES, Section
from fushinban.model.inspection import DeviceRecord
from fushinban.model.reading import Answer
from fushinban.model.sheet import Parameter, Stage
from fushinban.model.text import Lang, Text, say
from fushinban.reports._values import form_of, shown_value
from fushinban.reports.workbook.layout import MARKS, PARAMETER_SHEETS, device_cell, row_id
from fushinban.reports.workbook.manual import MANUAL, MANUAL_PREFIX

#: Fields that only repeat how a row is found, or what was observed beside the setting; folded away, not left out.
_DETAILS = re.compile(
    r"ports\[.*\]\.(service|speaks)|anonymous_operations\[.*\]\.access_class|anonymous_pictures\[.*\]\.(form|uri)"
    r"|scopes\[|scopes\.hardware|capabilities\[|capabilities\.(max_|hashing|password_policies|firmware_upgrade"
    r"|system_logging|foreign_hosts)|web\[|events\.|endpoint\.|credential\.|factory_logins\[.*\]\.source"
    r"|hostname\.from_dhcp|interfaces\[.*\]\.mtu|dynamic_dns\.ttl|zero_configuration\.addresses|rtsp\.(methods|server)"
    r"|profiles\[.*\]\.(source|stream_uri|snapshot_uri)|access_policy\.digest|stored_certificates\[.*\]\.(not_before"
    r"|key_type|signature_hash|key_fingerprint)|served_certificates\[.*\]\.(not_before|key_|signature_hash|issuer)"
)
#: The request at the end of a reason; it stands in the result data and would only make the rows taller here.
_REQUEST = re.compile(r"\s*[（(][\w:.]+[)）](?=[。.]?\s*$)", re.ASCII)
_SHOWN_THOUGH_VOLATILE = "time.offset"
#: Facts whose own title would say something wrong before a single value: most of the ports looked at are closed.
_TITLES = {"ports": Text("待ち受けポート", "Listening ports"), "tls": Text("TLS", "TLS")}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRow:
    """One row of a parameter sheet. `detail`: folded away, since few people ask for it."""

    section: Section
    cells: tuple[str, ...]
    detail: bool = False


def parameter_rows(records: Sequence[DeviceRecord], sheet: str, lang: Lang) -> Iterator[ParameterRow]:
    """Rows of one parameter sheet, device by device, in the order of the sections."""
    order = list(Section)
    for record in records:
        if PARAMETER_SHEETS[record.device.kind] == sheet:
            yield from sorted(_device_rows(record, lang), key=lambda row: order.index(row.section))


def _device_rows(record: DeviceRecord, lang: Lang) -> Iterator[ParameterRow]:
    stages = {stage: sheet.values() for stage, sheet in record.sheets.items()}
    # The order in which a device was read is the order of the facts; older sheets only add what is no longer there.
    known: dict[str, Parameter] = {}
    for stage in (Stage.ACTUAL, Stage.INSTALLED, Stage.PLANNED, Stage.FACTORY):
        for key, parameter in stages.get(stage, {}).items():
            known.setdefault(key, parameter)
    for key, parameter in known.items():
        if not key.startswith(MANUAL_PREFIX):
            values = {s: v[key].value for s, v in stages.items() if key in v}
            closed = _is_closed_port(key, stages)
            yield _row(record, parameter, values, lang, detail=closed or _is_detail(parameter, values))
    yield from _unread(record, lang)
    yield from _manual(record, stages, lang)


def _row(
    record: DeviceRecord, parameter: Parameter, values: dict[Stage, str], lang: Lang, *, detail: bool
) -> ParameterRow:
    actual = record.sheets.get(Stage.ACTUAL)
    read = Stage.ACTUAL in values and actual is not None
    form = "secret" if parameter.secret else form_of(parameter.key)
    cells = ["" if parameter.secret else shown_value(values.get(s, ""), form, lang) for s in Stage]
    if read and not parameter.secret and not values[Stage.ACTUAL]:
        cells[-1] = say("report.absent").of(lang)
    return ParameterRow(
        section=parameter.section,
        detail=detail,
        cells=(
            device_cell(record.device.title),
            parameter.section.label.of(lang),
            _item(parameter, lang),
            *cells,
            MARKS[_judged(parameter, values)].of(lang),
            _method(parameter.source, lang) if read else "",
            _minute(actual.taken_at) if read and actual else "",
            say("report.wb-automatic").of(lang) if read else "",
            say("report.wb-secret").of(lang) if parameter.secret else "",
            row_id(record.device.id, parameter.key),
            form,
        ),
    )


def _item(parameter: Parameter, lang: Lang) -> str:
    """The label, and before it what it belongs to where the label alone does not say that."""
    name = re.split(r"[.\[]", parameter.key, maxsplit=1)[0]
    fact = FACT_TYPES.get(name)
    label = parameter.label.of(lang) + (f" ({parameter.unit})" if parameter.unit else "")
    if fact is None or parameter.section is Section.BASIC:
        return label
    title = _TITLES.get(name, fact.title).of(lang)
    return label if label.startswith(title) else f"{title}{say('report.wb-of-what').of(lang)}{label}"


def _is_closed_port(key: str, stages: Mapping[Stage, Mapping[str, Parameter]]) -> bool:
    """Whether this is the number of a port, or an unanswered operation, that is shut at every stage."""
    shut = {"ports": (".number", ".state", "open"), "anonymous_operations": (".answered", ".answered", "true")}
    asked, told, bad = shut.get(key.partition("[")[0], ("\0", "", ""))
    if not key.endswith(asked):
        return False
    sibling = key.removesuffix(asked) + told
    return all(sheet[sibling].value != bad for sheet in stages.values() if sibling in sheet)


def _is_detail(parameter: Parameter, values: dict[Stage, str]) -> bool:
    if parameter.volatile:
        return parameter.key != _SHOWN_THOUGH_VOLATILE
    row = re.fullmatch(r"\w+\[(.*)\]\.\w+", parameter.key, re.DOTALL)
    repeats = row is not None and set(values.values()) <= {row[1], row[1].removeprefix(":"), ""}
    return repeats or _DETAILS.match(parameter.key) is not None


def _judged(parameter: Parameter, values: dict[Stage, str]) -> str:
    """The actual value against the planned one, or against that of the installation; open when one is missing."""
    wanted = values.get(Stage.PLANNED, values.get(Stage.INSTALLED))
    if parameter.volatile:
        return "n/a"
    if wanted is None or Stage.ACTUAL not in values:
        return "open"
    return "yes" if wanted == values[Stage.ACTUAL] else "no"


def _unread(record: DeviceRecord, lang: Lang) -> Iterator[ParameterRow]:
    """One row for each fact that the device did not give, so that a gap is never taken for "nothing set"."""
    for reading in record.readings:
        if reading.answer not in (Answer.OK, Answer.NOT_SUPPORTED):
            fact, source = reading.fact, reading.source
            yield ParameterRow(
                section=fact.section,
                cells=(
                    device_cell(record.device.title),
                    fact.section.label.of(lang),
                    fact.title.of(lang),
                    *("", "", ""),
                    say("report.wb-unread", answer=reading.answer.label).of(lang),
                    MARKS["open"].of(lang),
                    _method(source.driver, lang),
                    _minute(source.at),
                    say("report.wb-automatic").of(lang),
                    _REQUEST.sub("", reading.detail.of(lang)) if reading.detail else "",
                    "",
                    "unread",
                ),
            )


def _manual(
    record: DeviceRecord, stages: Mapping[Stage, Mapping[str, Parameter]], lang: Lang
) -> Iterator[ParameterRow]:
    """Items that no request shows and a person writes down."""
    for key, section, label in MANUAL[record.device.kind]:
        full = MANUAL_PREFIX + key
        values = {s: v[full].value for s, v in stages.items() if full in v}
        yield ParameterRow(
            section=section,
            cells=(
                device_cell(record.device.title),
                section.label.of(lang),
                label.of(lang),
                *(values.get(s, "") for s in Stage),
                MARKS["open"].of(lang),
                say("report.wb-by-eye").of(lang),
                *("", "", ""),
                row_id(record.device.id, full),
                "",
            ),
        )


def _method(source: str, lang: Lang) -> str:
    """How a value was read, in a word; the exact request stands in the result data."""
    driver = source.partition(" ")[0]
    known = f"report.wb-method-{driver}"
    return say(known).of(lang) if known in ids() else driver


def _minute(moment: datetime) -> str:
    return shown(moment).removesuffix(" JST")
