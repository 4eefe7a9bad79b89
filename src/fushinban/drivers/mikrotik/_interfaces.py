"""The interfaces of a RouterOS router: their addresses, lists, and which of them lead outside."""

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fushinban.drivers.mikrotik._book import Book, Item
from fushinban.model.filtering import ANY_INTERFACE, Family, Line, Names
from fushinban.model.intervals import ANY_ADDRESS, GLOBAL_V4, GLOBAL_V6, Intervals, network, number_of
from fushinban.model.router import Interface, Role, Route

_PLAIN = (
    "interface ethernet", "interface bridge", "interface vlan", "interface bonding", "interface vrrp",
    "interface macvlan", "interface veth", "interface wireless", "interface wifi", "interface wifiwave2",
)  # fmt: skip
_UPLINKS = ("interface pppoe-client", "interface lte", "interface ppp-client")
_TUNNELS = (
    "interface wireguard", "interface l2tp-client", "interface pptp-client", "interface sstp-client",
    "interface ovpn-client", "interface gre", "interface gre6", "interface eoip", "interface eoipv6", "interface ipip",
    "interface ipipv6", "interface 6to4", "interface vxlan", "interface l2tp-server", "interface pptp-server",
    "interface sstp-server", "interface ovpn-server", "interface l2tp-ether", "zerotier interface",
)  # fmt: skip
#: Menus that are read here whole.
MENUS = frozenset(
    {
        *_PLAIN, *_UPLINKS, *_TUNNELS, "interface list", "interface list member", "ip address", "ip dhcp-client",
        "ipv6 address", "ipv6 dhcp-client", "ipv6 settings", "ip route", "ipv6 route",
    }
)  # fmt: skip
IPInterface = ipaddress.IPv4Interface | ipaddress.IPv6Interface
_EVERYWHERE = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))


@dataclass(slots=True)
class _Draft:
    role: Role = Role.OTHER
    addresses: list[IPInterface] = field(default_factory=list)
    assigned: set[Family] = field(default_factory=set)
    lines: list[Line] = field(default_factory=list)
    description: str = ""


