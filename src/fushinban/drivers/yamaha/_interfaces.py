"""Interfaces of a Yamaha router: their addresses, what they are for, and the routes through them.

WAN is where a default route, a NAT descriptor, an address from the provider or an IPv6 prefix from the provider is.
"""

import ipaddress
import re
from dataclasses import dataclass, field

from fushinban.drivers._router_text import Notes
from fushinban.drivers.yamaha._lines import Command
from fushinban.model.filtering import Family, Line
from fushinban.model.intervals import IPAddress, IPInterface, IPNetwork
from fushinban.model.router import Interface, Role, Route

NAMES = re.compile(r"(?:lan|vlan|bridge|loopback|wan|onu|wlan|bri|pri)\d+(?:[./]\d+)?")
_DEFAULTS: dict[Family, IPNetwork] = {
    Family.V4: ipaddress.IPv4Network((0, 0)),
    Family.V6: ipaddress.IPv6Network((0, 0)),
}
#: Tunnels that carry the internet itself, not a private network.
_CARRIERS = frozenset({"map-e", "ipip", "ipoe", "ds-lite"})
_FROM_PROVIDER = re.compile(r"(?:ra|dhcp)-prefix@(pp|tunnel|[a-z]+[\d./]+)(\d*)(?:::|$)")


@dataclass(slots=True)
class Draft:
    """All that was said of one interface so far."""

    name: str
    addresses: list[IPInterface] = field(default_factory=list)
    assigned: set[Family] = field(default_factory=set)
    lines: dict[str, Line] = field(default_factory=dict)
    given: dict[str, Line] = field(default_factory=dict)
    description: str = ""
    enabled: bool = True
    outer: bool = False
    carrier: str = ""
    private: bool = False

    def finished(self) -> Interface:
        """The interface as it is."""
        return Interface(
            name=self.name,
            role=self._role(),
            addresses=tuple(dict.fromkeys(self.addresses)) if self.enabled else (),
            assigned=frozenset(self.assigned) if self.enabled else frozenset(),
            lines=tuple(self.lines.values()),
            assigned_lines=tuple(self.given.values()),
            description=self.description,
        )

    def _role(self) -> Role:
        if not self.enabled:
            return Role.OTHER
        if self.private:
            return Role.TUNNEL
        if self.outer:
            return Role.WAN
        if self.name.startswith(("tunnel", "pp")):
            return Role.TUNNEL
        return Role.LAN if self.addresses or self.assigned else Role.OTHER


