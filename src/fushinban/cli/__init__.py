"""The command line: a thin surface over the jobs."""

from fushinban.cli._main import main

__all__ = ["main"]
