"""`fushinban audit verify`: whether anything on record was changed without the audit log knowing of it."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from fushinban.cli._command import Command, Exit, open_records, surface, write_out
from fushinban.cli._options import DataOption, worded
from fushinban.model.audit import AuditProblem
from fushinban.model.text import say


def _verify(
    data: DataOption = None,
    as_json: Annotated[bool, typer.Option("--json", help=worded("audit-json"))] = False,
    file: Annotated[Path | None, typer.Option("--file", help=worded("audit-file"))] = None,
    log_only: Annotated[bool, typer.Option("--log-only", help=worded("audit-log-only"))] = False,
) -> None:
    if file is not None:
        from fushinban.record.audit_export import read_export, verify_export

        problems = tuple(verify_export(file))
        newest = max(((e.number, e.hash) for e in read_export(file)), default=(0, ""))
    else:
        problems, newest = _checked(data, content=not log_only)
    bad = sum(not p.note for p in problems)
    if as_json:
        write_out(_json(problems, newest))
    else:
        _show(problems, bad, newest)
    raise typer.Exit(Exit.FAILS if bad else Exit.FINE)


def _checked(data: Path | None, *, content: bool) -> tuple[tuple[AuditProblem, ...], tuple[int, str]]:
    from fushinban.web.settings import configure

    configure()  # the tables of people are checked too, where there are any
    store = open_records(data)[0]
    with store:
        problems = tuple(store.audit.verify(content=content))
        head = store.audit.head
        return problems, (head.number, head.hash)


def _show(problems: Iterable[AuditProblem], bad: int, newest: tuple[int, str]) -> None:
    console = Console(highlight=False, markup=False, soft_wrap=True)
    for problem in problems:
        mark, style = ("–", "dim") if problem.note else ("✕", "red")
        console.print(f"{mark} {problem.text.of(surface.lang)}", style=style)
    number, entry_hash = newest
    if bad:
        console.print(say("audit.found", problems=bad).of(surface.lang), style="bold")
    elif number:
        console.print(say("audit.fine", entries=number).of(surface.lang), style="bold")
    if number:
        console.print(say("audit.newest", number=number, hash=entry_hash).of(surface.lang))
    else:
        console.print(say("audit.empty").of(surface.lang))


def _json(problems: Iterable[AuditProblem], newest: tuple[int, str]) -> bytes:
    found = [
        {
            "fault": p.fault.value, "table": p.table, "row": p.row, "number": p.number, "note": p.note, "ja": p.text.ja,
            "en": p.text.en,
        }
        for p in problems
    ]  # fmt: skip
    said = {"entries": newest[0], "hash": newest[1], "good": all(p["note"] for p in found), "problems": found}
    return json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"


COMMAND = Command(name="audit verify", function=_verify)
