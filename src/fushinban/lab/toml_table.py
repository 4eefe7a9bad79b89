"""Reads one table of a lab file key by key; what is wrong names the file, the place and the key."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from fushinban.errors import InputError
from fushinban.messages import say

E = TypeVar("E", bound=StrEnum)
_NAMES = {str: "text", int: "a whole number", bool: "true or false", list: "a list", dict: "a table", float: "a number"}


class Table:
    """One table: every getter takes a key, checks its type and remembers it; `finish` refuses what nobody asked for."""

    def __init__(self, file: str, where: str, data: Mapping[str, Any]) -> None:
        self.file = file
        self.where = where
        self._data = data
        self._known: list[str] = []

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        self._known.append(key)
        return key in self._data

    def text(self, key: str, default: str | None = None) -> str:
        """A string; without a default it must be there."""
        return str(self._get(key, str, default))

    def number(self, key: str, default: int) -> int:
        """A whole number, not negative."""
        value = self._get(key, int, default)
        if value < 0:
            raise self.wrong_type(key, int)
        return int(value)

    def seconds(self, key: str, default: float) -> float:
        """A number of seconds."""
        value = self._get(key, float, default)
        return float(value)

    def flag(self, key: str, default: bool) -> bool:
        """A truth value."""
        return bool(self._get(key, bool, default))

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of strings."""
        value = self._get(key, list, list(default))
        if not all(isinstance(v, str) for v in value):
            raise self.wrong_type(key, list)
        return tuple(value)

    def choice(self, key: str, kind: type[E], default: E) -> E:
        """One member of an enumeration by its value."""
        return self.member(key, kind, self.text(key, default.value))

    def choices(self, key: str, kind: type[E], default: tuple[E, ...]) -> tuple[E, ...]:
        """Several members of an enumeration."""
        return tuple(self.member(key, kind, v) for v in self.texts(key, tuple(d.value for d in default)))

    def member(self, key: str, kind: type[E], value: str) -> E:
        """The member with this value; InputError names the ones there are."""
        try:
            return kind(value)
        except ValueError as error:
            raise self.wrong_choice(key, value, tuple(m.value for m in kind)) from error

    def items(self, key: str) -> tuple[Any, ...]:
        """A list of anything, for the caller to look at."""
        return tuple(self._get(key, list, []))

    def table(self, key: str) -> "Table":
        """A table inside this one; empty where it is not there."""
        return Table(self.file, f"{self.where}.{key}", self._get(key, dict, {}))

    def raw(self, key: str) -> Mapping[str, Any]:
        """A table that is passed on as it stands."""
        return dict(self._get(key, dict, {}))

    def tables(self, key: str, name: str, defaults: Mapping[str, Any] | None = None) -> "list[Table]":
        """A list of tables over common defaults, each named by its `name` key or its position in error messages."""
        rows = []
        for number, row in enumerate(self._get(key, list, []), start=1):
            if not isinstance(row, dict):
                raise self.wrong_type(key, dict)
            rows.append(Table(self.file, f"[[{key}]] {row.get(name) or number}", {**(defaults or {}), **row}))
        return rows

    def finish(self) -> None:
        """Refuse keys that no getter asked for."""
        for key in self._data:
            if key not in self._known:
                known = ", ".join(sorted(set(self._known)))
                raise InputError(say("lab.unknown-key", file=self.file, where=self.where, key=key, known=known))

    def wrong_type(self, key: str, wanted: type) -> InputError:
        """The error for a value of another type."""
        return InputError(say("lab.wrong-type", file=self.file, where=self.where, key=key, wanted=_NAMES[wanted]))

    def wrong_choice(self, key: str, value: str, known: tuple[str, ...]) -> InputError:
        """The error for a value that is not among the known ones."""
        return InputError(
            say(
                "lab.wrong-choice", file=self.file, where=self.where, key=key, value=value, known=", ".join(known)
            )
        )  # fmt: skip

    def _get(self, key: str, kind: type, default: Any) -> Any:
        self._known.append(key)
        if key not in self._data:
            if default is None:
                raise InputError(say("lab.missing-key", file=self.file, where=self.where, key=key))
            return default
        value = self._data[key]
        fits = isinstance(value, int | float) if kind is float else isinstance(value, kind)
        if not fits or (isinstance(value, bool) and kind is not bool):
            raise self.wrong_type(key, kind)
        return value
