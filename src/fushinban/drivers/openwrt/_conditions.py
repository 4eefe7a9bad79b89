"""The conditions of an OpenWrt firewall rule or redirect as matches, read the way fw4 reads them.

A value that makes no sense makes fw4 leave the whole section out; so it raises WrongValue here.
"""

from dataclasses import dataclass, field

from fushinban.drivers._packet_words import address_set as plain_addresses
from fushinban.drivers._packet_words import protocol
from fushinban.drivers.openwrt._network import Network
from fushinban.drivers.openwrt._sections import Section
from fushinban.model.filtering import ANY_INTERFACE, BOTH, Family, Match, Names
from fushinban.model.intervals import (
    ANY_ADDRESS,
    ANY_PORT,
    ANY_PROTOCOL,
    ANY_V4,
    ANY_V6,
    NOTHING,
    Intervals,
    ports,
)  # fmt: skip

_UNCLEAR = (
    "src_mac", "limit", "limit_burst", "start_date", "stop_date", "start_time", "stop_time", "weekdays", "monthdays",
    "mark", "dscp", "helper", "icmp_type", "extra",
)  # fmt: skip
_WITH_PORTS = Intervals.single(6, 17)
_ICMP, _ICMP6 = 1, 58


class WrongValue(ValueError):
    """An option whose value makes no sense; its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressSet:
    """An `ipset`. `to`: the source or destination side that it is about; None: it cannot be expressed here."""

    known: Intervals = NOTHING
    to: str | None = None
    open_ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What conditions refer to."""

    network: Network
    sets: dict[str, AddressSet] = field(default_factory=dict)


def families_of(section: Section) -> frozenset[Family] | None:
    """The families that a section names; None where it names none. Raises WrongValue."""
    said = section.get("family").lower()
    if not said:
        return None
    if said in ("any", "all", "*"):
        return BOTH
    if said == "inet" or "4" in said:
        return frozenset({Family.V4})
    if "6" in said:
        return frozenset({Family.V6})
    raise WrongValue("family")


def whole_of(families: frozenset[Family]) -> Intervals:
    """All addresses of these families."""
    if families == BOTH:
        return ANY_ADDRESS
    return ANY_V4 if Family.V4 in families else ANY_V6


def address_set(section: Section, option: str, around: Surroundings) -> Intervals:
    """The addresses of an option, `!` before one taking it out; any where it is not there. Raises WrongValue."""
    with_these: list[Intervals] = []
    without: list[Intervals] = []
    for word in section.words(option):
        found = _addresses(word.lstrip("!").strip(), around)
        if found is None:
            raise WrongValue(option)
        (without if word.startswith("!") else with_these).append(found)
    whole = Intervals.of(r for one in with_these for r in one) if with_these else ANY_ADDRESS
    return whole - Intervals.of(r for one in without for r in one) if without else whole


def _addresses(text: str, around: Surroundings) -> Intervals | None:
    try:
        return plain_addresses(text)
    except ValueError:
        return around.network.connected(text)


def ports_of(section: Section, option: str) -> Intervals:
    """The ports of an option; any where it is not there. Raises WrongValue."""
    words = section.words(option)
    try:
        without = ports(*(word[1:].replace(":", "-") for word in words if word.startswith("!")))
        chosen = ports(*(word.replace(":", "-") for word in words if not word.startswith("!")))
    except ValueError as error:
        raise WrongValue(option) from error
    return (chosen if _some(words, False) else ANY_PORT) - without


def _some(words: list[str], negated: bool) -> bool:
    return any(word.startswith("!") is negated for word in words)


def protocols_of(section: Section, families: frozenset[Family], default: str) -> Intervals:
    """The protocols of a section. `icmp` is that of each family. Raises WrongValue."""
    found, without = NOTHING, NOTHING
    words = [w.lower() for w in section.words("proto")] or [default]
    for word in words:
        one = _protocol(word.removeprefix("!"), families)
        if word.startswith("!"):
            without = without | one
        else:
            found = found | one
    return (found if _some(words, False) else ANY_PROTOCOL) - without


def _protocol(word: str, families: frozenset[Family]) -> Intervals:
    if word in ("all", "any", "*"):
        return ANY_PROTOCOL
    if word == "tcpudp":
        return _WITH_PORTS
    if word in ("icmp", "1"):
        kinds = {Family.V4: _ICMP, Family.V6: _ICMP6}
        return Intervals.single(*(kinds[family] for family in families))
    try:
        return Intervals.single(protocol(word))
    except ValueError as error:
        raise WrongValue("proto") from error


def matches_of(
    section: Section, around: Surroundings, *, entering: Names = ANY_INTERFACE, leaving: Names = ANY_INTERFACE,
    outer: bool = False, families: frozenset[Family] | None = None,
) -> list[Match]:  # fmt: skip
    """The matches of a rule, or of a redirect (`outer`: destinations are `src_dip` and `src_dport`). Raises WrongValue.

    Ports count for TCP and UDP alone: other protocols named beside them are matched without.
    """
    chosen = families or BOTH
    sources, destinations = (
        address_set(section, option, around) for option in ("src_ip", "src_dip" if outer else "dest_ip")
    )
    sources, destinations, unclear = _narrowed(section, around, sources, destinations)
    source_ports = ports_of(section, "src_port")
    destination_ports = ports_of(section, "src_dport" if outer else "dest_port")
    protocols = protocols_of(section, chosen, "tcpudp")
    whole = whole_of(chosen)

    def match(protocols: Intervals, with_ports: bool) -> Match:
        return Match(
            protocols=protocols, sources=sources & whole, destinations=destinations,
            source_ports=source_ports if with_ports else ANY_PORT,
            destination_ports=destination_ports if with_ports else ANY_PORT,
            entering=entering, leaving=leaving, unclear=unclear,
        )  # fmt: skip

    if protocols == ANY_PROTOCOL or (source_ports == ANY_PORT and destination_ports == ANY_PORT):
        return [match(protocols, False)]
    parts = [(protocols & _WITH_PORTS, True), (protocols - _WITH_PORTS, False)]
    return [match(part, with_ports) for part, with_ports in parts if part]


def _narrowed(
    section: Section, around: Surroundings, sources: Intervals, destinations: Intervals
) -> tuple[Intervals, Intervals, str]:
    """Named sets narrow an address; what cannot be expressed is kept in words."""
    said = [f"{option}={' '.join(section.options[option])}" for option in _UNCLEAR if section.options.get(option)]
    name = section.get("ipset")
    if name:
        one = around.sets.get(name.lstrip("!").split()[0] if name.strip("! ") else "")
        if one is None:
            raise WrongValue("ipset")
        found = ANY_ADDRESS - one.known if name.startswith("!") else one.known
        if one.to == "source" and not one.open_ended:
            sources = sources & found
        elif one.to == "destination" and not one.open_ended:
            destinations = destinations & found
        else:
            said.append(f"ipset={name}")
    return sources, destinations, " ".join(said)
