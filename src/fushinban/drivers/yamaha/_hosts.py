"""Who may use a service of the router: `telnetd host lan1 192.168.0.1 …`."""

from dataclasses import dataclass

from fushinban.drivers.yamaha._interfaces import NAMES
from fushinban.drivers.yamaha._words import filter_addresses
from fushinban.model.intervals import ANY_ADDRESS, NOTHING, Intervals, network
from fushinban.model.router import Interface, Names, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Guests:
    """Some who may use a service: those addresses, coming in at those interfaces."""

    sources: Intervals
    entering: Names


def guests(words: tuple[str, ...], interfaces: tuple[Interface, ...]) -> tuple[Guests, ...]:
    """Those whom a list of hosts lets in: nobody for `none`. A word that is none of these is a ValueError.

    An interface as a word means the hosts of its networks. From memory: at a WAN interface, and where the networks are
    not known, this reads it as everybody who comes in there.
    """
    if "any" in words or "*" in words:
        return (Guests(sources=ANY_ADDRESS, entering=Names.but()),)
    sources, whole = NOTHING, []
    for word in words:
        if word == "none":
            continue
        named = _named(word, interfaces)
        if named is None:
            written = filter_addresses(word, 6 if ":" in word else 4)
            if written.unclear:
                raise ValueError(word)
            sources = sources | written.covered
            continue
        for interface in named:
            if interface.role is Role.WAN or not interface.addresses:
                whole.append(interface.name)
            for address in interface.addresses:
                sources = sources | network(address.network)
    found = [Guests(sources=sources, entering=Names.but())] if sources else []
    if whole:
        found.append(Guests(sources=ANY_ADDRESS, entering=Names.of(*whole)))
    return tuple(found)


def _named(word: str, interfaces: tuple[Interface, ...]) -> list[Interface] | None:
    if word == "lan":
        return [i for i in interfaces if i.role is not Role.WAN and i.name.startswith(("lan", "vlan", "bridge"))]
    if NAMES.fullmatch(word) or word.startswith(("pp", "tunnel")):
        return [i for i in interfaces if i.name == word]
    return None
