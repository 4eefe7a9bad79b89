"""Rules over packets, in the one form into which the rules of every maker are read."""

from dataclasses import dataclass, field
from enum import StrEnum

from fushinban.model.intervals import ANY_ADDRESS, ANY_PORT, ANY_PROTOCOL, Intervals
from fushinban.model.text import Named


class Family(StrEnum):
    """Which internet protocol."""

    V4 = "ipv4"
    V6 = "ipv6"


class State(StrEnum):
    """What connection tracking says of a packet. The first packet of an outsider is NEW, every answer ESTABLISHED.

    A maker that looks at flags instead (Yamaha `established`: ACK or RST is set) is read as: ESTABLISHED.
    """

    NEW = "new"
    ESTABLISHED = "established"
    RELATED = "related"
    INVALID = "invalid"
    UNTRACKED = "untracked"


ANY_STATE = frozenset(State)
BOTH = frozenset(Family)


class Action(StrEnum):
    """What a rule does with a packet that it matches."""

    ACCEPT = "accept"  # done with this hook; the next hook goes on
    DROP = "drop"
    REJECT = "reject"  # as DROP, but the sender is told
    TRANSLATE = "translate"  # new destination by `Rule.target`; done with all hooks of this stage
    JUMP = "jump"  # to the list `Rule.jump`; comes back after its end
    RETURN = "return"  # leave this list: back to the one that jumped, or to the default of the hook's list
    CONTINUE = "continue"  # only counts, marks or logs


class ForwardKind(Named):
    """What sort of opening it is, in the words of routers' own pages. DIRECT: nothing is translated, the inside address
    is itself one of the internet (no rule has this kind)."""

    STATIC = "static"
    ONE_TO_ONE = "one-to-one"
    DMZ = "dmz"
    UPNP = "upnp"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the configuration, secrets blanked. `number`: from 1; 0 where an API gave it and not a text."""

    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """A set of interface names: those named, or all others (`others`)."""

    names: frozenset[str] = frozenset()
    others: bool = False

    @classmethod
    def of(cls, *names: str) -> "Names":
        """These interfaces."""
        return cls(names=frozenset(names))

    @classmethod
    def but(cls, *names: str) -> "Names":
        """All interfaces but these."""
        return cls(names=frozenset(names), others=True)

    def __contains__(self, name: str) -> bool:
        return (name in self.names) is not self.others


ANY_INTERFACE = Names.but()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which packets a rule is for: every condition must hold; each is "any" unless given.

    Addresses and ports are those that the packet has at the stage of the hook. A condition on ports is met by TCP, UDP,
    DCCP, SCTP and UDP-Lite alone: a packet of another protocol has no ports. `translated`: whether an earlier TRANSLATE
    changed the packet (RouterOS `connection-nat-state=dstnat`, Linux `ct status dnat`). `entering`, `leaving`: the
    interfaces of the packet; a packet to the router itself leaves nowhere (the name is then empty).
    `unclear`: a condition that this form cannot express (time of day, rate, layer 7, hardware address), in the words of
    the configuration; such a rule may or may not match, and the prediction counts with both.
    """

    protocols: Intervals = ANY_PROTOCOL
    sources: Intervals = ANY_ADDRESS
    source_ports: Intervals = ANY_PORT
    destinations: Intervals = ANY_ADDRESS
    destination_ports: Intervals = ANY_PORT
    states: frozenset[State] = ANY_STATE
    translated: bool | None = None
    entering: Names = ANY_INTERFACE
    leaving: Names = ANY_INTERFACE
    unclear: str = ""


ANYTHING = Match()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The new destination of a translated packet.

    `addresses`: the packet goes to one of these; None: to the address it had, moved by `address_shift` (0: kept).
    Shifts are distances on the common line of `intervals`. `own`: to the router itself (Linux, RouterOS `redirect`).
    `ports`, `port_shift`: the same for the port.
    """

    addresses: Intervals | None = None
    address_shift: int = 0
    ports: Intervals | None = None
    port_shift: int = 0
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `target` and `kind` belong to TRANSLATE, `jump` to JUMP. `lines`: what of the configuration made it."""

    action: Action
    match: Match = ANYTHING
    target: Target | None = None
    kind: ForwardKind = ForwardKind.STATIC
    jump: str = ""
    lines: tuple[Line, ...] = ()
    name: str = ""  # its number or comment, for people


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleList:
    """Ordered rules; the first that matches decides. `default`: what happens at the end (RETURN in lists to jump to).

    `tracked`: connections whose first packet passes this list and matches one of these are remembered, so that their
    answers pass the hooks of the opposite direction at the same interface unasked (Yamaha `dynamic`, NEC IX dynamic
    lists). Not needed where states are matched.
    """

    name: str
    rules: tuple[Rule, ...] = ()
    default: Action = Action.ACCEPT
    default_lines: tuple[Line, ...] = ()
    tracked: tuple[Match, ...] = ()


class Stage(StrEnum):
    """Where on its way a packet meets a hook; see `fushinban.model.router` for the way."""

    ARRIVE = "arrive"  # just received: destination not yet translated
    TRANSLATE = "translate"  # destination translation
    ENTER = "enter"  # received, translated; for those passing through and those to the router
    INPUT = "input"  # to the router itself
    FORWARD = "forward"  # passing through: both interfaces are known
    OUTPUT = "output"  # from the router itself
    LEAVE = "leave"  # about to be sent: source not yet translated (an answer still has its inside address)
    DEPART = "depart"  # about to be sent, translated (an answer has the outside address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A rule list at work. `interfaces`: those at which it stands (for FORWARD, INPUT, OUTPUT mostly any).

    For ARRIVE, TRANSLATE, ENTER, INPUT, FORWARD the interface is where the packet came in, for LEAVE, DEPART, OUTPUT
    where it goes out.
    """

    stage: Stage
    rules: str
    interfaces: Names = ANY_INTERFACE
    families: frozenset[Family] = field(default=BOTH)
