"""Finds the things of a catalogue by its folder: no hand-kept list, a duplicate id stops the start."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Generic, TypeVar

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


class Lazy(Mapping[str, T], Generic[T]):
    """The same for a catalogue whose modules are named as their things are: each is imported at its first use.

    Raises CatalogueError then for a missing attribute, a wrong type or another name.
    """

    def __init__(self, package: ModuleType, attribute: str, kind: type[T], key: Callable[[T], str]) -> None:
        self._package, self._attribute, self._kind, self._key = package, attribute, kind, key
        names = (entry.name for entry in pkgutil.iter_modules(package.__path__))
        self._names = dict.fromkeys(sorted(n for n in names if not n.startswith("_")))
        self._things: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._things:
            module = importlib.import_module(f"{self._package.__name__}.{name}")
            thing = getattr(module, self._attribute, None)
            if not isinstance(thing, self._kind) or self._key(thing) != name:
                raise CatalogueError(say("catalogue.wrong", module=module.__name__, attribute=self._attribute))
            self._things[name] = thing
        return self._things[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


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
