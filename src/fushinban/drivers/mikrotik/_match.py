"""The conditions of a RouterOS rule as a `Match`: those of `filter`, `nat` and `raw` alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from fushinban.drivers._packet_words import PORTED, address_set, port_set, protocol
from fushinban.drivers.mikrotik._interfaces import Interfaces
from fushinban.model.filtering import ANY_INTERFACE, ANY_STATE, Match, Names, State
from fushinban.model.intervals import ANY_ADDRESS, ANY_PORT, ANY_PROTOCOL, NOTHING, Intervals, addresses

#: Settings of a rule that are no conditions.
_NO_CONDITIONS = frozenset(
    {
        "action", "chain", "comment", "disabled", "log", "log-prefix", "jump-target", "reject-with", "to-addresses",
        "to-ports", "address-list", "address-list-timeout", "hw-offload", "dynamic", "invalid", "same-not-by-dst",
        "randomise-ports", "creation-time",
    }
)  # fmt: skip


class WrongValue(ValueError):
    """A condition whose value makes no sense; its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the conditions of rules refer to."""

    interfaces: Interfaces
    lists: Mapping[str, "AddressList"]
    own: Intervals  # addresses that may be the router's own


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressList:
    """A named list. `open_ended`: it also holds host names, or rules add to it while the router runs."""

    known: Intervals = NOTHING
    open_ended: bool = False


class _Draft:
    """A match that is still being put together (changing frozen values for every condition costs ten times as much)."""

    __slots__ = (
        "destination_ports", "destinations", "either", "entering", "leaving", "port", "protocols", "source_ports",
        "sources", "states", "translated", "unclear",
    )  # fmt: skip

    def __init__(self) -> None:
        self.protocols = ANY_PROTOCOL
        self.sources = self.destinations = ANY_ADDRESS
        self.source_ports = self.destination_ports = ANY_PORT
        self.states = ANY_STATE
        self.translated: bool | None = None
        self.entering = self.leaving = ANY_INTERFACE
        self.unclear = ""
        self.port: Intervals | None = None  # source or destination
        self.either: list[tuple[str, Intervals, str]] = []  # lists known in part: known for certain, others perhaps

    def match(self) -> Match:
        """The finished value."""
        return Match(
            protocols=self.protocols, sources=self.sources, source_ports=self.source_ports,
            destinations=self.destinations, destination_ports=self.destination_ports, states=self.states,
            translated=self.translated, entering=self.entering, leaving=self.leaving, unclear=self.unclear,
        )  # fmt: skip

    def place(self, key: str, found: Intervals) -> None:
        """Narrow the source or the destination."""
        if key.startswith("src"):
            self.sources = found if self.sources is ANY_ADDRESS else self.sources & found
        else:
            self.destinations = found if self.destinations is ANY_ADDRESS else self.destinations & found

    def add_unclear(self, said: str) -> None:
        """A condition that a match cannot express."""
        self.unclear = f"{self.unclear} {said}".strip()


def matches_of(values: Mapping[str, str], around: Surroundings) -> list[Match]:
    """The rule's conditions; several where one rule says "or". Raises WrongValue, whose text is the condition's name.

    An outsider's packets are never those of an IPsec peer: a rule for such peers alone gives no match at all.
    """
    draft = _Draft()
    for key, value in values.items():
        if key in _NO_CONDITIONS or not value or key.startswith("!"):
            continue
        try:
            _READERS.get(key, _unclear)(draft, key, value, around)
        except ValueError as error:
            raise WrongValue(key) from error
    whole = draft.match()
    if not whole.protocols:
        return []
    return _several(whole, draft) if draft.either or "port" in values else [whole]


def _several(whole: Match, draft: _Draft) -> list[Match]:
    """Each "or" makes two of every match."""
    found = [whole]
    if draft.port is not None:
        ported = replace(whole, protocols=whole.protocols & PORTED)
        by_destination = replace(ported, destination_ports=ported.destination_ports & draft.port)
        found = [by_destination, replace(ported, source_ports=ported.source_ports & draft.port)]
    for key, known, said in draft.either:
        unclear = f"{whole.unclear} {said}".strip()
        found = [
            one
            for before in found
            for one in (
                _placed(before, key, known),
                replace(_placed(before, key, ANY_ADDRESS - known), unclear=unclear),
            )
        ]
    return found


def _placed(match: Match, key: str, found: Intervals) -> Match:
    if key.startswith("src"):
        return replace(match, sources=match.sources & found)
    return replace(match, destinations=match.destinations & found)


def _but(found: Intervals, without: bool, whole: Intervals = ANY_ADDRESS) -> Intervals:
    return whole - found if without else found


def _split(value: str) -> tuple[bool, str]:
    return value.startswith("!"), value.removeprefix("!").strip()


@lru_cache(maxsize=256)
def _protocols(value: str) -> Intervals:
    without, said = _split(value)
    return _but(Intervals.single(protocol(said)), without, ANY_PROTOCOL)


def _protocol(draft: _Draft, _key: str, value: str, _around: Surroundings) -> None:
    found = _protocols(value)
    draft.protocols = found if draft.protocols is ANY_PROTOCOL else draft.protocols & found


@lru_cache(maxsize=4096)
def _addresses(value: str) -> Intervals:
    without, said = _split(value)
    return _but(address_set(said) if "," not in said else addresses(*said.split(",")), without)


def _address(draft: _Draft, key: str, value: str, _around: Surroundings) -> None:
    draft.place(key, _addresses(value))


@lru_cache(maxsize=1024)
def _ports(value: str) -> Intervals:
    without, said = _split(value)
    return _but(port_set(said.split(",")), without, ANY_PORT)


def _port(draft: _Draft, key: str, value: str, _around: Surroundings) -> None:
    draft.protocols = PORTED if draft.protocols is ANY_PROTOCOL else draft.protocols & PORTED
    if key == "src-port":
        draft.source_ports = _ports(value)
    else:
        draft.destination_ports = _ports(value)


def _either_port(draft: _Draft, _key: str, value: str, _around: Surroundings) -> None:
    draft.port = _ports(value)


def _list(draft: _Draft, key: str, value: str, around: Surroundings) -> None:
    without, name = _split(value)
    listed = around.lists.get(name, AddressList(open_ended=True))
    if listed.open_ended and listed.known and not without:
        draft.either.append((key, listed.known, f"{key}={value}"))
        return
    if listed.known or not listed.open_ended:
        draft.place(key, _but(listed.known, without))
    if listed.open_ended:
        draft.add_unclear(f"{key}={value}")


def _interface(draft: _Draft, key: str, value: str, around: Surroundings) -> None:
    without, said = _split(value)
    names = around.interfaces.listed(said) if key.endswith("-list") else around.interfaces.named(said)
    if names is None:
        draft.add_unclear(f"{key}={value}")
        return
    chosen = Names(names=names.names, others=not names.others) if without else names
    if key.startswith("in-"):
        draft.entering = _both(draft.entering, chosen)
    else:
        draft.leaving = _both(draft.leaving, chosen)


def _both(one: Names, other: Names) -> Names:
    """The interfaces that are in both sets."""
    if one is ANY_INTERFACE:
        return other
    if one.others and other.others:
        return Names(names=one.names | other.names, others=True)
    if one.others or other.others:
        few, but = (other, one) if one.others else (one, other)
        return Names(names=few.names - but.names)
    return Names(names=one.names & other.names)


@lru_cache(maxsize=256)
def _states(value: str) -> frozenset[State]:
    without, said = _split(value)
    states = frozenset(State(word) for word in said.split(",") if word)
    return ANY_STATE - states if without else states


def _state(draft: _Draft, _key: str, value: str, _around: Surroundings) -> None:
    draft.states = _states(value)


def _nat_state(draft: _Draft, key: str, value: str, _around: Surroundings) -> None:
    without, said = _split(value)
    if said == "dstnat":
        draft.translated = not without
    else:
        draft.add_unclear(f"{key}={value}")


def _address_type(draft: _Draft, key: str, value: str, around: Surroundings) -> None:
    without, said = _split(value)
    if said == "local":
        draft.place(key, _but(around.own, without))
    else:
        draft.add_unclear(f"{key}={value}")


def _ipsec(draft: _Draft, _key: str, value: str, _around: Surroundings) -> None:
    if value.endswith(",ipsec"):
        draft.protocols = NOTHING


def _unclear(draft: _Draft, key: str, value: str, _around: Surroundings) -> None:
    draft.add_unclear(f"{key}={value}")


_READERS: dict[str, Callable[[_Draft, str, str, Surroundings], None]] = {
    "protocol": _protocol,
    "src-address": _address,
    "dst-address": _address,
    "src-port": _port,
    "dst-port": _port,
    "in-interface": _interface,
    "out-interface": _interface,
    "in-interface-list": _interface,
    "out-interface-list": _interface,
    "connection-state": _state,
    "connection-nat-state": _nat_state,
    "src-address-type": _address_type,
    "dst-address-type": _address_type,
    "ipsec-policy": _ipsec,
    "port": _either_port,
    "src-address-list": _list,
    "dst-address-list": _list,
}
