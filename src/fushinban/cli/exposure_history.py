"""`fushinban exposure history`: the outside addresses that a site had, or the sites that had an address at a time."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from fushinban import clock
from fushinban.cli._command import Command, Exit, open_records, surface
from fushinban.cli._options import DataOption, worded
from fushinban.clock import shown
from fushinban.errors import InputError
from fushinban.model.outside import BehindPort, OutsideLook
from fushinban.model.text import Text, say


def _history(
    site: Annotated[str | None, typer.Option("--site", metavar="ID", help=worded("history-site"))] = None,
    address: Annotated[str | None, typer.Option("--address", help=worded("history-address"))] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help=worded("history-port"))] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help=worded("history-at"))] = None,
    data: DataOption = None,
) -> None:
    if (site is None) == (address is None) or (port is not None and address is None):
        raise InputError(say("reflector.history-what"))
    found = _of_site(site, data) if site is not None else _of_address(address or "", at, port, data)
    raise typer.Exit(Exit.FINE if found else Exit.NOTHING)


def _of_site(site: str, data: DataOption) -> bool:
    store, _ = open_records(data)
    spans = [(family, span) for family in (4, 6) for span in store.outside.addresses(site, family)]
    table = _table("address", "first", "last")
    for _, span in spans:
        table.add_row(RichText(span.address), shown(span.first), shown(span.last))
    _show(table, bool(spans))
    return bool(spans)


def _of_address(address: str, at: str | None, port: int | None, data: DataOption) -> bool:
    from ipaddress import ip_address

    from fushinban.jobs.site_times import parse_moment

    try:
        ip_address(address)
    except ValueError as error:
        raise InputError(say("reflector.address-shape", text=address[:60])) from error
    moment = parse_moment(at) if at is not None else clock.now()
    store, _ = open_records(data)
    holders = store.outside.who_had(address, moment)
    table = _table("site", "sure", "before", "after")
    for holder in holders:
        sure = say("reflector.sure" if holder.certain else "reflector.perhaps").of(surface.lang)
        seen = [shown(m) if m is not None else "–" for m in (holder.before, holder.after)]
        table.add_row(RichText(holder.site), sure, *seen)
    _show(table, bool(holders))
    for holder in holders:
        if holder.look is not None:
            _stood(holder.look, port)
    return bool(holders)


def _stood(look: OutsideLook, port: int | None) -> None:
    """What stood behind the open ports of the look that is nearest to the moment, as known at that look."""
    title = say("reflector.stood", site=look.site, at=shown(look.at)).of(surface.lang)
    console = Console(highlight=False)
    seen = [one for one in look.seen.open if port in (None, one.port)]
    if not seen:
        console.print(RichText(f"{title}: {say('reflector.stood-nothing').of(surface.lang)}"), soft_wrap=True)
        return
    table = _table("port", "speaks", "behind")
    table.title, table.title_justify = RichText(title), "left"
    for one in seen:
        where = stood_behind(look, one.port).of(surface.lang)
        table.add_row(*map(RichText, (str(one.port), one.speaks or "?", where)))
    console.print(table)


def stood_behind(look: OutsideLook, port: int) -> Text:
    """Where a port led, as known at the look."""
    if look.behind is None:
        return say("reflector.stood-not-kept")
    found = [place for place in look.behind if place.port == port and place.known]
    if not found:
        return say("reflector.stood-unknown")
    told = dict.fromkeys(map(_place, found))
    return Text("、".join(t.ja for t in told), ", ".join(t.en for t in told))


def _place(place: BehindPort) -> Text:
    if place.own:
        return say("reflector.stood-router", service=place.own)
    where = f"{place.address}:{place.inside_port}" if place.inside_port is not None else place.address
    return Text(f"{place.device}（{where}）", f"{place.device} ({where})") if place.device else Text(where, where)


def _table(*headings: str) -> Table:
    table = Table(show_edge=False)
    for heading in headings:
        table.add_column(say(f"reflector.column-{heading}").of(surface.lang))
    return table


def _show(table: Table, there: bool) -> None:
    console = Console(highlight=False)
    console.print(table if there else say("reflector.no-history").of(surface.lang))


COMMAND = Command(name="exposure history", function=_history)
