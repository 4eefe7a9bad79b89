"""`fushinban site import SITE.toml`: registers a site, or brings it up to date."""

from typing import Annotated

import typer

from fushinban.cli._command import Command, open_records, surface
from fushinban.cli._options import DataOption, SiteArgument, worded
from fushinban.model.text import say


def _import(
    site: SiteArgument,
    json: Annotated[bool, typer.Option("--json", help=worded("json-out"))] = False,
    data: DataOption = None,
) -> None:
    from fushinban.cli._job_shown import write_json
    from fushinban.jobs.site_setup import import_site_file

    taken, version = import_site_file(open_records(data)[0], site)
    if json:
        write_json({"id": taken.site.id, "version": version})
    else:
        typer.echo(say("cli.site-imported", site=taken.site.id, version=version).of(surface.lang))


COMMAND = Command(name="site import", function=_import)
