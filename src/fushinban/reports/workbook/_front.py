"""Cover, basics, network picture and receipt: the sheets that people sign and file."""

import io
from collections.abc import Iterator

from xlsxwriter.worksheet import Worksheet

from fushinban.clock import shown, shown_date
from fushinban.model.details import DETAILS
from fushinban.model.inspection import Inspection
from fushinban.model.text import Lang, Text, say
from fushinban.reports._document.build import document_number
from fushinban.reports._document.context import Context
from fushinban.reports._text import drawable, printable
from fushinban.reports._typesetting import png
from fushinban.reports.network_svg import draw
from fushinban.reports.workbook._book import Book, row_height
from fushinban.reports.workbook.layout import SHEETS, row_id

VERSION = "1.0"
_GRID = 36
_PICTURE = b"""#set page(width: 250mm, height: auto, margin: 0mm)
#set text(font: "IPAexGothic")
#image("network.svg", width: 100%)
"""


def add_cover(book: Book, context: Context) -> None:
    """The cover on a fine grid of narrow columns, with three boxes for stamps."""
    inspection, say_ = context.inspection, context.say
    page = book.page(SHEETS["cover"])
    page.set_column(0, _GRID - 1, 3.2)
    plain = book.format(border=0, valign="vcenter")
    accent = book.format(font_size=26, bold=True, font_color="#1D4E6B", valign="vcenter")
    page.merge_range(2, 2, 2, _GRID - 3, "", book.format(font_color="#52606D", valign="vcenter"))
    page.write_string(2, 2, say_("subtitle"), book.format(font_color="#52606D", valign="vcenter"))
    page.merge_range(3, 2, 4, _GRID - 3, say_("wb-title"), accent)
    large = book.format(font_size=16, bold=True, valign="vcenter")
    page.merge_range(6, 2, 7, _GRID - 3, "", large)
    book.write(page, 6, 2, inspection.site.name, large)
    page.merge_range(8, 2, 8, _GRID - 3, "", plain)
    book.write(page, 8, 2, f"{inspection.site.customer}　{say_('to-customer')}".rstrip("　"), plain)
    for number, (label, value) in enumerate(_cover_facts(context)):
        row = 11 + number
        page.set_row(row, 24)
        head = book.format(border=1, border_color="#B8C2CB", bg_color="#E6EEF3", valign="vcenter", font_color="#1D4E6B")
        cell = book.format(border=1, border_color="#B8C2CB", valign="vcenter", num_format="@")
        page.merge_range(row, 2, row, 8, say_(label), head)
        page.merge_range(row, 9, row, _GRID - 3, "", cell)
        book.write(page, row, 9, value, cell)
    _stamps(book, page, 20, [say_(f"stamp-{w}") for w in ("made", "checked", "approved")])
    page.merge_range(26, 2, 27, 20, say_("handling"), book.format(font_size=9, font_color="#52606D"))
    page.print_area(0, 0, 28, _GRID - 1)


def _cover_facts(context: Context) -> Iterator[tuple[str, str]]:
    inspection = context.inspection
    details = inspection.site.details
    yield "document-number", document_number(inspection)
    yield "wb-version", VERSION
    yield "wb-made-on", shown_date(inspection.ended_at)
    yield "fact-kind", f"{inspection.kind.label.of(context.lang)}　{shown(inspection.started_at)}"
    yield "fact-address", details.get("address", "")
    yield "wb-installer", " ".join(filter(None, (details.get("installer"), details.get("installer_person"))))
    yield "fact-guide", context.say("guide-name")


def _stamps(book: Book, page: Worksheet, row: int, words: list[str]) -> None:
    box = book.format(border=1, border_color="#52606D", align="center", valign="vcenter", font_color="#52606D")
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
    page.set_column(0, 0, 30)
    page.set_column(1, 4, 20)
    row = book.heading(page, sheet.title.of(lang), context.say("wb-network-intro"), 5)
    picture = network_png(inspection, lang)
    page.insert_image(
        row + 1,
        0,
        "network.png",
        {
            "image_data": io.BytesIO(picture),
            "x_scale": 0.72,
            "y_scale": 0.72,
            "object_position": 3,
            "description": context.say("network-alt", site=printable(inspection.site.name)),
        },
    )
    height = int.from_bytes(picture[20:24], "big") * 0.72
    row += 3 + int(height / 20)
    head = book.format(bold=True, bg_color="#E6EEF3", font_color="#1D4E6B", border=1, border_color="#B8C2CB")
    for place, word in enumerate(("device", "kind", "wb-parent", "wb-channel", "address")):
        page.write_string(row, place, context.say(word), head)
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
        page.set_row(row, row_height(zip((30, 20, 20, 20, 20), values, strict=True)))
        for place, value in enumerate(values):
            book.write(page, row, place, value)


def network_png(inspection: Inspection, lang: Lang) -> bytes:
    """The network picture as PNG, since spreadsheets do not all show SVG."""
    files = {"main": _PICTURE, "network.svg": draw(inspection, lang, clean=drawable).encode("utf-8")}
    return png(files, 110)


def add_receipt_boxes(book: Book, context: Context, page: Worksheet, row: int) -> None:
    """Date, name and seal of both parties below the list of what was confirmed."""
    line = book.format(border=1, border_color="#52606D", valign="vcenter", font_color="#52606D")
    for number, who in enumerate(("owner", "installer")):
        top = row + 2 + number * 3
        page.set_row(top, 24)
        page.merge_range(top, 0, top, 1, context.say(who), line)
        words = "　　".join(
            filter(None, (context.say("signed-on") + context.say("year-month-day"), context.say("person")))
        )
        page.merge_range(top, 2, top, 4, "", line)
        page.merge_range(top + 1, 0, top + 1, 1, words, line)
        page.merge_range(top + 1, 2, top + 1, 4, context.say("seal"), line)
        page.set_row(top + 1, 40)
    page.print_area(0, 0, row + 7, 4)
