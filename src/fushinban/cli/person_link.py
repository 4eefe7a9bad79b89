"""`fushinban person link EMAIL`: for somebody who lost everything to sign in with. Whoever runs it owns the machine."""

from typing import Annotated

import typer
from rich.console import Console

from fushinban import clock, settings
from fushinban.cli._command import Command, surface
from fushinban.cli._options import DataOption, worded
from fushinban.errors import InputError
from fushinban.model.text import say


def _link(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help=worded("email"))],
    data: DataOption = None,
) -> None:
    from fushinban.web.settings import open_console

    address = settings.console_address()
    database = None if data is not None else settings.database_url()
    with open_console(database, data_dir=data) as store:
        from fushinban.record.people.links import Links
        from fushinban.record.people.people import People

        person = People.of(store).find(email)
        if person is None:
            raise InputError(say("people.no-such-email", email=email[:254]))
        link = Links.of(store).reset(person.number, forget_factors=True)
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(say("people.link-made", email=person.email, expires=clock.shown(link.expires_at)).of(surface.lang))
    console.print(say("people.link-open" if address else "people.link-where").of(surface.lang))
    console.print(f"{address}/reset/{link.secret}/")


COMMAND = Command(name="person link", function=_link)
