"""`fushinban exposure keep SITE.toml --config FILE`: take over what the saved configuration of a site's router says."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from fushinban.cli._command import Command, open_records, surface
from fushinban.cli._options import DataOption, SiteArgument, worded
from fushinban.model.text import say


def _keep(
    site: SiteArgument,
    config: Annotated[Path, typer.Option("--config", metavar="FILE", help=worded("exposure-config"))],
    kind: Annotated[str, typer.Option("--kind", help=worded("exposure-kind"))] = "",
    data: DataOption = None,
) -> None:
    from fushinban.jobs.exposure import keep_configuration_file
    from fushinban.jobs.site_file import load_site

    site_file = load_site(site, os.environ)
    store, _ = open_records(data)
    with store.together():
        store.sites.save(site_file.site, site_file.authorisation)
        kept = keep_configuration_file(store, site_file.site.id, config, site_file.authorisation.by, kind=kind or None)
    state = kept.state
    told = say("exposure.kept", name=kept.name, kind=state.kind, lines=state.line_count, unread=len(state.unread))
    Console(highlight=False, markup=False).print(told.of(surface.lang), soft_wrap=True)


COMMAND = Command(name="exposure keep", function=_keep)
