"""One section of OpenWrt's configuration, from whichever form it was read, secrets already blanked."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from fushinban.model.router import Line

_YES = frozenset(("1", "on", "true", "yes", "enabled"))
_NO = frozenset(("0", "off", "false", "no", "disabled"))

_SECRET = re.compile(
    r"pass(?:word|wd|phrase|code)?|secret|(?:^|[_-])key\d*$|psk|community|token|^pin(?:code)?$|auth_key|apikey|^auth$",
    re.IGNORECASE,
)
_NO_SECRET = re.compile(r"(?:^|_)public_key$|passwordauth$|_?passive|bypass|passthrough", re.IGNORECASE)


def is_secret(option: str) -> bool:
    """Whether the value of an option is a secret by the option's name."""
    return _SECRET.search(option) is not None and _NO_SECRET.search(option) is None


@dataclass(slots=True, kw_only=True)
class Section:
    """`package`: the file below /etc/config; `name`: empty for the many that have none. Options keep their order."""

    package: str
    kind: str
    name: str = ""
    head: Line
    options: dict[str, list[str]] = field(default_factory=dict)
    lines: dict[str, list[Line]] = field(default_factory=dict)

    def put(self, option: str, values: Iterable[str], line: Line, *, more: bool) -> None:
        """Set an option, or add to a list (`more`)."""
        if more:
            self.options.setdefault(option, []).extend(values)
            self.lines.setdefault(option, []).append(line)
        else:
            self.options[option] = list(values)
            self.lines[option] = [line]

    def get(self, option: str, default: str = "") -> str:
        """An option's value (of a list the first)."""
        values = self.options.get(option)
        return values[0] if values else default

    def words(self, option: str) -> list[str]:
        """A list, or an option with several words."""
        return [word for value in self.options.get(option, ()) for word in value.split()]

    def says(self, option: str, default: bool = False) -> bool:
        """Whether an option is on; one that is neither on nor off counts as its default."""
        value = self.get(option).lower()
        return value in _YES or (default and value not in _NO)

    def is_flag(self, option: str) -> bool:
        """Whether an option is not there, or clearly on or off."""
        value = self.get(option).lower()
        return option not in self.options or value in _YES or value in _NO

    def line_of(self, option: str) -> Line:
        """The line that sets an option; the section's first where none does."""
        return self.lines.get(option, [self.head])[0]

    @property
    def causes(self) -> tuple[Line, ...]:
        """All its lines."""
        return (self.head, *(line for lines in self.lines.values() for line in lines))
