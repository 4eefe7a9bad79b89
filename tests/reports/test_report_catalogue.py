"""Every report of the catalogue, found by its folder: it makes a file in both languages, and keeps its promises."""

import pytest
from sample_inspection import sample

from fushinban.model.text import Lang
from fushinban.reports import reports

BEGINS = {".pdf": b"%PDF-", ".html": b"<!DOCTYPE html>", ".svg": b"<svg ", ".json": b"{\n", ".xlsx": b"PK"}


def test_every_kind_of_document_is_there() -> None:
    assert list(reports()) == ["inspection-html", "inspection-pdf", "network", "result", "settings"]


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("name", sorted(reports()))
def test_report_makes_a_file(name: str, lang: Lang) -> None:
    report = reports()[name]
    content = report.make(sample(), lang)
    assert content.startswith(BEGINS[report.suffix])
    assert len(content) > 2_000


@pytest.mark.parametrize("name", ["inspection-html", "inspection-pdf", "network", "result"])
def test_same_inspection_gives_the_same_bytes(name: str) -> None:
    assert reports()[name].make(sample(), "ja") == reports()[name].make(sample(), "ja")


def test_file_names_are_safe() -> None:
    report = reports()["inspection-pdf"]
    name = report.file_name(sample(), "ja")
    assert name == "点検報告書_みどり商店-本店_20261123.pdf"
    assert not set('/\\:*?"<>|\u202e') & set(name)
