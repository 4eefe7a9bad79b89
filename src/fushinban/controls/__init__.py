"""Catalogue of controls: one file per row of the guide, in a folder per area; nothing is registered by hand."""

import re
import sys
from functools import cache

from fushinban.catalogue import load
from fushinban.model.control import Control

CATALOGUE_FOLDER = True


@cache
def controls() -> dict[str, Control]:
    """All controls by id, in the order of the guide (`G-3.6-2` before `G-3.6-10`). Raises CatalogueError."""
    found = load(sys.modules[__name__], "CONTROL", Control, lambda c: c.id)
    return {name: found[name] for name in sorted(found, key=_natural)}


def _natural(control_id: str) -> tuple[tuple[int, str], ...]:
    """Numbers by size, and words after numbers: table rows (`T1`) come after the numbered items."""
    return tuple((int(n) if n else sys.maxsize, word) for n, word in re.findall(r"(\d+)|([A-Za-z]+)", control_id))
