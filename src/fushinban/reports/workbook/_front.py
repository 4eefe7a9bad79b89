"""Cover, basics, network picture and receipt: the sheets that people sign and file."""

import io
from collections.abc import Iterator
from datetime import datetime
from math import ceil

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from fushinban.clock import in_japan, shown, shown_date
from fushinban.model.details import DETAILS
from fushinban.model.inspection import Inspection
from fushinban.model.text import Lang, Text, say
from fushinban.reports._document.build import document_number
from fushinban.reports._document.context import Context
from fushinban.reports._text import drawable, printable
from fushinban.reports._typesetting import png
from fushinban.reports.network_svg import draw
from fushinban.reports.workbook._book import Book
from fushinban.reports.workbook._measure import PAGE_HEIGHT, column_points, row_height, scale_of
from fushinban.reports.workbook.layout import SHEETS, Column, row_id

VERSION = "1.0"
_GRID = 36
_LINE, _HEAD, _ACCENT, _GREY = "#B8C2CB", "#E6EEF3", "#1D4E6B", "#52606D"
#: Heights of the rows of the cover in points; together less than a page.
_COVER = (16, 6, 20, 24, 24, 12, 18, 18, 24, 14, *[26] * 6, 54, 16, 20, *[18] * 4, 10)
_FACTS, _STAMPS = 10, 18
#: The picture is drawn this wide, so that its letters come out at the size of those in the cells.
_PICTURE_WIDTH = 250
_PICTURE = f"""#set page(width: {_PICTURE_WIDTH}mm, height: auto, margin: 0mm)
#set text(font: "IPAexGothic")
#image("network.svg", width: 100%)
""".encode()
_PICTURE_PPI = 150
#: Height in points of the empty rows that the picture lies on.
_UNDER_PICTURE = 15
_CONNECTIONS = (
    Column(key="device", title=say("report.device"), width=36),
    Column(key="kind", title=say("report.kind"), width=16),
    Column(key="parent", title=say("report.wb-parent"), width=30),
    Column(key="channel", title=say("report.wb-channel"), width=16),
    Column(key="address", title=say("report.address"), width=28),
)


def add_cover(book: Book, context: Context) -> None:
    """The cover on a fine grid of narrow columns, with three boxes for stamps."""
    inspection, say_ = context.inspection, context.say
    page = book.page(SHEETS["cover"])
    page.fit_to_pages(1, 1)
    page.set_column(0, _GRID - 1, 3.2)
    for row, height in enumerate(_COVER):
        page.set_row(row, height)
    plain = book.format(font_size=11)
    _across(book, page, (2, 2), say_("subtitle"), book.format(font_color=_GREY, font_size=11))
    _across(book, page, (3, 4), say_("wb-title"), book.format(font_size=26, bold=True, font_color=_ACCENT))
    _across(book, page, (6, 7), inspection.site.name, book.format(font_size=16, bold=True))
    _across(book, page, (8, 8), f"{inspection.site.customer}　{say_('to-customer')}".rstrip("　"), plain)
    for row, (label, value) in enumerate(_cover_facts(context), start=_FACTS):
        head = book.format(border=1, border_color=_LINE, bg_color=_HEAD, font_color=_ACCENT, indent=1)
        cell = book.format(border=1, border_color=_LINE, num_format="@", indent=1)
        page.merge_range(row, 2, row, 8, say_(label), head)
        page.merge_range(row, 9, row, _GRID - 3, "", cell)
        book.write(page, row, 9, value, cell)
    small = book.format(font_size=9, font_color=_GREY, valign="top")
    page.merge_range(_STAMPS, 2, _STAMPS + 4, 16, say_("handling"), small)
    _stamps(book, page, _STAMPS, [say_(f"stamp-{w}") for w in ("made", "checked", "approved")])
    page.print_area(0, 0, len(_COVER) - 1, _GRID - 1)


def _across(book: Book, page: Worksheet, rows: tuple[int, int], words: str, style: Format) -> None:
    page.merge_range(rows[0], 2, rows[1], _GRID - 3, "", style)
    book.write(page, rows[0], 2, words, style)


def _cover_facts(context: Context) -> Iterator[tuple[str, str]]:
    inspection, lang = context.inspection, context.lang
    details = inspection.site.details
    gap = "　" if lang == "ja" else ", "
    yield "document-number", document_number(inspection)
    yield "wb-version", VERSION
    yield "wb-made-on", _day(inspection.ended_at, lang)
    yield "fact-kind", f"{inspection.kind.label.of(lang)}{gap}{shown(inspection.started_at)}"
    yield "fact-address", details.get("address", "")
    yield "wb-installer", " ".join(filter(None, (details.get("installer"), details.get("installer_person"))))
    # The name of the guide is longer than the line; in Japanese it breaks before its title and its second title.
    yield "fact-guide", context.say("guide-name").replace("「", "\n「", 1).replace("—", "\n—", 1)


def _day(moment: datetime, lang: Lang) -> str:
    """The day as documents for customers name it: with the year of the era in Japanese."""
    day = in_japan(moment)
    if lang == "en":
        return shown_date(moment)
    return f"{day.year}年{day.month}月{day.day}日（令和{day.year - 2018}年）"


def _stamps(book: Book, page: Worksheet, row: int, words: list[str]) -> None:
    box = book.format(border=1, border_color=_GREY, align="center", font_color=_GREY)
    for number, word in enumerate(words):
        left = _GRID - 3 - 5 * (len(words) - number) + 1
        page.merge_range(row, left, row, left + 4, word, box)
        page.merge_range(row + 1, left, row + 4, left + 4, "", box)


