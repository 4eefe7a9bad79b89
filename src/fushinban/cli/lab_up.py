"""`fushinban lab up LAB.toml`: a pretend site on loopback, until Ctrl-C."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from fushinban.cli._command import Command, surface
from fushinban.cli._options import worded
from fushinban.model.text import say


def _up(
    plan: Annotated[Path, typer.Argument(metavar="LAB.toml", help=worded("lab"))],
    site_out: Annotated[Path | None, typer.Option("--site-out", help=worded("site-out"))] = None,
) -> None:
    from fushinban.jobs.documents import write_whole
    from fushinban.lab.plan_file import load_plan
    from fushinban.lab.site import Lab, serve

    console = Console(highlight=False)

    def ready(lab: Lab) -> None:
        site_path = site_out or plan.with_name(f"{plan.stem}-site.toml")
        write_whole(site_path, lab.site_toml().encode())
        console.print(say("cli.lab-up", count=len(lab.devices), site=str(site_path)).of(surface.lang), markup=False)
        for name, value in lab.environment().items():
            console.print(f"export {name}='{value}'", markup=False)
        console.print(say("cli.lab-stop").of(surface.lang), markup=False)

    with suppress(KeyboardInterrupt):  # the way to stop it
        asyncio.run(serve(load_plan(plan), ready))


COMMAND = Command(name="lab up", function=_up)
