"""How much room text takes in a cell, and cells on a page: no spreadsheet program finds this for files of ours.

Widths are those of 游ゴシック at 10 points on a screen of 96 dots per inch, as Excel lays its cells out; other fonts
that may stand in for it are narrower, or the program that uses them makes its columns wider with them.
"""

import re
import unicodedata
from collections.abc import Iterable
from math import ceil

#: Points of one line of 游ゴシック at 10 points (23 dots); its lines stand wider apart than those of most fonts.
LINE = 17.25
#: Printable width and height of A4 landscape within our margins, in points.
PAGE_WIDTH, PAGE_HEIGHT = 776.0, 504.0
#: Excel hides what a row cannot hold, and a row holds at most 409 points.
_TALLEST = 400.0
_EM = 13.4
_NARROW, _HALF, _WIDE = frozenset(" !'(),.:;Iijl|[]`"), frozenset('-/frt{}*"^'), frozenset("%@MWmw")
_PIECES = re.compile(r"[!-~\u00a1-\u02af]+|\s|.", re.DOTALL)
_AFTER_HYPHEN = re.compile(r"[^-]*-+|[^-]+")


def column_points(width: float) -> float:
    """The width in points of a column of so many characters: Excel's rule for its ordinary font (7 + 5 pixels)."""
    return (width * 7 + 5) * 0.75


def row_height(cells: Iterable[tuple[float, str]], *, bold: bool = False) -> float:
    """Height in points that shows every wrapped text: pairs of column width and text; at most what Excel allows."""
    lines = max((lines_of(words, width, bold=bold) for width, words in cells), default=1)
    return min(LINE * lines + 1.5, _TALLEST)


def lines_of(words: str, width: float, *, bold: bool = False) -> int:
    """Into how many lines a text is broken in a column of so many characters, broken as spreadsheets do."""
    room = max(width * 7 - 2, _EM) / (1.06 if bold else 1.0)
    return sum(_lines(line, room) for line in words.split("\n"))


def width_of(words: str) -> int:
    """The width in characters of a column that shows a text in one line."""
    return ceil((sum(map(_pixels, words)) + 4) / 7)


def scale_of(widths: Iterable[float]) -> float:
    """By how much columns of these widths shrink to fit on one page across; 1 where they fit as they are."""
    return min(1.0, PAGE_WIDTH / max(sum(map(column_points, widths)), 1.0))


def _lines(line: str, room: float) -> int:
    lines, used = 1, 0.0
    for piece in _pieces(line):
        wide = sum(map(_pixels, piece))
        if used + wide <= room or (used and piece.isspace()):
            used += wide
        elif wide <= room:
            lines, used = lines + 1, wide
        else:
            # A word longer than the column begins a new line and is broken wherever the column ends.
            lines, used = lines + (1 if used else 0) + ceil(wide / room) - 1, wide % room
    return lines


def _pieces(line: str) -> Iterable[str]:
    """Parts between which a line may be broken: words, parts of words after hyphens, single Japanese characters."""
    for piece in _PIECES.findall(line):
        yield from _AFTER_HYPHEN.findall(piece) if "-" in piece else (piece,)


def _pixels(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WFA":
        return _EM
    if character in _NARROW:
        return _EM * 0.3
    if character in _WIDE:
        return _EM * 0.9
    if character in _HALF:
        return _EM * 0.42
    return _EM * (0.66 if character.isupper() else 0.55)
