"""Room that text takes in cells, and how the tables of the workbook fall on pages."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban.reports.workbook._measure import LINE, column_points, lines_of, row_height, scale_of, width_of
from fushinban.reports.workbook._pages import Blank, Pages, pages_of


@pytest.mark.parametrize(
    ("words", "width", "lines"),
    [
        ("", 10, 1),
        ("あいうえお", 10, 1),
        ("あいうえおか", 10, 2),
        ("一\n二\n三", 10, 3),
        ("2026-11-24 03:50", 17, 1),
        ("02:00:5E:77:00:11", 17, 1),
        ("two words", 6, 2),
        ("a" * 100, 20, 6),
        ("CN=cam-iriguchi,O=Asagiri Denki", 18, 3),
    ],
)
def test_lines_are_broken_as_spreadsheets_break_them(words: str, width: int, lines: int) -> None:
    assert lines_of(words, width) == lines


@given(st.text(max_size=300), st.integers(1, 80))
def test_a_wider_column_never_needs_more_lines_by_far(words: str, width: int) -> None:
    narrow, wide = lines_of(words, width), lines_of(words, width * 2)
    assert 1 <= wide <= narrow


@given(st.text(alphabet=st.characters(exclude_characters="\n"), max_size=60))
def test_a_column_of_the_width_of_a_text_shows_it_in_one_line(words: str) -> None:
    assert lines_of(words, max(width_of(words), 3)) == 1


def test_heights_are_those_that_excel_allows() -> None:
    assert row_height([]) == LINE + 1.5
    assert row_height([(10, "あ" * 10), (10, "あ")]) == 2 * LINE + 1.5
    assert row_height([(10, "あ" * 5000)]) <= 409


def test_columns_shrink_to_one_page_across() -> None:
    assert scale_of([100]) == 1.0
    assert sum(map(column_points, [200, 100])) * scale_of([200, 100]) == pytest.approx(776)


PAGES = Pages(height=500, title=60, head=30, scale=0.8)
HEIGHTS = st.lists(st.sampled_from((0.0, 18.5, 35.5, 52.5)), min_size=1, max_size=150)


@given(HEIGHTS, st.lists(st.integers(0, 149), max_size=12))
def test_no_page_is_overfull_and_none_holds_a_row_alone(heights: list[float], starts: list[int]) -> None:
    begins = [i == 0 or i in starts for i in range(len(heights))]
    breaks, at = PAGES.flow(heights, begins)
    edges = [0, *breaks, len(heights)]
    assert edges == sorted(set(edges))
    for number, (start, end) in enumerate(pairwise(edges)):
        used = sum(heights[start:end]) + (PAGES.title if number == 0 else 0)
        assert used <= PAGES.height - PAGES.head
    for cut in breaks:
        group = max(i for i in range(cut + 1) if begins[i])
        end = next((i for i in range(cut + 1, len(heights)) if begins[i]), len(heights))
        printed = [i for i in range(group, end) if heights[i]]
        if cut != group and len(printed) > 8:
            assert sum(i >= max(b for b in breaks if b < end) for i in printed) >= 4
    assert at <= PAGES.height - PAGES.head


def test_a_group_that_fits_on_a_page_is_not_torn_apart() -> None:
    heights = [18.5] * 40
    assert PAGES.flow(heights, [i in (0, 18) for i in range(40)])[0] == (18,)


def test_empty_rows_never_stand_alone_on_a_page() -> None:
    assert PAGES.empty_rows(400, Blank(rows=10)) == 3
    assert PAGES.empty_rows(100, Blank(rows=10)) == 10
    assert PAGES.empty_rows(460, Blank(rows=10)) == 10
    assert PAGES.empty_rows(100, Blank(rows=5, fill=True)) == 19
    assert PAGES.empty_rows(455, Blank(rows=5, fill=True)) == 25


def test_a_little_too_long_is_printed_smaller() -> None:
    assert not PAGES.one_will_do(400)
    assert PAGES.one_will_do(450)
    assert not PAGES.one_will_do(600)
    assert not pages_of([300], 60, 30).one_will_do(1050)
