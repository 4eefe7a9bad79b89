"""What is known of a router, in one form for all makers: exact enough to follow any packet through it.

How a packet of an outsider goes through
----------------------------------------
Every place where a router looks at packets is a `Hook`: a stage, the interfaces at which it stands, the families for
which it counts, and a `RuleList`. All hooks of a stage that stand at the packet's interface are asked in the order of
`RouterState.hooks`; each must let the packet go on. A stage without hooks lets everything go on.

1. ARRIVE at the WAN interface: the packet still has the outside address and port as its destination.
2. TRANSLATE: first the mappings that devices asked for by UPnP (`RouterState.mappings`), then the hooks in order, each
   list from the top. The first TRANSLATE rule that matches ends the stage; ACCEPT ends this one list untranslated, DROP
   ends the packet. A list's default ACCEPT means: untranslated goes on to the next hook or stage.
3. ENTER at the WAN interface: the destination is now the inside one.
4. Is the destination an address of the router (of any interface, or `Target.own`)? Then INPUT and the service that
   listens (`services`); `OwnService.sources` and `entering` are the service's own list of who may ask.
   Otherwise the way out is the connected network or route that holds the destination (the longest prefix), then
   FORWARD (both interfaces known), LEAVE and DEPART at the inside interface.
5. The answer must come back: ARRIVE and ENTER at the inside interface (an answer is not translated there), FORWARD,
   LEAVE at the WAN interface with the inside address and port as its source, DEPART there with the outside ones; from
   the router itself OUTPUT, LEAVE, DEPART. It has the state ESTABLISHED. Hooks whose opposite list `tracked` the
   connection are passed unasked.

How the makers' orders are written in these stages
--------------------------------------------------
- Yamaha: incoming packets are translated and then filtered, outgoing ones filtered and then translated. `secure filter
  in` is ENTER, `out` is LEAVE, at every interface that has one, default DROP (a filter that is set and matches nothing
  discards). NAT descriptors are TRANSLATE at their interface; the default is that of `nat descriptor masquerade
  incoming` (reject unless told), ACCEPT for the type `nat`. `dynamic` filters are `tracked` of their list.
- NEC IX: `ip filter NAME n in` before or after NAT as its manual says (ARRIVE or ENTER), `out` DEPART or LEAVE.
- OpenWrt: redirects are TRANSLATE (order of the file), zone input and forward are one INPUT and one FORWARD list; an
  accepting rule with `translated=True` stands before a zone's default, as fw3 and fw4 write it.
- RouterOS: raw prerouting is ARRIVE, chain dstnat is TRANSLATE (accept ends it), input, forward and output are INPUT,
  FORWARD and OUTPUT with default ACCEPT; chains of one's own are lists to JUMP to with default RETURN.

What cannot be expressed is told, never left out: `Match.unclear` for one condition, `unread` for a line.
"""

from dataclasses import dataclass
from enum import StrEnum

from fushinban.model.filtering import (
    ANY_INTERFACE,
    ANY_STATE,
    ANYTHING,
    BOTH,
    Action,
    Family,
    ForwardKind,
    Hook,
    Line,
    Match,
    Names,
    Rule,
    RuleList,
    Stage,
    State,
    Target,
)
from fushinban.model.intervals import ANY_ADDRESS, NOTHING, Intervals, IPInterface, IPNetwork, network
from fushinban.model.text import Named, Text

__all__ = [
    "ANYTHING", "ANY_INTERFACE", "ANY_STATE", "BOTH", "Action", "Family", "ForwardKind", "Hook", "Interface", "Line",
    "Match", "Names", "Origin", "OwnService", "PasswordState", "Purpose", "Role", "Route", "RouterAccount",
    "RouterState", "Rule", "RuleList", "Stage", "State", "Target", "Unread", "UpnpServer",
]  # fmt: skip


class Origin(Named):
    """Where the state was read: a configuration text given by a person counts as much as the router itself."""

    FILE = "file"
    DEVICE = "device"


