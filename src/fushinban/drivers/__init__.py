"""Catalogue: one module per maker or protocol. A driver asks and parses, nothing else."""

import sys
from functools import cache

from fushinban import catalogue
from fushinban.drivers._driver import AnyDriver, Driver, Getter, Quality, speaks

__all__ = ["AnyDriver", "Driver", "Getter", "Quality", "drivers", "speaks"]


@cache
def drivers() -> dict[str, AnyDriver]:
    """All drivers by name."""
    return catalogue.load(sys.modules[__name__], "DRIVER", Driver, lambda d: d.name)
