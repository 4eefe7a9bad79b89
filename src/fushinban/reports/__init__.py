"""Catalogue of reports: one module per document, found by its folder.

A module whose name begins with `_` is a part of others; templates and schemas are package data.
"""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass

from fushinban import catalogue
from fushinban.clock import shown_date
from fushinban.model.inspection import Inspection
from fushinban.model.text import Lang, Text

Make = Callable[[Inspection, Lang], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One kind of document. `suffix` with its dot; `make` gives the whole file.

    `findings`: it tells the findings, and so what of them was accepted when it was made.
    """

    id: str
    title: Text
    suffix: str
    make: Make
    findings: bool = False

    def file_name(self, inspection: Inspection, lang: Lang) -> str:
        """`点検報告書_<site>_20261123.pdf`: safe on every file system, at most about 100 characters."""
        parts = (self.title.of(lang), inspection.site.name, shown_date(inspection.started_at).replace("-", ""))
        return "_".join(_safe(p) for p in parts) + self.suffix


def reports() -> dict[str, Report]:
    """All reports by id. A module without `REPORT`, or a duplicate id, raises CatalogueError."""
    return catalogue.load(sys.modules[__name__], "REPORT", Report, lambda r: r.id)


def _safe(part: str) -> str:
    # \w keeps Japanese and drops path separators, quotes, control and direction characters.
    return re.sub(r"[^\w.-]+", "-", part).strip("-.")[:40] or "site"
