"""How a table falls on pages: where they break, how many empty rows end it, and when one page will do."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from fushinban.reports.workbook._measure import PAGE_HEIGHT, row_height, scale_of

#: Rows that a program prints fewer than we reckon: its printer's letters may be a little wider.
_CERTAIN = 0.97
#: A page must not hold fewer rows than these, where nothing else is left to print; then so many go there together.
_ALONE, _TOGETHER = 4, 6
#: A table that is too long for a page by less than this is printed smaller, though never smaller than `_SMALLEST`.
_LITTLE, _SMALLEST = 1.25, 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """Empty rows at the end of a table, for people to write on. `fill`: as many as the page has room for."""

    rows: int
    fill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Pages of one table, in points before the table is shrunk to the width of a page.

    `height`: room on a page; `title`: above the table on the first one; `head`: column heads, on every one.
    """

    height: float
    title: float
    head: float
    scale: float

    def one_will_do(self, used: float) -> bool:
        """Whether rows of this height in all are too long for one page by so little that it can be shrunk to one."""
        ratio = (self.title + self.head + used) / self.height
        return 1.0 < ratio <= _LITTLE and self.scale / ratio >= _SMALLEST

    def flow(self, heights: Sequence[float], begins: Sequence[bool]) -> tuple[tuple[int, ...], float]:
        """Rows that begin a new page, and how far the last page is filled.

        A group of rows is not torn apart where it fits on one page, and no page ends a group with a row or two alone.
        Every page is broken by us: left to the program, some would break a few rows earlier than reckoned.
        """
        breaks: list[int] = []
        at = self.title
        starts = [i for i, first in enumerate(begins) if first]
        for start, end in pairwise([*([] if starts[:1] == [0] else [0]), *starts, len(heights)]):
            if start and at + sum(heights[start:end]) > self._body:
                breaks.append(start)
                at = 0.0
            inside, at = self._within(heights, start, end, at)
            breaks += inside
        return tuple(breaks), at

    def empty_rows(self, at: float, blank: Blank) -> int:
        """How many empty rows end a table whose last page is filled so far; none of them stands alone on a page."""
        one = row_height([])
        left = int((self._body - at) // one)
        if blank.fill:
            return left if left > _ALONE else left + int(self._body // one)
        return min(blank.rows, left) if left > 1 else max(blank.rows, _ALONE)

    @property
    def _body(self) -> float:
        return max(self.height - self.head, row_height([]))

    def _within(self, heights: Sequence[float], start: int, end: int, at: float) -> tuple[list[int], float]:
        """Breaks inside one group that begins so far down a page, and how far its last page is filled."""
        breaks: list[int] = []
        for row in range(start, end):
            if at and at + heights[row] > self._body:
                breaks.append(row)
                at = 0.0
            at += heights[row]
        printed = [row for row in range(start, end) if heights[row]]
        if breaks and sum(row >= breaks[-1] for row in printed) < _ALONE and printed[-_TOGETHER:][0] > start:
            breaks[-1] = printed[-_TOGETHER:][0]
            at = sum(heights[breaks[-1] : end])
        return breaks, at


def pages_of(widths: Sequence[float], title: float, head: float) -> Pages:
    """Pages of a table with columns of these widths in characters."""
    scale = scale_of(widths)
    return Pages(height=PAGE_HEIGHT / scale * _CERTAIN, title=title, head=head, scale=scale)
