"""Opens a foreign .xlsx file with care and gives its sheets as plain text cells."""

import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from xml.etree.ElementTree import ParseError

import openpyxl
from lxml import etree
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from fushinban.errors import InputError
from fushinban.model.text import say
from fushinban.reports._text import printable

_MAX_FILE = 20 * 1024 * 1024
_MAX_UNPACKED = 200 * 1024 * 1024
_MAX_RATIO = 150
_RATIO_FROM = 1024 * 1024
_MAX_PARTS = 2_000
_MAX_ROWS = 100_000
_MAX_COLUMNS = 200
_MAX_CELL = 32_767
_MAX_MERGED = 20_000
#: Rows walked in all, empty ones included: one row can claim to be number four thousand million.
_MAX_WALKED = 3_000_000
_MAX_FILLED = 2_000_000

#: First row, first column, last row, last column, from 0.
_Range = tuple[int, int, int, int]

#: What a damaged file makes of the zip and spreadsheet readers; none of it may reach a person as a trace.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    OverflowError,
    ParseError,
    etree.LxmlError,
    InvalidFileException,
    AssertionError,
    ArithmeticError,
)
_FORBIDDEN = re.compile(
    r"vbaproject|(^|/)(externallinks|macrosheets|activex|embeddings|ctrlprops|querytables|connections\.xml|customui)",
    re.IGNORECASE,
)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One sheet: its title and its cells as text, merged ranges filled with their first cell."""

    title: str
    rows: tuple[tuple[str, ...], ...]


def read_grids(raw: bytes, name: str) -> tuple[Grid, ...]:
    """All sheets of a workbook. InputError says in one sentence what is wrong with the file."""
    if not raw.startswith(b"PK"):
        raise InputError(say("report.wb-not-xlsx", file=name))
    if len(raw) > _MAX_FILE:
        raise InputError(say("report.wb-too-large", file=name))
    try:
        merged = _inspect(raw, name)
        return tuple(_grids(raw, name, merged))
    except _DAMAGE as error:
        raise InputError(say("report.wb-damaged", file=name, error=type(error).__name__)) from error


def _inspect(raw: bytes, name: str) -> dict[str, list[_Range]]:
    """Refuse macros, links, bombs and document types; the merged ranges of each sheet by its title."""
    ranges: dict[str, list[_Range]] = {}
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = archive.infolist()
        if len(parts) > _MAX_PARTS:
            raise InputError(say("report.wb-too-large", file=name))
        left, kept = _MAX_UNPACKED, {}
        for part in parts:
            if _FORBIDDEN.search(part.filename.replace("\\", "/")):
                raise InputError(say("report.wb-active", file=name, part=printable(part.filename[:80])))
            content = _unpacked(archive, part, name, left)
            left -= len(content)
            _refuse_active(part.filename, content, name)
            if part.filename in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
                kept[part.filename] = content
            elif "worksheets/" in part.filename:
                ranges[part.filename] = [_range(m) for m in islice(_MERGED.finditer(content), _MAX_MERGED)]
    titles = _titles(kept.get("xl/workbook.xml", b""), kept.get("xl/_rels/workbook.xml.rels", b""))
    return {title: ranges.get(path, []) for title, path in titles.items()}


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, left: int) -> bytes:
    """The content of one part, counted as it really unpacks and not as the file claims."""
    with archive.open(part) as stream:
        content = stream.read(left + 1)
    bomb = len(content) > _RATIO_FROM and len(content) > _MAX_RATIO * max(part.compress_size, 1)
    if len(content) > left or bomb:
        raise InputError(say("report.wb-too-large", file=name))
    return content


def _refuse_active(part: str, content: bytes, name: str) -> None:
    """Refuse XML in other encodings than UTF-8, document types, macro types, and links to other files."""
    lowered = part.casefold()
    if not lowered.endswith((".xml", ".rels", ".vml")):
        return
    declared = re.match(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)", content[:300])
    foreign = declared is not None and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii")
    # A NUL byte never stands in UTF-8 XML: it gives away UTF-16, in which a document type could hide.
    if foreign or b"\0" in content[:1000] or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise InputError(say("report.wb-damaged", file=name, error="XML"))
    if b"macroEnabled" in content and lowered.endswith("[content_types].xml"):
        raise InputError(say("report.wb-active", file=name, part="macro"))
    if lowered.endswith(".rels"):
        for relation in re.findall(rb"<[^>]*Relationship\s[^>]*>", content):
            if b"External" in relation and b"/hyperlink" not in relation:
                raise InputError(say("report.wb-active", file=name, part="external"))


def _titles(workbook: bytes, relations: bytes) -> dict[str, str]:
    """Sheet titles with the part that holds each."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    targets = {r.get("Id"): r.get("Target", "") for r in etree.fromstring(relations, parser)}
    found = {}
    for sheet in etree.fromstring(workbook, parser).iterfind("{*}sheets/{*}sheet"):
        link = next((v for k, v in sheet.attrib.items() if str(k).endswith("}id")), "")
        target = targets.get(link, "")
        found[sheet.get("name", "")] = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return found


