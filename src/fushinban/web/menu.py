"""The navigation of one visitor on one page."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse

from fushinban.web._page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the navigation."""

    label: str
    address: str
    here: bool


def entries(pages: Iterable[type[Page]], path: str) -> tuple[tuple[Entry, ...], ...]:
    """The lines in groups (by the hundreds of their order)."""
    placed = [(page.menu.order // 100, page.menu.label, reverse(page.name)) for page in pages if page.menu]
    # The longest address that leads here is where we are: the overview at "/" leads everywhere.
    inside = [address for _, _, address in placed if path == address or (address != "/" and path.startswith(address))]
    here = max(inside, key=len, default="")
    lines = [(group, Entry(label=label, address=address, here=address == here)) for group, label, address in placed]
    return tuple(tuple(entry for _, entry in some) for _, some in groupby(lines, key=lambda line: line[0]))
