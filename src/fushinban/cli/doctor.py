"""`fushinban doctor`: what is wrong with this installation, and what to do about it."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text as RichText

from fushinban import settings
from fushinban.cli._command import Command, Exit, surface, write_out
from fushinban.cli._options import DataOption, worded


def _doctor(
    data: DataOption = None,
    listen: Annotated[str, typer.Option("--listen", metavar="ADDRESS:PORT", help=worded("listen"))] = "127.0.0.1:8600",
    certificate: Annotated[Path | None, typer.Option("--tls-certificate", help=worded("tls-certificate"))] = None,
    key: Annotated[Path | None, typer.Option("--tls-key", help=worded("tls-key"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=worded("json-out"))] = False,
) -> None:
    from fushinban.web.doctor import Health, Patient, examine
    from fushinban.web.listen import Wanted

    folder = data or settings.data_dir()
    lines = examine(
        Patient(
            data_dir=folder,
            database_url=f"sqlite:///{folder / 'fushinban.sqlite3'}" if data else settings.database_url(),
            # Whether it may listen is for `serve`; here only the address itself counts.
            wanted=Wanted(listen=listen, certificate=certificate, key=key, plain_beyond_loopback=True),
            environ=os.environ,
        )
    )
    if as_json:
        shown = [{"name": i.name, "health": i.health.value, "ja": i.text.ja, "en": i.text.en} for i in lines]
        write_out(json.dumps(shown, ensure_ascii=False, indent=1).encode() + b"\n")
    else:
        marks = {Health.FINE: ("✓", "green"), Health.CARE: ("!", "yellow"), Health.WRONG: ("✕", "red")}
        console = Console(highlight=False)
        for line in lines:
            shape, colour = marks.get(line.health, ("?", "dim"))
            head = RichText(f"{shape} {line.health.label.of(surface.lang)}  ", style=colour)
            console.print(head + RichText(line.text.of(surface.lang)), soft_wrap=True)
    if any(line.health is Health.WRONG for line in lines):
        raise typer.Exit(Exit.FAILS)


COMMAND = Command(name="doctor", function=_doctor)
