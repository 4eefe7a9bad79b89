"""設定シート: the parameter sheets of a site as an Excel workbook that can be edited and read back."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC

from fushinban.clock import shown
from fushinban.controls import controls
from fushinban.model.inspection import Inspection
from fushinban.model.sheet import Stage
from fushinban.model.text import Lang, Text
from fushinban.reports import Report
from fushinban.reports._document.build import document_number
from fushinban.reports._document.context import Context
from fushinban.reports._text import clipped, printable
from fushinban.reports.workbook import _checks, _front, _inventory
from fushinban.reports.workbook._book import Book
from fushinban.reports.workbook._pages import Blank
from fushinban.reports.workbook._parameters import ParameterRow, parameter_rows
from fushinban.reports.workbook.layout import ID, META, SCHEMA, SHEETS

#: Empty rows at the end, for people to write on.
_BLANK = {
    "revisions": Blank(rows=8, fill=True),
    "cloud": Blank(rows=10),
    "ports": Blank(rows=6),
    "work": Blank(rows=20, fill=True),
    "visits": Blank(rows=10, fill=True),
    "accounts": Blank(rows=4),
    "contacts": Blank(rows=6),
}
_PARAMETER_SHEETS = ("cameras", "recorders", "routers", "switches", "clients")


def make(inspection: Inspection, lang: Lang) -> bytes:
    """The .xlsx file."""
    context = Context(inspection=inspection, controls=controls(), lang=lang)
    site = clipped(printable(inspection.site.name), 60)
    book = Book(lang, f"{site}   {document_number(inspection)}   {context.say('wb-version')} {_front.VERSION}")
    book.properties(
        title=f"{context.say('wb-title')} {printable(inspection.site.name)}",
        author="fushinban",
        created=inspection.ended_at.astimezone(UTC).replace(tzinfo=None),
    )
    parameters = {s: list(parameter_rows(inspection.records, s, lang)) for s in _PARAMETER_SHEETS}
    for key in SHEETS:
        _add(book, context, key, parameters)
    _add_meta(book, context, parameters)
    return book.close()


REPORT = Report(id="settings", title=Text("設定シート", "Parameter-sheets"), suffix=".xlsx", make=make)


def digest_of(rows: Iterable[tuple[str, Sequence[str]]]) -> str:
    """SHA-256 (hex) over the ids and editable stages of all parameter rows: tells whether somebody edited them."""
    lines = sorted("\x1f".join((row, *values)) for row, values in rows)
    return hashlib.sha256("\x1e".join(lines).encode("utf-8", "backslashreplace")).hexdigest()


def _add(book: Book, context: Context, key: str, parameters: dict[str, list[ParameterRow]]) -> None:
    if key == "cover":
        _front.add_cover(book, context)
    elif key == "network":
        _front.add_network(book, context)
    else:
        known = parameters.get(key, [])
        rows = [r.cells for r in known] if key in parameters else list(_rows(context, key))
        intro = context.say("wb-intro-parameters") if key in parameters else context.say(f"wb-intro-{key}")
        if key in parameters and not rows:
            intro = context.say("wb-no-device")
            rows = [(context.say("wb-none"), *[""] * (len(SHEETS[key].columns) - 1))]
        page = book.table(SHEETS[key], intro, rows, _BLANK.get(key), [r.detail for r in known])
        if key == "receipt":
            _front.add_receipt_boxes(book, context, page, len(rows) + 3)


def _rows(context: Context, key: str) -> Iterable[tuple[str, ...]]:
    inspection, lang = context.inspection, context.lang
    sources: dict[str, Callable[[], Iterable[tuple[str, ...]]]] = {
        "revisions": lambda: _front.revision_rows(context),
        "basics": lambda: _front.basic_rows(context),
        "contacts": lambda: _front.contact_rows(context),
        "devices": lambda: _inventory.device_rows(inspection, lang),
        "addresses": lambda: _inventory.address_rows(inspection, lang),
        "accounts": lambda: _inventory.account_rows(inspection, lang),
        "cloud": lambda: _inventory.cloud_rows(inspection),
        "ports": lambda: _inventory.port_rows(inspection, lang),
        "selection": lambda: _checks.selection_rows(inspection, lang),
        "acceptance": lambda: _checks.acceptance_rows(context),
        "changes": lambda: _checks.change_rows(context),
        "visits": lambda: _checks.visit_rows(context),
        "receipt": lambda: _checks.receipt_rows(lang),
        "work": lambda: iter(()),
    }
    return sources[key]()


def _add_meta(book: Book, context: Context, parameters: dict[str, list[ParameterRow]]) -> None:
    """The hidden sheet that says where the workbook came from."""
    sheet = SHEETS["cameras"]
    place, first = sheet.index(ID), sheet.index(Stage.FACTORY)
    editable = [
        (row.cells[place], [printable(v) for v in row.cells[first : first + 3]])
        for rows in parameters.values()
        for row in rows
        if row.cells[place]
    ]
    inspection = context.inspection
    values = {
        "schema": SCHEMA,
        "exported_at": inspection.ended_at.astimezone(UTC).isoformat(timespec="seconds"),
        "shown_at": shown(inspection.ended_at),
        "inspection": inspection.id,
        "site": inspection.site.id,
        "lang": context.lang,
        "digest": digest_of(editable),
    }
    book.hidden(META, values)
