"""One Excel file being written: formats, page set-up, and tables of text that Excel never takes for formulas."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from fushinban.messages import say
from fushinban.model.text import Lang
from fushinban.reports._text import clipped, printable
from fushinban.reports.workbook._measure import row_height, width_of
from fushinban.reports.workbook._pages import Blank, pages_of
from fushinban.reports.workbook.layout import FORM, HIDDEN, ID, MARKS, Column, Sheet

FONT = "游ゴシック"
_LONGEST = 32_000
#: Columns whose change begins a new group of rows.
_GROUPS = frozenset({"device", "product"})
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
#: Points of the row with the title.
_TITLE = 28.0
_INK, _LINE, _HEAD, _ACCENT = "#1F2933", "#B8C2CB", "#E6EEF3", "#1D4E6B"


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
            # Columns are as wide as so many digits of this font. It, or one of the same widths, is on every machine;
            # with a font that is missing, all columns would come out wider and the pictures stretched.
            "default_format_properties": {"font_name": "Arial", "font_size": 10},
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
        made.center_horizontally()
        plain = self.footer.replace("&", "&&")
        # Not shrunk with the table: the page number stays readable on the widest sheet.
        made.set_footer(f'&L&"{FONT}"&8{plain}&C&"{FONT}"&8&A&R&"{FONT}"&8&P / &N', {"scale_with_doc": False})
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

    def heading(self, page: Worksheet, title: str, intro: str, widths: Sequence[float]) -> int:
        """Title and an explanation across columns of these widths; the next free row."""
        page.set_row(0, _TITLE)
        page.write_string(0, 0, title, self.format(bold=True, font_size=15, font_color=_ACCENT, text_wrap=False))
        grey = self.format(font_color="#52606D", valign="vcenter")
        page.merge_range(1, 0, 1, max(len(widths) - 1, 1), "", grey)
        page.write_string(1, 0, intro, grey)
        page.set_row(1, _title_height(intro, widths) - _TITLE)
        return 2

    def head(self, page: Worksheet, row: int, columns: Sequence[Column]) -> None:
        """The headings of a table in this row."""
        style = self.format(bold=True, bg_color=_HEAD, font_color=_ACCENT, border=1, border_color=_LINE, align="center")
        for place, column in enumerate(columns):
            page.write_string(row, place, column.title.of(self.lang), style)
        page.set_row(row, self._head_height(columns))

    def table(
        self,
        sheet: Sheet,
        intro: str,
        rows: Sequence[Sequence[str]],
        blank: Blank | None = None,
        folded: Sequence[bool] = (),
    ) -> Worksheet:
        """A whole sheet with one table: heading, frozen and repeated column heads, filter, lists for marks.

        `folded`: for each row, whether it is hidden in an outline.
        """
        sheet = _fitted(sheet, rows)
        page = self.page(sheet)
        shown = [c for c in sheet.columns if c.key not in HIDDEN]
        beside = [c.width for c in (shown[: sheet.frozen] if sheet.split else shown)]
        head = self.heading(page, sheet.title.of(self.lang), intro, beside)
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width, None, {"hidden": True} if column.key in HIDDEN else {})
        self.head(page, head, sheet.columns)
        body = _body(sheet, rows, folded)
        pages = pages_of([c.width for c in shown], _title_height(intro, beside), self._head_height(shown))
        empty = 0
        if pages.one_will_do(sum(body.printed)):
            page.fit_to_pages(1, 1)
        else:
            breaks, at = pages.flow(body.printed, body.begins)
            page.set_h_pagebreaks([head + 1 + row for row in breaks])
            empty = pages.empty_rows(at, blank) if blank else 0
        self._rows(page, sheet, head + 1, body)
        self._rows(page, sheet, head + 1 + len(rows), _body(sheet, [[""] * len(sheet.columns)] * empty, ()))
        self._frame(page, sheet, head, head + max(len(rows) + empty, 1), len(shown))
        return page

    def hidden(self, name: str, values: Mapping[str, str]) -> None:
        """A sheet that is not shown, with a key and a value on each row."""
        page: Worksheet = self._workbook.add_worksheet(name)
        page.hide()
        for row, (key, value) in enumerate(values.items()):
            page.write_string(row, 0, key)
            page.write_string(row, 1, printable(value))

    def _frame(self, page: Worksheet, sheet: Sheet, head: int, last: int, shown: int) -> None:
        """What stays in view, what is repeated on paper, the filter, and the lists of choices."""
        page.freeze_panes(head + 1, sheet.frozen)
        page.repeat_rows(head)
        page.autofilter(head, 0, last, len(sheet.columns) - 1)
        page.print_area(0, 0, last, shown - 1)
        if sheet.split:
            # Two pages across, at a size that can be read; what names a row stands on both.
            page.repeat_columns(0, sheet.frozen - 1)
            page.set_print_scale(sheet.scale)
            page.set_v_pagebreaks([sheet.index(sheet.split)])
            page.print_across()
        self._marks(page, sheet, head + 1, last)

    def _rows(self, page: Worksheet, sheet: Sheet, start: int, body: "_Body") -> None:
        """The rows from `start` on; the first of a device or product has a line above it."""
        for at, cells in enumerate(body.rows):
            page.set_row(start + at, body.tall[at], None, _outline(body.folds, at))
            for place, (column, words) in enumerate(zip(sheet.columns, cells, strict=True)):
                style = self.cell(words, middle=column.mark or column.middle, first=body.begins[at])
                self.write(page, start + at, place, words, style)

    def _head_height(self, columns: Sequence[Column]) -> float:
        titles = ((c.width, c.title.of(self.lang)) for c in columns if c.key not in HIDDEN)
        return row_height(titles, bold=True) + 8

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
            elif column.key in (ID, FORM):
                # Rows are found again by these; protecting the sheet would also stop its filter and its outline.
                page.data_validation(first, place, last, place, self._untouched())

    def _untouched(self) -> dict[str, object]:
        """A rule that refuses whatever somebody types."""
        told = say("report.wb-id-untouched").of(self.lang)
        return {"validate": "custom", "value": "=FALSE", "ignore_blank": False, "error_message": told}


def _title_height(intro: str, widths: Sequence[float]) -> float:
    """Points of what stands above a table: its title, and the explanation across columns of these widths."""
    return _TITLE + row_height([(sum(widths), intro)]) + 6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """Rows of a table: their cells, which are folded away, which begin a group, and how tall each is in points."""

    rows: Sequence[Sequence[str]]
    folds: Sequence[bool]
    begins: Sequence[bool]
    tall: Sequence[float]

    @property
    def printed(self) -> list[float]:
        """Heights on paper, where folded rows take no room."""
        return [0.0 if fold else height for fold, height in zip(self.folds, self.tall, strict=True)]


def _body(sheet: Sheet, rows: Sequence[Sequence[str]], folded: Sequence[bool]) -> _Body:
    return _Body(
        rows=rows,
        folds=[*folded, *[False] * (len(rows) - len(folded))],
        begins=[_begins_group(sheet, rows, at) for at in range(len(rows))],
        tall=[_height(sheet, cells) for cells in rows],
    )


def _height(sheet: Sheet, cells: Sequence[str]) -> float:
    """Not every spreadsheet program finds the height of wrapped text by itself when it opens a file."""
    pairs = zip(sheet.columns, cells, strict=True)
    return row_height((c.width, printable(words)) for c, words in pairs if c.key not in HIDDEN)


def _fitted(sheet: Sheet, rows: Sequence[Sequence[str]]) -> Sheet:
    """The sheet with its columns of names as wide as the longest name needs, within their limits."""
    columns = [
        replace(c, width=min(max(c.width, *(width_of(cells[at]) for cells in rows)), c.widest))
        if c.widest and rows
        else c
        for at, c in enumerate(sheet.columns)
    ]
    return replace(sheet, columns=tuple(columns))


def _outline(folds: Sequence[bool], at: int) -> dict[str, object]:
    """Options of a row: folded away, or the row below such ones that bears the sign to open them."""
    if folds[at]:
        return {"level": 1, "hidden": True}
    return {"collapsed": True} if at and folds[at - 1] else {}


def _begins_group(sheet: Sheet, rows: Sequence[Sequence[str]], at: int) -> bool:
    """Whether a row is the first of a device or product."""
    before = rows[at - 1][0] if at else ""
    return sheet.columns[0].key in _GROUPS and rows[at][0] not in ("", before)