def _grids(raw: bytes, name: str, merged: Mapping[str, list[_Range]]) -> Iterator[Grid]:
    with warnings.catch_warnings():
        # The reader warns about decorations that it leaves out; they hold no values.
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        try:
            budget = _MAX_WALKED
            for sheet in book.worksheets:
                if isinstance(sheet, ReadOnlyWorksheet):
                    # What the sheet claims as its size may be wrong; rows outside it would be passed over.
                    sheet.reset_dimensions()
                rows, walked = _rows(sheet.iter_rows(max_col=_MAX_COLUMNS, values_only=True), name, budget)
                budget -= walked
                yield Grid(title=sheet.title, rows=_filled(rows, merged.get(sheet.title, [])))
        finally:
            book.close()


def _rows(walk: Iterable[tuple[object, ...]], name: str, budget: int) -> tuple[list[tuple[str, ...]], int]:
    """Rows as text up to the last filled one, and how many were walked."""
    rows: list[tuple[str, ...]] = []
    number = filled = last = 0
    nothing: object = None
    for number, cells in enumerate(walk, start=1):
        row: tuple[str, ...] = ()
        # Rows that are not in the file come as one and the same empty tuple, a million times if need be.
        if cells is not nothing:
            row = tuple(map(_text, cells)) if any(c is not None for c in cells) else ()
            nothing = nothing if row else cells
        filled, last = (filled + 1, number) if row else (filled, last)
        if filled > _MAX_ROWS or number > budget:
            raise InputError(say("report.wb-too-large", file=name))
        rows.append(row)
    return rows[:last], number


def _filled(rows: list[tuple[str, ...]], merged: list[_Range]) -> tuple[tuple[str, ...], ...]:
    """The cells of every merged range get the text of its first cell."""
    budget = _MAX_FILLED
    for top, left, bottom, right in merged:
        words = rows[top][left] if top < len(rows) and left < len(rows[top]) else ""
        for number in range(top, min(bottom + 1, len(rows))) if words else ():
            width = max(len(rows[number]), min(right + 1, _MAX_COLUMNS))
            budget -= width
            if budget < 0:
                return tuple(rows)
            row = [*rows[number], *[""] * (width - len(rows[number]))]
            for place in range(left, min(right + 1, width)):
                row[place] = row[place] or words
            rows[number] = tuple(row)
    return tuple(rows)


def _range(found: re.Match[bytes]) -> _Range:
    left, top, right, bottom = (g.decode("ascii") for g in found.groups())
    return int(top) - 1, _column(left), int(bottom) - 1, _column(right)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _text(value: object) -> str:
    """A cell as text: whole numbers without a point, dates as ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        whole = value.time() == time(0)
        return value.date().isoformat() if whole else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)[:_MAX_CELL]
