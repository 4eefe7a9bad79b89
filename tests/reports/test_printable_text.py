"""Text from devices made fit to be shown."""

from hypothesis import given
from hypothesis import strategies as st

from fushinban.reports._text import clipped, columns, drawable, glyphs, printable, soft, whole_sentences

ANY = st.text(st.characters(exclude_categories=[]))
DIRECTION = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


def test_what_hides_is_spelled_out() -> None:
    assert printable("請求書\u202efdp.exe") == "請求書〔U+202E〕fdp.exe"
    assert printable("a\x00b\tc\r\nd") == "a〔U+0000〕b c\nd"
    assert drawable("正面📷カメラ") == "正面〔U+1F4F7〕カメラ"
    assert drawable("👨\u200d👩") == "〔U+1F468 U+1F469〕"


def test_long_runs_of_the_unknown_are_named_at_their_beginning() -> None:
    assert printable("\u202e" * 40).count("U+202E") == 8
    assert printable("\u202e" * 40).endswith("…〕")


def test_the_font_knows_japanese() -> None:
    assert {ord(c) for c in "点検報告書①✓〔〕…ァ漢"} <= glyphs()
    assert 0x1F4F7 not in glyphs()


@given(ANY)
def test_printable_text_is_safe_utf8(text: str) -> None:
    shown = printable(text)
    shown.encode("utf-8")
    assert not set(shown) & set(DIRECTION + "\x00\x08\x1b\x7f\x85\u2028")


@given(ANY)
def test_drawable_text_has_a_glyph_for_everything(text: str) -> None:
    assert {ord(c) for c in drawable(text)} - {10} <= glyphs()


@given(st.text(st.characters(codec="ascii"), max_size=200))
def test_break_points_change_nothing_that_is_seen(text: str) -> None:
    assert soft(text).replace("\u200b", "") == text


def test_no_run_is_left_unbreakable() -> None:
    pieces = soft("A" * 180 + "/b?c=" + "d" * 60).split("\u200b")
    assert max(map(len, pieces)) <= 17


@given(ANY, st.integers(2, 60))
def test_clipped_text_fits(text: str, width: int) -> None:
    assert columns(clipped(text, width)) <= width + 1


def test_sentences_are_kept_whole() -> None:
    text = "Telnetを無効にしてください。できない場合はメーカーに問い合わせてください。"
    assert whole_sentences(text, 40) == "Telnetを無効にしてください。"
    assert whole_sentences(text, 200) == text
    assert whole_sentences("One. Two is longer.", 8) == "One."
