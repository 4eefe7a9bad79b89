"""HTML that Python writes, for what stands in every line of a long table, where a template would cost too much.

A `Pattern` is HTML with named places. Whatever is put into a place is escaped unless it is markup already (what another
pattern or a tag has made): a text of a device can become markup here no more than in a template. Text and markup put
together by hand (`+`, an f-string) is text again, and is escaped too.
"""

from collections.abc import Iterable
from html import escape
from string import Formatter
from typing import LiteralString, TypeAlias

from django.utils.safestring import SafeString

Markup: TypeAlias = SafeString

#: What may be put in. None is left out on purpose: what is missing has a word of its own on every page.
Value: TypeAlias = str | int

NOTHING = SafeString("")


class Pattern:
    """HTML with places: `Pattern('<a href="{address}">{name}</a>')`. The HTML is always written out in the program."""

    __slots__ = ("_html", "_names")

    def __init__(self, html: LiteralString) -> None:
        pieces = [(text.replace("%", "%%"), name) for text, name, _, _ in Formatter().parse(html)]
        self._names = tuple(name for _, name in pieces if name is not None)
        # Filled with `%`, which is quicker than `format`.
        self._html = "".join(text if name is None else text + "%s" for text, name in pieces)

    def __call__(self, **values: Value) -> Markup:
        """The HTML with the values in it. Raises KeyError where one is missing."""
        return SafeString(self._html % tuple([_escaped(values[name]) for name in self._names]))


def together(parts: Iterable[Value]) -> Markup:
    """The parts one after the other; those that are not markup are escaped."""
    return SafeString("".join([_escaped(part) for part in parts]))


def _escaped(value: Value) -> str:
    return value if isinstance(value, SafeString) else escape(str(value))
