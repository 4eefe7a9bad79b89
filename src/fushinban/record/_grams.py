"""Text as words that a word index finds again: half and full width folded, Japanese in pairs of characters.

Latin letters and figures become what begins at each boundary: `DS-2CD2143` gives `ds2cd2143`, `2cd2143`, `cd2143` and
`2143`, so that a beginning of any of these finds it. Japanese, which has no spaces, becomes its pairs of neighbours.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from hashlib import sha256

_LONGEST_TEXT = 400
_LONGEST_WORD = 40
_MOST_TERMS = 10
_LATIN_END = 0x2E80  # what comes after is written without spaces

_category = unicodedata.ucd_3_2_0.category  # letters that every word index knows; later ones separate words
_PIECES = re.compile(r"\d+|[^\d]+")


def fold(text: str) -> str:
    """Half and full width, large and small letters made one."""
    return unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]).casefold()


def grams(*texts: str) -> str:
    """The words of these texts, for the index."""
    return " ".join(dict.fromkeys(gram for text in texts for gram in _grams(text)))


def mark(kind: str, value: object) -> str:
    """A word that no text is likely to hold, to narrow a search by; never the only thing that does."""
    return f"zq{kind}{sha256(str(value).encode('utf-8', 'replace')).hexdigest()[:14]}"


def terms(text: str) -> tuple[tuple[str, bool], ...]:
    """What to look for: words, and whether a beginning is enough. All must be there."""
    found: dict[tuple[str, bool], None] = {}
    for run, latin in _runs(text):
        if latin:
            word = "".join(run)[:_LONGEST_WORD]
            found[word, len(word) > 1] = None
        elif len(run[0]) == 1:
            found[run[0], True] = None
        else:
            found.update({(pair, False): None for pair in _pairs(run[0])})
    return tuple(found)[:_MOST_TERMS]


def _grams(text: str) -> Iterator[str]:
    for run, latin in _runs(text):
        if latin:
            yield from ("".join(run[start:])[:_LONGEST_WORD] for start in range(len(run)))
        else:
            yield from _pairs(run[0])
            yield run[0][-1]


def _pairs(run: str) -> Iterable[str]:
    return (run[n : n + 2] for n in range(len(run) - 1))


def _runs(text: str) -> Iterator[tuple[list[str], bool]]:
    """Stretches of one kind of writing: pieces of letters or figures (latin), or one run of Japanese."""
    for chunk in fold(text).split():
        pieces: list[str] = []
        for word, latin in _words(chunk):
            if latin:
                pieces += _PIECES.findall(word)
                continue
            if pieces:
                yield pieces, True
                pieces = []
            yield [word], False
        if pieces:
            yield pieces, True


def _words(chunk: str) -> Iterator[tuple[str, bool]]:
    word, latin = "", False
    for c in f"{chunk} ":
        counts = _category(c)[0] in "LN"
        if word and (not counts or (ord(c) < _LATIN_END) != latin):
            yield word, latin
            word = ""
        if counts:
            word, latin = word + c, ord(c) < _LATIN_END
