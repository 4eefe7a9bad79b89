"""Predicted against observed: what a router's configuration says of outsiders, and what an outsider saw."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fushinban.model.exposure import Opening, OwnReach, Reach, Stopped
from fushinban.model.facts.services import PortState
from fushinban.model.filtering import Family, Line
from fushinban.model.intervals import TCP, Intervals, IPAddress, IPNetwork
from fushinban.model.reflection import SeenPort
from fushinban.model.text import Named, Text


class Agreement(Named):
    """How prediction and look agree about one port."""

    AGREES = "agrees"
    NOT_SEEN = "not-seen"
    NOT_PREDICTED = "not-predicted"


class Unlooked(Named):
    """Why a look from outside says nothing of a way in: its protocol, its ports, or its address was not looked at."""

    PROTOCOL = "protocol"
    PORTS = "ports"
    ADDRESS = "address"


class Cause(StrEnum):
    """Why the two may differ."""

    CARRIER_NAT = "carrier-nat"
    DOUBLE_NAT = "double-nat"
    FROM_INSIDE = "from-inside"
    ADDRESS_CHANGED = "address-changed"
    ANOTHER_LINE = "another-line"
    STALE_UPNP = "stale-upnp"
    NEW_UPNP = "new-upnp"
    DEVICE_GONE = "device-gone"
    PORT_CLOSED = "port-closed"
    FILTER_ORDER = "filter-order"
    LEAKY_FILTER = "leaky-filter"
    UNCERTAIN = "uncertain"
    INCOMPLETE = "incomplete"
    OLD_CONFIGURATION = "old-configuration"
    IN_BETWEEN = "in-between"


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelyCause:
    """One cause: a sentence for the owner, what to do, and one line for the technician."""

    cause: Cause
    sentence: Text
    action: Text
    technical: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class InsideSeen:
    """A device as the last inspection saw it from inside. `ports`: TCP ports that were looked at there."""

    name: str
    addresses: tuple[IPAddress, ...]
    reached: bool
    ports: tuple[SeenPort, ...] = ()

    def state(self, port: int) -> PortState | None:
        """The state of a port from inside; None where nobody looked."""
        return next((p.state for p in self.ports if p.port == port), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What else is known of the site; what is not known stays empty, and no cause is drawn from it.

    `outside`: addresses that the router itself has towards the line. `read_at`: when the router's state was read or
    handed in. `searched`: the networks in which the last inspection looked for devices. `reflector`: the addresses
    from which the look was made, where they are known.
    """

    outside: tuple[IPAddress, ...] = ()
    read_at: datetime | None = None
    devices: tuple[InsideSeen, ...] = ()
    searched: tuple[IPNetwork, ...] = ()
    inspected_at: datetime | None = None
    reflector: tuple[IPAddress, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPort:
    """One TCP port of one outside address. `rows`, `own`: what the prediction says of it, whoever may come through.

    `causes`: the likeliest first; only where the two differ, and then at least one. `stopped`: forwards for this port
    that let nobody in, and what stops them.
    """

    family: int
    address: str
    seen: SeenPort
    agreement: Agreement
    predicted: bool
    rows: tuple[Opening, ...] = ()
    own: tuple[OwnReach, ...] = ()
    causes: tuple[LikelyCause, ...] = ()
    stopped: tuple[Stopped, ...] = ()

    @property
    def port(self) -> int:
        """The outside port."""
        return self.seen.port

    @property
    def open(self) -> bool:
        """Whether an outsider got an answer there."""
        return self.seen.state is PortState.OPEN

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the configuration behind it, each once."""
        reaches = [*(row.reach for row in self.rows), *(way for own in self.own for way in own.ways)]
        return tuple(dict.fromkeys(line for reach in reaches for line in reach.lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All ports that were looked at, and what the prediction says beyond them: other ports, protocols, addresses."""

    ports: tuple[ComparedPort, ...]
    beyond: tuple[Opening, ...] = ()
    own_beyond: tuple[OwnReach, ...] = ()

    def unlooked(self, reach: Reach, protocols: Intervals) -> Unlooked:
        """Why a way that is beyond the looks was not looked at."""
        if not TCP.covers(protocols):
            return Unlooked.PROTOCOL
        family = 4 if reach.family is Family.V4 else 6
        looked = Intervals.single(*{port.port for port in self.ports if port.family == family})
        return Unlooked.ADDRESS if looked.covers(reach.outside_ports) else Unlooked.PORTS

    def of(self, agreement: Agreement) -> tuple[ComparedPort, ...]:
        """The ports of one class."""
        return tuple(p for p in self.ports if p.agreement is agreement)

    @property
    def notable(self) -> tuple[ComparedPort, ...]:
        """All but those at which nothing is predicted, seen or stopped: nothing is there, as it should be."""
        return tuple(p for p in self.ports if p.agreement is not Agreement.AGREES or p.open or p.predicted or p.stopped)

    @property
    def mismatches(self) -> tuple[ComparedPort, ...]:
        """Ports at which the two differ."""
        return tuple(p for p in self.ports if p.agreement is not Agreement.AGREES)
