"""`fushinban serve`: the console, its API and its jobs in one go."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from fushinban import settings
from fushinban.cli._command import Command, surface
from fushinban.cli._options import DataOption, worded
from fushinban.errors import InputError
from fushinban.journal import open_journal
from fushinban.model.text import say


def _serve(
    data: DataOption = None,
    listen: Annotated[str, typer.Option("--listen", metavar="ADDRESS:PORT", help=worded("listen"))] = "127.0.0.1:8600",
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help=worded("workers"))] = 1,
    certificate: Annotated[Path | None, typer.Option("--tls-certificate", help=worded("tls-certificate"))] = None,
    key: Annotated[Path | None, typer.Option("--tls-key", help=worded("tls-key"))] = None,
    proxies: Annotated[list[str] | None, typer.Option("--behind-proxy", help=worded("behind-proxy"))] = None,
    hosts: Annotated[list[str] | None, typer.Option("--host", help=worded("host"))] = None,
    plain: Annotated[bool, typer.Option("--plain-http-beyond-loopback", help=worded("plain-http"))] = False,
) -> None:
    from fushinban.web.listen import Wanted, check, open_socket
    from fushinban.web.server import Work, run_here, run_workers
    from fushinban.web.shared_metrics import share_metrics

    open_journal()
    folder = data or settings.data_dir()
    url = f"sqlite:///{folder / 'fushinban.sqlite3'}" if data else settings.database_url()
    if workers > 1 and url.startswith("sqlite:"):
        raise InputError(say("web.one-worker"))
    place = check(
        Wanted(
            listen=listen,
            certificate=certificate,
            key=key,
            proxies=tuple(proxies or ()),
            hosts=tuple(hosts or ()),
            plain_beyond_loopback=plain,
        )
    )
    with open_socket(place) as opened:
        place = place.at(opened.getsockname()[1])
        if workers > 1:
            # Before anything of the pages is imported: the processes count together.
            share_metrics(folder / ".metrics")
        _announce(url, folder, place.address, plain=plain)
        work = Work(database_url=url, data_dir=folder, place=place)
        if workers == 1:
            run_here(work, opened)
        else:
            run_workers(work, opened, workers)
    Console(highlight=False).print(say("web.ended").of(surface.lang))


def _announce(url: str, folder: Path, address: str, *, plain: bool) -> None:
    """Bring the database up to date before any worker starts, and say where the console is."""
    from fushinban.web.settings import open_console

    console = Console(highlight=False)
    with open_console(url, data_dir=folder):
        from fushinban.web.signin.first import set_up_link  # its tables load only now

        link = set_up_link(address)
    console.print(say("web.serving", address=address).of(surface.lang), soft_wrap=True)
    if link:
        console.print(say("web.set-up-link", link=link).of(surface.lang), soft_wrap=True, markup=False)
    if plain:
        console.print(say("web.plain-warning").of(surface.lang), soft_wrap=True)


COMMAND = Command(name="serve", function=_serve)
