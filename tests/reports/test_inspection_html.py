"""The report as one HTML file: self-contained, without script, accessible, every string escaped."""

import pytest
from lxml import html
from sample_controls import CONTROLS
from sample_inspection import HOSTILE, sample

from fushinban.model.control import Outcome
from fushinban.model.text import Lang
from fushinban.reports.inspection_html import render


@pytest.fixture(scope="module", params=["ja", "en"])
def page(request: pytest.FixtureRequest) -> html.HtmlElement:
    lang: Lang = request.param
    return html.document_fromstring(render(sample(15), CONTROLS, lang).decode("utf-8"))


def test_it_needs_nothing_else_and_runs_nothing(page: html.HtmlElement) -> None:
    assert page.xpath("//script | //iframe | //object | //link | //img | //form") == []
    assert [a for e in page.iter() for a in e.attrib if a.lower().startswith("on")] == []
    assert all(link.startswith("#") for link in page.xpath("//@href | //@src"))
    style = page.xpath("string(//style)")
    assert "url(" not in style
    assert "@import" not in style
    assert "default-src 'none'" in page.xpath("string(//meta[@http-equiv]/@content)")


def test_links_inside_the_page_lead_somewhere(page: html.HtmlElement) -> None:
    targets = set(page.xpath("//@id"))
    assert {link[1:] for link in page.xpath("//@href")} <= targets


def test_words_of_devices_stay_words(page: html.HtmlElement) -> None:
    text = page.text_content()
    assert HOSTILE[1] in text
    assert HOSTILE[8] in text
    assert "\u202e" not in text
    assert "〔U+202E〕" in text


def test_tables_have_headings(page: html.HtmlElement) -> None:
    tables = page.xpath("//table")
    assert len(tables) > 15
    assert all(t.xpath("./thead//th[@scope='col']") for t in tables)
    assert all(r.get("aria-label") and r.get("tabindex") == "0" for r in page.xpath("//*[@role='region']"))


def test_each_state_has_its_shape_and_its_word(page: html.HtmlElement) -> None:
    lang: Lang = page.get("lang")
    text = page.text_content()
    for outcome in Outcome:
        assert outcome.label.of(lang) in text
        assert page.xpath(f"//*[local-name()='symbol'][@id='m-{outcome}']")
    marks = page.xpath("//*[local-name()='svg'][contains(@class,'mark ')]")
    assert marks
    assert all(m.get("aria-label") or m.get("aria-hidden") for m in marks)


def test_language_is_declared_and_kept(page: html.HtmlElement) -> None:
    assert page.get("lang") in ("ja", "en")
    headings = [h.text_content() for h in page.xpath("//h2")]
    assert ("点検結果のまとめ" in headings) == (page.get("lang") == "ja")
    assert ("Summary" in headings) == (page.get("lang") == "en")


def test_light_and_dark_come_from_one_set_of_properties() -> None:
    page = render(sample(), CONTROLS, "ja").decode()
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
