"""`fushinban person list`: who may do what in the console."""

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from fushinban import clock, settings
from fushinban.cli._command import Command, surface
from fushinban.cli._options import DataOption
from fushinban.model.rights import Grant
from fushinban.model.text import say

if TYPE_CHECKING:
    from fushinban.record.people.values import PersonEntry


def _list(data: DataOption = None) -> None:
    from fushinban.web.settings import open_console

    with open_console(_database(data), data_dir=data) as store:
        from fushinban.record.people.people import People

        people = People.of(store).list()
    console = Console(highlight=False)
    if not people:
        console.print(say("people.nobody-yet").of(surface.lang), markup=False)
        return
    table = Table(show_edge=False, pad_edge=False)
    for heading in ("email", "person-name", "rights", "last-seen"):
        table.add_column(say(f"cli.column-{heading}").of(surface.lang), overflow="fold")
    for person in people:
        # What people typed is shown as it is, never taken for markup.
        table.add_row(*map(RichText, _cells(person)))
    console.print(table)


def _database(data: object) -> str | None:
    return None if data is not None else settings.database_url()


def _cells(person: "PersonEntry") -> tuple[str, str, str, str]:
    rights = [_shown(held.grant) for held in person.grants]
    if not person.active:
        rights.insert(0, say("people.inactive").of(surface.lang))
    seen = clock.shown(person.last_seen) if person.last_seen is not None else ""
    return person.email, person.name, "\n".join(rights), seen


def _shown(grant: Grant) -> str:
    place = grant.site or (
        say("people.customer-number", number=grant.customer) if grant.customer is not None else say("people.everything")
    )
    where = place if isinstance(place, str) else place.of(surface.lang)
    text = f"{grant.role.label.of(surface.lang)} ({where})"
    if grant.end is None:
        return text
    over = grant.end <= clock.now()
    end = say("people.ended") if over else say("people.until", end=clock.shown(grant.end))
    return f"{text} {end.of(surface.lang)}"


COMMAND = Command(name="person list", function=_list)
