"""`fushinban exposure SITE.toml` (short for `exposure look`): what outsiders see of the site's line."""

import json as json_format
import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from fushinban.cli._command import Command, Exit, open_records, surface, write_out
from fushinban.cli._options import DataOption, JsonOption, SiteArgument
from fushinban.clock import shown
from fushinban.messages import Text
from fushinban.model.facts import Gate, PortState
from fushinban.model.outside import BehindPort, OutsideLook
from fushinban.model.reflection import SeenPort
from fushinban.model.text import say

if TYPE_CHECKING:
    from fushinban.jobs.exposure import Exposure


def _look(site: SiteArgument, json: JsonOption = None, data: DataOption = None) -> None:
    from fushinban.cli._exposure_shown import show_comparison
    from fushinban.jobs.exposure import exposure_of
    from fushinban.jobs.outside import OutsideResult, look_from_outside
    from fushinban.jobs.site_file import load_site

    site_file = load_site(site, os.environ)
    store, vault = open_records(data)
    result: OutsideResult = look_from_outside(site_file, store, vault, os.environ)
    known = exposure_of(store, site_file.site.id, site_file, result.looks)
    if json is not None:
        _write({**as_json(result.looks, result.missing), **_explained(known)}, json)
    if str(json) != "-":
        for look in result.looks:
            _show(look)
        for family, reason in result.missing.items():
            _tell(say("reflector.no-family", family=f"IPv{family}", reason=reason), "yellow")
        if known.comparison is not None:
            show_comparison(known.comparison, Console(highlight=False), surface.lang)
    if not result.looks:
        raise typer.Exit(Exit.NOTHING)
    raise typer.Exit(Exit.FAILS if any(look.seen.open for look in result.looks) else Exit.FINE)


def as_json(looks: tuple[OutsideLook, ...], missing: object) -> dict[str, object]:
    """The looks as plain JSON values."""
    why = {f"ipv{family}": reason.of(surface.lang) for family, reason in dict(missing).items()}  # type: ignore[call-overload]  # a mapping of families
    return {"looks": [_plain(look) for look in looks], "missing": why}


def _explained(known: "Exposure") -> dict[str, object]:
    """The prediction and how it agrees with the looks; nulls where nothing is known of the router."""
    from fushinban.reports._exposure import comparison_json, exposure_json

    told = exposure_json(known.prediction, surface.lang) if known.prediction is not None else None
    if known.comparison is None:
        return {"prediction": told, "compared": None, "not_looked_at": None}
    return {"prediction": told, **comparison_json(known.comparison, surface.lang)}


def _plain(look: OutsideLook) -> dict[str, object]:
    ports = [
        {
            "port": p.port, "protocol": "tcp", "state": p.state.value, "speaks": p.speaks, "banner": p.banner,
            "picture": p.picture.value if p.picture is not None else None,
        }
        for p in look.seen.ports
    ]  # fmt: skip
    return {
        "site": look.site, "at": look.at.isoformat(), "family": look.family, "address": look.address,
        "ended_at": look.seen.ended.isoformat(), "ports": ports,
        "behind": [behind_json(place) for place in look.behind] if look.behind is not None else None,
    }  # fmt: skip


def behind_json(place: BehindPort) -> dict[str, object]:
    """Where a port led, as plain values."""
    return {
        "port": place.port, "device": place.device, "address": place.address, "inside_port": place.inside_port,
        "own_service": place.own, "way": str(place.kind) if place.kind is not None else None,
        "lines": [{"number": line.number, "text": line.text} for line in place.lines],
    }  # fmt: skip


def _show(look: OutsideLook) -> None:
    lang = surface.lang
    opened = look.seen.open
    silent = sum(p.state is PortState.FILTERED for p in look.seen.ports)
    message = "reflector.open" if opened else "reflector.nothing-open"
    _tell(say(message, address=look.address, count=len(opened), at=shown(look.at)), "bold")
    if opened:
        table = Table(show_edge=False)
        for heading in ("port", "speaks", "picture", "banner"):
            table.add_column(say(f"reflector.column-{heading}").of(lang))
        for port in opened:
            cells = (str(port.port), port.speaks or "?", picture_word(port).of(lang), port.banner)
            table.add_row(*map(RichText, cells))
        Console(highlight=False).print(table)
    refused = len(look.seen.ports) - len(opened) - silent
    _tell(say("reflector.counts", refused=refused, silent=silent, total=len(look.seen.ports)), "dim")


def picture_word(port: SeenPort) -> Text:
    """Whether a picture could be read there without a login, in a word."""
    if port.picture is None:
        return say("reflector.picture-none")
    return say("reflector.picture-open" if port.picture is Gate.OPEN else "reflector.picture-protected")


def _tell(sentence: Text, style: str) -> None:
    Console(highlight=False).print(RichText(sentence.of(surface.lang), style=style), soft_wrap=True)


def _write(result: dict[str, object], target: Path) -> None:
    from fushinban.jobs.documents import write_whole

    text = json_format.dumps(result, ensure_ascii=False, indent=2) + "\n"
    if str(target) == "-":
        write_out(text.encode())
    else:
        write_whole(target, text.encode())


COMMAND = Command(name="exposure look", function=_look)
