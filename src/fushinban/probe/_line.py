"""The line that was looked at, beside what the router says of itself."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from fushinban.model.intervals import INTERNET, PRIVATE_V4, IPAddress, addresses, number_of
from fushinban.model.mismatch import Surroundings
from fushinban.model.outside import OutsideLook

#: Addresses that carriers give behind their own translation (RFC 6598).
CARRIER = addresses("100.64.0.0/10")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A look's line. `own`: the router's addresses of this family towards the line, as far as known."""

    family: int
    address: str
    at: datetime
    own: tuple[IPAddress, ...]

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
        return () if self.is_routers_own else self.own

    @property
    def from_inside(self) -> bool:
        """Whether the look saw an address that is none of the internet: it was made from within some network."""
        return number_of(self.seen_as) not in INTERNET


def line_of(look: OutsideLook, around: Surroundings) -> Line:
    """The line of a look."""
    own = tuple(a for a in around.outside if a.version == look.family)
    return Line(family=look.family, address=look.address, at=look.at, own=own)
