"""`fushinban job show ID`: one job."""

from typing import Annotated

import typer

from fushinban.cli._command import Command, open_records, surface
from fushinban.cli._options import DataOption, worded


def _show(
    job: Annotated[str, typer.Argument(metavar="ID", help=worded("job"))],
    json: Annotated[bool, typer.Option("--json", help=worded("json-out"))] = False,
    data: DataOption = None,
) -> None:
    from fushinban.cli._job_shown import plain, show_job, write_json

    found = open_records(data)[0].jobs.get(job)
    if json:
        write_json(plain(found, surface.lang))
    else:
        show_job(found, surface.lang)


COMMAND = Command(name="job show", function=_show)
