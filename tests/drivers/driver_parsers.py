"""Finds the parsers of a driver by their names, and feeds them bytes: a fact (or part of one) or a DeviceError."""

import inspect
import pkgutil
import typing
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from hypothesis import strategies as st

import fushinban.drivers
from fushinban.errors import DeviceError
from fushinban.transport.values import HttpAnswer

#: What a parser may want besides the bytes, and what it is given.
_OTHERS: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20),
    int: st.integers(0, 70000),
    float: st.floats(0, 1e9),
    bool: st.booleans(),
    datetime: st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
}

Parser = Callable[..., object]


@cache
def modules_of(driver: str) -> tuple[ModuleType, ...]:
    """The modules of a driver, whether it is one file or a folder."""
    name = f"{fushinban.drivers.__name__}.{driver}"
    top = import_module(name)
    parts = pkgutil.walk_packages(top.__path__, name + ".") if hasattr(top, "__path__") else ()
    return (top, *(import_module(part.name) for part in parts))


@cache
def parsers_of(driver: str) -> tuple[Parser, ...]:
    """Functions called `parse_…` of a driver's own modules that take bytes (or an HTTP answer) and plain values."""
    found: dict[str, Parser] = {}
    for module in modules_of(driver):
        for name, thing in vars(module).items():
            own = inspect.isfunction(thing) and thing.__module__ == module.__name__
            if own and name.startswith("parse_") and _wants(thing) is not None:
                found[f"{module.__name__}.{name}"] = thing
    return tuple(found[name] for name in sorted(found))


def _wants(parser: Parser) -> tuple[tuple[str, Any], ...] | None:
    """Names and types of the arguments that must be given; None where they are not all plain."""
    hints = typing.get_type_hints(parser)
    needed = [p.name for p in inspect.signature(parser).parameters.values() if p.default is p.empty]
    types = tuple((name, hints.get(name)) for name in needed)
    first = types[:1] and types[0][1] in (bytes, HttpAnswer)
    return types if first and all(t in (*_OTHERS, bytes, HttpAnswer) for _, t in types) else None


def ask_parser(parser: Parser, body: bytes, data: st.DataObject) -> None:
    """Call it. Whatever the bytes are, it returns or raises a DeviceError."""
    arguments: dict[str, object] = {}
    for name, kind in _wants(parser) or ():
        if kind is bytes:
            arguments[name] = body
        elif kind is HttpAnswer:
            status = data.draw(st.sampled_from((200, 400, 401, 403, 404, 500)), name)
            arguments[name] = HttpAnswer(status=status, headers={}, body=body)
        else:
            arguments[name] = data.draw(_OTHERS[kind], name)
    try:
        value = parser(**arguments)
    except DeviceError:
        return
    hash(repr(value))
