"""How each type of the model looks in JSON: a pair of functions per type, made once and kept."""

import dataclasses
import math
import types
import typing
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
    ip_address,
    ip_interface,
    ip_network,
)
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from fushinban.model.facts import FACT_TYPES
from fushinban.model.facts.base import Fact
from fushinban.model.reading import Reading
from fushinban.model.sheet import Parameter
from fushinban.record._parameters import read_parameters, write_parameters

_NO_VALUE = type(None)
_NETWORKS = frozenset({IPv4Network, IPv6Network})
_INTERFACES = frozenset({IPv4Interface, IPv6Interface})
_ADDRESSES = frozenset({IPv4Address, IPv6Address})


class Unreadable(Exception):
    """A value does not fit its type; the words say which field and what was expected, never the value."""


class Form(NamedTuple):
    """`write` makes values that the JSON writer knows, `read` makes the typed value or Unreadable.

    `write` is None where the writer knows the value itself: text, numbers, enumerations of text, and tuples and
    dataclasses of nothing else. Those are most of what is kept, and writing them needs no work in Python.
    """

    write: Callable[[Any], Any] | None
    read: Callable[[Any], Any]


@cache
def form_of(kind: Any) -> Form:
    """The form of a type. Raises Unreadable for a type that is not kept (functions, secrets, free dictionaries)."""
    if isinstance(kind, TypeVar):
        return form_of(kind.__bound__)
    if kind in _PLAIN:
        return _PLAIN[kind]
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is Reading or origin is Reading:
        return _reading()
    if origin in (typing.Union, types.UnionType):
        return _union(arguments)
    if origin is tuple:
        return _tuple(arguments)
    if origin is frozenset:
        return _set(arguments[0])
    if origin is Mapping:
        return _mapping(*arguments)
    return _class(kind, origin)


def _class(kind: Any, origin: Any) -> Form:
    if origin is type:
        return Form(lambda fact: fact.key, _fact_type)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enum(kind)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _dataclass(kind)
    raise Unreadable(f"{kind!r} is not a type that is kept")


def _exact(kind: type) -> Form:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise Unreadable(f"expected {kind.__name__}, found {type(value).__name__}")
        return value

    return Form(None, read)


def _float() -> Form:
    def read(value: Any) -> float:
        if value in ("nan", "inf", "-inf") or type(value) in (int, float):
            return float(value)
        raise Unreadable(f"expected a number, found {type(value).__name__}")

    return Form(lambda value: value if math.isfinite(value) else repr(float(value)), read)


def _write_moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise Unreadable("a time without time zone")
    return value.astimezone(UTC).isoformat()


def _read_moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_string(value))
    if moment.tzinfo is None:
        raise Unreadable("a time without time zone")
    return moment.astimezone(UTC)


def _string(value: Any) -> str:
    if type(value) is not str:
        raise Unreadable(f"expected str, found {type(value).__name__}")
    return value


def _network(value: Any) -> IPv4Network | IPv6Network:
    return ip_network(_string(value))


def _address(value: Any) -> IPv4Address | IPv6Address:
    return ip_address(_string(value))


def _interface(value: Any) -> IPv4Interface | IPv6Interface:
    return ip_interface(_string(value))


def _fact_type(value: Any) -> type[Fact]:
    fact = FACT_TYPES.get(_string(value))
    if fact is None:
        raise Unreadable("an unknown fact")
    return fact


def _enum(kind: type[Enum]) -> Form:
    members = {m.value: m for m in kind}

    def read(value: Any) -> Enum:
        member = members.get(value) if type(value) is str else None
        if member is None:
            raise Unreadable(f"not a {kind.__name__}")
        return member

    written = all(type(m.value) is str for m in kind)
    return Form(None if written else lambda value: value.value, read)


def _union(arguments: tuple[Any, ...]) -> Form:
    kinds = tuple(a for a in arguments if a is not _NO_VALUE)
    if frozenset(kinds) == _NETWORKS:
        inner = Form(str, _network)
    elif frozenset(kinds) == _INTERFACES:
        inner = Form(str, _interface)
    elif frozenset(kinds) == _ADDRESSES:
        inner = Form(str, _address)
    elif len(kinds) == 1:
        inner = form_of(kinds[0])
    else:
        raise Unreadable("a union of several types is not kept")
    if len(kinds) == len(arguments):
        return inner
    write, read = inner
    return Form(
        (lambda value: None if value is None else write(value)) if write else None,
        lambda value: None if value is None else read(value),
    )


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise Unreadable(f"expected list, found {type(value).__name__}")
    return value


def _tuple(arguments: tuple[Any, ...]) -> Form:
    if arguments == (int, int):
        return Form(list, _range)
    if len(arguments) != 2 or arguments[1] is not Ellipsis:
        raise Unreadable("a tuple of fixed length is not kept")
    write, read = form_of(arguments[0])
    if arguments[0] is Parameter:
        return Form(write_parameters, lambda value: read_parameters(value, read))
    return Form(
        (lambda value: [write(v) for v in value]) if write else None, lambda value: tuple(map(read, _list(value)))
    )


