"""Findings as a table for spreadsheet programs: nothing in a cell is ever taken for a formula."""

import csv
import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from fushinban import clock
from fushinban.controls import controls
from fushinban.model.export import ExportedFinding
from fushinban.model.text import Lang, say

#: What cp932 cannot write is shown by this mark (geta), which printers have used for a missing type ever since.
MISSING = "\u3013"

#: A cell that begins so may be taken for a formula, or be split (also in their full width, which programs fold).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")

#: Control characters and half characters.
_NEVER = ("Cc", "Cs")

_COLUMNS = (
    "number", "site-id", "site", "customer", "device-id", "device", "address", "maker", "model", "firmware", "control",
    "title", "outcome", "severity", "message", "accepted-until", "accepted-by", "accepted-reason", "at", "inspection",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How text becomes bytes. `mark`: the first bytes of the file."""

    name: str
    mark: bytes


UTF8 = Encoding(name="utf-8", mark=b"\xef\xbb\xbf")
CP932 = Encoding(name="cp932", mark=b"")


def csv_head(lang: Lang, encoding: Encoding) -> bytes:
    """The mark of the encoding and the line of headings."""
    return encoding.mark + _encoded([[say(f"export.column-{name}").of(lang) for name in _COLUMNS]], encoding)


def csv_rows(findings: Iterable[ExportedFinding], lang: Lang, encoding: Encoding) -> bytes:
    """One line per finding, CRLF at its end."""
    return _encoded(([safe_cell(cell) for cell in _cells(f, lang)] for f in findings), encoding)


def safe_cell(text: str) -> str:
    """Text that a spreadsheet shows as it is: an apostrophe before what could be a formula, no control characters."""
    plain = "".join("\ufffd" if unicodedata.category(c) in _NEVER and c not in "\n\t" else c for c in text)
    return f"'{plain}" if text.lstrip(" \u3000").startswith(_FORMULA) else plain


def _cells(exported: ExportedFinding, lang: Lang) -> list[str]:
    finding, device, kept = exported.finding, exported.device, exported.acceptance
    control = controls().get(finding.control)
    return [
        str(exported.number),
        finding.site,
        exported.site_name,
        exported.customer,
        finding.device,
        device.title if device else "",
        device.address if device else "",
        device.maker if device else "",
        device.model if device else "",
        device.firmware if device else "",
        finding.control,
        control.title.of(lang) if control else "",
        finding.outcome.label.of(lang),
        finding.severity.label.of(lang),
        finding.message.of(lang),
        clock.shown_date(kept.until) if kept else "",
        kept.by if kept else "",
        kept.reason if kept else "",
        clock.shown(finding.at),
        exported.inspection,
    ]


def _encoded(rows: Iterable[list[str]], encoding: Encoding) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    whole = text.getvalue()
    if encoding is UTF8:
        return whole.encode("utf-8", "replace")
    try:
        return whole.encode("cp932")
    except UnicodeEncodeError:
        return b"".join(map(_cp932, whole))


def _cp932(character: str) -> bytes:
    try:
        return character.encode("cp932")
    except UnicodeEncodeError:
        return MISSING.encode("cp932")
