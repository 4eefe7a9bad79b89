"""Sets of whole numbers as sorted, separate ranges: addresses, ports and protocol numbers are all sets of this kind.

Addresses of both families stand on one line of 128-bit numbers: an IPv4 address is the number of its IPv4-mapped IPv6
address (`::ffff:192.0.2.1`), which no packet of IPv6 carries. So one set can hold both, and one algebra serves both.
"""

import ipaddress
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

Range = tuple[int, int]
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
IPInterface = ipaddress.IPv4Interface | ipaddress.IPv6Interface

_V4 = 0xFFFF_0000_0000
_V4_LAST = 0xFFFF_FFFF_FFFF
_LAST = (1 << 128) - 1


@dataclass(frozen=True, slots=True)
class Intervals:
    """A set of whole numbers. `ranges`: sorted, separate and not touching, each with its first and last number."""

    ranges: tuple[Range, ...] = ()

    @classmethod
    def of(cls, ranges: Iterable[Range]) -> "Intervals":
        """The union of any ranges; those that end before they begin are empty."""
        ranges = tuple(ranges)
        if len(ranges) == 1 and ranges[0][0] <= ranges[0][1]:
            return cls(ranges)
        joined: list[Range] = []
        for first, last in sorted(r for r in ranges if r[0] <= r[1]):
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(joined[-1][1], last))
            else:
                joined.append((first, last))
        return cls(tuple(joined))

    @classmethod
    def single(cls, *numbers: int) -> "Intervals":
        """The set of these numbers."""
        return cls.of((n, n) for n in numbers)

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __iter__(self) -> Iterator[Range]:
        return iter(self.ranges)

    def __contains__(self, number: int) -> bool:
        place = bisect_right(self.ranges, (number, _LAST)) - 1
        return place >= 0 and number <= self.ranges[place][1]

    def __and__(self, other: "Intervals") -> "Intervals":
        if _within(self.ranges, other.ranges):
            return self
        if _within(other.ranges, self.ranges):
            return other
        few, many = sorted((self.ranges, other.ranges), key=len)
        return Intervals(tuple(_meet(few, many)))

    def __or__(self, other: "Intervals") -> "Intervals":
        return Intervals.of(self.ranges + other.ranges)

    def __sub__(self, other: "Intervals") -> "Intervals":
        if _within(self.ranges, other.ranges):
            return NOTHING
        if not other.ranges or other.ranges[-1][1] < self.ranges[0][0] or self.ranges[-1][1] < other.ranges[0][0]:
            return self
        if len(other.ranges) == 1:
            return Intervals(_less_one(self.ranges, *other.ranges[0]))
        return Intervals(tuple(_without(self.ranges, other.ranges)))

    def covers(self, other: "Intervals") -> bool:
        """Whether every number of the other set is in this one."""
        if self.ranges == other.ranges:
            return True
        return all(_holds(self.ranges, first, last) for first, last in other.ranges)

    def meets(self, other: "Intervals") -> bool:
        """Whether the two have a number in common."""
        few, many = sorted((self.ranges, other.ranges), key=len)
        return next(_meet(few, many), None) is not None

    def moved(self, by: int) -> "Intervals":
        """The set with every number changed by the same amount."""
        return self if not by else Intervals(tuple((first + by, last + by) for first, last in self.ranges))

    @property
    def size(self) -> int:
        """How many numbers are in it."""
        return sum(last - first + 1 for first, last in self.ranges)

    @property
    def first(self) -> int:
        """The smallest number (ValueError for the empty set)."""
        if not self.ranges:
            raise ValueError
        return self.ranges[0][0]

    @property
    def last(self) -> int:
        """The largest number (ValueError for the empty set)."""
        if not self.ranges:
            raise ValueError
        return self.ranges[-1][1]


def _holds(ranges: tuple[Range, ...], first: int, last: int) -> bool:
    """Whether one of the ranges holds all of these numbers (separate ranges never do so together)."""
    place = bisect_right(ranges, (first, _LAST)) - 1
    return place >= 0 and last <= ranges[place][1]


def _within(ranges: tuple[Range, ...], one: tuple[Range, ...]) -> bool:
    """Whether all ranges lie in a single one: then nothing need be counted, and the same object goes on."""
    return not ranges or (len(one) == 1 and one[0][0] <= ranges[0][0] and ranges[-1][1] <= one[0][1])


def _meet(few: tuple[Range, ...], many: tuple[Range, ...]) -> Iterator[Range]:
    for first, last in few:
        place = max(bisect_right(many, (first, _LAST)) - 1, 0)
        while place < len(many) and many[place][0] <= last:
            start, end = max(first, many[place][0]), min(last, many[place][1])
            if start <= end:
                yield start, end
            place += 1


