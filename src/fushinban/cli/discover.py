"""`fushinban discover SITE.toml`: who is there, in six groups; nothing is read and nothing is judged."""

import json as json_format
import os
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from fushinban.cli._command import Command, Exit, open_records, surface, write_out
from fushinban.cli._options import DataOption, JsonOption, SiteArgument
from fushinban.model.discovery import DiscoverySummary, Group
from fushinban.model.text import say


def _discover(site: SiteArgument, json: JsonOption = None, data: DataOption = None) -> None:
    from fushinban.cli._progress import shown_progress
    from fushinban.jobs.discover_site import discover_site
    from fushinban.jobs.site_file import load_site

    site_file = load_site(site, os.environ)
    store, _ = open_records(data)
    with shown_progress(surface.lang) as progress:
        summary = discover_site(site_file, store, progress)
    if json is not None:
        _write(summary, json)
    else:
        _show(summary)
    raise typer.Exit(Exit.FINE if summary.devices else Exit.NOTHING)


def as_json(summary: DiscoverySummary) -> dict[str, object]:
    """Devices by group, as plain JSON values."""
    rows = [
        {
            "id": d.id,
            "group": summary.groups[d.id].value,
            "address": d.address,
            "ports": dict(d.target.ports),
            "kind": d.kind.value,
            "name": d.name,
            "maker": d.maker,
            "model": d.model,
            "mac": d.mac,
            "identity": d.identity.value,
            "changes": list(summary.changes.get(d.id, ())),
        }
        for d in summary.devices
    ]
    return {"devices": rows, "problems": [p.of(surface.lang) for p in summary.problems]}


def _write(summary: DiscoverySummary, target: Path) -> None:
    from fushinban.jobs.documents import write_whole

    text = json_format.dumps(as_json(summary), ensure_ascii=False, indent=2) + "\n"
    if str(target) == "-":
        write_out(text.encode())
    else:
        write_whole(target, text.encode())


def _show(summary: DiscoverySummary) -> None:
    lang = surface.lang
    table = Table(show_edge=False)
    for heading in ("group", "address", "name", "kind", "maker", "model", "identity"):
        table.add_column(say(f"cli.column-{heading}").of(lang))
    for group in Group:
        for d in summary.of(group):
            words = (group.label.of(lang), d.target.key, d.name, d.kind.label.of(lang), d.maker, d.model)
            table.add_row(*(RichText(w) for w in words), RichText(d.identity.label.of(lang)))
    console = Console(highlight=False)
    console.print(table)
    counts = "   ".join(f"{g.label.of(lang)} {len(summary.of(g))}" for g in Group)
    console.print(RichText(counts))
    for problem in summary.problems:
        console.print(RichText(problem.of(lang), style="yellow"))


COMMAND = Command(name="discover", function=_discover)
