"""Makes text from devices fit to be shown: nothing invisible, nothing that turns the reading direction."""

import re
import struct
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fushinban.errors import CatalogueError
from fushinban.messages import say

_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Characters without a picture of their own that only shape their neighbours; they need no glyph.
_SHAPING = frozenset("\u200b\u200c\u200d\u2060\ufe0e\ufe0f\ufeff\u00ad")
_PLAIN = re.compile(r"[\x20-\x7e\n\u3000-\u30ff\u4e00-\u9fef\uff01-\uff5e]*")
_NAMED_AT_ONCE = 8


def printable(text: str) -> str:
    """The text with control, direction-changing and unassigned characters spelled as `〔U+202E〕`."""
    return text if _PLAIN.fullmatch(text) else _spelled(_plain_space(text), _hidden)


def drawable(text: str) -> str:
    """As `printable`, and every character that the document font cannot draw is spelled as well."""
    if _PLAIN.fullmatch(text) and glyphs().issuperset(map(ord, text.replace("\n", ""))):
        return text
    kept = "".join(c for c in _plain_space(text) if c not in _SHAPING)
    return _spelled(kept, lambda c: _hidden(c) or (c != "\n" and ord(c) not in glyphs()))


def soft(text: str) -> str:
    """Zero-width break points inside runs of more than 18 letters and digits, so that no table overflows."""
    return re.sub(r"[!-~]{19,}", lambda m: _broken(m.group()), text)


def clipped(text: str, width: int) -> str:
    """At most `width` half-width columns, with an ellipsis where something was left out."""
    used = 0
    for index, character in enumerate(text):
        used += columns(character)
        if used > width:
            return text[: max(index - 1, 0)].rstrip() + "…"
    return text


def whole_sentences(text: str, width: int) -> str:
    """The leading sentences that fit into `width` columns; the first is cut where not even it fits."""
    parts = re.findall(r".+?(?:[。！？]|[.!?](?:\s|$)|$)", text, re.DOTALL)
    kept = ""
    for part in parts:
        if columns(kept + part) > width:
            break
        kept += part
    return kept.rstrip() or clipped(text, width)


def columns(text: str) -> int:
    """Width in half-width columns: two for wide and full-width characters."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def font_folder() -> Path:
    """Folder of the IPAex Gothic font, found without importing its package (which would load a plotting library)."""
    spec = find_spec("matplotlib_fontja")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(folder) / "fonts" / "ipaexg.ttf").is_file():
            return Path(folder) / "fonts"
    raise CatalogueError(say("report.font-missing"))


@cache
def glyphs() -> frozenset[int]:
    """Code points that IPAex Gothic draws, from the font's own character map (OpenType `cmap`, format 12)."""
    data = (font_folder() / "ipaexg.ttf").read_bytes()
    tables = struct.unpack_from(">H", data, 4)[0]
    records = (struct.unpack_from(">4sIII", data, 12 + 16 * i) for i in range(tables))
    start = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    count = struct.unpack_from(">H", data, start + 2)[0]
    for i in range(count):
        subtable = start + struct.unpack_from(">HHI", data, start + 4 + 8 * i)[2]
        if struct.unpack_from(">H", data, subtable)[0] == 12:
            groups = struct.unpack_from(">I", data, subtable + 12)[0]
            triples = (struct.unpack_from(">III", data, subtable + 16 + 12 * g) for g in range(groups))
            return frozenset(c for first, last, _ in triples for c in range(first, last + 1))
    raise CatalogueError(say("report.font-missing"))


def _plain_space(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\t", " ")


def _hidden(character: str) -> bool:
    return character != "\n" and (
        character in _DIRECTION or unicodedata.category(character) in {"Cc", "Cs", "Cn", "Co", "Zl", "Zp"}
    )


def _spelled(text: str, wrong: Callable[[str], bool]) -> str:
    out: list[str] = []
    run: list[str] = []
    for character in [*text, ""]:
        if character and wrong(character):
            run.append(character)
            continue
        if run:
            names = " ".join(f"U+{ord(c):04X}" for c in run[:_NAMED_AT_ONCE])
            out.append(f"〔{names}{'…' if len(run) > _NAMED_AT_ONCE else ''}〕")
            run.clear()
        out.append(character)
    return "".join(out)


def _broken(run: str) -> str:
    # After punctuation first, as a reader would; every 16 characters where there is none.
    parts = re.findall(r"[^/:.,;=&?@_|-]{0,15}[/:.,;=&?@_|-]|[^/:.,;=&?@_|-]{1,16}", run)
    return "\u200b".join(parts)
