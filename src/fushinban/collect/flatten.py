"""Facts to flat parameters: labels, units and marks come from the fields of the facts themselves."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime
from enum import Enum
from typing import Any

from fushinban.model.facts.base import Fact, Item, Label
from fushinban.model.reading import Reading
from fushinban.model.sheet import Parameter, ParameterSheet, Stage
from fushinban.model.text import Text

_LABELS: dict[type[Any], tuple[tuple[str, Label], ...]] = {}


def sheet_of(device: str, stage: Stage, taken_at: datetime, readings: Iterable[Reading[Any]]) -> ParameterSheet:
    """The parameter sheet of everything that was answered."""
    parameters = tuple(p for r in readings for p in parameters_of(r))
    return ParameterSheet(
        device=device, stage=stage, taken_at=taken_at, parameters=parameters, digest=digest_of(parameters)
    )


def digest_of(parameters: Iterable[Parameter]) -> str:
    """SHA-256 (hex) over `key=value` lines in key order, volatile parameters left out."""
    lines = sorted(f"{p.key}={p.value}" for p in parameters if not p.volatile)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def parameters_of(reading: Reading[Any]) -> Iterator[Parameter]:
    """Flat parameters of one reading; none where there is no value."""
    fact = reading.value
    if not isinstance(fact, Fact):
        return
    source = f"{reading.source.driver} {reading.source.request}"
    for name, label in _labels(type(fact)):
        value = getattr(fact, name)
        if isinstance(value, tuple) and value and isinstance(value[0], Item):
            yield from _rows(fact, value, source)
        elif (shown := text_of(value)) is not None:
            yield _parameter(f"{fact.key}.{name}", shown, label.text, (fact, label, source))


def text_of(value: object) -> str | None:
    """How a value stands in a sheet: canonical and language-free; None for what the device did not say."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, float):
        return f"{value:.1f}"
    if isinstance(value, tuple):
        return ", ".join(str(v) for v in value)
    return str(value)


def _rows(fact: Fact, rows: tuple[Item, ...], source: str) -> Iterator[Parameter]:
    seen: dict[str, int] = {}
    for row in rows:
        # A device may list the same name twice; both rows must stay visible and keep stable keys.
        count = seen[row.row_key] = seen.get(row.row_key, 0) + 1
        name = row.row_key if count == 1 else f"{row.row_key}#{count}"
        for field, label in _labels(type(row)):
            shown = text_of(getattr(row, field))
            if shown is not None:
                title = Text(f"{name} {label.text.ja}", f"{name} {label.text.en}")
                yield _parameter(f"{fact.key}[{name}].{field}", shown, title, (fact, label, source))


def _parameter(key: str, value: str, title: Text, origin: tuple[Fact, Label, str]) -> Parameter:
    fact, label, source = origin
    return Parameter(
        key=key, value=value, label=title, section=fact.section, unit=label.unit, secret=label.secret,
        volatile=label.volatile, source=source,
    )  # fmt: skip


def _labels(kind: type[Any]) -> tuple[tuple[str, Label], ...]:
    found = _LABELS.get(kind)
    if found is None:
        found = tuple((f.name, f.metadata["label"]) for f in fields(kind) if "label" in f.metadata)
        _LABELS[kind] = found
    return found
