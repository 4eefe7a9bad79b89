"""Pages of long lists. A cursor names the last thing shown, so the next page costs the same as the first."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from hashlib import sha256
from typing import Generic, TypeVar

from fushinban.errors import InputError
from fushinban.messages import say

T = TypeVar("T")

#: How many things stand on one page when nothing else is asked, and at most.
USUAL_PAGE = 50
MOST_ON_A_PAGE = 200

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Some things in their order. `next`: the cursor of what follows (None: this is the end).

    `total`: how many there are on all pages, where counters know it; None where counting would cost a search.
    """

    items: tuple[T, ...]
    next: str | None = None
    total: int | None = None


def page_size(most: int) -> int:
    """`most` within what one page may hold."""
    return max(1, min(most, MOST_ON_A_PAGE))


def write_cursor(query: object, place: Sequence[str | int]) -> str:
    """A cursor: where to go on, bound to the query (anything whose `repr` says all of it)."""
    text = json.dumps([_mark(query), *place], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii").rstrip("=")


def read_cursor(query: object, cursor: str | None, kinds: Sequence[type]) -> Place | None:
    """Where to go on, one value of each kind; None without a cursor. Raises InputError for a wrong or foreign one."""
    if not cursor:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        found = json.loads(base64.urlsafe_b64decode(padded).decode("utf-8"))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise InputError(say("console.bad-cursor")) from error
    if type(found) is not list or not found or found[0] != _mark(query):
        raise InputError(say("console.bad-cursor"))
    place = tuple(found[1:])
    if [type(value) for value in place] != list(kinds) or any(_too_large(value) for value in place):
        raise InputError(say("console.bad-cursor"))
    return place


def _too_large(value: str | int) -> bool:
    """What no database column holds: numbers over 64 bits, NUL and half characters."""
    if isinstance(value, int):
        return not -(2**63) <= value < 2**63
    return "\0" in value or any("\ud800" <= c <= "\udfff" for c in value)


def _mark(query: object) -> str:
    return sha256(repr(_steady(query)).encode("utf-8", "replace")).hexdigest()[:12]


def _steady(value: object) -> object:
    """The value with sets in order: theirs differs from process to process, and another worker reads the cursor."""
    if isinstance(value, frozenset):
        return sorted(map(repr, value))
    if isinstance(value, tuple):
        return tuple(map(_steady, value))
    if is_dataclass(value):
        return type(value).__name__, *(_steady(getattr(value, field.name)) for field in fields(value))
    return value
