"""The 設定シート workbook: the sheets of the trade, text that is never a formula, and nothing secret."""

import io
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sample_inspection import HOSTILE, sample

from fushinban.model.control import DecidedBy, Outcome
from fushinban.model.facts.base import Section
from fushinban.model.finding import PersonAnswer
from fushinban.model.inspection import Inspection
from fushinban.model.sheet import Parameter, Stage
from fushinban.model.text import Lang, Text
from fushinban.reports._text import printable
from fushinban.reports.workbook import make
from fushinban.reports.workbook._measure import PAGE_HEIGHT, row_height, scale_of
from fushinban.reports.workbook.layout import ID, META, SHEETS, parse_row_id, row_id

PARAMETER_SHEETS = ("カメラ設定", "レコーダ設定", "ルータ設定", "スイッチ・PoE", "クライアントPC・アプリ")


@pytest.fixture(scope="module")
def book() -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(make(sample(15), "ja")))


def _cells(book: Workbook) -> Iterator[Cell]:
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            yield from (c for c in row if isinstance(c, Cell) and c.value is not None)


def _widths(sheet: Worksheet) -> dict[int, int]:
    """Widths in characters of the columns that are shown; the file has those of five pixels more."""
    found = {}
    for column in sheet.column_dimensions.values():
        if not column.hidden:
            found |= dict.fromkeys(range(column.min, column.max + 1), round(column.width - 5 / 7))
    return found


def test_sheets_stand_in_the_order_of_the_trade(book: Workbook) -> None:
    assert book.sheetnames == [
        "表紙", "改訂履歴", "基本情報", "構成図", "機器一覧", "IP管理表", "カメラ設定", "レコーダ設定", "ルータ設定",
        "スイッチ・PoE", "クライアントPC・アプリ", "クラウド・DDNS", "アカウント一覧", "通信要件表", "機器選定チェック",
        "設置時試験", "作業記録", "変更履歴・差分", "定期点検", "連絡先", "受領確認", META,
    ]  # fmt: skip
    assert book[META].sheet_state == "hidden"


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_titles_of_sheets_are_allowed(lang: Lang) -> None:
    titles = [s.title.of(lang) for s in SHEETS.values()]
    assert len(set(titles)) == len(titles)
    assert all(len(t) <= 31 and not set(t) & set(":\\/?*[]") for t in titles)


def test_every_cell_is_text_and_none_a_formula_or_link(book: Workbook) -> None:
    types = {c.data_type for c in _cells(book)}
    assert types == {"s"}
    assert all(not s._hyperlinks for s in book.worksheets)


def test_what_looks_like_a_formula_is_marked_as_text(book: Workbook) -> None:
    risky = [c for c in _cells(book) if str(c.value).startswith(("=", "+", "-", "@")) and c.parent.title != META]
    assert len(risky) > 5
    assert all(c.quotePrefix for c in risky)


def test_values_of_devices_arrive_unchanged(book: Workbook) -> None:
    said = {c.value for c in _cells(book)}
    for words in (HOSTILE[0], HOSTILE[1], HOSTILE[2], HOSTILE[5], HOSTILE[8]):
        assert words in said
    assert printable(HOSTILE[3]) in said
    assert not any("\u202e" in str(v) for v in said)


def test_pages_print_as_the_trade_expects(book: Workbook) -> None:
    for sheet in book.worksheets[:-1]:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert "&P / &N" in sheet.oddFooter.right.text
        assert "みどり商店" in sheet.oddFooter.left.text
        assert sheet.oddFooter.left.text != sheet.oddFooter.right.text
        assert sheet.HeaderFooter.scaleWithDoc is False
        if sheet.title == "機器一覧":
            # Too wide to be read on one page: two across, both with the name of the device.
            assert sheet.page_setup.scale == 70
            assert [b.id for b in sheet.col_breaks.brk] == [13]
            assert sheet.print_title_cols == "$A:$D"
        else:
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            # One page across; as many down as it needs, but one where little more than a page is needed.
            assert sheet.page_setup.fitToHeight in (0, None)
    assert book["表紙"].page_setup.fitToHeight is None
    assert book["カメラ設定"].page_setup.fitToHeight == 0
    for title in PARAMETER_SHEETS:
        sheet = book[title]
        assert sheet.freeze_panes == "D4"
        assert sheet.print_title_rows == "$3:$3"
        assert sheet.auto_filter.ref
        assert sheet["A3"].font.name == "游ゴシック"
        assert sheet["A3"].font.size == 10


def test_marks_are_chosen_from_a_list(book: Workbook) -> None:
    rules = book["カメラ設定"].data_validations.dataValidation
    assert [r.formula1 for r in rules if r.type == "list"] == ['"○,×,該当なし,未確認"']


def test_hidden_ids_refuse_what_somebody_types(book: Workbook) -> None:
    for title in PARAMETER_SHEETS:
        heads = [c.value for c in book[title][3]]
        letter = book[title].cell(3, heads.index(ID) + 1).column_letter
        locks = [r for r in book[title].data_validations.dataValidation if r.type == "custom"]
        assert len(locks) == 2
        assert any(str(r.sqref).startswith(f"{letter}4") and r.formula1 == "FALSE" for r in locks)


