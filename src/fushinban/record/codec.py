"""Typed model values to JSON and back. One encoder and one decoder per type, made once from the dataclass fields.

Strict on reading: an unknown field, a missing one without a default, or a value of another type is a StoreError.
A missing field that has a default is taken as that default, so that a newer program reads older records.
"""

import json
import zlib
from collections.abc import Callable
from typing import Any, TypeVar

import orjson

from fushinban.errors import StoreError
from fushinban.messages import say
from fushinban.record._forms import Unreadable, form_of, plain_value

T = TypeVar("T")

_dump_anything = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False, default=plain_value
).encode


def _dump(plain: object) -> bytes:
    """JSON text; the quick writer refuses half characters and numbers over 64 bits, the slow one takes them."""
    try:
        return orjson.dumps(plain)
    except TypeError:  # orjson.JSONEncodeError is one
        return _whole(_dump_anything(plain))


def encode(value: object, kind: object = None) -> str:
    """JSON text of a model value; `kind` names its type where `type(value)` does not say it (a tuple, a mapping).

    Raises StoreError for a naive time, a number that is none, or anything that hides a secret.
    """
    return _encoded(value, kind).decode("utf-8")


def _encoded(value: object, kind: object = None) -> bytes:
    shape = type(value) if kind is None else kind
    try:
        form = form_of(shape)
        return _dump(form.write(value) if form.write else value)
    except (Unreadable, AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise StoreError(say("record.unwritable", kind=_name(shape), reason=_reason(error))) from error


def decode(kind: type[T], text: str) -> T:
    """The model value of this type from its JSON text. Raises StoreError for wrong data."""
    value: T = _decoded(kind, text)
    return value


def decode_tuple(kind: type[T], text: str) -> tuple[T, ...]:
    """A tuple of values of one type. Raises StoreError for wrong data."""
    values: tuple[T, ...] = _decoded(tuple.__class_getitem__((kind, ...)), text)
    return values


def pack(value: object) -> bytes:
    """`encode`, compressed: for what is long and repetitive (a device's readings and sheets)."""
    return zlib.compress(_encoded(value), 1)


def unpack(kind: type[T], data: bytes | memoryview) -> T:
    """The value from `pack`. Raises StoreError for wrong data."""
    try:
        text = zlib.decompress(data).decode("utf-8")
    except (zlib.error, UnicodeDecodeError) as error:
        raise StoreError(say("record.unreadable", kind=_name(kind), reason=str(error))) from error
    value: T = _decoded(kind, text)
    return value


def _decoded(kind: Any, text: str) -> Any:
    try:
        read: Callable[[Any], Any] = form_of(kind).read
        return read(json.loads(text))
    except (Unreadable, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise StoreError(say("record.unreadable", kind=_name(kind), reason=_reason(error))) from error


def _whole(text: str) -> bytes:
    """UTF-8 without half characters (lone surrogates), which no database keeps: they become U+FFFD."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8")


def _name(kind: object) -> str:
    return getattr(kind, "__name__", None) or str(kind)


def _reason(error: Exception) -> str:
    """A short reason that repeats no stored value: our own wording, or the kind of error."""
    return str(error) if isinstance(error, Unreadable) else type(error).__name__
