"""The map of all controls: verified, by answer, could not verify, not applicable."""

from collections import defaultdict

from fushinban.model.control import Control, Outcome
from fushinban.model.finding import CoverageState, Finding
from fushinban.model.text import say
from fushinban.reports._document.context import Context, section_of, short_of
from fushinban.reports._document.findings import chapter_title
from fushinban.reports._document.values import Cell, Chapter, CoverageMap, State
from fushinban.reports._marks import worst

_WAYS = (
    CoverageState.VERIFIED,
    CoverageState.ANSWERED,
    CoverageState.COULD_NOT,
    CoverageState.NOT_APPLICABLE,
)


def coverage_of(context: Context) -> CoverageMap:
    """Every control of the catalogue and every other one that the inspection names."""
    found: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in context.inspection.findings:
        found[finding.control].append(finding)
    states = context.inspection.coverage.states
    names = list(context.controls) + sorted((set(states) | set(found)) - set(context.controls))
    cells = [_cell(context, name, found[name], states.get(name, CoverageState.COULD_NOT)) for name in names]
    return CoverageMap(
        total=len(cells),
        counts=tuple(
            State(id=way, word=_way(context, way), controls=sum(c.how == way for c in cells)) for way in _WAYS
        ),
        chapters=_chapters(context, cells),
    )


def _way(context: Context, way: str) -> str:
    return context.of(say(f"words.coverage-{way}"))


def _chapters(context: Context, cells: list[Cell]) -> tuple[Chapter, ...]:
    by_section: defaultdict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_section[section_of(cell.control)].append(cell)
    return tuple(
        Chapter(number=s, title=chapter_title(context, s) if s else context.say("other-controls"), cells=tuple(members))
        for s, members in sorted(by_section.items())
    )


def _cell(context: Context, name: str, findings: list[Finding], way: str) -> Cell:
    control = context.controls.get(name)
    state = worst(f.outcome for f in findings)
    return Cell(
        control=name,
        id=name.removeprefix("G-"),
        short=short_of(name),
        title=context.title(name),
        state=state,
        state_word=context.of(state.label),
        how=way if way in _WAYS else CoverageState.COULD_NOT,
        how_word=_way(context, way if way in _WAYS else CoverageState.COULD_NOT),
        strength=context.of(control.strength.label) if control else "",
        reason=_reason(context, control, findings),
    )


def _reason(context: Context, control: Control | None, findings: list[Finding]) -> str:
    """Why it could not be verified: what the findings say, or what the control says of itself."""
    said = dict.fromkeys(context.of(f.message) for f in findings if f.outcome in (Outcome.UNKNOWN, Outcome.ERROR))
    if said:
        shown = list(said)[:2]
        more = [context.say("more-reasons", count=len(said) - 2)] if len(said) > 2 else []
        return context.say("sentence-joint").join([*shown, *more])
    if control and control.not_verifiable:
        return context.of(control.not_verifiable)
    return context.say("not-judged")
