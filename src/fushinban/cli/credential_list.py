"""`fushinban credential list`: names in the vault, never secrets."""

from rich.console import Console

from fushinban.cli._command import Command, open_records, surface
from fushinban.cli._options import DataOption
from fushinban.model.text import say


def _list(data: DataOption = None) -> None:
    from fushinban.jobs.site_logins import names as names_of

    vault = open_records(data)[1]
    console = Console(highlight=False)
    names = names_of(vault)
    if not names:
        console.print(say("cli.credential-none").of(surface.lang), markup=False)
    for name in names:
        console.print(f"{name}\t{vault.get(name).username}", markup=False)


COMMAND = Command(name="credential list", function=_list)
