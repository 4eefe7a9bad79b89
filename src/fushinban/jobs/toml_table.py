"""Reading a TOML file that a person wrote: every complaint names the file, the line and the key."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from fushinban.errors import InputError
from fushinban.model.text import Text, say

E = TypeVar("E", bound=StrEnum)
Step = str | int

#: The largest site file, bytes. A file for a thousand devices has about a tenth of it.
MOST_BYTES = 1024 * 1024

#: More dots than this in one key are no site file.
_MOST_DOTS = 300

_HEADER = re.compile(r"\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_PIECES = re.compile(r"[,={}\[\]]")
_TYPES = {str: "text", bool: "flag", int: "number", float: "number", list: "list", dict: "table"}


class TomlSource:
    """The text of one file and where in it each key stands."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self._text = text

    def wrong(self, path: tuple[Step, ...], problem: Text) -> InputError:
        """The complaint about one key, with the line of the key or of the nearest thing around it."""
        key = shown_key(path)
        line = find_line(self._text, path)
        if line is None:
            return InputError(say("site.at-key", file=self.name, key=key, problem=problem))
        return InputError(say("site.at-line", file=self.name, line=line, key=key, problem=problem))


class TomlTable:
    """One table of the file. Every reader takes a key and raises InputError for a value of another type."""

    def __init__(self, source: TomlSource, path: tuple[Step, ...], values: Mapping[str, Any]) -> None:
        self._source = source
        self._path = path
        self._values = values

    def __contains__(self, key: str) -> bool:
        return key in self._values

    @property
    def values(self) -> Mapping[str, object]:
        """The values as they stand."""
        return self._values

    def wrong(self, key: str, message_id: str, **values: object) -> InputError:
        """The complaint about one key of this table; it need not be there."""
        return self._source.wrong((*self._path, key), say(message_id, **values))

    def only(self, known: Iterable[str]) -> None:
        """Refuse keys that are not known, with the known one that is most like it."""
        names = list(known)
        for key in self._values:
            if key not in names:
                raise self.wrong(key, "site.unknown-key", suggestion=suggestion(key, names))

    def table(self, key: str, *, needed: bool = False) -> "TomlTable":
        """The table below this key; an empty one where there is none."""
        if needed and key not in self._values:
            raise self.wrong(key, "site.no-section", section=key)
        return TomlTable(self._source, (*self._path, key), self._typed(key, dict, {}))

    def tables(self, key: str) -> list["TomlTable"]:
        """The tables of an array (`[[key]]`)."""
        rows = self._typed(key, list, [])
        for number, row in enumerate(rows):
            if type(row) is not dict:
                raise self._wrong_type((key, number), row, "table")
        return [TomlTable(self._source, (*self._path, key, number), row) for number, row in enumerate(rows)]

    def text(self, key: str, default: str | None = None, *, most: int = 200) -> str:
        """Trimmed text of at most `most` characters. Without a default it is needed and not empty."""
        if key not in self._values and default is not None:
            return default
        if key not in self._values:
            raise self.wrong(key, "site.missing")
        return self._clean(key, self._typed(key, str, ""), empty=default is not None, most=most)

    def texts(self, key: str, *, most: int = 200) -> tuple[str, ...]:
        """A list of texts, none empty; an empty list where there is none."""
        rows = self._typed(key, list, [])
        for number, row in enumerate(rows):
            if type(row) is not str:
                raise self._wrong_type((key, number), row, "text")
        return tuple(self._clean(key, row, empty=False, most=most) for row in rows)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """true or false."""
        value: bool = self._typed(key, bool, default)
        return value

    def whole(self, key: str, least: int, most: int, default: int = 0) -> int:
        """A whole number within bounds."""
        value: int = self._typed(key, int, default)
        if key in self._values and not least <= value <= most:
            raise self.wrong(key, "site.out-of-bounds", least=least, most=most)
        return value

    def number(self, key: str, least: float, most: float, default: float) -> float:
        """A number within bounds; nan and inf are none."""
        value = self._values.get(key, default)
        if type(value) not in (int, float):
            raise self._wrong_type((key,), value, "number")
        if key in self._values and not least <= value <= most:
            raise self.wrong(key, "site.out-of-bounds", least=f"{least:g}", most=f"{most:g}")
        return float(value)

    def choice(self, key: str, kind: type[E], default: E) -> E:
        """One of the values of an enumeration."""
        return self._member(key, self.text(key), kind) if key in self._values else default

    def choices(self, key: str, kind: type[E]) -> tuple[E, ...]:
        """Several of them, each once, in the order given."""
        return tuple(dict.fromkeys(self._member(key, text, kind) for text in self.texts(key)))

    def _member(self, key: str, text: str, kind: type[E]) -> E:
        try:
            return kind(text)
        except ValueError:
            names = [member.value for member in kind]
            known = ", ".join(names)
            raise self.wrong(
                key, "site.unknown-value", value=text[:40], known=known, suggestion=suggestion(text, names)
            ) from None

    def _typed(self, key: str, kind: type, default: Any) -> Any:
        value = self._values.get(key, default)
        if type(value) is not kind:
            raise self._wrong_type((key,), value, _TYPES[kind])
        return value

    def _wrong_type(self, key: tuple[Step, ...], value: object, wanted: str) -> InputError:
        found = _TYPES.get(type(value), "date")
        problem = say("site.wrong-type", wanted=say(f"site.type-{wanted}"), found=say(f"site.type-{found}"))
        return self._source.wrong((*self._path, *key), problem)

    def _clean(self, key: str, value: str, *, empty: bool, most: int) -> str:
        text = value.strip()
        if not text and not empty:
            raise self.wrong(key, "site.empty")
        if len(text) > most:
            raise self.wrong(key, "site.too-long", most=most)
        if any((ord(c) < 32 and c not in "\t\n") or ord(c) == 127 for c in text):
            raise self.wrong(key, "site.control-character")
        return text


