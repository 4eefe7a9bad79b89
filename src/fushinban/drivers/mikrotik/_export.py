"""The text that `/export` prints (RouterOS 6 and 7), cut into commands.

Sections begin with a path (`/ip firewall nat`), commands follow (`add`, `set`); `export terse` and scripts written by
hand put both in one line. A backslash at the end goes on in the next line, also inside quotes. Values that are the
router's defaults are not printed: whoever reads the commands must know them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from fushinban.drivers._router_text import MAX_LINE, Notes, clipped, loosely_blanked
from fushinban.drivers.mikrotik._secrets import blanked
from fushinban.model.router import Line

#: How many lines one quoted text may go over; beyond it the quote was simply never closed.
_LONGEST_QUOTE = 500

_VERBS = ("add", "set", "remove", "disable", "enable", "unset", "move", "comment", "reset", "print", "export")
_PATH = re.compile(r"[a-z0-9][a-z0-9 /_-]*")
_VERB = re.compile(r"[\s/](" + "|".join(_VERBS) + r")(?![\w=-])")
_COMMAND = re.compile(r"\s*(" + "|".join(_VERBS) + r")(?![\w=-])(.*)$", re.DOTALL)
_PROMPT = re.compile(r"\A\s*\[[^\]\s@]{0,200}@[^\]]{0,200}\]\s*(/[^>]*)?>\s?")
_TOKEN = re.compile(
    r"\s*(?:(?P<open>\[)|(?P<close>\])|(?P<key>!?[A-Za-z0-9_.-]+)(?P<op>[=~]|!=|<=|>=)"
    r'(?P<value>"(?:[^"\\]|\\.)*"|[^\s"\[\]{}]*)|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<word>[^\s="\[\]{}]+))',
    re.DOTALL,
)
#: Nothing but settings, which is what most commands are: cut in one go.
_SETTING = r'([A-Za-z0-9_.-]+)=("(?:[^"\\]|\\.)*"|[^\s"\[\]{}]*)'
_SETTINGS = re.compile(rf"(?:{_SETTING}(?:\s+|$))*", re.DOTALL)
_EACH = re.compile(_SETTING, re.DOTALL)
_QUOTES = re.compile(r'"(?:[^"\\]|\\.)*"|\\.', re.DOTALL)
_ESCAPE = re.compile(r"\\([0-9A-Fa-f]{2}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "_": " ", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_FACT = re.compile(r"#\s*(version|installed-version|board-name|model|serial number|serial-number)\s*[:=]\s*(.+?)\s*$")
_RELEASE = re.compile(r"#.*\bby RouterOS (\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One command, secrets already blanked. `menu`: words of the path joined by spaces.

    `chosen`: names or numbers that a `set` is for; `found`: conditions in `[ find … ]` (None: no such brackets);
    `values`: what is set, in the order of the text.
    """

    menu: str
    verb: str
    line: Line
    chosen: tuple[str, ...] = ()
    found: Mapping[str, str] | None = None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Export:
    """All commands of one router, and what the comments at the top say of it.

    `complete`: what is not there is not in use; otherwise the router's defaults were left out.
    """

    entries: list[Entry] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    line_count: int = 0
    complete: bool = False


def read_export(text: str, notes: Notes) -> Export:
    """Cut a text into commands; lines that are none are noted."""
    lines = text.split("\n")
    reader = _Reader(Export(line_count=len(lines) - (lines[-1] == "")), notes)
    for number, joined in _logical(lines):
        reader.take(number, joined)
    return reader.export


class _Reader:
    """Takes line after line, and knows in which section it is."""

    def __init__(self, export: Export, notes: Notes) -> None:
        self.export = export
        self._notes = notes
        self._menu = ""

    def take(self, number: int, joined: str) -> None:
        """One line, those that go on already joined."""
        said = (_PROMPT.sub("", joined, count=1) if joined.lstrip().startswith("[") else joined).strip()
        if not said:
            return
        if said.startswith("#"):
            _note_fact(self.export.facts, said)
        elif len(said) > MAX_LINE:
            self._notes.add(Line(number, loosely_blanked(blanked(said[:MAX_LINE], self._menu))), "broken")
        elif said.startswith("/") and self._enter(said, number):
            return
        elif (command := _COMMAND.match(said)) is not None and self._menu:
            self._command(command[1], command[2], number)
        elif said not in ("export", "quit", "/quit"):
            reason = "script" if said.startswith((":", "{", "}", "$")) else "unknown-command"
            self._notes.add(Line(number, loosely_blanked(blanked(said))), reason)

    def _enter(self, said: str, number: int) -> bool:
        """A path, alone or with a command behind it."""
        verb = _VERB.search(said)
        path = said[1:].strip() if verb is None else said[1 : verb.start()].strip()
        if _PATH.fullmatch(path) is None or path.split()[0] in ("import", "execute"):
            return False
        self._menu = " ".join(path.replace("/", " ").split())
        if verb is not None:
            self._command(verb[1], said[verb.end() :], number)
        return True

    def _command(self, verb: str, rest: str, number: int) -> None:
        if verb in ("print", "export"):
            return
        entry = read_command(self._menu, verb, rest, number)
        if entry is None:
            safe = loosely_blanked(blanked(rest, self._menu))
            self._notes.add(Line(number, f"/{self._menu} {verb} {safe}"), "broken")
        else:
            self.export.entries.append(entry)


