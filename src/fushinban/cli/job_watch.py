"""`fushinban job watch ID`: how a job goes on, until it is over. The exit code says how it ended."""

from typing import Annotated

import typer

from fushinban.cli._command import Command, Exit, open_records, surface
from fushinban.cli._options import DataOption, worded


def _watch(
    job: Annotated[str, typer.Argument(metavar="ID", help=worded("job"))],
    json: Annotated[bool, typer.Option("--json", help=worded("json-out"))] = False,
    data: DataOption = None,
) -> None:
    from fushinban.cli._job_shown import plain, show_job, write_json
    from fushinban.cli._job_watched import drawn
    from fushinban.jobs.durable.watching import watch
    from fushinban.model.job import JobState

    store = open_records(data)[0]
    last = store.jobs.get(job)
    with drawn(surface.lang) as draw:
        for last in watch(store, job):
            if json:
                write_json(plain(last, surface.lang))
            else:
                draw(last)
    if not json:
        show_job(last, surface.lang)
    raise typer.Exit(Exit.FINE if last.state is JobState.DONE else Exit.FAILS)


COMMAND = Command(name="job watch", function=_watch)
