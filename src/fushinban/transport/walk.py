"""A recorded SNMP walk: the objects of one agent, and what that agent would answer.

The form is that of `.snmprec` files, one object a line: `1.3.6.1.2.1.1.5.0|4|text`. The second part is the number of
the ASN.1 tag, with `x` where the value is written as hex digits.
"""

from bisect import bisect_right
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

from fushinban.errors import InputError
from fushinban.messages import say
from fushinban.transport import ber
from fushinban.transport.ber import Oid
from fushinban.transport.snmp_message import bindings_of
from fushinban.transport.values import SnmpQuestion

MAX_FILE = 16 * 1024 * 1024

_NO_OBJECT, _END = bytes((0x80, 0)), bytes((0x82, 0))


@dataclass(frozen=True, slots=True)
class Walk:
    """Objects by name, in the order of their names, with their values as they go over the wire."""

    oids: tuple[Oid, ...]
    values: tuple[bytes, ...]

    def answer(self, question: SnmpQuestion) -> bytes:
        """The list of objects with which an agent of v2c answers: Get, or GetBulk row by row."""
        if not question.repetitions:
            return bindings_of([(oid, self._value(oid)) for oid in question.oids])
        rows: list[tuple[Oid, bytes]] = []
        at = list(question.oids)
        for _ in range(question.repetitions):
            for column, oid in enumerate(at):
                after = bisect_right(self.oids, oid)
                found = after < len(self.oids)
                rows.append((self.oids[after], self.values[after]) if found else (oid, _END))
                at[column] = rows[-1][0]
        return bindings_of(rows)

    def _value(self, oid: Oid) -> bytes:
        place = bisect_right(self.oids, oid) - 1
        return self.values[place] if place >= 0 and self.oids[place] == oid else _NO_OBJECT


def load_walk(path: Path) -> Walk:
    """Read a `.snmprec` file. Raises InputError naming the path where it cannot be read."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE + 1)
        if len(data) > MAX_FILE:
            raise ValueError("too large")
        return parse_walk(data)
    except (OSError, ValueError) as error:
        reason = str(error).partition("\n")[0][:120] or type(error).__name__
        raise InputError(say("transport.recording-unreadable", path=path, reason=reason)) from error


def parse_walk(data: bytes) -> Walk:
    """The objects of a `.snmprec` file; a later line of the same name counts. Raises ValueError."""
    found: dict[Oid, bytes] = {}
    for number, line in enumerate(data.split(b"\n"), 1):
        text = line.rstrip(b"\r")
        if not text.strip() or text.lstrip().startswith(b"#"):
            continue
        parts = text.split(b"|", 2)
        try:
            oid = tuple(int(n) for n in parts[0].strip(b". ").split(b"."))
            found[oid] = _encoded(parts[1].decode("ascii"), parts[2])
            ber.name(oid)
        except (ValueError, IndexError, OverflowError) as error:
            raise ValueError(f"line {number}") from error
    oids = tuple(sorted(found))
    return Walk(oids, tuple(found[oid] for oid in oids))


def _encoded(kind: str, text: bytes) -> bytes:
    tag = int(kind.rstrip("x"))
    if kind.endswith("x"):
        return ber.element(tag, bytes.fromhex(text.decode("ascii")))
    if tag == ber.OID:
        return ber.name(tuple(int(n) for n in text.strip(b". ").split(b".")))
    if tag == ber.ADDRESS:
        return ber.element(tag, IPv4Address(text.decode("ascii").strip()).packed)
    if tag in ber.NUMBERS:
        return bytes((tag,)) + ber.integer(int(text))[1:]
    if tag == ber.NULL:
        return ber.element(ber.NULL, b"")
    if tag in (ber.OCTETS, ber.OPAQUE):
        return ber.element(tag, text)
    raise ValueError(kind)
