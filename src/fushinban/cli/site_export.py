"""`fushinban site export ID`: the setup of a registered site as SITE.toml."""

from pathlib import Path
from typing import Annotated

import typer

from fushinban.cli._command import Command, open_records, surface, write_out
from fushinban.cli._options import DataOption, worded
from fushinban.model.text import say


def _export(
    site: Annotated[str, typer.Argument(metavar="ID", help=worded("site-id"))],
    out: Annotated[Path | None, typer.Option("--out", metavar="SITE.toml", help=worded("out-file"))] = None,
    data: DataOption = None,
) -> None:
    from fushinban.jobs.documents import write_whole
    from fushinban.jobs.site_setup import export_toml, load_setup

    content = export_toml(load_setup(open_records(data)[0], site)).encode()
    if out is None:
        write_out(content)
        return
    write_whole(out, content)
    typer.echo(say("cli.wrote", path=str(out)).of(surface.lang))


COMMAND = Command(name="site export", function=_export)
