"""What a picture must never show: text that is cut or lies over other text, small targets, the other language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from playwright.sync_api import Page

#: Names and words that people gave; they are as they are in every language.
_GIVEN = re.compile(
    r"架空|カメラ|レコーダ|ルータ|録画機|エンコーダ|\.(pdf|html|svg|xlsx|json)|店主|佐藤|日本語|文A|保守窓口|夏休み|G-\d|tenshu"
    r"|invented for|OPTIONS|Optional action"
)
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]{2}")
_WORDS = re.compile(r"[ぁ-んァ-ヶー一-龠々]+")
_ENGLISH = re.compile(r"(?:\b[A-Za-z]{2,}\b[ ,]*){4}")


@cache
def _script(name: str) -> str:
    """A function for the browser, out of the file beside this one."""
    return Path(__file__).with_name(f"console_{name}.js").read_text(encoding="utf-8")


def _of_the_site(text: str) -> bool:
    """Whether all Japanese in a text is of the invented site's people."""
    words = _WORDS.findall(text)
    return bool(words) and all(word in _demonstration() for word in words)


@cache
def _demonstration() -> str:
    """What the invented site's people have written."""
    return files("fushinban.lab").joinpath("demonstration.toml").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something wrong on a picture."""

    picture: str
    what: str

    def __str__(self) -> str:
        return f"{self.picture}: {self.what}"


def laid_out(page: Page, picture: str) -> Iterator[Fault]:
    """What is cut, overlaps, or is too small to be touched, in the window as it is now."""
    for what in page.evaluate(_script("laid_out")):
        yield Fault(picture=picture, what=what)


def spoken(page: Page, picture: str, lang: str) -> Iterator[Fault]:
    """Texts of the page in the other language."""
    other = _JAPANESE if lang == "en" else _ENGLISH
    for text in page.evaluate(_script("texts")):
        if other.search(text) and not _GIVEN.search(text) and not _of_the_site(text):
            yield Fault(picture=picture, what=f"not in {lang}: {text[:80]}")
