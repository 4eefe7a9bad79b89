"""Rich progress of a job on a terminal; nothing elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from fushinban.cli._job_shown import progress_of
from fushinban.model.job import Job
from fushinban.model.text import Lang


@contextmanager
def drawn(lang: Lang) -> Iterator[Callable[[Job], None]]:
    """A function that draws the job as it is now on standard error, while that is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None)

        def draw(job: Job) -> None:
            title = job.stage.of(lang) if job.stage is not None else progress_of(job, lang) or job.state.label.of(lang)
            progress.update(task, description=title, total=job.total or None, completed=job.done)

        yield draw
