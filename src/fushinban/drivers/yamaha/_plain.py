"""Which commands of Yamaha routers have no bearing on who reaches what; their names stand in `commands.toml`."""

import tomllib
from importlib import resources

_Beginnings = dict[str, tuple[tuple[str, ...], ...]]

_COMMANDS: dict[str, list[str]] = tomllib.loads((resources.files(__package__) / "commands.toml").read_text("utf-8"))


def _by_first(beginnings: list[str]) -> _Beginnings:
    found: dict[str, list[tuple[str, ...]]] = {}
    for line in beginnings:
        parts = tuple(line.split())
        found.setdefault(parts[0], []).append(parts)
    return {first: tuple(mine) for first, mine in found.items()}


_PLAIN = _by_first(_COMMANDS["plain"])
_NOT_FOLLOWED = _by_first(_COMMANDS["not_followed"])

#: Words that a line can begin with: what begins otherwise after a full line is the rest of that line.
FIRST_WORDS = frozenset(_PLAIN) | frozenset(_NOT_FOLLOWED) | frozenset(_COMMANDS["read"])


def _begins(words: tuple[str, ...], table: _Beginnings) -> bool:
    for parts in (*table.get(words[0], ()), *table.get("*", ())):
        if len(words) >= len(parts) and all(p in ("*", word) for p, word in zip(parts, words, strict=False)):
            return True
    return False


def is_without_bearing(words: tuple[str, ...]) -> bool:
    """Whether the command does not change who reaches what."""
    return _begins(words, _PLAIN)


def is_not_followed(words: tuple[str, ...]) -> bool:
    """Whether the command limits, redirects or opens traffic in a way that the prediction leaves out."""
    return _begins(words, _NOT_FOLLOWED)
