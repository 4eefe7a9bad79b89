"""Finds the things of a catalogue by its folder: no hand-kept list, a duplicate id stops the start."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import TypeVar

from fushinban.errors import CatalogueError
from fushinban.messages import say

T = TypeVar("T")


def load(package: ModuleType, attribute: str, kind: type[T], key: Callable[[T], str]) -> dict[str, T]:
    """Import every module below `package`; return its `attribute` objects by key, in key order.

    Modules whose name starts with `_` are parts of others and are passed over.
    Raises CatalogueError for a missing attribute, a wrong type or a duplicate key.
    """
    found: dict[str, T] = {}
    origin: dict[str, str] = {}
    for module in _modules(package):
        thing = getattr(module, attribute, None)
        if not isinstance(thing, kind):
            raise CatalogueError(say("catalogue.wrong", module=module.__name__, attribute=attribute))
        name = key(thing)
        if name in found:
            raise CatalogueError(say("catalogue.twice", id=name, first=origin[name], second=module.__name__))
        found[name], origin[name] = thing, module.__name__
    return dict(sorted(found.items()))


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for entry in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if entry.name.rpartition(".")[2].startswith("_"):
            continue
        module = importlib.import_module(entry.name)
        attribute_holder = not entry.ispkg or not getattr(module, "CATALOGUE_FOLDER", False)
        if attribute_holder:
            yield module
        else:
            yield from _modules(module)
