"""Catalogue of kinds of jobs: one module per kind."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from fushinban import catalogue
from fushinban.jobs.durable.task import Task
from fushinban.model.job import JobKind
from fushinban.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`run` does the job and says in one sentence how it ended; `broken_off` adds what was done to a job that ended
    before its time.

    `run` may be called again after a crash: what it does outside its steps must bear that.
    """

    kind: JobKind
    run: Callable[[Task], Text]
    broken_off: Callable[[Task, Text], Text] = lambda _, reason: reason


def kinds() -> dict[str, Kind]:
    """All kinds by their word."""
    return catalogue.load(sys.modules[__name__], "KIND", Kind, lambda k: k.kind.value)
