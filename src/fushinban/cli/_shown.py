"""What an inspection says on the terminal."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from fushinban.check.openings import exposed_sentences, inspected_openings
from fushinban.controls import controls
from fushinban.model.control import Outcome, Severity
from fushinban.model.finding import Finding
from fushinban.model.inspection import Inspection
from fushinban.model.text import Lang, say

#: Shape and colour of the five states; the word always stands beside them.
MARKS = {
    Outcome.PASS: ("✓", "green"),
    Outcome.FAIL: ("✕", "red"),
    Outcome.UNKNOWN: ("?", "yellow"),
    Outcome.NOT_APPLICABLE: ("–", "dim"),
    Outcome.ERROR: ("!", "magenta"),
}

_GRAVE = {Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.MEDIUM: "yellow"}


def show_inspection(inspection: Inspection, written: list[Path], lang: Lang) -> None:
    """Headline, counts, the gravest findings and the files written, on standard output."""
    console = Console(highlight=False)
    reached = sum(1 for r in inspection.records if r.reached)
    total = len(inspection.records)
    headline = say("cli.reached", site=inspection.site.name, total=total, reached=reached, missed=total - reached)
    console.print(RichText(headline.of(lang), style="bold"))
    for sentence in exposed_sentences(inspected_openings(inspection)).values():
        console.print(RichText(sentence.of(lang), style="bold red"), soft_wrap=True)
    console.print(_counts(inspection, lang))
    if console.is_terminal:
        console.print(_worst(inspection, lang))
    for path in written:
        console.print(RichText(say("cli.wrote", path=str(path)).of(lang)), soft_wrap=True)


def _counts(inspection: Inspection, lang: Lang) -> RichText:
    line = RichText()
    for outcome, (shape, colour) in MARKS.items():
        count = sum(1 for f in inspection.findings if f.outcome is outcome)
        line.append(f"{shape} {outcome.label.of(lang)} {count}   ", style=colour)
    return line


def _worst(inspection: Inspection, lang: Lang) -> Table:
    table = Table(show_edge=False, pad_edge=False, expand=True)
    for heading in ("severity", "control", "device", "message"):
        ratio = 6 if heading == "message" else None
        table.add_column(say(f"cli.column-{heading}").of(lang), ratio=ratio, overflow="fold")
    names = {r.device.id: r.device.title for r in inspection.records}
    for finding in worst(inspection)[:12]:
        device = RichText(names.get(finding.device, ""))
        severity = RichText(finding.severity.label.of(lang), style=_GRAVE.get(finding.severity, ""))
        table.add_row(severity, finding.control, device, RichText(finding.message.of(lang)))
    return table


def worst(inspection: Inspection) -> list[Finding]:
    """Failed findings, the gravest first, those of the catalogue's order among equals."""
    order = {severity: rank for rank, severity in enumerate(Severity)}
    place = {control: rank for rank, control in enumerate(controls())}
    failed = [f for f in inspection.findings if f.outcome is Outcome.FAIL]
    return sorted(failed, key=lambda f: (order[f.severity], place.get(f.control, 0), f.device))