def _range(value: Any) -> tuple[int, int]:
    if len(_list(value)) != 2 or any(type(v) is not int for v in value):
        raise Unreadable("expected two numbers")
    return value[0], value[1]


def _set(argument: Any) -> Form:
    write, read = form_of(argument)
    return Form(
        lambda value: sorted(write(v) if write else v for v in value), lambda value: frozenset(map(read, _list(value)))
    )


def _mapping(key: Any, item: Any) -> Form:
    key_form, item_form = form_of(key), form_of(item)
    write_key, write_item = key_form.write or _key, item_form.write or _same

    def read(value: Any) -> dict[Any, Any]:
        return {key_form.read(k): item_form.read(v) for k, v in _object(value).items()}

    return Form(lambda value: {write_key(k): write_item(v) for k, v in value.items()}, read)


def _same(value: Any) -> Any:
    return value


def plain_value(value: Any) -> Any:
    """What `Form.write` leaves to a writer that knows dataclasses and enumerations, for one that does not."""
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} is not kept")


def _key(value: Any) -> Any:
    """A key of an object must be text itself, not an enumeration of text."""
    return value.value if isinstance(value, Enum) else value


def _object(value: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise Unreadable(f"expected object, found {type(value).__name__}")
    return value


def _dataclass(kind: type) -> Form:
    fields = [f for f in dataclasses.fields(kind) if f.init]
    if any(not f.repr for f in fields):
        raise Unreadable(f"{kind.__name__} holds a secret and is never kept")
    try:
        hints = typing.get_type_hints(kind)
    except NameError as error:
        raise Unreadable(f"{kind.__name__} is not a type that is kept") from error
    forms = {f.name: form_of(hints[f.name]) for f in fields}
    native = len(fields) == len(dataclasses.fields(kind)) > 0 and not any(form.write for form in forms.values())
    return Form(None if native else _writer(forms), _reader(kind, fields, forms))


def _writer(forms: Mapping[str, Form]) -> Callable[[Any], Any]:
    names = tuple(forms)
    changed = tuple((name, form.write) for name, form in forms.items() if form.write)
    if len(names) == 0:
        return lambda _value: {}
    if len(names) == 1:
        (name,), only = names, forms[names[0]].write or _same
        return lambda value: {name: only(getattr(value, name))}
    fetch = attrgetter(*names)

    def write(value: Any) -> dict[str, Any]:
        plain = dict(zip(names, fetch(value), strict=True))
        for name, change in changed:
            plain[name] = change(plain[name])
        return plain

    return write


def _reader(kind: type, fields: list[Any], forms: Mapping[str, Form]) -> Callable[[Any], Any]:
    readers = {name: form.read for name, form in forms.items()}
    needed = frozenset(
        f.name for f in fields if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    )

    def read(value: Any) -> Any:
        given = _object(value)
        if not needed <= given.keys():
            raise Unreadable(f"{kind.__name__} lacks {', '.join(sorted(needed - given.keys()))}")
        typed = {}
        for name, item in given.items():
            reader = readers.get(name)
            if reader is None:
                raise Unreadable(f"{kind.__name__} has an unknown field")
            typed[name] = _field(reader, item, kind, name)
        return kind(**typed)

    return read


def _field(reader: Callable[[Any], Any], item: Any, kind: type, name: str) -> Any:
    try:
        return reader(item)
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"{kind.__name__}.{name}: {type(error).__name__}") from error
    except Unreadable as error:
        raise Unreadable(f"{kind.__name__}.{name}: {error}") from error


def _reading() -> Form:
    """A reading's value is of the type that the reading itself names."""
    hints = typing.get_type_hints(Reading)
    fields = [f for f in dataclasses.fields(Reading) if f.name not in ("fact", "value")]
    forms = {f.name: form_of(hints[f.name]) for f in fields}
    write_rest, read_rest = _writer(forms), _reader(dict, fields, forms)

    def write(reading: Any) -> Any:
        plain = write_rest(reading)
        plain["fact"] = reading.fact.key
        kind: Any = reading.fact
        write_value = form_of(kind).write or _same
        plain["value"] = None if reading.value is None else write_value(reading.value)
        return plain

    def read(given: Any) -> Any:
        rest = dict(_object(given))
        fact: Any = _fact_type(rest.pop("fact", None))
        value = rest.pop("value", None)
        typed = None if value is None else form_of(fact).read(value)
        return Reading(fact=fact, value=typed, **read_rest(rest))

    return Form(write, read)


_PLAIN: dict[Any, Form] = {
    str: _exact(str),
    int: _exact(int),
    bool: _exact(bool),
    float: _float(),
    datetime: Form(_write_moment, _read_moment),
    date: Form(date.isoformat, lambda value: date.fromisoformat(_string(value))),
    IPv4Network: Form(str, _network),
    IPv6Network: Form(str, _network),
}