def test_every_row_is_high_enough_for_its_text(book: Workbook) -> None:
    low = []
    for sheet in book.worksheets[:-1]:
        if not sheet.column_dimensions:
            continue
        widths = _widths(sheet)
        merged = {c for area in sheet.merged_cells.ranges for row in area.rows for c in row}
        for cell in (c for c in _cells(book) if c.parent is sheet and (c.row, c.column) not in merged):
            width = widths.get(cell.column, 0)
            if cell.alignment.wrap_text and width:
                needed = row_height([(width, str(cell.value))], bold=bool(cell.font.bold))
                have = sheet.row_dimensions[cell.row].height
                low += [(sheet.title, cell.coordinate)] if have is None or have < needed - 0.01 else []
    assert low == []


def test_a_device_begins_a_page_of_its_own(book: Workbook) -> None:
    sheet = book["カメラ設定"]
    breaks = {b.id for b in sheet.row_breaks.brk}
    names = {r: sheet.cell(r, 1).value for r in range(4, sheet.max_row + 1)}
    visible = [r for r in names if not sheet.row_dimensions[r].hidden]
    pages = sorted(breaks | {3, sheet.max_row})
    for above, below in pairwise(pages):
        rows = [r for r in visible if above < r <= below]
        height = sum(sheet.row_dimensions[r].height for r in rows)
        assert height * scale_of(_widths(sheet).values()) < PAGE_HEIGHT


def test_only_what_the_site_itself_says_is_japanese_in_an_english_workbook() -> None:
    inspection = sample(6)
    english = openpyxl.load_workbook(io.BytesIO(make(inspection, "en")))
    japanese = re.compile(r"[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff9f]")
    own = [inspection.site.name, inspection.site.customer, *inspection.site.details.values()]
    own += [*inspection.site.details, *(r.device.title for r in inspection.records), *HOSTILE]
    own += [p.value for r in inspection.records for s in r.sheets.values() for p in s.parameters]
    allowed = {printable(w) for w in own}
    found = {str(c.value) for c in _cells(english) if japanese.search(str(c.value))}
    left = {w for w in found if not any(a and (a in w or w.rstrip("…") in a) for a in allowed)}
    assert left == set()


def test_a_cover_names_the_year_of_the_era(book: Workbook) -> None:
    said = {str(c.value) for c in _cells(book) if c.parent.title == "表紙"}
    assert "2026年11月23日（令和8年）" in said


def test_who_checked_is_the_person_who_answered_or_nobody() -> None:
    inspection = sample(5)
    answer = PersonAnswer(control="G-3.5-3a", value="yes", by="試験 太郎")
    found = [replace(f, outcome=Outcome.PASS, decided_by=DecidedBy.ANSWER) for f in inspection.findings
             if f.control == "G-3.5-3a"]  # fmt: skip
    later = [replace(f, outcome=Outcome.NOT_APPLICABLE) for f in inspection.findings if f.control == "G-3.5-5h"]
    assert found
    assert later
    others = [f for f in inspection.findings if f.control not in ("G-3.5-3a", "G-3.5-5h")]
    changed = replace(inspection, findings=(*others, *found, *later), answers={answer.control: answer})
    made = openpyxl.load_workbook(io.BytesIO(make(changed, "ja")))["設置時試験"]
    rows = {str(r[1].value): [c.value for c in r] for r in made.iter_rows(min_row=4)}
    outside = next(v for k, v in rows.items() if k.startswith("外部からのアクセス"))
    assert (outside[4], outside[6]) == ("○", "試験 太郎")
    # A control of later inspections says nothing about this test: it stays to be done.
    assert rows["正常時の通信量の記録"][3:7] == [None, "未確認", None, None]
    assert rows["映像（昼・夜）"][5:7] == [None, None]


def test_a_sheet_without_rows_says_so() -> None:
    inspection = sample(5)
    none = replace(inspection, records=tuple(replace(r, changes=()) for r in inspection.records))
    made = openpyxl.load_workbook(io.BytesIO(make(none, "ja")))
    assert made["クライアントPC・アプリ"]["A4"].value == "該当なし"
    assert made["変更履歴・差分"]["A4"].value == "該当なし"
    assert (
        "違いはありません" in made["変更履歴・差分"]["B4"].value or "最初の記録" in made["変更履歴・差分"]["B4"].value
    )


def test_ids_are_hidden_stable_and_unique(book: Workbook) -> None:
    seen = []
    for title in PARAMETER_SHEETS:
        sheet = book[title]
        heads = [c.value for c in sheet[3]]
        place = heads.index(ID)
        assert sheet.column_dimensions[sheet.cell(3, place + 1).column_letter].hidden
        seen += [row[place].value for row in sheet.iter_rows(min_row=4) if row[place].value]
    assert len(seen) == len(set(seen)) > 100
    assert row_id("dev-0003", "dns.servers") in seen
    assert all(parse_row_id(s) for s in seen)


