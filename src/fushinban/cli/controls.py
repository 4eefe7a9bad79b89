"""`fushinban controls`: every row of the guide and how it is decided here."""

import json as json_format
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from fushinban.cli._command import Command, surface, write_out
from fushinban.cli._options import JsonOption, worded
from fushinban.model.control import Control
from fushinban.model.text import say


def rows() -> list[dict[str, object]]:
    """Every control as a plain row, in the order of the guide."""
    from fushinban.controls import controls

    return [_row(c) for c in controls().values()]


def _row(control: Control) -> dict[str, object]:
    return {
        "id": control.id,
        "title": {"ja": control.title.ja, "en": control.title.en},
        "strength": control.strength.value,
        "severity": control.severity.value,
        "decided_by": control.decided_by.value,
        "reads": [f.key for f in control.reads],
        "may_read": [f.key for f in control.may_read],
        "question": control.question is not None,
        "who": [w.value for w in control.who],
        "when": [w.value for w in control.when],
        "impacts": list(control.impacts),
        "measures": list(control.measures),
        "checkpoints": list(control.checkpoints),
    }


def _controls(
    json: JsonOption = None,
    only: Annotated[str | None, typer.Option("--only", help=worded("only"))] = None,
) -> None:
    found = [r for r in rows() if only is None or r["decided_by"] == only]
    if json is not None:
        _write(json, found)
        return
    lang = surface.lang
    table = Table(show_edge=False)
    for heading in ("control", "title", "strength", "decided"):
        table.add_column(say(f"cli.column-{heading}").of(lang), overflow="fold")
    for row in found:
        title = row["title"]
        assert isinstance(title, dict)
        strength = say(f"words.strength-{row['strength']}").of(lang)
        decided = say(f"words.decidedby-{row['decided_by']}").of(lang)
        table.add_row(str(row["id"]), title[lang], strength, decided)
    Console(highlight=False).print(table)


def _write(target: Path, found: list[dict[str, object]]) -> None:
    from fushinban.jobs.documents import write_whole

    text = json_format.dumps(found, ensure_ascii=False, indent=2) + "\n"
    if str(target) == "-":
        write_out(text.encode())
    else:
        write_whole(target, text.encode())


COMMAND = Command(name="controls", function=_controls)
