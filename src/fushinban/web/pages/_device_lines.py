"""The long tables of a device: its sheet with the stages side by side, the history of its controls, what was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fushinban import clock
from fushinban.messages import Lang, Text
from fushinban.model.control import Outcome
from fushinban.model.listing import InspectionLine
from fushinban.model.reading import Reading
from fushinban.web.markup import NOTHING, Markup, Pattern, together
from fushinban.web.pages._device_sheet import Cell, Head, Line, Part
from fushinban.web.tags.words import SHAPES, shown_time, words
from fushinban.web.ways import way

_DIGEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """How one control ended over the inspections, the newest first."""

    control: str
    title: Text
    outcomes: tuple[Outcome | None, ...]


_NONE = Pattern("<p>{word}</p>")
_PART = Pattern(
    '<details class="fold"{open}><summary>{section} <small>{values}{different}</small></summary>\n'
    '<div class="table-wrap" tabindex="0" role="region" aria-label="{section}"><table class="stages"><thead><tr>'
    '<th scope="col">{parameter}</th>{heads}</tr></thead>\n<tbody>{lines}</tbody></table></div></details>'
)
_OPEN = Pattern(" open")()
_DIFFERENT = Pattern(' · <b class="different">≠ {word}</b>')
_STAGE = Pattern('<th scope="col">{stage}<br><small>{taken}{by}</small></th>')
_LINE = Pattern('<tr{kind}><th scope="row">{label}{about}</th>{cells}</tr>')
_VOLATILE = Pattern(' class="volatile"')()
_ABOUT_ROW, _ABOUT = Pattern(" <code>{said}</code>"), Pattern(" <small>{said}</small>")
_CELL = Pattern('<td data-label="{stage}">{value}</td>')
_CHANGED = Pattern(
    '<td data-label="{stage}" class="differs"><span class="mark" aria-hidden="true">≠</span>'
    '<span class="hidden">{word}: </span>{value}</td>'
)
_ABSENT, _CODE = Pattern('<span class="absent">–</span>')(), Pattern("<code>{value}</code>")


def shown_parts(parts: Sequence[Part], stages: Sequence[Head], lang: Lang, *, only: bool) -> Markup:
    """The sheet, each section folded unless something differs in it. `only`: differences alone were asked for."""
    if not parts:
        return _NONE(word=words(lang, "page_device.no-differences"))
    heads = together(_stage(head, lang) for head in stages)
    parameter = words(lang, "page_device.parameter")
    return together(
        _PART(
            open=_OPEN if part.different or only else NOTHING, section=part.section.label.of(lang),
            values=words(lang, "page_device.values", count=len(part.lines)), different=_different(part, lang),
            parameter=parameter, heads=heads, lines=together(_line(line, lang) for line in part.lines),
        )
        for part in parts
    )  # fmt: skip


def _stage(head: Head, lang: Lang) -> Markup:
    taken = shown_time(head.taken_at) if head.taken_at is not None else "–"
    return _STAGE(stage=head.stage.label.of(lang), taken=taken, by=f" {head.by}" if head.by else "")


def _different(part: Part, lang: Lang) -> Markup:
    word = words(lang, "page_device.different", count=part.different)
    return _DIFFERENT(word=word) if part.different else NOTHING


def _line(line: Line, lang: Lang) -> Markup:
    about = [_ABOUT_ROW(said=line.row)] if line.row else []
    about += [_ABOUT(said=line.unit)] if line.unit else []
    kinds = (("secret", line.secret), ("volatile", line.volatile))
    about += [_ABOUT(said=words(lang, f"page_device.{kind}")) for kind, holds in kinds if holds]
    cells = together(_cell(cell, lang, secret=line.secret) for cell in line.cells)
    kind = _VOLATILE if line.volatile else NOTHING
    return _LINE(kind=kind, label=line.label.of(lang), about=together(about), cells=cells)


def _cell(cell: Cell, lang: Lang, *, secret: bool) -> Markup:
    stage = cell.stage.label.of(lang)
    if cell.value is None:
        value: str = _ABSENT
    else:
        value = _CODE(value=cell.value) if secret else cell.value or "–"
    if not cell.differs:
        return _CELL(stage=stage, value=value)
    return _CHANGED(stage=stage, word=words(lang, "page_device.differs"), value=value)


_MATRIX = Pattern(
    '<div class="table-wrap" tabindex="0" role="region" aria-label="{label}"><table class="matrix"><thead><tr>'
    '<th scope="col">{control}</th>{heads}</tr></thead><tbody>{lines}</tbody></table></div>'
)
_INSPECTION = Pattern('<th scope="col"><a href="{address}">{day}<br><small>{year}</small></a></th>')
_PAST = Pattern('<tr><th scope="row"><span class="guide-id">{control}</span> {title}</th>{dots}</tr>')
_DOT = Pattern(
    '<td><span class="dot dot-{state}" title="{word}"><span aria-hidden="true">{shape}</span>'
    '<span class="hidden">{word}</span></span></td>'
)
_NO_DOT = Pattern('<td><span class="dot" title="{word}"><span class="hidden">{word}</span></span></td>')


def shown_history(rows: Sequence[Past], inspections: Sequence[InspectionLine], lang: Lang) -> Markup:
    """How each control ended at each inspection; nothing where there is none."""
    if not rows:
        return NOTHING
    dots: dict[Outcome | None, Markup] = {
        o: _DOT(state=o.value, word=o.label.of(lang), shape=SHAPES[o]) for o in Outcome
    }
    dots[None] = _NO_DOT(word=words(lang, "page_device.not-judged"))
    return _MATRIX(
        label=words(lang, "page_device.history"), control=words(lang, "page_findings.control"),
        heads=together(_inspection(line) for line in inspections),
        lines=together(
            _PAST(control=row.control, title=row.title.of(lang), dots=together(dots[o] for o in row.outcomes))
            for row in rows
        ),
    )  # fmt: skip


def _inspection(line: InspectionLine) -> Markup:
    day = clock.in_japan(line.started_at)
    return _INSPECTION(address=way("inspection", line.id), day=f"{day:%m-%d}", year=f"{day:%Y}")


_READING = Pattern(
    "<tr><td>{fact}</td><td>{answer}{detail}</td><td>{driver} <code>{request}</code></td>"
    "<td>{at}</td><td>{digest}</td></tr>"
)
_DETAIL = Pattern("<br><small>{said}</small>")
_HASH = Pattern('<code title="{digest}">{short}…</code>')


def shown_readings(readings: Sequence[Reading[Any]], lang: Lang) -> Markup:
    """The lines of the table of what was read."""
    return together(_reading(reading, lang) for reading in readings)


def _reading(reading: Reading[Any], lang: Lang) -> Markup:
    source = reading.source
    return _READING(
        fact=reading.fact.title.of(lang), answer=reading.answer.label.of(lang),
        detail=_DETAIL(said=reading.detail.of(lang)) if reading.detail is not None else NOTHING,
        driver=source.driver, request=source.request, at=shown_time(source.at),
        digest=_HASH(digest=source.digest, short=source.digest[:_DIGEST]) if source.digest else "–",
    )  # fmt: skip