def _note_fact(facts: dict[str, str], comment: str) -> None:
    release, fact = _RELEASE.match(comment), _FACT.match(comment)
    if release is not None:
        facts.setdefault("version", release[1])
    elif fact is not None:
        facts.setdefault(fact[1].replace("installed-", "").replace(" ", "-"), fact[2])


def _logical(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Lines with those that go on joined to them, each with the number of its first line."""
    place = 0
    while place < len(lines):
        begin, text = place, lines[place]
        place += 1
        while text.endswith("\\") and place < len(lines) and not text.lstrip().startswith("#"):
            text = text[:-1] + lines[place].lstrip()
            place += 1
        if '"' in text and not text.lstrip().startswith("#") and _open_quote(text):
            text, place = _closed(lines, text, place)
        yield begin + 1, text


def _open_quote(text: str) -> bool:
    if "\\" not in text:
        return text.count('"') % 2 == 1
    return '"' in _QUOTES.sub("", text)


def _closed(lines: list[str], text: str, place: int) -> tuple[str, int]:
    """The text with further lines up to the one that closes its quote; unchanged where none does."""
    joined = [text]
    for end in range(place, min(place + _LONGEST_QUOTE, len(lines))):
        joined.append(lines[end])
        if '"' in lines[end] and not _open_quote("\n".join(joined)):
            return "\n".join(joined), end + 1
    return text, place


def read_command(menu: str, verb: str, rest: str, number: int) -> Entry | None:
    """One command, its secrets blanked before it is cut; None where it is broken."""
    safe = blanked(rest, menu).strip()
    line = Line(number, clipped(f"/{menu} {verb} {safe}".replace("\n", " ")))
    if _SETTINGS.fullmatch(safe) is not None:
        values = dict(_EACH.findall(safe))
        if '"' in safe or "\\" in safe:
            for key, value in values.items():
                if value.startswith('"') or "\\" in value:
                    values[key] = _plain(value)
        return Entry(menu=menu, verb=verb, line=line, values=values)
    parts = _Parts()
    if not parts.cut(safe):
        return None
    return Entry(
        menu=menu, verb=verb, line=line, chosen=tuple(parts.chosen), found=parts.found, values=parts.values
    )  # fmt: skip


class _Parts:
    """A command cut into what it chooses, the conditions in brackets, and what it sets."""

    def __init__(self) -> None:
        self.chosen: list[str] = []
        self.found: dict[str, str] | None = None
        self.values: dict[str, str] = {}

    def cut(self, text: str) -> bool:
        """Whether the whole text could be cut."""
        place, inside = 0, False
        while place < len(text):
            token = _TOKEN.match(text, place)
            if token is None:
                return not text[place:].strip() and not inside
            place = token.end()
            if token["open"]:
                inside, self.found = True, self.found or {}
            elif token["close"]:
                inside = False
            else:
                self._take(token, self.found if inside else None)
        return not inside

    def _take(self, token: re.Match[str], found: dict[str, str] | None) -> None:
        if token["key"]:
            key = token["key"] if token["op"] == "=" else token["key"] + token["op"]
            (self.values if found is None else found)[key] = _plain(token["value"])
        elif found is not None:
            _condition(found, token["word"] or "")
        else:
            self.chosen.append(token["word"] if token["word"] is not None else _unescaped(token["quoted"]))


def _condition(found: dict[str, str], word: str) -> None:
    """Bare words in brackets: `find` and `where` mean nothing, `dynamic` and `!dynamic` are flags."""
    if word not in ("find", "where", "and", "&&", ""):
        found[word.lstrip("!")] = "no" if word.startswith("!") else "yes"


def _plain(value: str) -> str:
    if value.startswith('"'):
        return _unescaped(value[1:-1])
    return _unescaped(value) if "\\" in value else value


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if len(m[1]) == 2 else _ESCAPED.get(m[1], m[1]), text)
