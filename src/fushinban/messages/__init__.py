"""Sentences for people, by id, Japanese and English side by side.

One TOML file per area; a table per message with `ja` and `en`. Values go in by name (`{port}`).
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

Lang = Literal["ja", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """The same sentence in Japanese and English."""

    ja: str
    en: str

    def of(self, lang: Lang) -> str:
        """The sentence in one language."""
        return self.ja if lang == "ja" else self.en

    def fill(self, **values: object) -> "Text":
        """Put values in by name; a `Text` value is put in in its own language."""
        for value in values.values():
            if isinstance(value, Text):
                return Text(_fill(self.ja, values, "ja"), _fill(self.en, values, "en"))
        return Text(self.ja.format(**values), self.en.format(**values))


def _fill(template: str, values: dict[str, object], lang: Lang) -> str:
    shown = {k: v.of(lang) if isinstance(v, Text) else v for k, v in values.items()}
    return template.format(**shown)


def say(message_id: str, **values: object) -> Text:
    """The message `area.name`, filled. An unknown id is a programming error (KeyError)."""
    area, _, name = message_id.partition(".")
    template = _area(area)[name]
    return template.fill(**values) if values else template


def ids() -> frozenset[str]:
    """All message ids, for the tests and for help."""
    files = (file.name for file in resources.files(__name__).iterdir())
    areas = sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml"))
    return frozenset(f"{area}.{name}" for area in areas for name in _area(area))


@cache
def _area(area: str) -> dict[str, Text]:
    """The messages of one area: most commands need few of them, and reading all takes a while."""
    file = resources.files(__name__) / f"{area}.toml"
    if not file.is_file():
        raise KeyError(area)
    said = tomllib.loads(file.read_text(encoding="utf-8"))
    return {name: Text(pair["ja"], pair["en"]) for name, pair in said.items()}
