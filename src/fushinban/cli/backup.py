"""`fushinban backup FILE`: everything in one file, while the server runs."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from fushinban import settings
from fushinban.cli._command import Command, surface
from fushinban.cli._options import DataOption, worded
from fushinban.cli._pass_phrase import PassPhraseEnv, PassPhraseFile, read_pass_phrase
from fushinban.model.text import say

if TYPE_CHECKING:
    from fushinban.jobs.backup import BackupResult


def _backup(
    target: Annotated[Path, typer.Argument(metavar="FILE", help=worded("backup-file"))],
    data: DataOption = None,
    with_key: Annotated[bool, typer.Option("--with-key", help=worded("with-key"))] = False,
    encrypt: Annotated[bool, typer.Option("--encrypt", help=worded("encrypt"))] = False,
    from_env: PassPhraseEnv = None,
    from_file: PassPhraseFile = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help=worded("overwrite"))] = False,
    keep: Annotated[int, typer.Option("--keep", min=0, help=worded("keep"))] = 0,
) -> None:
    from fushinban.jobs.backup import Wanted, backup

    sealed = encrypt or from_env is not None or from_file is not None
    wanted = Wanted(
        data_dir=data or settings.data_dir(),
        database_url=database_of(data),
        with_key=with_key,
        pass_phrase=read_pass_phrase(from_env, from_file, twice=True) if sealed else None,
        overwrite=overwrite,
        keep=keep,
    )
    _show(backup(target, wanted), sealed, wanted.data_dir)


def database_of(data: Path | None) -> str:
    """The database that belongs to `--data`, as for every other command."""
    return f"sqlite:///{data / 'fushinban.sqlite3'}" if data else settings.database_url()


def _show(result: "BackupResult", sealed: bool, data_dir: Path) -> None:
    from fushinban.jobs.backup import Section

    parts = result.manifest.parts
    seconds = f"{result.seconds:.1f}"
    size = _mb(result.size)
    lines = [say("operations.backed-up", path=result.path, size=size, count=len(parts), seconds=seconds)]
    for section in Section:
        sizes = [part.size for part in parts if part.section is section]
        if sizes:
            name = say(f"operations.section-{section.value}")
            lines.append(say("operations.backed-up-section", section=name, count=len(sizes), size=_mb(sum(sizes))))
    if result.removed:
        lines.append(say("operations.removed-older", count=len(result.removed)))
    if result.elsewhere:
        lines.append(say("operations.elsewhere", count=result.elsewhere))
    if result.key_apart:
        lines.append(say("operations.key-apart", key=_key(data_dir)))
    if result.manifest.about.with_key and not sealed:
        lines.append(say("operations.key-open"))
    console = Console(highlight=False)
    for line in lines:
        console.print(line.of(surface.lang), markup=False, soft_wrap=True)


def _key(data_dir: Path) -> str:
    """Where the key is; never the key."""
    if os.environ.get("FUSHINBAN_KEY"):
        return "FUSHINBAN_KEY"
    return os.environ.get("FUSHINBAN_KEY_FILE") or str(data_dir / "vault.key")


def _mb(size: int) -> str:
    return f"{size / 1024 / 1024:.1f}"


COMMAND = Command(name="backup", function=_backup)
