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
    template = _catalogue()[message_id]
    return template.fill(**values) if values else template


def ids() -> frozenset[str]:
    """All message ids, for the tests and for help."""
    return frozenset(_catalogue())


@cache
def _catalogue() -> dict[str, Text]:
    found: dict[str, Text] = {}
    for file in sorted(resources.files(__name__).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            area = file.name.removesuffix(".toml")
            for name, pair in tomllib.loads(file.read_text(encoding="utf-8")).items():
                found[f"{area}.{name}"] = Text(pair["ja"], pair["en"])
    return found
