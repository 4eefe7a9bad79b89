"""Opaque, signed cursors: a page begins where the one before ended, whatever was added meanwhile."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Generic, TypeVar

import orjson
from django.core import signing
from ninja import Schema
from pydantic import Field

from fushinban.api.problems import Fault, ProblemError
from fushinban.messages import say

T = TypeVar("T")
Place = tuple[str | int | None, ...]

_SALT = "fushinban.api.cursor"


class Page(Schema, Generic[T]):
    """One page of a list."""

    items: list[T] = Field(description="The things of this page, in order. 一覧のこのページ分")
    next: str | None = Field(None, description="Cursor of the next page; null on the last one. 次のページのカーソル")
    total: int | None = Field(None, description="How many there are on all pages, where it is known. 全件数")


class PageQuery(Schema):
    """Which page, and how long."""

    cursor: str | None = Field(
        None, max_length=2000, description="Where to go on: `next` of the page before. 前のページの `next`"
    )
    most: int = Field(100, ge=1, le=200, description="How many at most. 最大件数")


def write_cursor(noun: str, place: Sequence[str | int | None]) -> str:
    """A cursor for this list only; it cannot be forged or used for another list."""
    packed = urlsafe_b64encode(orjson.dumps([noun, *place])).decode().rstrip("=")
    return signing.Signer(salt=_SALT).sign(packed)


def read_cursor(noun: str, cursor: str | None) -> Place | None:
    """The place where to go on; None at the beginning. Raises ProblemError (invalid) for anything else."""
    if cursor is None:
        return None
    try:
        packed = signing.Signer(salt=_SALT).unsign(cursor)
        value = orjson.loads(urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    except (signing.BadSignature, ValueError) as error:
        raise _unknown() from error
    if not isinstance(value, list) or not value or value[0] != noun:
        raise _unknown()
    return tuple(value[1:])


def page_of(noun: str, items: Sequence[T], places: Sequence[Place], most: int) -> Page[T]:
    """A page from up to `most + 1` things and the place of each; the one too many only says that there is more."""
    more = len(items) > most
    following = write_cursor(noun, places[most - 1]) if more else None
    return Page(items=list(items[:most]), next=following, total=None)


def _unknown() -> ProblemError:
    return ProblemError("invalid", faults=(Fault(pointer="query/cursor", detail=say("api.bad-cursor")),))


def inner_cursor(noun: str, cursor: str | None) -> str | None:
    """The store's own cursor inside one of ours. Raises ProblemError (invalid)."""
    place = read_cursor(noun, cursor)
    return str(place[0]) if place else None


def outer_page(noun: str, items: list[T], following: str | None, total: int | None = None) -> Page[T]:
    """A page of the store, with its cursor signed."""
    return Page(items=items, next=write_cursor(noun, (following,)) if following else None, total=total)
