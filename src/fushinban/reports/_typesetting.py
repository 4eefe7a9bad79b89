"""Runs Typst over files in memory, with the Japanese font of its package and no other font of the machine."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

import typst

from fushinban.reports._text import font_folder

#: The package's type stub does not name the form in which all files are given as a mapping.
_compile = cast(Any, typst.compile)


def pdf(files: Mapping[str, bytes], made: datetime) -> bytes:
    """The document `main` as PDF/UA-1 (tagged, every character drawn), the same bytes for the same files and time."""
    made_pdf: bytes = _compile(
        dict(files),
        format="pdf",
        font_paths=[str(font_folder())],
        ignore_system_fonts=True,
        pdf_standards="ua-1",
        timestamp=int(made.timestamp()),
    )
    return made_pdf


def png(files: Mapping[str, bytes], ppi: float) -> bytes:
    """The one page of the document `main` as a picture."""
    picture: bytes = _compile(
        dict(files), format="png", ppi=ppi, font_paths=[str(font_folder())], ignore_system_fonts=True
    )
    return picture
