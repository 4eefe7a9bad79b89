"""`fushinban reflector`: the small service on the internet that looks at whoever asks it to."""

import ipaddress
from pathlib import Path
from typing import Annotated

import typer

from fushinban import settings
from fushinban.cli._command import Command, surface
from fushinban.cli._options import DataOption, worded
from fushinban.errors import InputError
from fushinban.model.site import Network
from fushinban.model.text import Text, say


def _reflector(
    data: DataOption = None,
    listen: Annotated[list[str] | None, typer.Option("--listen", metavar="ADDRESS:PORT", help=worded("listen"))] = None,
    certificate: Annotated[Path | None, typer.Option("--tls-certificate", help=worded("tls-certificate"))] = None,
    key: Annotated[Path | None, typer.Option("--tls-key", help=worded("tls-key"))] = None,
    plain: Annotated[bool, typer.Option("--plain-http-beyond-loopback", help=worded("plain-http"))] = False,
    outside: Annotated[list[str] | None, typer.Option("--count-as-outside", help=worded("count-as-outside"))] = None,
    add: Annotated[str | None, typer.Option("--new-token", metavar="NAME", help=worded("new-token"))] = None,
    remove: Annotated[str | None, typer.Option("--remove-token", metavar="NAME", help=worded("remove-token"))] = None,
) -> None:
    from fushinban.record.files import make_private_folder
    from fushinban.reflector.guests import GuestBook
    from fushinban.reflector.run import Serving, serve

    folder = data or settings.data_dir()
    make_private_folder(folder)
    book = GuestBook(folder)
    if add is not None:
        _tell(say("reflector.token", name=add, token=book.add(add)))
    if remove is not None:
        book.remove(remove)
        _tell(say("reflector.removed", name=remove))
    if add is not None or remove is not None:
        return
    serving = Serving(
        folder=folder, listen=tuple(listen or ("127.0.0.1:8601",)), certificate=certificate, key=key,
        plain_beyond_loopback=plain, also=tuple(map(_network, outside or ())),
    )  # fmt: skip
    serve(serving, lambda addresses, public: _tell(say("reflector.serving", address=addresses, key=public)))


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise InputError(say("reflector.address-kind", text=text[:60])) from error


def _tell(sentence: Text) -> None:
    from rich.console import Console

    Console(highlight=False, markup=False).print(sentence.of(surface.lang), soft_wrap=True)


COMMAND = Command(name="reflector", function=_reflector)
