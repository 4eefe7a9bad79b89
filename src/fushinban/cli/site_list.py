"""`fushinban site list`: registered sites."""

from typing import Annotated

import typer

from fushinban.cli._command import Command, open_records, surface
from fushinban.cli._options import DataOption, worded
from fushinban.model.text import say


def _list(
    json: Annotated[bool, typer.Option("--json", help=worded("json-out"))] = False,
    data: DataOption = None,
) -> None:
    from fushinban.cli._job_shown import write_json

    store = open_records(data)[0]
    versions = store.setups.versions()
    sites = store.sites.list()
    if json:
        write_json([{"id": s.id, "name": s.name, "customer": s.customer, "version": versions.get(s.id)} for s in sites])
        return
    if not sites:
        typer.echo(say("cli.site-none").of(surface.lang))
    for site in sites:
        typer.echo(f"{site.id}\t{site.name}\t{site.customer}")


COMMAND = Command(name="site list", function=_list)
