"""The few forms of ASN.1 BER that SNMP uses (RFC 3417, section 8): written, and read from any bytes without trust."""

from fushinban.errors import Malformed
from fushinban.messages import say

#: The name of an object: its numbers from the root.
Oid = tuple[int, ...]

INTEGER, OCTETS, NULL, OID, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30
ADDRESS, COUNTER, GAUGE, TICKS, OPAQUE, COUNTER64 = 0x40, 0x41, 0x42, 0x43, 0x44, 0x46
#: "No such object", "no such instance", "end of the view": stand where a value would.
MISSING = frozenset({0x80, 0x81, 0x82})
NUMBERS = frozenset({INTEGER, COUNTER, GAUGE, TICKS, COUNTER64})
STRINGS = frozenset({OCTETS, ADDRESS, OPAQUE})

#: RFC 2578, section 3.5: a name has at most 128 numbers of 32 bits.
_MOST_NUMBERS = 128
_LARGEST = 2**32 - 1
#: 64 bits and the sign.
_MOST_OCTETS = 9


def element(tag: int, content: bytes) -> bytes:
    """Tag, length and content."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def integer(number: int) -> bytes:
    """A whole number in as few octets as it needs."""
    size = (number if number >= 0 else ~number).bit_length() // 8 + 1
    return element(INTEGER, number.to_bytes(size, "big", signed=True))


def octets(text: bytes) -> bytes:
    """A string of octets."""
    return element(OCTETS, text)


def name(oid: Oid) -> bytes:
    """The name of an object."""
    first, second, *rest = oid
    return element(OID, b"".join(_base128(n) for n in (first * 40 + second, *rest)))


def sequence(*parts: bytes) -> bytes:
    """Several elements in one."""
    return element(SEQUENCE, b"".join(parts))


def _base128(number: int) -> bytes:
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(0x80 | (number & 0x7F))
    return bytes(reversed(digits))


def read_integer(content: bytes, *, signed: bool = True) -> int:
    """A whole number out of its octets. Raises Malformed."""
    if not 0 < len(content) <= _MOST_OCTETS:
        raise broken("INTEGER")
    return int.from_bytes(content, "big", signed=signed)


def read_name(content: bytes) -> Oid:
    """The name of an object out of its octets. Raises Malformed."""
    numbers: list[int] = []
    number, open_ = 0, True
    for octet in content:
        number = number << 7 | octet & 0x7F
        open_ = octet >= 0x80
        if number > _LARGEST + 80 or len(numbers) >= _MOST_NUMBERS:
            raise broken("OBJECT IDENTIFIER")
        if not open_:
            numbers.append(number)
            number = 0
    if open_:
        raise broken("OBJECT IDENTIFIER")
    first = min(numbers[0] // 40, 2)
    return (first, numbers[0] - first * 40, *numbers[1:])


class Reader:
    """Goes through the elements of some octets. `at`: where the next one begins."""

    def __init__(self, data: bytes, at: int = 0, end: int | None = None) -> None:
        self._data = data
        self._end = len(data) if end is None else end
        self.at = at

    @property
    def done(self) -> bool:
        """Whether nothing is left."""
        return self.at >= self._end

    def take(self, *tags: int) -> tuple[int, bytes]:
        """Tag and content of the next element. Raises Malformed, also for a tag that is none of those wanted."""
        tag, begin, end = self._next(tags)
        return tag, self._data[begin:end]

    def inside(self, *tags: int) -> "Reader":
        """A reader of what is inside the next element. Raises Malformed."""
        _, begin, end = self._next(tags)
        return Reader(self._data, begin, end)

    def number(self) -> int:
        """The next element as a whole number. Raises Malformed."""
        return read_integer(self.take(INTEGER)[1])

    def _next(self, tags: tuple[int, ...]) -> tuple[int, int, int]:
        data, begin = self._data, self.at + 2
        if begin > self._end:
            raise broken("length")
        tag, size = data[self.at], data[self.at + 1]
        if size & 0x80:
            more = size & 0x7F
            if not 0 < more <= 4 or begin + more > self._end:
                raise broken("length")
            size = int.from_bytes(data[begin : begin + more], "big")
            begin += more
        if begin + size > self._end:
            raise broken("length")
        if tags and tag not in tags:
            raise broken(f"0x{tag:02x}")
        self.at = begin + size
        return tag, begin, begin + size


def broken(what: str) -> Malformed:
    """The error for octets that are no SNMP; `what`: the part that is not."""
    return Malformed(say("snmp.broken", what=what))
