"""One Excel file being written: formats, page set-up, and tables of text that Excel never takes for formulas."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from fushinban.model.text import Lang
from fushinban.reports._text import clipped, columns, printable
from fushinban.reports.workbook.layout import FORM, ID, MARKS, Sheet

FONT = "游ゴシック"
_LONGEST = 32_000
#: Columns whose change begins a new group of rows.
_GROUPS = frozenset({"device", "product"})
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_INK, _LINE, _HEAD, _ACCENT = "#1F2933", "#B8C2CB", "#E6EEF3", "#1D4E6B"


def row_height(cells: Iterable[tuple[int, str]]) -> float:
    """Height in points that shows every wrapped text: pairs of column width and text; at most what Excel allows."""
    lines = 1
    for width, words in cells:
        per_line = max(width * 1.05, 1.0)
        lines = max(lines, sum(max(1, ceil(columns(line) / per_line)) for line in words.split("\n")))
    return min(5 + 13 * lines, 400.0)


@dataclass(slots=True)
class Book:
    """Collects sheets in memory. `footer`: document number and version, on every page."""

    lang: Lang
    footer: str
    _buffer: io.BytesIO = field(default_factory=io.BytesIO)
    _formats: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)
    _workbook: Any = None

    def __post_init__(self) -> None:
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._workbook = xlsxwriter.Workbook(self._buffer, options)

    def properties(self, **values: object) -> None:
        """Document properties (title, author, created)."""
        self._workbook.set_properties(values)

    def close(self) -> bytes:
        """The finished file."""
        self._workbook.close()
        return self._buffer.getvalue()

    def format(self, **wanted: object) -> Format:
        """A format in the font of the workbook, made once."""
        full = {
            "font_name": FONT,
            "font_size": 10,
            "font_color": _INK,
            "valign": "vcenter",
            "text_wrap": True,
            **wanted,
        }
        key = tuple(sorted(full.items()))
        if key not in self._formats:
            self._formats[key] = self._workbook.add_format(full)
        return self._formats[key]

    def page(self, sheet: Sheet) -> Worksheet:
        """A new sheet with its page set up: A4 landscape, one page wide, footer with document and page."""
        made: Worksheet = self._workbook.add_worksheet(sheet.title.of(self.lang))
        made.set_landscape()
        made.set_paper(9)
        made.fit_to_pages(1, 0)
        made.set_margins(left=0.45, right=0.45, top=0.6, bottom=0.65)
        plain = self.footer.replace("&", "&&")
        made.set_footer(f'&L&"{FONT}"&8{plain}&C&"{FONT}"&8&A&R&"{FONT}"&8&P / &N')
        made.hide_gridlines(2)
        return made

    def write(self, page: Worksheet, row: int, place: int, words: str, style: Format | None = None) -> None:
        """Write text as text, whatever it begins with."""
        text = clipped(printable(words), _LONGEST) if len(words) > _LONGEST // 2 else printable(words)
        shown = style or self.cell(text)
        if text:
            page.write_string(row, place, text, shown)
        else:
            page.write_blank(row, place, None, shown)

    def cell(self, words: str, *, middle: bool = False, first: bool = False) -> Format:
        """An ordinary cell. Text that looks like a formula is marked as text for good, also for whoever edits it."""
        top = {"top": 2, "top_color": _ACCENT} if first else {}
        return self.format(
            border=1,
            border_color=_LINE,
            num_format="@",
            quote_prefix=words.startswith(_RISKY),
            align="center" if middle else "left",
            **top,
        )

    def heading(self, page: Worksheet, title: str, intro: str, width: int) -> int:
        """Title and one explaining line across the sheet; the next free row."""
        page.set_row(0, 26)
        page.write_string(0, 0, title, self.format(bold=True, font_size=15, font_color=_ACCENT, text_wrap=False))
        page.merge_range(1, 0, 1, max(width - 1, 1), "", self.format(font_color="#52606D", valign="vcenter"))
        page.write_string(1, 0, intro, self.format(font_color="#52606D", valign="vcenter"))
        page.set_row(1, 32)
        return 2

    def table(
        self, sheet: Sheet, intro: str, rows: Sequence[Sequence[str]], blank: int = 0, folded: Sequence[bool] = ()
    ) -> Worksheet:
        """A whole sheet with one table: heading, frozen and repeated column heads, filter, lists for marks.

        `blank`: empty rows at the end to write on. `folded`: for each row, whether it is hidden in an outline.
        """
        page = self.page(sheet)
        shown = [c for c in sheet.columns if c.key not in (ID, FORM)]
        head = self.heading(page, sheet.title.of(self.lang), intro, len(shown))
        style = self.format(
            bold=True,
            bg_color=_HEAD,
            font_color=_ACCENT,
            border=1,
            border_color=_LINE,
            valign="vcenter",
            align="center",
        )
        for place, column in enumerate(sheet.columns):
            hidden = {"hidden": True} if column.key in (ID, FORM) else {}
            page.set_column(place, place, column.width, None, hidden)
            page.write_string(head, place, column.title.of(self.lang), style)
        page.set_row(head, 44 if any(len(c.title.ja) > 9 for c in shown) else 28)
        last, before = head, ""
        for last, cells in enumerate([*rows, *[[""] * len(sheet.columns)] * blank], start=head + 1):
            self._row(page, sheet, last, cells, first=sheet.columns[0].key in _GROUPS and cells[0] not in ("", before))
            if last - head - 1 < len(folded) and folded[last - head - 1]:
                page.set_row(last, None, None, {"level": 1, "hidden": True})
            before = cells[0]
        page.freeze_panes(head + 1, 0)
        page.repeat_rows(head)
        page.autofilter(head, 0, max(last, head + 1), len(sheet.columns) - 1)
        page.print_area(0, 0, max(last, head + 1), len(shown) - 1)
        self._marks(page, sheet, head + 1, max(last, head + 1))
        return page

    def hidden(self, name: str, values: Mapping[str, str]) -> None:
        """A sheet that is not shown, with a key and a value on each row."""
        page: Worksheet = self._workbook.add_worksheet(name)
        page.hide()
        for row, (key, value) in enumerate(values.items()):
            page.write_string(row, 0, key)
            page.write_string(row, 1, printable(value))

    def _row(self, page: Worksheet, sheet: Sheet, row: int, cells: Sequence[str], *, first: bool) -> None:
        """One row; the first of a device or product has a line above it."""
        # Not every spreadsheet program finds the height of wrapped text by itself when it opens a file.
        page.set_row(
            row, row_height((c.width, w) for c, w in zip(sheet.columns, cells, strict=True) if c.key not in (ID, FORM))
        )
        for place, (column, words) in enumerate(zip(sheet.columns, cells, strict=True)):
            self.write(page, row, place, words, self.cell(words, middle=column.mark, first=first))

    def _marks(self, page: Worksheet, sheet: Sheet, first: int, last: int) -> None:
        choices = [t.of(self.lang) for t in MARKS.values()]
        colours = ((MARKS["yes"], "#1A7347"), (MARKS["no"], "#B3261E"), (MARKS["open"], "#8A5A00"))
        for place, column in enumerate(sheet.columns):
            if column.mark:
                page.data_validation(first, place, last, place, {"validate": "list", "source": choices})
                for text, colour in colours:
                    style = self._workbook.add_format({"font_color": colour, "bold": True})
                    rule = {"type": "cell", "criteria": "==", "value": f'"{text.of(self.lang)}"', "format": style}
                    page.conditional_format(first, place, last, place, rule)
