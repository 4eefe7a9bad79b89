"""Reading an edited workbook back: what people in Japan write is understood, what could harm is refused."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sample_inspection import HOSTILE, sample

from fushinban.errors import InputError
from fushinban.model.sheet import Stage
from fushinban.model.text import Lang
from fushinban.reports.workbook import make
from fushinban.reports.workbook_reading import WorkbookContent, parse_workbook, read_workbook

MADE = make(sample(6), "ja")
Change = Callable[[Workbook], None]


def _edited(change: Change, raw: bytes = MADE) -> WorkbookContent:
    book = openpyxl.load_workbook(io.BytesIO(raw))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return parse_workbook(out.getvalue())


def _repacked(change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The workbook with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(MADE)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _heads(sheet: Worksheet) -> dict[str, int]:
    return {str(c.value): c.column for c in sheet[3]}


def _row(sheet: Worksheet, device: str, item: str) -> int:
    heads = _heads(sheet)
    return next(
        r for r in range(4, sheet.max_row + 1)
        if sheet.cell(r, heads["機器"]).value == device and sheet.cell(r, heads["項目"]).value == item
    )  # fmt: skip


def _write(book: Workbook, item: str, column: str, value: object, device: str = "玄関カメラ") -> None:
    sheet = book["カメラ設定"]
    sheet.cell(_row(sheet, device, item), _heads(sheet)[column]).value = value  # type: ignore[assignment]


def _value(content: WorkbookContent, key: str, stage: Stage, device: str = "dev-0003") -> str | None:
    return next((e.value for e in content.parameters if (e.device, e.key, e.stage) == (device, key, stage)), None)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_an_untouched_workbook_reads_back_as_it_was(lang: Lang) -> None:
    inspection = sample()
    content = parse_workbook(make(inspection, lang))
    assert content.site_id == "lab-shop"
    assert content.inspection == inspection.id
    assert content.exported_at == inspection.ended_at
    assert content.edited is False
    assert content.warnings == ()
    assert content.unknown_columns == ()
    assert content.work_records == ()
    assert content.site_details["address"] == "東京都千代田区（架空）1-2-3"
    assert content.site_details["customer"] == "株式会社みどり商店"
    for record in inspection.records:
        for stage in (Stage.FACTORY, Stage.PLANNED, Stage.INSTALLED):
            sheet = record.sheets.get(stage)
            read = {e.key: e.value for e in content.parameters if (e.device, e.stage) == (record.device.id, stage)}
            assert set(read) == {p.key for p in sheet.parameters if p.value} if sheet else read == {}
            exact = ("ntp.servers", "interfaces[eth0].dhcp", "accounts[admin].level")
            assert all(read[k] == sheet.values()[k].value for k in exact if sheet and k in read)


def test_names_of_devices_are_not_altered_on_the_way() -> None:
    content = parse_workbook(make(sample(), "ja"))
    names = {e.device: e.value for e in content.parameters if e.key == "scopes.name" and e.stage is Stage.PLANNED}
    assert names["dev-0005"] == "駐車場カメラ（北側・夜間照明あり）"
    assert names["dev-0006"] == HOSTILE[0]
    same = [e for e in content.parameters if e.device == "dev-0009" and e.key == "scopes.name"]
    assert same
    assert all(e.as_actual for e in same)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("１９２．０．２．９９", "192.0.2.99"),
        ("  192.0.2.5　", "192.0.2.5"),
        (8080, "8080"),
        (554.0, "554"),
        ("－", None),
        ("なし", None),
        ("カメラ１（北）", "カメラ１（北）"),
        ("=cmd|' /c calc'!A1x", "=cmd|' /c calc'!A1x"),
    ],
)
def test_planned_values_as_people_write_them(written: object, read: str | None) -> None:
    def change(book: Workbook) -> None:
        _write(book, "NTPサーバ", "設計値", written)
        sheet = book["カメラ設定"]
        if isinstance(written, str):
            sheet.cell(_row(sheet, "玄関カメラ", "NTPサーバ"), _heads(sheet)["設計値"]).data_type = "s"

    content = _edited(change)
    assert content.edited is True
    assert _value(content, "ntp.servers", Stage.PLANNED) == read


@pytest.mark.parametrize(("written", "read"), [("はい", "true"), ("○", "true"), ("無効", "false"), ("×", "false")])
def test_yes_and_no_in_many_forms(written: str, read: str) -> None:
    content = _edited(lambda b: _write(b, "ネットワークインタフェース／eth0 DHCP", "設計値", written))
    assert _value(content, "interfaces[eth0].dhcp", Stage.PLANNED) == read


@pytest.mark.parametrize("mark", ["〃", "同上"])
def test_ditto_takes_the_value_above(mark: str) -> None:
    def change(book: Workbook) -> None:
        _write(book, "P2P・クラウド接続", "設置時", "無効")
        _write(book, "UPnP（自動ポート開放）", "設置時", mark)

    assert _value(_edited(change), "manual.upnp", Stage.INSTALLED) == "無効"


def test_merged_cells_count_for_all_their_rows() -> None:
    def change(book: Workbook) -> None:
        sheet = book["カメラ設定"]
        top, column = _row(sheet, "玄関カメラ", "P2P・クラウド接続"), _heads(sheet)["設計値"]
        sheet.cell(top, column).value = "使わない"
        sheet.merge_cells(start_row=top, end_row=top + 1, start_column=column, end_column=column)

    content = _edited(change)
    for key in ("manual.p2p", "manual.upnp"):
        assert _value(content, key, Stage.PLANNED) == "使わない"


def test_judgements_are_read_with_their_author() -> None:
    def change(book: Workbook) -> None:
        _write(book, "音声", "判定", "該当なし")
        _write(book, "音声", "確認者", "試験　太郎")

    found = {j.key: j for j in _edited(change).judgements if j.device == "dev-0003"}
    assert (found["manual.audio"].mark, found["manual.audio"].by) == ("n/a", "試験 太郎")
    assert found["ntp.servers"].mark == "no"


def test_work_records_with_japanese_dates() -> None:
    def change(book: Workbook) -> None:
        sheet = book["作業記録"]
        rows = [
            (
                "１",
                "令和８年１月５日",
                "試験太郎",
                "玄関カメラ",
                "NTPサーバを変更",
                "ntp.example.jp",
                "ntp2.example.jp",
                "障害",
                "A-1",
            ),
            ("2", date(2026, 2, 3), "〃", "〃", "再起動", "", "", "更新", ""),
            ("3", "来週", "", "", "配線の整理", "", "", "", ""),
        ]
        for number, cells in enumerate(rows, start=4):
            for place, value in enumerate(cells, start=1):
                sheet.cell(number, place).value = value  # type: ignore[assignment]

    content = _edited(change)
    first, second, third = content.work_records
    assert (first.number, first.on, first.after) == ("1", date(2026, 1, 5), "ntp2.example.jp")
    assert (second.on, second.by, second.device) == (date(2026, 2, 3), "試験太郎", "玄関カメラ")
    assert (third.on, third.on_text) == (None, "来週")
    assert any("来週" in w.ja for w in content.warnings)


def test_site_details_are_taken_back() -> None:
    def change(book: Workbook) -> None:
        sheet = book["基本情報"]
        row = next(r for r in range(4, 60) if sheet.cell(r, 1).value == "録画保存日数")
        sheet.cell(row, 2).value = "３０"

    assert _edited(change).site_details["retention_days"] == "30"


@pytest.mark.parametrize(
    ("heading", "refused"),
    [
        ("パスワード", True),
        ("ログインＰＷ", True),
        ("Password", True),
        ("担当部署", False),
        ("パスワード変更日", False),
    ],
)
def test_strange_columns_are_reported_and_passwords_never_kept(heading: str, refused: bool) -> None:
    def change(book: Workbook) -> None:
        sheet = book["カメラ設定"]
        column = sheet.max_column + 1
        sheet.cell(3, column).value = heading
        for row in range(4, 30):
            sheet.cell(row, column).value = "invented-secret-9"

    content = _edited(change)
    assert [(c.sheet, c.refused) for c in content.unknown_columns] == [("カメラ設定", refused)]
    assert "invented-secret-9" not in repr(content)
    assert bool(content.warnings) is refused


def test_a_password_written_as_a_row_is_refused() -> None:
    def change(book: Workbook) -> None:
        _write(book, "音声", "項目", "管理者パスワード")
        _write(book, "管理者パスワード", "設計値", "invented-secret-9")

    content = _edited(change)
    assert "invented-secret-9" not in repr(content)
    assert any("パスワード" in w.ja for w in content.warnings)


def test_rows_and_sheets_without_our_marks_are_named() -> None:
    def change(book: Workbook) -> None:
        sheet = book["カメラ設定"]
        row = sheet.max_row + 1
        sheet.cell(row, _heads(sheet)["項目"]).value = "手書きの行"
        sheet.cell(row, _heads(sheet)["設計値"]).value = "x"
        book["ルータ設定"].delete_rows(1, 3)

    said = " ".join(w.ja for w in _edited(change).warnings)
    assert "管理番号" in said
    assert "「ルータ設定」の見出し" in said


def test_columns_may_be_moved_and_sheets_reordered() -> None:
    def change(book: Workbook) -> None:
        book.move_sheet("カメラ設定", offset=-5)
        sheet = book["カメラ設定"]
        sheet.insert_cols(1, 2)
        sheet.insert_rows(1, 2)

    content = _edited(change)
    assert _value(content, "ntp.servers", Stage.PLANNED) == "ntp2.example.jp"
    assert content.edited is False


# What is refused.


def test_other_files_are_refused(tmp_path: Path) -> None:
    for name, raw in (
        ("a.xlsm", MADE),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"x" * 99),
        ("b.xlsx", b"\xd0\xcf\x11\xe0"),
        ("c.xlsx", b""),
    ):
        path = tmp_path / name
        path.write_bytes(raw)
        with pytest.raises(InputError, match="not an Excel"):
            read_workbook(path)
    with pytest.raises(InputError, match="cannot be opened"):
        read_workbook(tmp_path / "missing.xlsx")


@pytest.mark.parametrize(
    "part",
    [
        "xl/vbaProject.bin",
        "xl/externalLinks/externalLink1.xml",
        "xl/macrosheets/sheet1.xml",
        "xl/embeddings/oleObject1.bin",
        "xl/activeX/activeX1.xml",
        "xl\\vbaProject.bin",
        "xl/connections.xml",
    ],
)
def test_active_parts_are_refused(part: str) -> None:
    raw = _repacked(lambda parts: parts.update({part: b"<x/>"}))
    with pytest.raises(InputError, match="macros or links"):
        parse_workbook(raw)


def test_external_relations_are_refused_but_plain_links_are_not() -> None:
    name = "xl/worksheets/_rels/sheet3.xml.rels"
    form = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="http://192.0.2.1/x" '
        'TargetMode="External"/></Relationships>'
    )
    with pytest.raises(InputError, match="macros or links"):
        parse_workbook(_repacked(lambda p: p.update({name: form.format("image").encode()})))
    assert (
        parse_workbook(_repacked(lambda p: p.update({name: form.format("hyperlink").encode()}))).site_id == "lab-shop"
    )


def test_a_macro_content_type_is_refused() -> None:
    def change(parts: dict[str, bytes]) -> None:
        name = "[Content_Types].xml"
        parts[name] = parts[name].replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml", 1)

    with pytest.raises(InputError, match="macros or links"):
        parse_workbook(_repacked(change))


def test_document_types_and_other_encodings_are_refused() -> None:
    name = "xl/sharedStrings.xml"

    def bomb(parts: dict[str, bytes]) -> None:
        parts[name] = b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaa">]><sst>&a;</sst>'

    def wide(parts: dict[str, bytes]) -> None:
        parts[name] = parts[name].decode("utf-8").replace("UTF-8", "UTF-16").encode("utf-16")

    for change in (bomb, wide):
        with pytest.raises(InputError, match="damaged"):
            parse_workbook(_repacked(change))


def test_bombs_are_refused() -> None:
    with pytest.raises(InputError, match="too large"):
        parse_workbook(_repacked(lambda p: p.update({"xl/media/zero.bin": b"\0" * 30_000_000})))
    with pytest.raises(InputError, match="too large"):
        parse_workbook(_repacked(lambda p: p.update({f"xl/media/{n}": b"" for n in range(2_100)})))


def test_a_row_with_an_absurd_number_is_refused() -> None:
    def change(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet7.xml"
        parts[name] = parts[name].replace(b'<row r="9"', b'<row r="4000000000"', 1)

    with pytest.raises(InputError, match="too large"):
        parse_workbook(_repacked(change))


def test_a_foreign_workbook_is_named_as_such() -> None:
    book = Workbook()
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(InputError, match="not a workbook that fushinban made"):
        parse_workbook(out.getvalue())


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_content_or_a_sentence(raw: bytes) -> None:
    for candidate in (raw, b"PK\x03\x04" + raw):
        with pytest.raises(InputError):
            parse_workbook(candidate)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_content_or_a_sentence(data: st.DataObject) -> None:
    with zipfile.ZipFile(io.BytesIO(MADE)) as archive:
        names = [n for n in archive.namelist() if n.endswith((".xml", ".rels"))]
        name = data.draw(st.sampled_from(names))
        content = bytearray(archive.read(name))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(1, 40))] = data.draw(st.binary(max_size=20))
    raw = _repacked(lambda parts: parts.update({name: bytes(content)}))
    try:
        result: WorkbookContent | InputError = parse_workbook(raw)
    except InputError as error:
        result = error
    assert isinstance(result, WorkbookContent) or (result.text.ja and result.text.en)
