"""SNMP messages as bytes: questions, answers, and the objects in them (RFC 3416; the frame of v2c: RFC 1901). Pure."""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from fushinban.transport import ber
from fushinban.transport.ber import Oid, Reader
from fushinban.transport.values import SnmpQuestion

#: Number of SNMPv2c in a message.
V2C = 1

_NULL = ber.element(ber.NULL, b"")


class Pdu(IntEnum):
    """Kinds of messages. There is none that sets anything."""

    GET = 0xA0
    RESPONSE = 0xA2
    BULK = 0xA5
    REPORT = 0xA8


class Status(IntEnum):
    """Why an agent answers nothing (RFC 3416, section 3), as far as it matters here."""

    OK = 0
    TOO_BIG = 1
    NO_SUCH_NAME = 2
    GEN_ERR = 5
    NO_ACCESS = 6
    RESOURCE_UNAVAILABLE = 13
    AUTHORIZATION = 16


class Bound(NamedTuple):
    """One object of an answer. `value`: None where the agent has no such object."""

    oid: Oid
    value: int | bytes | Oid | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer. `status`: see Status; `index`: the object (from 1) that it is about; `bindings`: the list as sent."""

    kind: int
    request: int
    status: int
    index: int
    bindings: bytes


def question_pdu(question: SnmpQuestion, request: int) -> bytes:
    """The question under this number. `repetitions` make it a GetBulk."""
    bindings = ber.sequence(*(ber.sequence(ber.name(oid), _NULL) for oid in question.oids))
    kind = Pdu.BULK if question.repetitions else Pdu.GET
    # The second and third number: error status and index, or how many are not repeated, and how often the others.
    head = ber.integer(request) + ber.integer(0) + ber.integer(question.repetitions)
    return ber.element(kind, head + bindings)


def v2c_message(community: str, pdu: bytes) -> bytes:
    """The whole datagram of v2c."""
    return ber.sequence(ber.integer(V2C), ber.octets(community.encode("utf-8")), pdu)


def read_v2c(data: bytes) -> Answered:
    """An answer of v2c. Raises Malformed. The community in it is not looked at: some agents answer with another one."""
    inside = Reader(data).inside(ber.SEQUENCE)
    if inside.number() != V2C:
        raise ber.broken("version")
    inside.take(ber.OCTETS)
    return read_pdu(inside)


def read_pdu(reader: Reader) -> Answered:
    """The message proper. Raises Malformed."""
    tag, content = reader.take(Pdu.RESPONSE, Pdu.REPORT)
    inside = Reader(content)
    request, status, index = inside.number(), inside.number(), inside.number()
    _, bindings = inside.take(ber.SEQUENCE)
    return Answered(kind=tag, request=request, status=status, index=index, bindings=ber.element(ber.SEQUENCE, bindings))


def read_bindings(data: bytes) -> tuple[Bound, ...]:
    """All objects of one or several lists, one after the other, in the order in which they were sent.

    Raises Malformed.
    """
    reader, found = Reader(data), list[Bound]()
    while not reader.done:
        inside = reader.inside(ber.SEQUENCE)
        while not inside.done:
            pair = inside.inside(ber.SEQUENCE)
            _, named = pair.take(ber.OID)
            found.append(Bound(ber.read_name(named), _value(*pair.take())))
    return tuple(found)


def _value(tag: int, content: bytes) -> int | bytes | Oid | None:
    if tag in ber.STRINGS:
        return content
    if tag in ber.NUMBERS:
        # Counters have no sign, and some agents forget the octet of zeros that says so.
        return ber.read_integer(content, signed=tag == ber.INTEGER)
    if tag == ber.OID:
        return ber.read_name(content)
    return None


def bindings_of(rows: "list[tuple[Oid, bytes]]") -> bytes:
    """A list of objects from names and their encoded values, as an agent would send it."""
    return ber.sequence(*(ber.sequence(ber.name(oid), value) for oid, value in rows))
