"""Facts to flat parameters: labels, units and marks come from the fields of the facts themselves."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum
from functools import lru_cache
from itertools import chain
from typing import Any

from fushinban.model.facts.base import Fact, Item, Label
from fushinban.model.reading import Reading
from fushinban.model.sheet import Parameter, ParameterSheet, Stage
from fushinban.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Spot:
    """One labelled field of a fact or, `in_rows`, of each of its rows. There is one per field; it is only itself."""

    fact: type[Fact]
    name: str
    label: Label
    in_rows: bool


_SPOTS: dict[tuple[type[Fact], type[Any]], tuple[_Spot, ...]] = {}


def sheet_of(device: str, stage: Stage, taken_at: datetime, readings: Iterable[Reading[Any]]) -> ParameterSheet:
    """The parameter sheet of everything that was answered."""
    parameters = tuple(chain.from_iterable(map(parameters_of, readings)))
    return ParameterSheet(
        device=device, stage=stage, taken_at=taken_at, parameters=parameters, digest=digest_of(parameters)
    )


def digest_of(parameters: Iterable[Parameter]) -> str:
    """SHA-256 (hex) over `key=value` lines in key order, volatile parameters left out."""
    lines = sorted([f"{p.key}={p.value}" for p in parameters if not p.volatile])
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def parameters_of(reading: Reading[Any]) -> list[Parameter]:
    """Flat parameters of one reading; none where there is no value."""
    fact, found = reading.value, list[Parameter]()
    if not isinstance(fact, Fact):
        return found
    source = f"{reading.source.driver} {reading.source.request}"
    for spot in _spots(type(fact), type(fact)):
        value = getattr(fact, spot.name)
        if isinstance(value, tuple) and value and isinstance(value[0], Item):
            _add_rows(found, type(fact), value, source)
        elif (shown := text_of(value)) is not None:
            found.append(_parameter(spot, "", shown, source))
    return found


def text_of(value: object) -> str | None:
    """How a value stands in a sheet: canonical and language-free; None for what the device did not say."""
    if value is None:
        return None
    if type(value) is str:  # most of all
        return value
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


def _add_rows(found: list[Parameter], fact: type[Fact], rows: tuple[Item, ...], source: str) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        # A device may list the same name twice; both rows must stay visible and keep stable keys.
        key = row.row_key
        count = seen[key] = seen.get(key, 0) + 1
        name = key if count == 1 else f"{key}#{count}"
        for spot in _spots(fact, type(row)):
            shown = text_of(getattr(row, spot.name))
            if shown is not None:
                found.append(_parameter(spot, name, shown, source))


# The cameras of a site say mostly the same: what one of them said need not be made (and held in memory) again.
@lru_cache(maxsize=16384)
def _parameter(spot: _Spot, row: str, value: str, source: str) -> Parameter:
    label, fact = spot.label, spot.fact
    key, title = f"{fact.key}.{spot.name}", label.text
    if spot.in_rows:
        key, title = f"{fact.key}[{row}].{spot.name}", Text(f"{row} {title.ja}", f"{row} {title.en}")
    return Parameter(
        key=key, value=value, label=title, section=fact.section, unit=label.unit, secret=label.secret,
        volatile=label.volatile, source=source,
    )  # fmt: skip


def _spots(fact: type[Fact], kind: type[Any]) -> tuple[_Spot, ...]:
    """The labelled fields of a fact, or of the rows of this kind in it."""
    found = _SPOTS.get((fact, kind))
    if found is None:
        labels = ((f.name, f.metadata["label"]) for f in fields(kind) if "label" in f.metadata)
        found = tuple(_Spot(fact=fact, name=name, label=label, in_rows=kind is not fact) for name, label in labels)
        _SPOTS[fact, kind] = found
    return found