class Role(StrEnum):
    """What an interface is for. WAN: outsiders are behind it. TUNNEL: a VPN; those behind it are not outsiders."""

    WAN = "wan"
    LAN = "lan"
    TUNNEL = "tunnel"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """One interface with its own addresses.

    `addresses`: own address and prefix length each. `assigned`: families in which the interface has, at a WAN, an
    address given by the provider that the configuration does not know, or, at a LAN, a network of global IPv6
    addresses whose prefix the provider gives.
    """

    name: str
    role: Role
    addresses: tuple[IPInterface, ...] = ()
    assigned: frozenset[Family] = frozenset()
    lines: tuple[Line, ...] = ()
    assigned_lines: tuple[Line, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A network that is reached through an interface; connected networks follow from `Interface.addresses`."""

    destinations: IPNetwork
    interface: str
    lines: tuple[Line, ...] = ()

    @property
    def covered(self) -> Intervals:
        """The addresses of its network."""
        return network(self.destinations)


class Purpose(Named):
    """What a service of the router itself is for."""

    MANAGEMENT = "management"
    VPN = "vpn"
    NETWORK = "network"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnService:
    """A service of the router itself that runs (those switched off are not listed).

    `ports`: empty for protocols without ports. `entering`: interfaces at which it listens. `sources`: who may ask by
    the service's own list. `lines`: empty where it runs by the maker's default (`by_default`).
    """

    name: str
    purpose: Purpose
    protocol: int
    ports: Intervals = NOTHING
    entering: Names = ANY_INTERFACE
    sources: Intervals = ANY_ADDRESS
    families: frozenset[Family] = BOTH
    lines: tuple[Line, ...] = ()
    by_default: bool = False


class PasswordState(Named):
    """Whether a password is set; its value is never kept."""

    SET = "set"
    EMPTY = "empty"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterAccount:
    """One account of the router. `name` is empty for the nameless user of a router that asks for a password alone."""

    name: str
    administrator: bool
    password: PasswordState = PasswordState.UNKNOWN
    enabled: bool = True
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UpnpServer:
    """Whether devices inside may open ports by themselves. `enabled` None: could not tell."""

    enabled: bool | None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A line that was not understood, with the reason: the prediction is then incomplete."""

    line: Line
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterState:
    """All that a parser could read of one router. `kind`: the parser's name (yamaha, nec_ix, openwrt, mikrotik).

    `time_servers`, `log_hosts`: whom it asks for the time, and to whom it sends its log. `schedules`: what it runs by
    itself at times (a sign of those who stay after a break-in, where nobody knows of it).
    """

    kind: str
    origin: Origin
    maker: str = ""
    model: str = ""
    firmware: str = ""
    serial: str = ""
    host_name: str = ""
    interfaces: tuple[Interface, ...] = ()
    routes: tuple[Route, ...] = ()
    lists: tuple[RuleList, ...] = ()
    hooks: tuple[Hook, ...] = ()
    mappings: tuple[Rule, ...] = ()
    services: tuple[OwnService, ...] = ()
    upnp: UpnpServer = UpnpServer(enabled=None)
    accounts: tuple[RouterAccount, ...] = ()
    dynamic_names: tuple[str, ...] = ()
    time_servers: tuple[str, ...] = ()
    log_hosts: tuple[str, ...] = ()
    schedules: tuple[Line, ...] = ()
    unread: tuple[Unread, ...] = ()
    line_count: int = 0

    def lists_from(self, *names: str) -> tuple[RuleList, ...]:
        """The lists of these names and those to which they jump, each once."""
        by_name, wanted, found = {one.name: one for one in self.lists}, list(names), set[str]()
        while wanted:
            name = wanted.pop()
            if name in by_name and name not in found:
                found.add(name)
                wanted += [rule.jump for rule in by_name[name].rules if rule.action is Action.JUMP]
        return tuple(one for one in self.lists if one.name in found)

    @property
    def forwards(self) -> tuple[Rule, ...]:
        """All rules that open a way to the inside, those of UPnP first."""
        used = (hook.rules for hook in self.hooks if hook.stage is Stage.TRANSLATE)
        static = [r for one in self.lists_from(*used) for r in one.rules if r.action is Action.TRANSLATE]
        return (*self.mappings, *static)

    @property
    def vpn_servers(self) -> tuple[OwnService, ...]:
        """Own services that let people in from outside."""
        return tuple(s for s in self.services if s.purpose is Purpose.VPN)
