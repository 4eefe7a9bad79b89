"""Values of makers' answers: lines `name=value` and JSON, read so that any bytes give values or Malformed."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_interface, ip_network, summarize_address_range
from typing import Any

from fushinban.errors import Malformed
from fushinban.messages import say

#: Characters of one text that are kept; what a device sends ends up in sheets and reports.
_LONGEST = 256
#: Lines of one answer that are looked at.
_MOST_LINES = 20_000

_NAME = re.compile(r"[A-Za-z_][\w.\[\]:#/-]*")
_SWITCHES = {
    "true": True, "1": True, "on": True, "yes": True, "enable": True, "enabled": True,
    "false": False, "0": False, "off": False, "no": False, "disable": False, "disabled": False,
}  # fmt: skip
_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}|[0-9A-Fa-f]{12}")
_NO_MAC = frozenset({"00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"})


def clip(value: object) -> str:
    """Text as one printable line of at most 256 characters; numbers as text; empty for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    words = " ".join(str(value)[: 4 * _LONGEST].split())
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in words)[:_LONGEST]


def switch(value: object) -> bool | None:
    """Whether something is on; None where the value does not say."""
    if isinstance(value, bool):
        return value
    return _SWITCHES.get(clip(value).lower())


def whole(value: object, most: int = 2**31 - 1) -> int | None:
    """A whole number from 0 to `most`, or None."""
    text = clip(value)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1
    return number if 0 <= number <= most else None


def ports_of(*values: object) -> tuple[int, ...]:
    """Those of the values that are ports, in order, each once."""
    found = (whole(value, 65535) for value in values)
    return tuple(dict.fromkeys(p for p in found if p))


def mac_of(value: object) -> str:
    """A MAC address in lower case with colons; empty where there is none."""
    text = clip(value)
    if not _MAC.fullmatch(text):
        return ""
    digits = re.sub(r"[:-]", "", text).lower()
    mac = ":".join(digits[i : i + 2] for i in range(0, 12, 2))
    return "" if mac in _NO_MAC else mac


def address_of(value: object) -> str:
    """An IP address in its usual form; empty for none and for unspecified ones."""
    try:
        address = ip_address(clip(value))
    except ValueError:
        return ""
    return "" if address.is_unspecified else str(address)


def with_prefix(address: object, mask: object) -> str:
    """`address/prefix` from an address and its mask or length; empty where the address is none."""
    plain, length = address_of(address), clip(mask)
    if not plain:
        return ""
    try:
        return str(ip_interface(f"{plain}/{length}")) if length else plain
    except ValueError:
        return plain


def networks_of(value: object) -> tuple[str, ...]:
    """The networks of a filter's entry: an address, `address/prefix`, or a range `first-last`. Empty for others."""
    first, dash, last = clip(value).partition("-")
    try:
        if dash:
            pair = ip_address(first.strip()), ip_address(last.strip())
            return tuple(str(n) for n in summarize_address_range(*pair))
        return (str(ip_network(first.strip(), strict=False)),)
    except (ValueError, TypeError):
        return ()


def pairs(data: bytes) -> dict[str, str]:
    """Lines `name=value`, the first one of each name; other lines are passed over.

    Raises Malformed where there is not one such line, and for a web page.
    """
    text = data.decode("utf-8", "replace")
    if text.lstrip("\ufeff \r\n\t").startswith("<"):
        raise Malformed(say("maker_web.no-values"))
    found: dict[str, str] = {}
    for line in text.splitlines()[:_MOST_LINES]:
        name, equals, value = _unquoted(line.strip()).partition("=")
        if equals and _NAME.fullmatch(name.rstrip()):
            found.setdefault(name.rstrip(), value.lstrip())
    if not found:
        raise Malformed(say("maker_web.no-values"))
    return found


def _unquoted(line: str) -> str:
    """A line without the quotes that some devices put around the whole of it."""
    return line[1:].removesuffix('"') if line.startswith('"') else line


def indexed(values: Mapping[str, str], table: str = "") -> list[dict[str, str]]:
    """The rows `table[0].Name=…` in the order of their indexes; names without an index belong to the first row.

    Without a `table`: the rows `[0].Name=…`, and the plain names.
    """
    row = re.compile(rf"{re.escape(table)}\[(\d{{1,5}})\]\.(.+)", re.DOTALL)
    rows: dict[int, dict[str, str]] = {}
    for name, value in values.items():
        seen = row.fullmatch(name)
        if seen is not None:
            rows.setdefault(int(seen[1]), {})[seen[2]] = value
        elif table and name.startswith(f"{table}."):
            rows.setdefault(0, {})[name[len(table) + 1 :]] = value
        elif not table and "[" not in name.partition(".")[0]:
            rows.setdefault(0, {})[name] = value
    return [rows[number] for number in sorted(rows)]


@dataclass(frozen=True, slots=True)
class Tree:
    """A part of an answer in JSON. What is not there, or of another kind, is an empty part: nothing raises."""

    value: Any = None

    def at(self, *names: str) -> "Tree":
        """The part at the end of a path of names."""
        value = self.value
        for name in names:
            value = value.get(name) if isinstance(value, dict) else None
        return Tree(value)

    @property
    def there(self) -> bool:
        """Whether there is something."""
        return self.value is not None

    @property
    def rows(self) -> "list[Tree]":
        """The members of a list; none for anything else."""
        return [Tree(v) for v in self.value[:_MOST_LINES]] if isinstance(self.value, list) else []

    def text(self, name: str) -> str:
        """A text or number among the members; empty where there is none."""
        return clip(self.at(name).value)

    def switch(self, name: str) -> bool | None:
        """Whether a member is on."""
        return switch(self.at(name).value)

    def whole(self, name: str) -> int | None:
        """A whole number among the members."""
        return whole(self.at(name).value)

    def need(self, *names: str) -> "Tree":
        """As `at`. Raises Malformed where there is nothing."""
        found = self.at(*names)
        if not found.there:
            raise Malformed(say("maker_web.missing", name=".".join(names)))
        return found


def tree(data: bytes) -> Tree:
    """An answer in JSON. Raises Malformed for anything that is no object and no list."""
    try:
        value = json.loads(data.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise Malformed(say("maker_web.no-json")) from error
    if not isinstance(value, dict | list):
        raise Malformed(say("maker_web.no-json"))
    return Tree(value)