def revision_rows(context: Context) -> Iterator[tuple[str, ...]]:
    """The first version."""
    day = shown_date(context.inspection.ended_at)
    yield (
        VERSION,
        day,
        context.say("wb-everything"),
        context.say("wb-first"),
        context.inspection.kind.label.of(context.lang),
        "fushinban",
        "",
    )


def basic_rows(context: Context) -> Iterator[tuple[str, ...]]:
    """Facts of the site by key; an empty one is there to be filled in."""
    site, lang = context.inspection.site, context.lang
    yield (say("report.wb-site-name").of(lang), site.name, "", row_id("site", "name"))
    yield (say("report.wb-customer").of(lang), site.customer, "", row_id("site", "customer"))
    for key, label in DETAILS.items():
        if not key.startswith("contact"):
            yield (label.of(lang), site.details.get(key, ""), "", row_id("site", key))
    for key in sorted(set(site.details) - set(DETAILS)):
        yield (key, site.details[key], "", row_id("site", key))


def contact_rows(context: Context) -> Iterator[tuple[str, ...]]:
    """Whom to call; the day of the last test stands in its own row."""
    details, lang = context.inspection.site.details, context.lang
    for key, label in DETAILS.items():
        if key.startswith("contact"):
            yield (label.of(lang), details.get(key, ""), "", "", row_id("site", key))
    for label in (Text("JPCERTコーディネーションセンター", "JPCERT/CC"), Text("IPA（情報処理推進機構）", "IPA")):
        yield (label.of(lang), "", "", "", "")


def add_network(book: Book, context: Context) -> None:
    """Physical and logical picture: drawn from data, and as a table of who hangs on what."""
    inspection, lang = context.inspection, context.lang
    sheet = SHEETS["network"]
    page = book.page(sheet)
    for place, column in enumerate(_CONNECTIONS):
        page.set_column(place, place, column.width)
    widths = [c.width for c in _CONNECTIONS]
    intro = context.say("wb-network-intro")
    row = book.heading(page, sheet.title.of(lang), intro, widths)
    title = 34 + row_height([(sum(widths), intro)])
    row = _add_picture(page, context, row, PAGE_HEIGHT / scale_of(widths) - title - 2 * _UNDER_PICTURE)
    # The table begins a page of its own: its headings are repeated there, and no row stands alone below the picture.
    page.set_h_pagebreaks([row])
    book.head(page, row, _CONNECTIONS)
    page.repeat_rows(row)
    names = {r.device.id: r.device.title for r in inspection.records}
    for record in inspection.records:
        row += 1
        device = record.device
        values = (
            device.title,
            device.kind.label.of(lang),
            names.get(device.parent, ""),
            device.channel,
            device.target.key,
        )
        page.set_row(row, row_height(zip(widths, map(printable, values), strict=True)))
        for place, value in enumerate(values):
            book.write(page, row, place, value)


def _add_picture(page: Worksheet, context: Context, row: int, room: float) -> int:
    """The picture as wide as the table, or as small as one page needs; the first row below it."""
    picture = network_png(context.inspection, context.lang)
    wide, high = (int.from_bytes(picture[i : i + 4], "big") for i in (16, 20))
    wanted = sum(column_points(c.width) for c in _CONNECTIONS)
    # A picture that names no resolution is taken for one of 96 dots per inch, that is 0.75 points a dot.
    scale = min(wanted / (wide * 0.75), room / (high * 0.75))
    rows = ceil(high * 0.75 * scale / _UNDER_PICTURE) + 1
    for under in range(row, row + rows):
        page.set_row(under, _UNDER_PICTURE)
    options = {
        "image_data": io.BytesIO(picture),
        "x_scale": scale,
        "y_scale": scale,
        "object_position": 3,
        "description": context.say("network-alt", site=printable(context.inspection.site.name)),
    }
    page.insert_image(row, 0, "network.png", options)
    return row + rows


def network_png(inspection: Inspection, lang: Lang) -> bytes:
    """The network picture as PNG, since spreadsheets do not all show SVG."""
    files = {"main": _PICTURE, "network.svg": draw(inspection, lang, clean=drawable).encode("utf-8")}
    return png(files, _PICTURE_PPI)


def add_receipt_boxes(book: Book, context: Context, page: Worksheet, row: int) -> None:
    """Name, date and seal of both parties below the list of what was confirmed."""
    grey: dict[str, object] = {"border": 1, "border_color": _GREY, "font_color": _GREY}
    band = book.format(**grey, bg_color=_HEAD, bold=True, indent=1)
    words = book.format(**grey, valign="top", align="left", indent=1)
    seal = book.format(**grey, align="center", font_size=9)
    for number, who in enumerate(("owner", "installer")):
        top = row + 1 + number * 3
        page.set_row(top, 22)
        page.set_row(top + 1, 52)
        page.merge_range(top, 0, top, 4, context.say(who), band)
        page.merge_range(top + 1, 0, top + 1, 1, context.say("person"), words)
        page.merge_range(top + 1, 2, top + 1, 3, _signed_on(context), words)
        page.write_string(top + 1, 4, context.say("seal"), seal)
    page.print_area(0, 0, row + 6, 4)


def _signed_on(context: Context) -> str:
    blank = context.say("year-month-day")
    return f"{context.say('signed-on')}\n{blank}" if blank else context.say("signed-on")