def read_toml(path: Path) -> TomlTable:
    """The whole file as a table. Raises InputError for a file that cannot be read, is too large or is no TOML."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(say("site.no-file", file=str(path), reason=error.strerror)) from error
    if len(raw) > MOST_BYTES:
        raise InputError(say("site.too-large", file=path.name, most=MOST_BYTES // 1024))
    return parse_toml(raw, path.name)


def parse_toml(raw: bytes, name: str) -> TomlTable:
    """The same from bytes: any bytes give a table or InputError."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(say("site.not-utf8", file=name, line=line)) from error
    text = text.replace("\r\n", "\n")
    _refuse_bombs(text, name)
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError, OverflowError) as error:
        raise _no_toml(error, name) from error
    return TomlTable(TomlSource(name, text), (), values)


def _refuse_bombs(text: str, name: str) -> None:
    """Refuse very long dotted keys before the parser meets them: it takes quadratic time over them."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > _MOST_DOTS and any(part.count(".") > _MOST_DOTS for part in _PIECES.split(line)):
            raise InputError(say("site.no-toml-line", file=name, line=number, reason="nested too deeply"))


def _no_toml(error: Exception, name: str) -> InputError:
    found = re.search(r"^(.*?)\s*\(at line (\d+), column \d+\)$", str(error))
    if found:
        return InputError(say("site.no-toml-line", file=name, line=found[2], reason=_wording(found[1])))
    reason = "nested too deeply" if isinstance(error, RecursionError) else _wording(str(error).split("(")[0].strip())
    return InputError(say("site.no-toml", file=name, reason=reason))


def _wording(reason: str) -> str:
    """The parser's own words without quoted content, which may be a secret."""
    return re.sub(r"""(['"]).*\1""", "…", reason)[:120]


def suggestion(given: str, known: Iterable[str]) -> Text:
    """「もしかして」 with the most similar known word; empty where none is similar."""
    similar = difflib.get_close_matches(given[:60], list(known), n=1, cutoff=0.6)
    return say("site.did-you-mean", word=similar[0]) if similar else Text("", "")


def shown_key(path: tuple[Step, ...]) -> str:
    """`device[2].ports.http`: how a person is told a key; rows of an array are counted from 1."""
    shown = ""
    for step in path:
        if isinstance(step, int):
            shown += f"[{step + 1}]"
        else:
            shown += f".{step[:60]}" if shown else step[:60]
    return re.sub(r"[^\x20-\x7e\u3040-\u9fff]", "?", shown)


def find_line(text: str, path: tuple[Step, ...]) -> int | None:
    """The line at which a key stands, else that of the nearest table around it; None when there is none."""
    places: dict[tuple[Step, ...], int] = {}
    counts: dict[str, int] = {}
    table: tuple[Step, ...] = ()
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            table = _table(header[2], header[1] == "[[", counts)
            places.setdefault(table, number)
        elif key := _KEY.match(line):
            places.setdefault((*table, *_parts(key[1])), number)
    for length in range(len(path), 0, -1):
        if path[:length] in places:
            return places[path[:length]]
    return None


def _table(name: str, row: bool, counts: dict[str, int]) -> tuple[Step, ...]:
    """The path of a header; a sub-table of an array's row belongs to the row above it."""
    parts = _parts(name)
    first = parts[0] if parts else ""
    if row and len(parts) == 1:
        counts[first] = counts.get(first, -1) + 1
    if first in counts:
        return (first, counts[first], *parts[1:])
    return parts


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(name))
