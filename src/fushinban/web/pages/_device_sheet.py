"""The sheet of a device with its stages side by side, and what stands differently in them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fushinban.messages import Lang, Text
from fushinban.model.facts.base import Section
from fushinban.model.sheet import Change, Importance, Parameter, ParameterSheet, Stage
from fushinban.reports._values import form_of, shown_value

#: What is intended says only what it says; a value that it leaves out is no difference.
_PARTIAL = frozenset({Stage.FACTORY, Stage.PLANNED})
_FINGERPRINT = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value at one stage. `value` None: the sheet does not say it. `differs`: from the stage before it."""

    stage: Stage
    value: str | None
    differs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One parameter over all stages. `row`: the account, interface or port it belongs to, where there are several."""

    key: str
    label: Text
    row: str
    unit: str
    secret: bool
    volatile: bool
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        """Whether any stage differs from the one before."""
        return any(cell.differs for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One section of the sheet."""

    section: Section
    lines: tuple[Line, ...]
    different: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One stage: when its sheet was taken and by whom; None: there is none."""

    stage: Stage
    taken_at: datetime | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChange:
    """A difference from the sheet of the installation, as a person reads it (empty: it is not there)."""

    label: Text
    row: str
    before: str
    after: str
    importance: Importance


def heads(sheets: Mapping[Stage, ParameterSheet]) -> tuple[Head, ...]:
    """All stages in their order, those that are missing too."""
    return tuple(
        Head(
            stage=stage,
            taken_at=sheets[stage].taken_at if stage in sheets else None,
            by=sheets[stage].by if stage in sheets else "",
        )
        for stage in Stage
    )


def parts(
    sheets: Mapping[Stage, ParameterSheet], changes: Sequence[Change], lang: Lang, *, only: bool
) -> tuple[Part, ...]:
    """The sheet by section. `changes`: what is known to differ from the installation; `only`: differences alone."""
    stages = tuple(stage for stage in Stage if stage in sheets)
    values = {stage: sheets[stage].values() for stage in stages}
    changed = frozenset(change.key for change in changes)
    found: dict[Section, list[Line]] = {section: [] for section in Section}
    for key in _keys(sheets):
        parameter = _any(key, values)
        line = _line(parameter, stages, values, changed, lang)
        if line.differs or not only:
            found[parameter.section].append(line)
    return tuple(
        Part(section=section, lines=tuple(lines), different=sum(line.differs for line in lines))
        for section, lines in found.items()
        if lines
    )


def shown_changes(changes: Sequence[Change], lang: Lang, secrets: Collection[str]) -> tuple[ShownChange, ...]:
    """The changes with values in words; of secrets (by key) the fingerprints, shortened."""
    return tuple(
        ShownChange(
            label=change.label, row=_row(change.key, change.label), importance=change.importance,
            before=_value(change.before, change.key, lang, secret=change.key in secrets),
            after=_value(change.after, change.key, lang, secret=change.key in secrets),
        )
        for change in changes
    )  # fmt: skip


def secret_keys(sheets: Mapping[Stage, ParameterSheet]) -> frozenset[str]:
    """Keys whose values are secret at any stage."""
    return frozenset(p.key for sheet in sheets.values() for p in sheet.parameters if p.secret)


def _keys(sheets: Mapping[Stage, ParameterSheet]) -> dict[str, None]:
    """Every key once, in the order of the sheet taken last."""
    return dict.fromkeys(p.key for stage in reversed(Stage) if stage in sheets for p in sheets[stage].parameters)


def _any(key: str, values: Mapping[Stage, Mapping[str, Parameter]]) -> Parameter:
    return next(found[key] for found in reversed(tuple(values.values())) if key in found)


def _line(
    parameter: Parameter,
    stages: Sequence[Stage],
    values: Mapping[Stage, Mapping[str, Parameter]],
    changed: Collection[str],
    lang: Lang,
) -> Line:
    key = parameter.key
    cells: list[Cell] = []
    before: str | None = None
    for stage in stages:
        held = values[stage].get(key)
        differs = not parameter.volatile and _differs(before, held, stage, known=key in changed)
        secret = parameter.secret or (held is not None and held.secret)
        shown = _value(held.value, key, lang, secret=secret) if held is not None else None
        cells.append(Cell(stage=stage, value=shown, differs=differs))
        if held is not None:
            before = held.value
    return Line(
        key=key, label=parameter.label, row=_row(key, parameter.label), unit=parameter.unit, secret=parameter.secret,
        volatile=parameter.volatile, cells=tuple(cells),
    )  # fmt: skip


def _differs(before: str | None, held: Parameter | None, stage: Stage, *, known: bool) -> bool:
    if stage is Stage.ACTUAL and known:  # the inspection compared it, and knows what it could not read
        return True
    if stage in _PARTIAL and held is None:
        return False
    return before is not None and held is not None and held.value != before


def _row(key: str, label: Text) -> str:
    """`admin` of `accounts[admin].level`, where the label does not say it; a name may hold brackets itself."""
    start, end = key.find("["), key.rfind("]")
    row = key[start + 1 : end] if 0 <= start < end else ""
    return "" if row in label.ja else row


def _value(value: str, key: str, lang: Lang, *, secret: bool) -> str:
    if secret:
        return f"{value[:_FINGERPRINT]}…" if len(value) > _FINGERPRINT else value
    return shown_value(value, form_of(key), lang)
