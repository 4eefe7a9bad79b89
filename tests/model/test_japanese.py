"""Dates and marks as people write them in Japanese sheets."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban.model.details import DATES, DETAILS, find_date
from fushinban.model.japanese import nfkc, parse_japanese_date, parse_mark

DAY = date(2026, 1, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05", "2026/1/5", "2026.1.5", "2026年1月5日", "2026年1月5日（月）", "２０２６／０１／０５",
        "令和8年1月5日", "令和８年１月５日", "R8.1.5", "R8/1/5", "r8-1-5", "Ｒ８．１．５", "㋿8年1月5日",
        "平成38年1月5日", "2026ー1ー5", " 2026-01-05 ", "2026-01-05T09:00:00Z", "2026/1/5 9:00",
        "2026年 1月 5日(月曜日)",
    ],
)  # fmt: skip
def test_a_date_is_read_in_every_usual_form(text: str) -> None:
    assert parse_japanese_date(text) == DAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("H1.1.8", date(1989, 1, 8)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("S50.4.1", date(1975, 4, 1)),
    ],
)
def test_eras_begin_where_they_began(text: str, day: date) -> None:
    assert parse_japanese_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "", "昨日", "26/1/5", "2026-13-01", "2026-02-30", "2026/1-5", "2026年1-5", "2026-1-5日", "令和0年1月5日",
        "令和元年4月30日", "平成元年1月7日", "R8", "8.1.5", "20260105", "2026年1月",
        "R-8.1.5", "2026-01-05 や 2026-01-06", "0000-1-1",
        "٢٠٢٦-٠١-٠٥",
    ],
)  # fmt: skip
def test_what_is_no_clear_date_is_none(text: str) -> None:
    assert parse_japanese_date(text) is None


@given(st.dates(min_value=date(2019, 5, 1), max_value=date(2117, 12, 31)))
def test_every_day_of_reiwa_is_read_back(day: date) -> None:
    year = day.year - 2018
    assert parse_japanese_date(f"令和{year}年{day.month}月{day.day}日") == day
    assert parse_japanese_date(f"R{year}.{day.month}.{day.day}") == day
    assert parse_japanese_date(day.isoformat()) == day
    assert parse_japanese_date(f"{day.year}年{day.month}月{day.day}日") == day


@pytest.mark.parametrize("text", ["はい", "○", "◯", "〇", "済", "YES", "ｙｅｓ", " true ", "☑", "OK"])
def test_marks_of_yes(text: str) -> None:
    assert parse_mark(text) == "yes"


@pytest.mark.parametrize("text", ["いいえ", "×", "✕", "未", "No", "ＮＧ", "false", "x", "X"])
def test_marks_of_no(text: str) -> None:
    assert parse_mark(text) == "no"


@pytest.mark.parametrize("text", ["該当なし", "n/a", "N/A", "対象外", "Ｎ／Ａ"])
def test_marks_of_not_applicable(text: str) -> None:
    assert parse_mark(text) == "n/a"


@pytest.mark.parametrize("text", ["", "△", "未確認", "－", "-", "なし", "たぶん", "はい、いいえ", "1"])
def test_what_says_neither_is_none(text: str) -> None:
    assert parse_mark(text) is None


@given(st.text())
def test_any_text_gives_a_value_or_none(text: str) -> None:
    day = parse_japanese_date(text)
    assert day is None or isinstance(day, date)
    assert parse_mark(text) in {"yes", "no", "n/a", None}
    assert nfkc(nfkc(text)) == nfkc(text)


@given(st.text(alphabet="令和平成昭元RHSrhs0123456789年月日-/. ０９（）()月火T:Z+", max_size=24))
def test_text_that_looks_like_a_date_gives_a_value_or_none(text: str) -> None:
    day = parse_japanese_date(text)
    assert day is None or parse_japanese_date(day.isoformat()) == day


def test_details_are_labelled_in_both_languages() -> None:
    assert set(DATES) <= set(DETAILS)
    assert len(DETAILS) == len({t.ja for t in DETAILS.values()}) == len({t.en for t in DETAILS.values()})
    assert all(t.ja and t.en and k.isidentifier() for k, t in DETAILS.items())


def test_a_date_among_the_details_is_found() -> None:
    assert find_date({"contacts_checked_on": "令和8年1月5日"}, "contacts_checked_on") == DAY
    assert find_date({"contacts_checked_on": "そのうち"}, "contacts_checked_on") is None
    assert find_date({}, "contacts_checked_on") is None
