"""What outsiders can reach through a router, as its configuration says: predicted, not tried."""

from dataclasses import dataclass
from datetime import datetime

from fushinban.model.filtering import Family, ForwardKind, Line
from fushinban.model.intervals import NOTHING, Intervals, IPAddress
from fushinban.model.router import Origin, OwnService, Unread, UpnpServer
from fushinban.model.text import Named, Text

_NAMES = {1: "icmp", 2: "igmp", 6: "tcp", 17: "udp", 41: "ipv6", 47: "gre", 50: "esp", 51: "ah", 58: "icmpv6"}


def protocol_name(protocols: Intervals) -> str:
    """The usual name of one protocol; `other` for several together or for one without such a name."""
    return _NAMES.get(protocols.first, "other") if protocols.size == 1 else "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class InsideDevice:
    """A device known at the inside, so that a row can name it."""

    name: str
    addresses: tuple[IPAddress, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Who comes in at which outside address and port.

    `outside`: the addresses an outsider uses. `assigned`: the provider gives that address and the configuration does
    not know it; `outside` then says for which it holds, mostly all. `outside_ports`: empty for protocols without ports.
    `sources`: who may; `anyone`: these are all outsiders; `left_out`: the outsiders who may not. `source_ports`: only
    from these ports; empty where an ordinary client comes through. `certain`: False where it hangs on a condition that
    could not be evaluated.
    """

    interface: str
    family: Family
    outside: Intervals
    assigned: bool
    outside_ports: Intervals
    sources: Intervals
    anyone: bool
    left_out: Intervals = NOTHING
    source_ports: Intervals = NOTHING
    certain: bool = True
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One inside service, or range of them, that an outsider can reach.

    `protocols`: TCP or UDP alone, or all others that come through together. `inside`, `inside_ports`: where it ends.
    `ports_in_order`: the nth outside port is the nth inside port; otherwise every outside port may end at every inside
    port; `addresses_in_order` the same for addresses. `unknown_prefix`: inside addresses of a network whose prefix the
    provider gives; `inside` is then empty and `inside_interface` says which network it is.
    """

    reach: Reach
    kind: ForwardKind
    protocols: Intervals
    inside: Intervals
    inside_ports: Intervals
    inside_interface: str
    ports_in_order: bool = True
    addresses_in_order: bool = True
    unknown_prefix: bool = False
    devices: tuple[str, ...] = ()

    @property
    def protocol(self) -> str:
        """`tcp`, `udp`, a name such as `gre`; `other` for several together or for one without a usual name."""
        return protocol_name(self.protocols)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReach:
    """One service of the router itself and the ways in which outsiders reach it; without ways nobody does."""

    service: OwnService
    ways: tuple[Reach, ...] = ()

    @property
    def reachable(self) -> bool:
        """Whether an outsider reaches it at all."""
        return bool(self.ways)


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalAddress:
    """An inside device, or a whole inside network, that has an address of the internet of its own.

    `address`: a device's address or a network as text; empty for a network whose prefix the provider gives.
    `reachable`: whether outsiders reach anything there.
    """

    name: str
    interface: str
    address: str
    family: Family
    reachable: bool


class Obstacle(Named):
    """What keeps outsiders out of a forward that is in the configuration."""

    BEFORE = "before"  # dropped at arrival, before its destination is translated
    TAKEN = "taken"  # another rule, which comes first, takes its packets
    NOWHERE = "nowhere"  # no inside network leads to its goal
    AFTER = "after"  # dropped once it is translated
    ANSWER = "answer"  # the first packet passes, its answer does not


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A forward of which nothing comes through. `lines`: its own; `by`: those that stop it (empty: a maker's default).

    `inside`, `inside_ports`: empty where address or port stay as they are.
    """

    kind: ForwardKind
    protocols: Intervals
    outside_ports: Intervals
    inside: Intervals
    inside_ports: Intervals
    obstacle: Obstacle
    lines: tuple[Line, ...]
    by: tuple[Line, ...] = ()
    family: Family = Family.V4


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """All that can be said of one router. Not `complete`: there may be more, and some of it may not hold.

    `stopped`: forwards that are there, but of which nothing comes through; whoever changes a filter opens them.
    """

    kind: str
    origin: Origin
    maker: str = ""
    model: str = ""
    firmware: str = ""
    host_name: str = ""
    openings: tuple[Opening, ...] = ()
    management: tuple[OwnReach, ...] = ()
    global_addresses: tuple[GlobalAddress, ...] = ()
    upnp: UpnpServer
    unread: tuple[Unread, ...] = ()
    notes: tuple[Text, ...] = ()
    stopped: tuple[Stopped, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every line was understood and every condition could be evaluated."""
        ways = [*(o.reach for o in self.openings), *(way for own in self.management for way in own.ways)]
        return not self.unread and all(way.certain for way in ways)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldBy:
    """Whose word a prediction stands on: a file that a person handed in, or a router that was read at an inspection.

    `name`: of the file or of the device; `at`: when it was handed in or read; `device`: its id, empty for a file.
    """

    origin: Origin
    name: str
    at: datetime
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteExposure:
    """What outsiders reach at a site, predicted for the controls that judge it.

    `told` None: nothing but the router's UPnP mappings is known. `router`: id of the device whose configuration it is,
    empty where the list has none. `alone`: the list knows no other router, through which more may come in.
    `outside`: the router's own addresses towards the line, as far as known.
    """

    prediction: Prediction
    told: ToldBy | None
    router: str = ""
    alone: bool = True
    outside: tuple[IPAddress, ...] = ()
