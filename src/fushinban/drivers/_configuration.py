"""Parsers of routers' saved configurations: one `_configuration.py` with `CONFIGURATION` in the maker's folder each."""

import importlib
import pkgutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

from fushinban.errors import CatalogueError
from fushinban.messages import Text, say
from fushinban.model.router import Origin, RouterState


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationParser:
    """How one maker's configuration is read.

    `kind`: its name on the command line. `parse`: the bytes of a file, or of what the router printed, to its state;
    Malformed where it is no configuration of this maker at all. Single lines that are not understood are no reason for
    that: they stand in `RouterState.unread`. Secrets are blanked in every line that is kept.
    `recognise`: how many lines of a text look like this maker's and no other's; 0 where none does.
    """

    kind: str
    title: Text
    parse: Callable[[bytes, Origin], RouterState]
    recognise: Callable[[str], int]


@cache
def configurations() -> dict[str, ConfigurationParser]:
    """All parsers of configurations by kind, found by their folders."""
    drivers = sys.modules["fushinban.drivers"]
    found: dict[str, ConfigurationParser] = {}
    for entry in pkgutil.iter_modules(drivers.__path__, drivers.__name__ + "."):
        name = f"{entry.name}._configuration"
        if not entry.ispkg or find_spec(name) is None:
            continue
        parser = getattr(importlib.import_module(name), "CONFIGURATION", None)
        if not isinstance(parser, ConfigurationParser):
            raise CatalogueError(say("catalogue.wrong", module=name, attribute="CONFIGURATION"))
        if parser.kind in found:
            raise CatalogueError(say("catalogue.twice", id=parser.kind, first=parser.kind, second=name))
        found[parser.kind] = parser
    return dict(sorted(found.items()))
