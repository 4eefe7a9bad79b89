"""`fushinban restore FILE`: puts a backup in place, whole or not at all."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from fushinban import clock, settings
from fushinban.cli._command import Command, surface
from fushinban.cli._options import DataOption, worded
from fushinban.cli._pass_phrase import PassPhraseEnv, PassPhraseFile, read_pass_phrase
from fushinban.cli.backup import database_of
from fushinban.model.text import say


def _restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=worded("restore-file"))],
    data: DataOption = None,
    replace: Annotated[bool, typer.Option("--replace", help=worded("replace"))] = False,
    from_env: PassPhraseEnv = None,
    from_file: PassPhraseFile = None,
) -> None:
    from fushinban.jobs.backup import Place, is_sealed, restore

    pass_phrase = read_pass_phrase(from_env, from_file, twice=False) if is_sealed(file) else None
    place = Place(data_dir=data or settings.data_dir(), database_url=database_of(data), replace=replace)
    result = restore(file, place, pass_phrase)
    manifest = result.manifest
    made = clock.shown(manifest.about.made_at)
    lines = [say("operations.restored", place=result.data_dir, made=made, count=len(manifest.parts))]
    if result.aside is not None:
        lines.append(say("operations.restored-aside", aside=result.aside))
    if result.key_missing:
        lines.append(say("operations.restored-no-key", place=result.data_dir / "vault.key"))
    console = Console(highlight=False)
    for line in lines:
        console.print(line.of(surface.lang), markup=False, soft_wrap=True)


COMMAND = Command(name="restore", function=_restore)