class Interfaces:
    """The interfaces that a configuration speaks of, by name: `lan1`, `pp1`, `tunnel1`, `vlan1`, `bridge1`."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._drafts: dict[str, Draft] = {}
        self._routes: dict[tuple[IPNetwork, str], tuple[tuple[str, ...], Line]] = {}

    def named(self, name: str) -> Draft:
        """The draft of that name; a connection (pp) or tunnel works only once it is enabled."""
        if name not in self._drafts:
            self._drafts[name] = Draft(name, enabled=not name.startswith(("pp", "tunnel")))
        return self._drafts[name]

    def drafts(self) -> dict[str, Draft]:
        """All drafts by name."""
        return self._drafts

    def address(self, family: Family, name: str, command: Command) -> None:
        """`ip INTERFACE address …`, `ip INTERFACE secondary address …`, `ipv6 INTERFACE address …`."""
        draft = self.named(name)
        words = command.words
        place = words.index("address") + 1
        value = command.word(place)
        key = f"{family} {' '.join(words[2:place])} {value if family is Family.V6 else ''}"
        if command.removed:
            draft.lines.pop(key, None)
            draft.given.pop(key, None)
            draft.addresses = [] if not value else [a for a in draft.addresses if str(a.ip) != value.partition("/")[0]]
            return
        draft.lines[key] = command.line
        if value in ("dhcp", "pdp", "auto", "ipcp"):
            draft.given[key] = command.line
            draft.assigned.add(family)
            draft.outer = draft.outer or family is Family.V4 or value == "auto"
        elif family is Family.V6 and "@" in value:
            self._from_provider(draft, value, command)
        else:
            self._written(draft, words[place:], command)

    def _written(self, draft: Draft, values: tuple[str, ...], command: Command) -> None:
        try:
            draft.addresses.append(ipaddress.ip_interface(_with_mask(values)))
        except (ValueError, IndexError):
            self._notes.add(command.line, "wrong-value", name="address")

    def _from_provider(self, draft: Draft, value: str, command: Command) -> None:
        found = _FROM_PROVIDER.match(value)
        if found is None:
            self._notes.add(command.line, "wrong-value", name="address")
            return
        draft.assigned.add(Family.V6)
        draft.given[f"ipv6 {value}"] = command.line
        source = self.named(found[1] + found[2])
        source.outer = True
        source.assigned.add(Family.V6)
        source.lines.setdefault("ipv6 prefix", command.line)

    def prefix(self, name: str, command: Command) -> None:
        """`ipv6 INTERFACE prefix …`: the interface gets an address of that network."""
        draft = self.named(name)
        value = command.word(3)
        if command.removed or value == "change":
            return
        draft.lines[f"ipv6 prefix {value}"] = command.line
        if "@" in value:
            self._from_provider(draft, value, command)
        else:
            self._written(draft, (value,), command)

    def route(self, family: Family, command: Command) -> None:
        """`ip route NETWORK gateway …`: kept until all interfaces are known."""
        words = command.words
        try:
            to = _network(words[2], family)
        except (ValueError, IndexError):
            self._notes.add(command.line, "wrong-value", name=command.word(2))
            return
        gateways = _gateways(words[3:])
        if command.removed:
            for key in [k for k in self._routes if k[0] == to and (not gateways or k[1] in map(" ".join, gateways))]:
                del self._routes[key]
            return
        line = command.line
        if any(word in ("filter", "rule") for word in words):
            self._notes.add(line, "policy-route")
        for gateway in gateways:
            self._routes[to, " ".join(gateway)] = (gateway, line)

    def routed(self) -> tuple[Route, ...]:
        """The routes with the interfaces they lead through; default routes make their interface a WAN."""
        found: list[Route] = []
        for (to, _), (gateway, line) in self._routes.items():
            name = self._through(gateway)
            if name is None:
                if gateway[0] not in ("null", "loopback"):
                    self._notes.add(line, "undefined", name=" ".join(gateway))
                continue
            found.append(Route(destinations=to, interface=name, lines=(line,)))
            draft = self.named(name)
            if to in _DEFAULTS.values() and (not name.startswith("tunnel") or draft.carrier in _CARRIERS):
                draft.outer = True
        return tuple(found)

    def _through(self, gateway: tuple[str, ...]) -> str | None:
        if gateway[0] in ("pp", "tunnel"):
            name = "".join(gateway[:2])
            return name if name in self._drafts else None
        if gateway[0] == "dhcp" and len(gateway) > 1:
            return gateway[1]
        text, _, zone = gateway[0].partition("%")
        if NAMES.fullmatch(zone) or NAMES.fullmatch(text):
            return zone or text
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return None
        inside = (d for d in self._drafts.values() if any(address in a.network for a in d.addresses))
        best = max(inside, key=lambda d: _longest(d, address), default=None)
        return best.name if best else None


def _longest(draft: Draft, address: IPAddress) -> int:
    return max(a.network.prefixlen for a in draft.addresses if address in a.network)


def _network(text: str, family: Family) -> IPNetwork:
    if text in ("default", "default6"):
        return _DEFAULTS[family]
    found = ipaddress.ip_network(text, strict=False)
    if found.version != (4 if family is Family.V4 else 6):
        raise ValueError(text)
    return found


def _gateways(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The gateways of a route, each with the words that belong to it: `pp 1`, `dhcp lan2`, `192.168.1.254`."""
    found: list[tuple[str, ...]] = []
    for place, word in enumerate(words):
        if word == "gateway" and place + 1 < len(words):
            size = 2 if words[place + 1] in ("pp", "tunnel", "dhcp") else 1
            found.append(words[place + 1 : place + 1 + size])
    return found


def _with_mask(values: tuple[str, ...]) -> str:
    address, slash, mask = values[0].partition("/")
    if slash and mask.lower().startswith("0x"):
        return f"{address}/{ipaddress.IPv4Address(int(mask, 16))}"
    return values[0]
