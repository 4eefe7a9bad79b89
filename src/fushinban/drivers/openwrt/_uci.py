"""OpenWrt's configuration as text: files of /etc/config, what `uci export` prints, and what `uci show` prints."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from fushinban.drivers._router_text import MAX_LINE, Notes, clipped, loosely_blanked, without_logins
from fushinban.drivers.openwrt._sections import Section, is_secret
from fushinban.model.router import Line

#: How many lines one quoted value may go over.
_LONGEST_QUOTE = 200

_PLAIN = re.compile(
    r"\s*(config|option|list|package)[ \t]+([\w.-]+)(?:[ \t]+(?:'([^']*)'|\"([^\"\\]*)\"|([^\s'\"#\\]+)))?\s*$"
)
_WORD = re.compile(r"\s*((?:'[^']*'|\"(?:[^\"\\]|\\.)*\"|\\.|[^\s'\"\\])+)", re.DOTALL)
_PIECE = re.compile(r"'([^']*)'|\"((?:[^\"\\]|\\.)*)\"|\\(.)|([^'\"\\]+)", re.DOTALL)
_SHOWN = re.compile(r"([\w-]+)\.(@?[\w-]+(?:\[-?\d+\])?)(?:\.([\w.-]+))?=(.*)$", re.DOTALL)
#: Between files: `==> /etc/config/firewall <==`, `# /etc/config/firewall`, or at a prompt the command that printed
#: what follows.
_FILE = re.compile(
    r"(?:==> |# ?|[^'\"]{0,80}[#$>] ?cat )/etc/config/([\w-]+)(?: <==)?$"
    r"|[^'\"]{0,80}[#$>] ?uci (?:show|export) ([\w-]+)$"
)


@dataclass(slots=True, kw_only=True)
class Uci:
    """All sections. `packages`: those that the text names; `denied`: those that the router did not let us read;
    `line_count`: lines of the text."""

    sections: list[Section] = field(default_factory=list)
    packages: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
    line_count: int = 0
    facts: dict[str, str] = field(default_factory=dict)


def read_uci(text: str, notes: Notes) -> Uci:
    """Cut a text into sections; lines that are none of it are noted."""
    lines = text.split("\n")
    reader = _Reader(Uci(line_count=len(lines) - (lines[-1] == "")), notes)
    for number, joined in _logical(lines):
        reader.take(number, joined)
    return reader.uci


class _Reader:
    """Takes line after line, and knows in which file and section it is."""

    def __init__(self, uci: Uci, notes: Notes) -> None:
        self.uci = uci
        self._notes = notes
        self._package = ""
        self._section: Section | None = None
        self._shown: dict[tuple[str, str], Section] = {}

    def take(self, number: int, joined: str) -> None:
        """One line, quoted values that go over several already joined."""
        if len(joined) > MAX_LINE:
            self._notes.add(Line(number, loosely_blanked(joined)), "broken")
            return
        plain = _PLAIN.match(joined)
        if plain is not None:
            value = next((plain[n] for n in (3, 4, 5) if plain[n] is not None), None)
            self._command(number, joined, plain[1], [plain[2]] if value is None else [plain[2], value])
            return
        said = joined.strip()
        if not said or self._is_between(said):
            return
        shown = _SHOWN.match(said)
        if shown is not None:
            self._show(number, said, shown)
            return
        words = _words(joined)
        if words and words[0] in ("config", "option", "list", "package") and len(words) > 1:
            self._command(number, joined, words[0], words[1:])
        else:
            self._notes.add(Line(number, loosely_blanked(said)), "unknown-command")

    def _is_between(self, said: str) -> bool:
        """A comment, or a line that names the file that follows."""
        file = _FILE.match(said) if "/etc/config/" in said or "uci " in said else None
        if file is not None:
            self._package, self._section = file[1] or file[2], None
            self.uci.packages.add(self._package)
            return True
        return said.startswith("#")

    def _command(self, number: int, text: str, verb: str, words: list[str]) -> None:
        if verb == "package":
            self._package, self._section = words[0], None
            self.uci.packages.add(words[0])
        elif verb == "config":
            self._section = Section(
                package=self._package, kind=words[0], name=words[1] if len(words) > 1 else "",
                head=Line(number, clipped(without_logins(text))),
            )  # fmt: skip
            self.uci.sections.append(self._section)
        elif self._section is None or len(words) != 2:
            self._notes.add(Line(number, loosely_blanked(text)), "broken")
        else:
            line, value = _option_line(number, text, verb, words[0], words[1])
            self._section.put(words[0], [value], line, more=verb == "list")

    def _show(self, number: int, said: str, shown: re.Match[str]) -> None:
        package, name, option = shown[1], shown[2], shown[3]
        self.uci.packages.add(package)
        values = _words(shown[4])
        if option is None:
            made = Section(
                package=package, kind=" ".join(values or ()), name="" if name.startswith("@") else name,
                head=Line(number, clipped(said)),
            )  # fmt: skip
            self._shown[package, name] = made
            self.uci.sections.append(made)
            return
        section = self._shown.get((package, name))
        if section is None or values is None:
            self._notes.add(Line(number, loosely_blanked(said)), "broken")
            return
        if is_secret(option):
            values, said = ["***"] * len(values), f"{package}.{name}.{option}='***'"
        section.put(option, values, Line(number, clipped(without_logins(said))), more=False)


def _option_line(number: int, text: str, verb: str, option: str, value: str) -> tuple[Line, str]:
    if is_secret(option) and value:
        return Line(number, f"{verb} {option} '***'"), "***"
    return Line(number, clipped(without_logins(text).replace("\n", " "))), value


def _words(text: str) -> list[str] | None:
    """The words of a line as a shell takes them, quotes removed; None where a quote is not closed."""
    found: list[str] = []
    place = 0
    while place < len(text):
        word = _WORD.match(text, place)
        if word is None:
            return None if text[place:].strip() else found
        if word[1].startswith("#"):
            return found
        found.append("".join(_unquoted(piece) for piece in _PIECE.finditer(word[1])))
        place = word.end()
    return found


def _unquoted(piece: re.Match[str]) -> str:
    if piece[1] is not None:
        return piece[1]
    if piece[2] is not None:
        return re.sub(r"\\(.)", r"\1", piece[2], flags=re.DOTALL)
    return piece[3] if piece[3] is not None else piece[4]


def _logical(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Lines, those whose quote closes further down joined with what follows."""
    place = 0
    while place < len(lines):
        begin, text = place, lines[place]
        place += 1
        if ("'" in text or '"' in text) and text.lstrip()[:1] != "#" and _is_open(text):
            joined = text
            for end in range(place, min(place + _LONGEST_QUOTE, len(lines))):
                joined = f"{joined}\n{lines[end]}"
                if not _is_open(joined):
                    text, place = joined, end + 1
                    break
        yield begin + 1, text


def _is_open(text: str) -> bool:
    """Whether a quote is not closed at the end of the text."""
    if '"' not in text and "\\" not in text:
        return text.count("'") % 2 == 1
    return _words(text) is None
