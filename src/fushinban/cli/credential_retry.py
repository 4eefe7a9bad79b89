"""`fushinban credential retry SITE.toml ADDRESS`: a person allows logins again after refused ones."""

from typing import Annotated

import typer
from rich.console import Console

from fushinban.cli._command import Command, open_records, surface
from fushinban.cli._options import DataOption, SiteArgument, worded
from fushinban.model.text import say


def _retry(
    site: SiteArgument,
    address: Annotated[str, typer.Argument(help=worded("address"))],
    data: DataOption = None,
) -> None:
    from fushinban.jobs.attempts import allow_again

    count = allow_again(site, address, open_records(data)[0])
    Console(highlight=False).print(say("cli.retry", address=address, count=count).of(surface.lang), markup=False)


COMMAND = Command(name="credential retry", function=_retry)
