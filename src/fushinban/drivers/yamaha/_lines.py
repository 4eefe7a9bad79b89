"""The commands of a Yamaha configuration text: wrapped lines put together, comments and a session's talk left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import east_asian_width

from fushinban.drivers.yamaha._plain import FIRST_WORDS
from fushinban.drivers.yamaha._secrets import blanked, may_hold_secret
from fushinban.model.router import Line

#: A console is this wide unless told otherwise (`console columns`). A longer line goes on in the next one; a real
#: router broke it after 79 characters.
_COLUMNS = 80
#: Characters from which on no further line is joined: thousands of filters in one command are far below.
_LONGEST = 100_000
_PROMPT = re.compile(
    r"(?:\[?[\w.() -]*\]?\s?[#>]\s*)?(?:show (?:config|environment|techinfo)\b.*|console (?:lines|columns)\s.*"
    r"|administrator|exit|quit|save|login|logout)\s*|[\w.\[\] -]*[#>]\s*|(?:Password|パスワード|Username|login)\s*:.*"
    r"|-{2,}\s*(?:つづく|more)\s*-{2,}.*|セーブ中.*|Saving.*|Memory .*BootROM.*",
    re.IGNORECASE,
)
_HEADER = re.compile(r"#\s*(?P<model>[A-Za-z][\w-]+)\s+Rev\.(?P<firmware>[\w.]+)")
_SERIAL = re.compile(r"\bserial=(\S+)")
_PAIRS = re.compile(r"\S*=\S*(?:\s+\S+=\S*)*")


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `words` without a leading `no` (`removed`). `pp`, `tunnel`: what is selected; empty: nothing."""

    number: int
    words: tuple[str, ...]
    removed: bool
    pp: str = ""
    tunnel: str = ""

    @property
    def line(self) -> Line:
        """As it may be kept, secrets blanked."""
        return Line(self.number, blanked((("no",) if self.removed else ()) + self.words))

    def starts(self, *words: str) -> bool:
        """Whether the command begins with these words."""
        return self.words[: len(words)] == words

    def word(self, place: int) -> str:
        """The word at a place, or nothing."""
        return self.words[place] if place < len(self.words) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What the comments at the beginning say."""

    model: str = ""
    firmware: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The commands of a text. `torn`: rests of lines that may hold a secret; nothing of them is kept."""

    commands: tuple[Command, ...]
    heading: Heading
    torn: tuple[Line, ...]
    lines: int


def read(text: str) -> Listing:
    """The commands of a text whose line ends are LF; numbers count from 1 and are those of a command's first line."""
    physical = text.split("\n")
    commands: list[Command] = []
    comments: list[str] = []
    torn: list[Line] = []
    selected = {"pp": "", "tunnel": ""}
    last: Command | None = None
    for number, line in _logical(physical):
        bare = line.strip()
        if not bare:
            continue
        if bare.startswith("#"):
            comments.append(bare)
        elif _PROMPT.fullmatch(bare) or (comments and not commands and _PAIRS.fullmatch(bare)):
            continue
        else:
            command = _command(number, bare, selected)
            if command.words[0] not in FIRST_WORDS and _is_rest(command, last):
                torn.append(Line(number, "***"))
                continue
            commands.append(command)
            last = command
    return Listing(commands=tuple(commands), heading=_heading(comments), torn=tuple(torn), lines=len(physical))


def _is_rest(command: Command, last: Command | None) -> bool:
    """Whether a line that begins with no known word may be the rest of a secret."""
    return (last is not None and may_hold_secret(last.words)) or (
        len(command.words) == 1 and len(command.words[0]) > 20
    )


def _command(number: int, bare: str, selected: dict[str, str]) -> Command:
    words = tuple(bare.split())
    removed = words[0] == "no" and len(words) > 1
    words = words[1:] if removed else words
    if len(words) > 2 and words[1] == "select" and words[0] in selected:
        selected[words[0]] = "" if words[2] == "none" else words[2]
    return Command(number, words, removed, selected["pp"], selected["tunnel"])


def _logical(physical: list[str]) -> Iterator[tuple[int, str]]:
    """Lines as they were before the console broke them at its right edge."""
    place = 0
    known: frozenset[str] | None = None
    while place < len(physical):
        number, line = place + 1, physical[place]
        width = _width(line)
        place += 1
        while place < len(physical) and len(line) < _LONGEST and _goes_on(width, physical[place]):
            known = known or _known(physical)
            line = _joined(line, physical[place], known)
            width = _width(physical[place])
            place += 1
        yield number, line


def _known(physical: list[str]) -> frozenset[str]:
    """The words of all lines that were surely not broken."""
    return frozenset(word for line in physical if len(line) < _COLUMNS - 1 for word in line.split())


def _joined(line: str, rest: str, known: frozenset[str]) -> str:
    """Two parts of a line. Where it was broken at a space, and the space is lost, both ends are words of their own."""
    last, first = line.rsplit(maxsplit=1)[-1], rest.split(maxsplit=1)[0]
    lost = not line.endswith(" ") and not rest.startswith(" ")
    lost = lost and last in known and first in known and last + first not in known
    return f"{line} {rest}" if lost else line + rest


def _goes_on(width: int, rest: str) -> bool:
    """Whether a line of that width goes on in the next one."""
    words = rest.split(maxsplit=1)
    if not words or width not in (_COLUMNS, _COLUMNS - 1, _COLUMNS - 2):
        return False
    # One less where an editor took the space at the edge away; then only the numbers of a list are surely a rest.
    return words[0].isdigit() if width == _COLUMNS - 2 else words[0] not in FIRST_WORDS and words[0][0] != "#"


def _width(line: str) -> int:
    if len(line) < _COLUMNS // 2:
        return 0
    return len(line) if line.isascii() else sum(2 if east_asian_width(c) in "WF" else 1 for c in line)


def _heading(comments: list[str]) -> Heading:
    for line in comments:
        found = _HEADER.match(line)
        if found:
            serial = next((s[1] for c in comments if (s := _SERIAL.search(c))), "")
            return Heading(model=found["model"], firmware=found["firmware"], serial=serial.strip("*"))
    return Heading()
