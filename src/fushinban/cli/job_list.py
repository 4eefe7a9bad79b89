"""`fushinban job list`: jobs, the newest first."""

from typing import Annotated

import typer

from fushinban.cli._command import Command, open_records, surface
from fushinban.cli._options import DataOption, worded
from fushinban.model.text import say


def _list(
    site: Annotated[str | None, typer.Option("--site", help=worded("job-site"))] = None,
    active: Annotated[bool, typer.Option("--active", help=worded("job-active"))] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help=worded("limit"))] = 50,
    json: Annotated[bool, typer.Option("--json", help=worded("json-out"))] = False,
    data: DataOption = None,
) -> None:
    from fushinban.cli._job_shown import plain, show_jobs, write_json
    from fushinban.model.job import ACTIVE

    store = open_records(data)[0]
    page = store.jobs.list(states=ACTIVE if active else (), site=site, limit=limit)
    if json:
        write_json([plain(job, surface.lang) for job in page.jobs])
    elif page.jobs:
        show_jobs(page.jobs, surface.lang)
    else:
        typer.echo(say("cli.job-none").of(surface.lang))


COMMAND = Command(name="job list", function=_list)