def test_row_ids_survive_any_device_id() -> None:
    for device in ("dev#1", "100%", "日本 語", "a/b:c@d.e"):
        assert parse_row_id(row_id(device, "accounts[a#b].level")) == (device, "accounts[a#b].level")
    assert parse_row_id("no id") is None


def test_three_states_and_the_judgement_stand_side_by_side(book: Workbook) -> None:
    sheet = book["カメラ設定"]
    rows = {(r[0].value, r[2].value): [c.value for c in r] for r in sheet.iter_rows(min_row=4)}
    ntp = rows["玄関カメラ", "NTPサーバ"]
    assert ntp[3:8] == [None, "ntp2.example.jp", "ntp2.example.jp", "ntp.example.jp", "×"]
    assert rows["玄関カメラ", "DNSサーバ"][7] == "○"
    assert rows["玄関カメラ", "ネットワークインタフェース／eth0 DHCP"][3:8] == ["はい", "いいえ", "はい", "いいえ", "○"]
    assert rows["玄関カメラ", "システムログ"][6:8] == ["（読み取れず：拒否）", "未確認"]
    assert rows["玄関カメラ", "プライバシーマスク"][7] == "未確認"
    assert rows["玄関カメラ", "アカウント／admin 権限"][6] == "管理者"
    sections = [r[1].value for r in sheet.iter_rows(min_row=4) if r[0].value == "玄関カメラ"]
    assert sections == sorted(sections, key=[s.label.ja for s in Section].index)


def test_details_are_folded_and_not_left_out() -> None:
    inspection = sample(5)
    record = inspection.records[3]
    sheet = record.sheets[Stage.ACTUAL]
    more = {"ports[telnet].state": "closed", "ports[telnet].number": "23", "ports[ftp].state": "open"}
    more["ports[ftp].number"] = "21"
    added = tuple(Parameter(key=k, value=v, label=Text(k, k), section=Section.PORTS) for k, v in more.items())
    sheets = {**record.sheets, Stage.ACTUAL: replace(sheet, parameters=(*sheet.parameters, *added))}
    records = tuple(replace(r, sheets=sheets) if r is record else r for r in inspection.records)
    made = openpyxl.load_workbook(io.BytesIO(make(replace(inspection, records=records), "ja")))["カメラ設定"]
    folded = {str(r[2].value): made.row_dimensions[r[0].row].hidden for r in made.iter_rows(min_row=4)}
    found = {k: next(h for item, h in folded.items() if k in item) for k in more}
    assert [k for k, hidden in found.items() if hidden] == ["ports[telnet].number"]


def test_a_secret_is_never_written() -> None:
    inspection = sample(5)
    record = inspection.records[3]
    sheet = record.sheets[Stage.ACTUAL]
    secret = Parameter(
        key="snmp.community",
        value="invented-secret",
        label=Text("コミュニティ", "Community"),
        section=Section.SERVICES,
        secret=True,
    )
    sheets = {**record.sheets, Stage.ACTUAL: replace(sheet, parameters=(*sheet.parameters, secret))}
    records = tuple(replace(r, sheets=sheets) if r is record else r for r in inspection.records)
    raw = make(replace(inspection, records=records), "ja")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert all(b"invented-secret" not in archive.read(n) for n in archive.namelist())


def test_accounts_have_no_place_for_a_password(book: Workbook) -> None:
    heads = [str(c.value) for c in book["アカウント一覧"][3]]
    assert not any("パスワード" in h for h in heads)
    assert "保管場所" in heads


def test_open_ports_wait_for_a_reason(book: Workbook) -> None:
    sheet = book["通信要件表"]
    heads = [c.value for c in sheet[3]]
    rows = [dict(zip(heads, [c.value for c in r], strict=True)) for r in sheet.iter_rows(min_row=4)]
    telnet = [r for r in rows if r["ポート"] == "23"]
    assert telnet
    assert all(r["設定理由"] is None and r["プロトコル"] == "TCP (telnet)" for r in telnet)
    assert all(str(r["実測結果\n（点検用PCから）"]).startswith("開") for r in telnet)


def test_acceptance_tests_know_what_the_inspection_found(book: Workbook) -> None:
    rows = {r[1].value: [c.value for c in r] for r in book["設置時試験"].iter_rows(min_row=4)}
    assert rows["Telnetにつながらない"][4] == "×"
    assert rows["録画と再生"][4] == "未確認"
    assert rows["録画と再生"][3] is None


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_it_opens_in_a_spreadsheet_program(needs_program: Callable[[str], str], tmp_path: Path, lang: Lang) -> None:
    path = tmp_path / "settings.xlsx"
    path.write_bytes(make(sample(), lang))
    profile = (tmp_path / "profile").as_uri()
    command = [needs_program("soffice"), "--headless", f"-env:UserInstallation={profile}", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(path)], check=True, capture_output=True, timeout=120)
    pdf = (tmp_path / "settings.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) > 50_000


@pytest.mark.parametrize("records", [0, 1, 40])
def test_sites_of_any_size(records: int) -> None:
    inspection: Inspection = replace(sample(max(records, 4)), answers={})
    kept = replace(inspection, records=inspection.records[:records], findings=())
    assert make(kept, "en").startswith(b"PK")
