"""Catalogue: one module per kind of row whose tampering is found. A module has `SEALED`; no list is edited.

A kind belongs to an application of Django; where that is not installed, or its table not made yet, it is passed over.
"""

import sys
from functools import cache

from fushinban import catalogue
from fushinban.record.sealed._kind import Sealed

__all__ = ["Sealed", "sealed_kinds"]


@cache
def sealed_kinds() -> dict[str, Sealed]:
    """All kinds by name."""
    return catalogue.load(sys.modules[__name__], "SEALED", Sealed, lambda s: s.kind)
