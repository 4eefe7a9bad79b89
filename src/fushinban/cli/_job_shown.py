"""How the command line shows jobs: a table, a few lines, or JSON."""

from collections.abc import Iterable

import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from fushinban.cli._command import write_out
from fushinban.clock import shown
from fushinban.model.job import Job, JobState
from fushinban.model.text import Lang, say

_COLOURS = {JobState.RUNNING: "cyan", JobState.DONE: "green", JobState.FAILED: "red", JobState.CANCELLED: "dim"}
_COLUMNS = ("job", "kind", "state", "site", "asked-at", "progress")


def show_jobs(jobs: Iterable[Job], lang: Lang) -> None:
    """A table on standard output."""
    table = Table(show_edge=False, pad_edge=False)
    for name in _COLUMNS:
        table.add_column(say(f"jobs.column-{name}").of(lang), overflow="fold")
    for job in jobs:
        state = RichText(job.state.label.of(lang), style=_COLOURS.get(job.state, ""))
        cells = (job.id, job.kind.label.of(lang), state, job.site, shown(job.asked_at), progress_of(job, lang))
        table.add_row(*(cell if isinstance(cell, RichText) else RichText(cell) for cell in cells))
    Console(highlight=False).print(table)


def show_job(job: Job, lang: Lang) -> None:
    """A few lines on standard output."""
    console = Console(highlight=False, markup=False)
    console.print(f"{job.id}  {job.kind.label.of(lang)}  {job.state.label.of(lang)}  {job.site}", soft_wrap=True)
    console.print(progress_of(job, lang), soft_wrap=True)


def progress_of(job: Job, lang: Lang) -> str:
    """How far it is, or how it ended."""
    if job.summary is not None:
        return job.summary.of(lang)
    parts = [job.stage.of(lang)] if job.stage is not None else []
    return "  ".join([*parts, f"{job.done}/{job.total}"] if job.total else parts)


def write_json(value: object) -> None:
    """JSON on standard output, one line."""
    write_out(orjson.dumps(value) + b"\n")


def plain(job: Job, lang: Lang) -> dict[str, object]:
    """The job for JSON, its sentences in one language; times UTC."""
    return {
        "id": job.id,
        "kind": job.kind.value,
        "state": job.state.value,
        "site": job.site,
        "parent": job.parent,
        "inspection": job.inspection,
        "asked_by": job.asked_by,
        "asked_at": job.asked_at,
        "started_at": job.started_at,
        "ended_at": job.ended_at,
        "stage": job.stage.of(lang) if job.stage else None,
        "total": job.total,
        "done": job.done,
        "missed": job.missed,
        "cancelling": job.cancelling,
        "summary": job.summary.of(lang) if job.summary else None,
        "version": job.version,
    }
