"""`fushinban credential add NAME`: keeps a login in the vault and says at once how good its password is."""

import getpass
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from fushinban.cli._command import Command, open_records, surface
from fushinban.cli._options import DataOption, worded
from fushinban.errors import InputError
from fushinban.model.text import say


def _add(
    name: Annotated[str, typer.Argument(help=worded("credential-name"))],
    username: Annotated[str, typer.Option("--username", help=worded("username"))],
    from_env: Annotated[str | None, typer.Option("--from-env", metavar="VAR", help=worded("from-env"))] = None,
    from_file: Annotated[Path | None, typer.Option("--from-file", help=worded("from-file"))] = None,
    maker: Annotated[str, typer.Option("--maker", help=worded("maker"))] = "",
    context: Annotated[list[str] | None, typer.Option("--context", help=worded("context"))] = None,
    data: DataOption = None,
) -> None:
    from fushinban.check.credential import assess
    from fushinban.jobs.site_logins import check_name, weaknesses
    from fushinban.makers import find_maker

    check_name(name)
    secret = read_secret(name, from_env, from_file)
    quality = assess(username, secret, context=[name, username, *(context or [])], maker=find_maker(maker), model="")
    store, vault = open_records(data)
    vault.put(name, username, secret, quality=quality)
    store.audit.write(None, "credential.saved", "credential", f"vault:{name}", {"username": username})
    console = Console(highlight=False)
    console.print(say("cli.credential-kept", name=name).of(surface.lang), markup=False)
    for sentence in weaknesses(quality):
        console.print(f"  ✕ {sentence.of(surface.lang)}", style="red", markup=False)


def read_secret(name: str, from_env: str | None, from_file: Path | None) -> str:
    """The secret from the environment, a file, or a prompt (twice); never from an argument."""
    if from_env is not None:
        secret = os.environ.get(from_env, "")
    elif from_file is not None:
        secret = _file(from_file)
    elif sys.stdin.isatty():
        secret = getpass.getpass(say("cli.secret-prompt", name=name).of(surface.lang))
        if secret != getpass.getpass(say("cli.secret-again").of(surface.lang)):
            raise InputError(say("cli.secret-differs"))
    else:
        secret = sys.stdin.readline().rstrip("\r\n")
    if not secret:
        raise InputError(say("cli.secret-empty"))
    return secret


def _file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(say("cli.secret-file", path=str(path), error=str(error))) from error


COMMAND = Command(name="credential add", function=_add)
