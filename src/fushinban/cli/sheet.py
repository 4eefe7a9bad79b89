"""`fushinban sheet SITE.toml`: parameter sheets shown, written to a workbook, read back, or adopted as a stage."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from fushinban.cli._command import Command, Exit, open_records, surface
from fushinban.cli._options import DataOption, SiteArgument, worded
from fushinban.errors import InputError
from fushinban.model.sheet import ParameterSheet, Stage
from fushinban.model.text import say


def _sheet(
    site: SiteArgument,
    write: Annotated[Path | None, typer.Option("--write", metavar="FILE.xlsx", help=worded("write"))] = None,
    read: Annotated[Path | None, typer.Option("--read", metavar="FILE.xlsx", help=worded("read"))] = None,
    adopt: Annotated[Stage | None, typer.Option("--adopt", help=worded("adopt"))] = None,
    device: Annotated[str | None, typer.Option("--device", help=worded("device"))] = None,
    by: Annotated[str, typer.Option("--by", help=worded("adopt-by"))] = "",
    data: DataOption = None,
) -> None:
    from fushinban.jobs import sheet_reading, sheets
    from fushinban.jobs.site_file import load_site

    store = open_records(data)[0]
    site_id = load_site(site, os.environ).site.id
    console = Console(highlight=False)
    lang = surface.lang
    if read is not None:
        taken = sheet_reading.read_into(store, site_id, read, by)
        console.print(say("cli.sheet-read", path=str(read), count=taken.changed).of(lang), markup=False, soft_wrap=True)
        for warning in taken.warnings:
            console.print(RichText(f"  {warning.of(lang)}", style="yellow"))
    if adopt is not None:
        count = sheets.adopt(store, site_id, adopt, device, by)
        console.print(say("cli.sheet-adopted", count=count, stage=adopt.label).of(lang), markup=False, soft_wrap=True)
    if write is not None:
        sheets.write_workbook(store, site_id, write, lang)
        console.print(say("cli.wrote", path=str(write)).of(lang), markup=False, soft_wrap=True)
    if read is None and adopt is None and write is None:
        _show(sheets.of_site(store, site_id, device), console)


def _show(found: dict[str, dict[Stage, ParameterSheet]], console: Console) -> None:
    if not found:
        raise InputError(say("cli.no-sheets"))
    lang = surface.lang
    for title, stages in found.items():
        table = Table(title=RichText(title), title_justify="left", show_edge=False)
        table.add_column(say("cli.column-parameter").of(lang), overflow="fold")
        for stage in Stage:
            table.add_column(stage.label.of(lang), overflow="fold")
        values = {stage: sheet.values() for stage, sheet in stages.items()}
        keys = dict.fromkeys(key for per_stage in values.values() for key in per_stage)
        for key in keys:
            label = next(v[key].label.of(lang) for v in values.values() if key in v)
            cells = [values[s][key].value if s in values and key in values[s] else "" for s in Stage]
            table.add_row(RichText(label), *(RichText(c) for c in cells))
        console.print(table)
    raise typer.Exit(Exit.FINE)


COMMAND = Command(name="sheet", function=_sheet)
