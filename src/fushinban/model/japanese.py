"""Reading what people write in Japanese sheets: full-width text, era dates, and marks such as ○ and 済."""

import re
import unicodedata
from datetime import date
from typing import Literal

Mark = Literal["yes", "no", "n/a"]

#: First day of each era and the letter it is abbreviated to.
_ERAS: dict[str, date] = {
    "令和": date(2019, 5, 1),
    "平成": date(1989, 1, 8),
    "昭和": date(1926, 12, 25),
}
_LETTERS = {"r": "令和", "h": "平成", "s": "昭和"}

_WEEKDAY = r"(?:\s*\([月火水木金土日](?:曜日?)?\))?"
_CLOCK = r"(?:[t\s]\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?(?:z|\+[0-9]{2}:?[0-9]{2})?)?"
_WESTERN = re.compile(r"([0-9]{4})\s*([-/.年])\s*([0-9]{1,2})\s*([-/.月])\s*([0-9]{1,2})\s*(日?)" + _WEEKDAY + _CLOCK)
_ERA = re.compile(
    r"(令和|平成|昭和|r|h|s)\s*\.?\s*(元|[0-9]{1,2})\s*([-/.年])\s*([0-9]{1,2})\s*([-/.月])\s*([0-9]{1,2})\s*(日?)"
    + _WEEKDAY
)

_YES = frozenset(
    ["yes", "y", "true", "ok", "はい", "○", "◯", "〇", "◎", "o", "済", "済み", "実施済", "実施済み", "適合"]
).union(["✓", "✔", "☑", "レ"])
_NO = frozenset(["no", "n", "false", "ng", "いいえ", "×", "✕", "✖", "╳", "x", "未", "未実施", "不適合"])
_NOT_APPLICABLE = frozenset(["n/a", "na", "n.a.", "該当なし", "該当無し", "該当しない", "非該当", "対象外"])


def nfkc(text: str) -> str:
    """Full-width letters, digits and spaces made ordinary, space at both ends removed."""
    return unicodedata.normalize("NFKC", text).strip()


def parse_japanese_date(text: str) -> date | None:
    """`2026-01-05`, `2026/1/5`, `2026年1月5日(月)`, `令和8年1月5日`, `R8.1.5`, also full-width; None for anything else.

    A time of day after a western date is passed over. An era date before the era began is refused as ambiguous; one
    after its end (平成35年) is read on, as old contracts mean it. Two-digit western years are not guessed.
    """
    plain = re.sub("[‐‑‒–—−ー]", "-", nfkc(text)).lower()
    if western := _WESTERN.fullmatch(plain):
        year, first, month, second, day, tail = western.groups()
        return _day(int(year), int(month), int(day)) if _same_style(first, second, tail) else None
    if era := _ERA.fullmatch(plain):
        name, year, first, month, second, day, tail = era.groups()
        start = _ERAS[_LETTERS.get(name, name)]
        number = 1 if year == "元" else int(year)
        found = _day(start.year + number - 1, int(month), int(day)) if _same_style(first, second, tail) else None
        return found if found and number > 0 and found >= start else None
    return None


def parse_mark(text: str) -> Mark | None:
    """○, はい, 済 → `yes`; ×, いいえ, 未 → `no`; 該当なし, n/a → `n/a`; None for anything else (△, 未確認, －)."""
    plain = nfkc(text).casefold()
    if plain in _YES:
        return "yes"
    if plain in _NO:
        return "no"
    return "n/a" if plain in _NOT_APPLICABLE else None


def _same_style(first: str, second: str, tail: str) -> bool:
    """年 goes with 月 (and 日 only with them); other separators must be the same twice."""
    return second == "月" if first == "年" else first == second and not tail


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
