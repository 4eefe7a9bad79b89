"""Values out of lists of objects: any bytes give values or Malformed."""

from collections.abc import Iterable

from fushinban.transport.ber import Oid
from fushinban.transport.snmp_message import Bound, read_bindings

#: Characters of one text that are kept; what a device sends ends up in sheets and reports.
_LONGEST = 256


class Objects:
    """Objects by name. What the agent does not have, or has of another kind, is empty: nothing raises."""

    def __init__(self, bound: Iterable[Bound]) -> None:
        self._found = {one.oid: one.value for one in bound if one.value is not None}

    @classmethod
    def read(cls, data: bytes) -> "Objects":
        """Those of one or several lists. Raises Malformed."""
        return cls(read_bindings(data))

    def __bool__(self) -> bool:
        return bool(self._found)

    def octets(self, oid: Oid) -> bytes:
        """Octets as they are."""
        value = self._found.get(oid)
        return value if isinstance(value, bytes) else b""

    def text(self, oid: Oid) -> str:
        """One printable line of at most 256 characters."""
        return plain(self.octets(oid))

    def whole(self, oid: Oid) -> int | None:
        """A number that is not negative."""
        value = self._found.get(oid)
        return value if isinstance(value, int) and value >= 0 else None

    def name(self, oid: Oid) -> Oid:
        """The name of an object that stands as a value."""
        value = self._found.get(oid)
        return value if isinstance(value, tuple) else ()

    def rows(self, column: Oid) -> tuple[Oid, ...]:
        """The indexes that a column of a table has, in order."""
        size = len(column)
        return tuple(sorted(oid[size:] for oid in self._found if oid[:size] == column and len(oid) > size))


def plain(octets: bytes) -> str:
    """Octets as text: UTF-8, or Shift_JIS where they are that and not the other."""
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        text = octets.decode("cp932", "replace")
    words = " ".join(text.replace("\0", " ")[: 4 * _LONGEST].split())
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in words)[:_LONGEST]


def dotted(oid: Oid) -> str:
    """A name as people write it."""
    return ".".join(map(str, oid))
