"""What the address bar asks for, read without trust: unknown words, endless texts and NUL are as if not given."""

import unicodedata
from typing import TypeVar

from django.http import QueryDict

from fushinban.model.text import Named

N = TypeVar("N", bound=Named)

_MOST_TEXT = 200


def text(given: QueryDict, key: str, most: int = _MOST_TEXT) -> str:
    """One line without control and half characters, at most `most` long; empty where there is none."""
    return "".join(c for c in given.get(key, "")[:most] if unicodedata.category(c) not in {"Cc", "Cs"}).strip()


def prose(given: QueryDict, key: str, most: int) -> str:
    """Several lines, cleaned the same way; what is too long stays so, for whoever refuses it."""
    lines = given.get(key, "")[: most + 1].replace("\r\n", "\n")
    return "".join(c for c in lines if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()


def word(given: QueryDict, key: str, most: int = _MOST_TEXT) -> str | None:
    """A text, or None where there is none."""
    return text(given, key, most) or None


def choice(kind: type[N], given: QueryDict, key: str) -> N | None:
    """One member of an enumeration, or None."""
    return next((member for member in kind if member.value == given.get(key)), None)


def choices(kind: type[N], given: QueryDict, key: str) -> frozenset[N]:
    """All members that are named."""
    named = set(given.getlist(key))
    return frozenset(member for member in kind if member.value in named)


def number(given: QueryDict, key: str) -> int | None:
    """A number that a database can hold, or None."""
    return next(iter(numbers(given.getlist(key)[-1:])), None)


def numbers(given: list[str]) -> tuple[int, ...]:
    """All numbers in their order."""
    return tuple(int(text) for text in given if text.isascii() and text.isdigit() and len(text) < 19)
