"""`fushinban answer SITE.toml`: the questionnaire, one question after the other."""

import os
import sys
from typing import Annotated

import typer

from fushinban.cli._command import Command, open_records, surface
from fushinban.cli._options import DataOption, SiteArgument, worded
from fushinban.model.text import say


def _answer(
    site: SiteArgument,
    by: Annotated[str, typer.Option("--by", help=worded("answer-by"))] = "",
    again: Annotated[bool, typer.Option("--all", help=worded("answer-all"))] = False,
    data: DataOption = None,
) -> None:
    from fushinban.jobs.answers import answer_open_questions
    from fushinban.jobs.site_file import load_site

    site_file = load_site(site, os.environ)
    count = answer_open_questions(
        site_file,
        open_records(data)[0],
        site.resolve().parent,
        reader=_read,
        writer=lambda line: sys.stdout.write(f"{line}\n"),
        by=by,
        again=again,
        lang=surface.lang,
    )
    sys.stdout.write(say("cli.answers-kept", count=count).of(surface.lang) + "\n")


def _read(prompt: str) -> str:
    try:
        return input(prompt)
    except EOFError:
        return "q"


COMMAND = Command(name="answer", function=_answer)
