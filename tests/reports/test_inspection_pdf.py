"""The printed report: whole, honest, and never reading a device's words as markup."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sample_controls import CONTROLS
from sample_inspection import HOSTILE, sample

from fushinban.model.control import Outcome
from fushinban.model.inspection import Inspection
from fushinban.model.text import Lang
from fushinban.reports.inspection_pdf import render

Reader = Callable[[bytes], str]


@pytest.fixture
def text_of(needs_program: Callable[[str], str], tmp_path: Path) -> Reader:
    """All text of a PDF, without line ends and break points."""
    program = needs_program("pdftotext")

    def read(pdf: bytes) -> str:
        path = tmp_path / "report.pdf"
        path.write_bytes(pdf)
        done = subprocess.run([program, "-raw", str(path), "-"], capture_output=True, check=True, timeout=60)
        return "".join(done.stdout.decode().replace("\u200b", "").replace("\u2060", "").split())

    return read


def _joined(text: str) -> str:
    return "".join(text.split())


def _pages(pdf: bytes, needs_program: Callable[[str], str], folder: Path) -> int:
    path = folder / "pages.pdf"
    path.write_bytes(pdf)
    done = subprocess.run([needs_program("pdfinfo"), str(path)], capture_output=True, check=True, timeout=60)
    return next(int(line.split()[1]) for line in done.stdout.decode().splitlines() if line.startswith("Pages:"))


def test_it_has_all_its_parts(text_of: Reader, needs_program: Callable[[str], str], tmp_path: Path) -> None:
    pdf = render(sample(), CONTROLS, "ja")
    text = text_of(pdf)
    parts = "点検報告書 点検結果のまとめ まず行うこと 指摘事項 ガイドへの適合状況 ネットワーク構成図 機器一覧"
    more = "設置時からの変更 聞き取りによる確認 点検で行った通信 確認欄 付録点検項目の一覧"
    for part in (*parts.split(), *more.split()):
        assert part in text, part
    assert "設定の変更は行っていません" in text
    assert 10 <= _pages(pdf, needs_program, tmp_path) <= 25


def test_english_is_complete(text_of: Reader) -> None:
    text = text_of(render(sample(), CONTROLS, "en"))
    for part in (
        "Inspectionreport",
        "Whattodofirst",
        "couldnotbeverified",
        "Coverageoftheguide",
        "nosettingwaschanged",
    ):
        assert part in text, part
    assert "点検報告書" not in text


def test_words_of_devices_are_printed_and_never_obeyed(text_of: Reader) -> None:
    text = text_of(render(sample(15), CONTROLS, "ja"))
    assert "#setpage(fill:red)*太字*_斜体_@ref$x$`raw`" in text
    assert "<script>alert(1)</script>" in text
    assert "=cmd|'/ccalc'!A1" in text
    assert "請求書〔U+202E〕fdp.exe" in text
    assert "正面カメラ〔U+1F4F7" in text
    assert _joined(HOSTILE[5]) in text  # the list of devices has even a very long name in full


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_control_and_count_is_told(text_of: Reader, lang: Lang) -> None:
    inspection = sample()
    text = text_of(render(inspection, CONTROLS, lang))
    missing = [c for c in CONTROLS if c.removeprefix("G-") not in text]
    assert missing == []
    unknown = sum(f.outcome is Outcome.UNKNOWN for f in inspection.findings)
    assert str(unknown) in text


def test_could_not_verify_is_said_aloud_even_when_nothing_fails(text_of: Reader) -> None:
    inspection = sample()
    calm = replace(inspection, findings=tuple(f for f in inspection.findings if f.outcome is not Outcome.FAIL))
    text = text_of(render(calm, CONTROLS, "ja"))
    assert "確認できた範囲で、改善が必要な点はありませんでした。" in text
    assert "問題がないという意味ではありません" in text
    assert "不適合と判定した項目はありません。" in text


def test_nothing_reached_is_not_a_pass(text_of: Reader) -> None:
    inspection = sample()
    silent = tuple(replace(r, reached=False, readings=()) for r in inspection.records)
    text = text_of(render(replace(inspection, records=silent, findings=()), CONTROLS, "ja"))
    assert "どの機器とも通信できず、点検ができませんでした。" in text
    assert "改善が必要な点はありませんでした" not in text


def test_findings_of_a_control_that_is_gone_are_still_shown(text_of: Reader) -> None:
    inspection = sample()
    old = replace(inspection.findings[0], control="G-9.9-9", outcome=Outcome.FAIL)
    text = text_of(render(replace(inspection, findings=(old,)), CONTROLS, "ja"))
    assert "G-9.9-9" in text


@pytest.mark.parametrize("site", ["", "\x00\ud800", "#panic(1)", "*" * 300, "🎥" * 50])
def test_any_name_of_a_site_can_be_set(site: str) -> None:
    inspection = sample()
    odd: Inspection = replace(inspection, site=replace(inspection.site, name=site, customer=site))
    assert render(odd, CONTROLS, "ja").startswith(b"%PDF-")


def test_a_large_site_is_shortened_and_says_so(
    text_of: Reader, needs_program: Callable[[str], str], tmp_path: Path
) -> None:
    pdf = render(sample(256), CONTROLS, "ja")
    assert "件は省略しました" in text_of(pdf)
    assert _pages(pdf, needs_program, tmp_path) < 60
