"""Options and arguments that several commands share, worded in the language of this run."""

from pathlib import Path
from typing import Annotated

import typer

from fushinban.cli._command import surface
from fushinban.model.site import InspectionKind
from fushinban.model.text import say


def worded(name: str) -> str:
    """Help of an option: `cli.option-<name>`."""
    return say(f"cli.option-{name}").of(surface.lang)


SiteArgument = Annotated[Path, typer.Argument(metavar="SITE.toml", help=worded("site"))]
DataOption = Annotated[Path | None, typer.Option("--data", help=worded("data"))]
OutOption = Annotated[Path | None, typer.Option("--out", help=worded("out"))]
JsonOption = Annotated[Path | None, typer.Option("--json", help=worded("json"))]
KindOption = Annotated[InspectionKind | None, typer.Option("--kind", help=worded("kind"))]
RouterUpnpOption = Annotated[bool, typer.Option("--router-upnp", help=worded("router-upnp"))]
