"""`fushinban credential remove NAME`."""

from typing import Annotated

import typer
from rich.console import Console

from fushinban.cli._command import Command, open_records, surface
from fushinban.cli._options import DataOption, worded
from fushinban.model.text import say


def _remove(
    name: Annotated[str, typer.Argument(help=worded("credential-name"))],
    data: DataOption = None,
) -> None:
    from fushinban.jobs.site_logins import check_name

    check_name(name)
    store, vault = open_records(data)
    vault.remove(name)
    store.audit.write(None, "credential.removed", "credential", f"vault:{name}")
    Console(highlight=False).print(say("cli.credential-removed", name=name).of(surface.lang), markup=False)


COMMAND = Command(name="credential remove", function=_remove)