class Interfaces:
    """All interfaces that the configuration names."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._all: dict[str, _Draft] = {}
        self._tunnels: set[str] = set()
        self._lists = _interface_lists(book)
        self._read_kinds()
        self._read_addresses()
        self.routes = self._read_routes()
        self._give_roles()

    def named(self, name: str) -> Names | None:
        """The interface of a condition; None for a group that the router makes up (`all-ppp`)."""
        return None if name.startswith("all-") else Names.of(name)

    def listed(self, name: str) -> Names | None:
        """The interfaces of a list; None where it is not known who is in it."""
        return self._lists.get(name)

    def all(self) -> tuple[Interface, ...]:
        """Those that have an address or a role."""
        return tuple(
            Interface(
                name=name, role=one.role, addresses=tuple(one.addresses), assigned=frozenset(one.assigned),
                lines=tuple(one.lines), description=one.description,
            )
            for name, one in self._all.items()
            if one.role is not Role.OTHER or one.addresses or one.assigned
        )  # fmt: skip

    @property
    def own(self) -> Intervals:
        """Addresses that may be the router's: all but those of its connected networks that it does not have itself."""
        found = [address for one in self._all.values() for address in one.addresses]
        mine = Intervals.of((number_of(i.ip), number_of(i.ip)) for i in found)
        around = Intervals.of(r for i in found for r in network(i.network))
        return (ANY_ADDRESS - around) | mine

    def inside(self) -> Names:
        """The interfaces of the LAN."""
        return Names.of(*(name for name, one in self._all.items() if one.role is Role.LAN))

    def _of(self, name: str) -> _Draft:
        return self._all.setdefault(name, _Draft())

    def _read_kinds(self) -> None:
        for menu in (*_PLAIN, *_UPLINKS, *_TUNNELS):
            for item in self._book.active(menu):
                name = item.get("name") or item.get("default-name")
                if not name:
                    continue
                one = self._of(name)
                one.lines.extend(item.causes)
                one.description = item.get("comment")
                if menu in _UPLINKS:
                    one.role = Role.WAN
                    one.assigned.add(Family.V4)
                elif menu in _TUNNELS:
                    one.role = Role.TUNNEL
                    self._tunnels.add(name)

    def _read_addresses(self) -> None:
        for menu in ("ip address", "ipv6 address"):
            for item in self._book.active(menu):
                self._read_address(item)
        for item in self._book.active("ip dhcp-client"):
            self._lead_outside(item, Family.V4)
        for item in self._book.active("ipv6 dhcp-client"):
            self._lead_outside(item, Family.V6)
        if self._book.complete:
            self._forget_the_unknown()
        settings = self._book.setting("ipv6 settings")
        if settings.says("disable-ipv6"):
            for one in self._all.values():
                one.assigned.discard(Family.V6)
                one.addresses = [a for a in one.addresses if a.version == 4]

    def _forget_the_unknown(self) -> None:
        """The router itself told its addresses of the moment, also those that a provider gave."""
        for one in self._all.values():
            one.assigned -= {Family.V4 if address.version == 4 else Family.V6 for address in one.addresses}

    def _read_address(self, item: Item) -> None:
        name, text = item.get("interface") or item.get("actual-interface"), item.get("address")
        one = self._of(name)
        one.lines.extend(item.causes)
        if item.get("from-pool") and not self._book.complete:
            one.assigned.add(Family.V6)
            return
        try:
            found = ipaddress.ip_interface(text)
        except ValueError:
            self._book.notes.add(item.lines[0], "wrong-value", name="address")
            return
        if item.get("from-pool") and number_of(found.ip) not in GLOBAL_V6:
            one.assigned.add(Family.V6)  # no prefix has been given yet
        elif not found.ip.is_link_local and name:
            one.addresses.append(found)

    def _lead_outside(self, item: Item, family: Family) -> None:
        """A DHCP client leads outside, unless told to take no way out from it."""
        one = self._of(item.get("interface"))
        one.lines.extend(item.causes)
        if family is Family.V4 or "address" in item.get("request", "address"):
            one.assigned.add(family)
        if item.get("add-default-route", "yes") != "no" and one.role is Role.OTHER:
            one.role = Role.WAN

    def _read_routes(self) -> tuple[Route, ...]:
        found: list[Route] = []
        for menu, everywhere in (("ip route", "0.0.0.0/0"), ("ipv6 route", "::/0")):
            for item in self._book.active(menu):
                if item.says("blackhole") or item.get("type") in ("blackhole", "unreachable", "prohibit"):
                    continue
                if item.get("routing-mark") or item.get("routing-table", "main") != "main":
                    self._book.notes.add(item.lines[0], "policy-route")
                    continue
                found.extend(self._read_route(item, everywhere))
        return tuple(found)

    def _read_route(self, item: Item, everywhere: str) -> Iterable[Route]:
        try:
            to = ipaddress.ip_network(item.get("dst-address", everywhere) or everywhere, strict=False)
        except ValueError:
            self._book.notes.add(item.lines[0], "wrong-value", name="dst-address")
            return
        gateways = [g for g in (item.get("gateway") or item.get("immediate-gw")).split(",") if g]
        for gateway in gateways:
            name = self._way(gateway)
            if name is None:
                self._book.notes.add(item.lines[0], "undefined", name=gateway)
                continue
            yield Route(destinations=to, interface=name, lines=item.causes)
            if to in _EVERYWHERE and self._of(name).role in (Role.OTHER, Role.TUNNEL):
                self._of(name).role = Role.WAN if name not in self._tunnels or to.version == 6 else Role.TUNNEL

    def _way(self, gateway: str) -> str | None:
        """The interface behind a gateway: given by name, with `%`, or the one whose network holds it."""
        address, _, name = gateway.partition("%")
        if name:
            return name.partition("@")[0]
        try:
            place = ipaddress.ip_address(address.partition("@")[0])
        except ValueError:
            return address if address in self._all else None
        for name, one in self._all.items():
            if any(place in address.network for address in one.addresses):
                return name
        return None

    def _give_roles(self) -> None:
        """Lists called WAN and the interfaces behind which addresses are hidden lead outside; the rest is inside."""
        for name in self._masqueraded():
            if self._of(name).role is not Role.TUNNEL:
                self._of(name).role = Role.WAN
        for name, names in self._lists.items():
            for member in names.names if name.upper() == "WAN" and not names.others else ():
                self._of(member).role = Role.WAN
        for one in self._all.values():
            if one.role is Role.OTHER and (one.addresses or one.assigned):
                one.role = Role.LAN
        if not any(one.role is Role.WAN for one in self._all.values()):
            self._take_likely_ones()

    def _masqueraded(self) -> Iterable[str]:
        for item in self._book.active("ip firewall nat"):
            if item.get("chain") != "srcnat" or item.get("action") not in ("masquerade", "src-nat"):
                continue
            if item.get("src-address") and item.get("dst-address"):
                continue  # for packets that turn back inside
            name, listed = item.get("out-interface"), self._lists.get(item.get("out-interface-list"))
            if name and not name.startswith(("!", "all-")):
                yield name
            elif listed is not None and not listed.others:
                yield from listed.names

    def _take_likely_ones(self) -> None:
        """Nothing said what leads outside: then default routes do, and addresses of the internet."""
        leading = {route.interface for route in self.routes if route.destinations in _EVERYWHERE}
        for name, one in self._all.items():
            if name in leading or any(number_of(a.ip) in GLOBAL_V4 for a in one.addresses):
                one.role = Role.WAN


def _interface_lists(book: Book) -> Mapping[str, Names]:
    """Lists by name, those that include and exclude others resolved. `dynamic` and `static` stay unknown."""
    members: dict[str, set[str]] = {}
    for item in book.active("interface list member"):
        members.setdefault(item.get("list"), set()).add(item.get("interface"))
    defined = {item.get("name"): item for item in book.items("interface list")}
    found: dict[str, Names] = {}
    for name in {*defined, *members} - {"all", "none", "dynamic", "static"}:
        names = _resolved(name, defined, members, frozenset())
        if names is not None:
            found[name] = names
    return {**found, "all": ANY_INTERFACE, "none": Names()}


def _resolved(
    name: str, defined: Mapping[str, Item], members: Mapping[str, set[str]], seen: frozenset[str]
) -> Names | None:
    """One list; None where it takes in one that is not known."""
    if name in seen or name in ("dynamic", "static"):
        return None
    item = defined.get(name, Item())
    names, others = set(members.get(name, set())), False
    for key in ("include", "exclude"):
        for other in filter(None, item.get(key).split(",")):
            found = ANY_INTERFACE if other == "all" else _resolved(other, defined, members, seen | {name})
            if found is None or (found.others and key == "exclude"):
                return None
            if key == "include":
                names, others = (set(), True) if found.others else (names | found.names, others)
            else:
                names = names | found.names if others else names - found.names
    return Names(names=frozenset(names), others=others)