def _less_one(ranges: tuple[Range, ...], first: int, last: int) -> tuple[Range, ...]:
    """Without one range: only those that it meets are touched, as sets of a thousand ranges lose many, one by one."""
    begin = bisect_left(ranges, (first, first))
    if begin and ranges[begin - 1][1] >= first:
        begin -= 1
    end = bisect_right(ranges, (last, _LAST), begin)
    if begin == end:
        return ranges
    left = [(ranges[begin][0], first - 1)] if ranges[begin][0] < first else []
    if ranges[end - 1][1] > last:
        left.append((last + 1, ranges[end - 1][1]))
    return ranges[:begin] + tuple(left) + ranges[end:]


def _without(ranges: tuple[Range, ...], taken: tuple[Range, ...]) -> Iterator[Range]:
    place = 0
    for begin, end in ranges:
        first = begin
        while place < len(taken) and taken[place][1] < first:
            place += 1
        at = place
        while at < len(taken) and taken[at][0] <= end:
            if taken[at][0] > first:
                yield first, taken[at][0] - 1
            first = taken[at][1] + 1
            at += 1
        if first <= end:
            yield first, end


NOTHING = Intervals()
ANY_PROTOCOL = Intervals(((0, 255),))
ANY_PORT = Intervals(((0, 65535),))
ANY_ADDRESS = Intervals(((0, _LAST),))
ANY_V4 = Intervals(((_V4, _V4_LAST),))
ANY_V6 = Intervals(((0, _V4 - 1), (_V4_LAST + 1, _LAST)))

TCP = Intervals.single(6)
UDP = Intervals.single(17)


def number_of(address: IPAddress) -> int:
    """The place of an address on the common line."""
    return int(address) | _V4 if address.version == 4 else int(address)


def address_of(number: int) -> IPAddress:
    """The address at a place of the common line."""
    if _V4 <= number <= _V4_LAST:
        return ipaddress.IPv4Address(number - _V4)
    return ipaddress.IPv6Address(number)


@lru_cache(maxsize=4096)
def addresses(*texts: str) -> Intervals:
    """The set of these addresses, networks and ranges: `192.0.2.1`, `192.0.2.1/24` (its network), `2001:db8::/32`,
    `192.0.2.1-192.0.2.9`. Anything else is a ValueError."""
    return Intervals.of(one for text in texts for one in _span(text.strip()).ranges)


def _span(text: str) -> Intervals:
    first, dash, last = text.partition("-")
    if not dash:
        return network(ipaddress.ip_network(text, strict=False))
    begin, end = ipaddress.ip_address(first.strip()), ipaddress.ip_address(last.strip())
    if begin.version != end.version:
        raise ValueError(text)
    return _of_family(number_of(begin), number_of(end), begin.version)


def network(of: IPNetwork) -> Intervals:
    """The set of the addresses of one network."""
    return _of_family(number_of(of.network_address), number_of(of.broadcast_address), of.version)


def _of_family(first: int, last: int, version: int) -> Intervals:
    one = Intervals.of([(first, last)])
    return one if version == 4 else one - ANY_V4


def ports(*texts: str) -> Intervals:
    """The set of these ports: `80`, `5000-5010`. Anything else, or a number above 65535, is a ValueError."""
    found: list[Range] = []
    for text in texts:
        first, dash, last = text.partition("-")
        begin, end = int(first), int(last) if dash else int(first)
        if not 0 <= begin <= end <= 65535:
            raise ValueError(text)
        found.append((begin, end))
    return Intervals.of(found)


#: IPv4 addresses that mean something inside one network only, or nothing.
PRIVATE_V4 = addresses(
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
    "224.0.0.0/3",
)  # fmt: skip
#: Addresses of the internet (those kept for documentation count as such: in examples they stand for real ones).
GLOBAL_V4 = ANY_V4 - PRIVATE_V4
GLOBAL_V6 = addresses("2000::/3")
INTERNET = GLOBAL_V4 | GLOBAL_V6


def written_addresses(of: Intervals) -> tuple[str, ...]:
    """The addresses as few texts: `192.0.2.1`, `192.0.2.0/24`, or `192.0.2.1-192.0.2.9` where no network fits."""
    return tuple(_written(first, last) for first, last in of)


def _written(first: int, last: int) -> str:
    begin, end = address_of(first), address_of(last)
    if begin == end:
        return str(begin)
    if begin.version != end.version:
        return f"{begin}-{end}"
    networks = list(islice(ipaddress.summarize_address_range(begin, end), 2))
    return str(networks[0]) if len(networks) == 1 else f"{begin}-{end}"


def written_ports(of: Intervals) -> tuple[str, ...]:
    """The ports as texts: `80`, `5000-5010`."""
    return tuple(str(first) if first == last else f"{first}-{last}" for first, last in of)
