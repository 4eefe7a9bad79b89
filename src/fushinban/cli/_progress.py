"""Rich progress on a terminal; nothing elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

from fushinban.jobs.progress import Progress as Listener
from fushinban.jobs.progress import Quiet
from fushinban.model.device import Device
from fushinban.model.facts import FACT_TYPES
from fushinban.model.text import Lang, Text

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


@contextmanager
def shown_progress(lang: Lang) -> Iterator[Listener]:
    """A listener that draws on standard error while it is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Quiet()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[doing]}"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield _Drawn(progress, lang)


class _Drawn:
    def __init__(self, progress: "Progress", lang: Lang) -> None:
        self._progress, self._lang = progress, lang
        self._task: TaskID | None = None

    def stage(self, title: Text, total: int = 0) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(title.of(self._lang), total=total or None, doing="")

    def step(self, device: Device, doing: str) -> None:
        if self._task is not None:
            self._progress.update(self._task, doing=f"{device.title} · {FACT_TYPES[doing].title.of(self._lang)}")

    def done(self, device: Device, reached: bool) -> None:
        if self._task is not None:
            self._progress.advance(self._task)
