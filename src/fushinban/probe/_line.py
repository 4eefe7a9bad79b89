"""The line that was looked at, beside what the router says of itself."""

from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_address, ip_network

from fushinban.model.exposure import Prediction, Reach
from fushinban.model.filtering import Family
from fushinban.model.intervals import INTERNET, PRIVATE_V4, IPAddress, addresses, number_of
from fushinban.model.mismatch import Surroundings
from fushinban.model.outside import OutsideLook

#: Addresses that carriers give behind their own translation (RFC 6598).
CARRIER = addresses("100.64.0.0/10")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A look's line. `own`: the router's addresses of this family towards the line, as far as known.

    `inside`: the address that was seen is none of the router's but of a device behind it that asked for itself, as is
    usual with IPv6: it says nothing of the router or of other devices.
    """

    family: int
    address: str
    at: datetime
    own: tuple[IPAddress, ...]
    inside: bool = False

    @property
    def seen_as(self) -> IPAddress:
        """The address under which the line was seen."""
        return ip_address(self.address)

    @property
    def is_routers_own(self) -> bool:
        """Whether the router has the address that was seen, or does not say which it has."""
        return not self.own or self.seen_as in self.own

    @property
    def carrier(self) -> IPAddress | None:
        """The router's address where it is one behind a carrier's translation."""
        return next((a for a in self.strange if number_of(a) in CARRIER), None)

    @property
    def private(self) -> IPAddress | None:
        """The router's address where it is a private one: another router stands before it."""
        return next((a for a in self.strange if number_of(a) in PRIVATE_V4 and number_of(a) not in CARRIER), None)

    @property
    def another(self) -> IPAddress | None:
        """The router's address where it is one of the internet, but not the one that was seen."""
        return next((a for a in self.strange if number_of(a) in INTERNET), None)

    @property
    def strange(self) -> tuple[IPAddress, ...]:
        """The router's addresses where none of them was seen."""
        return () if self.is_routers_own or self.inside else self.own

    @property
    def from_inside(self) -> bool:
        """Whether the look saw an address that is none of the internet: it was made from within some network."""
        return number_of(self.seen_as) not in INTERNET


def line_of(look: OutsideLook, around: Surroundings, prediction: Prediction) -> Line:
    """The line of a look."""
    own = tuple(a for a in around.outside if a.version == look.family)
    line = Line(family=look.family, address=look.address, at=look.at, own=own)
    return replace(line, inside=line.seen_as not in own and _is_inside(line, prediction))


def _is_inside(line: Line, prediction: Prediction) -> bool:
    """Whether the address is in a network behind the router. A prefix that the provider gives may be any."""
    known = [g for g in prediction.global_addresses if g.family is family_of(line)]
    return any(not g.address or line.seen_as in ip_network(g.address, strict=False) for g in known)


def family_of(line: Line) -> Family:
    """The protocol over which the look was made."""
    return Family.V4 if line.family == 4 else Family.V6


def is_of(reach: Reach, line: Line) -> bool:
    """Whether a way in begins at the address that was looked at."""
    if reach.family is not family_of(line):
        return False
    if line.family == 6 or line.inside:
        return number_of(line.seen_as) in reach.outside
    # A router that does not know its line's address speaks of whatever address that is; one that has another address
    # than the one seen (behind a second translation) still speaks of this line.
    return reach.assigned or number_of(line.seen_as) in reach.outside or not line.is_routers_own


def covers(reach: Reach, line: Line) -> bool:
    """Whether a way begins nowhere else than at the address that was looked at."""
    if not is_of(reach, line):
        return False
    return reach.outside.size == 1 or (line.family == 4 and not line.inside)
