"""The pass phrase of a backup: from a prompt, a file or the environment; never an argument, which others can see."""

import getpass
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from fushinban.cli._command import surface
from fushinban.cli._options import worded
from fushinban.errors import InputError
from fushinban.model.text import say

PassPhraseEnv = Annotated[str | None, typer.Option("--pass-phrase-env", metavar="VAR", help=worded("pass-phrase-env"))]
PassPhraseFile = Annotated[Path | None, typer.Option("--pass-phrase-file", help=worded("pass-phrase-file"))]

_MOST_BYTES = 4096


def read_pass_phrase(from_env: str | None, from_file: Path | None, *, twice: bool) -> str:
    """The pass phrase; asked for twice at a terminal when it is new. Raises InputError when there is none."""
    if from_env is not None:
        found, origin = os.environ.get(from_env, ""), from_env
    elif from_file is not None:
        found, origin = _first_line(from_file), str(from_file)
    elif sys.stdin.isatty():
        found, origin = getpass.getpass(say("operations.pass-phrase-prompt").of(surface.lang)), "-"
        if twice and found != getpass.getpass(say("operations.pass-phrase-again").of(surface.lang)):
            raise InputError(say("operations.pass-phrase-differs"))
    else:
        found, origin = sys.stdin.readline(_MOST_BYTES).rstrip("\r\n"), "-"
    if not found:
        raise InputError(say("operations.pass-phrase-none", origin=origin))
    return found


def _first_line(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.readline(_MOST_BYTES).rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(say("operations.pass-phrase-none", origin=str(path))) from error
