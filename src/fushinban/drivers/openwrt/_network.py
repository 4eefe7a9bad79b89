"""The interfaces of an OpenWrt router: logical names (`lan`, `wan`), devices, addresses, and which lead outside."""

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from fushinban.drivers._router_text import Notes
from fushinban.drivers.openwrt._sections import Section
from fushinban.model.filtering import Family
from fushinban.model.intervals import Intervals, network
from fushinban.model.router import Interface, Role, Route

IPInterface = ipaddress.IPv4Interface | ipaddress.IPv6Interface

_TUNNELS = frozenset(
    ("wireguard", "gre", "gretap", "grev6", "grev6tap", "vti", "vtiv6", "vxlan", "vxlan6", "xfrm", "l2tp", "pptp",
     "sstp", "openconnect", "openvpn", "vpnc", "ipip", "wireguardvpn")
)  # fmt: skip
#: Ways to the provider: what they bring is not in the configuration.
_UPLINKS = {
    "dhcp": Family.V4, "pppoe": Family.V4, "pppoa": Family.V4, "ppp": Family.V4, "3g": Family.V4, "qmi": Family.V4,
    "ncm": Family.V4, "wwan": Family.V4, "modemmanager": Family.V4, "directip": Family.V4, "hnet": Family.V4,
    "map": Family.V4, "dhcpv6": Family.V6, "6in4": Family.V6, "6rd": Family.V6, "6to4": Family.V6,
}  # fmt: skip
_OWN_DEVICE = frozenset({*_TUNNELS, "6in4", "6rd", "6to4", "map", "dslite", "464xlat", "ipip6"})
_NAMED_BY_PROTOCOL = frozenset(("pppoe", "pppoa", "ppp", "3g", "qmi", "ncm", "pptp", "l2tp", "sstp"))


@dataclass(slots=True)
class _Draft:
    section: Section
    device: str = ""
    addresses: list[IPInterface] = field(default_factory=list)
    assigned: set[Family] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zones:
    """Interfaces by what their zones are. `outside`: called wan; `hiding`: addresses are translated; `all`: in any."""

    outside: frozenset[str] = frozenset()
    hiding: frozenset[str] = frozenset()
    all: frozenset[str] = frozenset()


class Network:
    """All logical interfaces. A device that only the firewall names counts as an interface of that name."""

    def __init__(self, sections: Iterable[Section], notes: Notes) -> None:
        self._notes = notes
        self._all: dict[str, _Draft] = {}
        self._extra: set[str] = set()
        given = list(sections)
        for section in given:
            if section.kind == "interface" and section.name and not section.says("disabled"):
                self._all[section.name] = _Draft(section)
        bridges = {s.get("name") for s in given if s.kind == "device" and s.get("type") == "bridge"}
        for draft in self._all.values():
            draft.device = self._device(draft.section, bridges, 0)
            self._read_addresses(draft)
        self._share_prefix()
        self.routes = tuple(route for section in given for route in self._read_route(section))

    def names_on(self, name: str) -> frozenset[str]:
        """A logical interface with all others on the same device (the firewall cannot tell them apart)."""
        draft = self._all.get(name)
        if draft is None:
            return frozenset()
        return frozenset(n for n, d in self._all.items() if n == name or (d.device and d.device == draft.device))

    def names_of_device(self, device: str) -> frozenset[str]:
        """The interfaces on a device, `+` at the end standing for anything; the device itself where there is none."""
        found = frozenset(n for n, d in self._all.items() if _fits(d.device, device))
        if not found and not device.endswith(("+", "*")):
            self._extra.add(device)
            return frozenset({device})
        return found

    def connected(self, name: str) -> Intervals | None:
        """The networks at an interface, None where there is no such interface."""
        draft = self._all.get(name)
        if draft is None:
            return None
        return Intervals.of(r for address in draft.addresses for r in network(address.network))

    def addresses_of(self, name: str) -> list[IPInterface]:
        """An interface's own addresses."""
        draft = self._all.get(name)
        return draft.addresses if draft else []

    def has_v6(self, name: str) -> bool:
        """Whether an interface has addresses of IPv6 that others can reach."""
        draft = self._all.get(name)
        return draft is not None and (Family.V6 in draft.assigned or any(a.version == 6 for a in draft.addresses))

    def names(self) -> frozenset[str]:
        """All logical names."""
        return frozenset(self._all)

    def interfaces(self, zones: "Zones") -> tuple[Interface, ...]:
        """All of them, with the roles that the zones of the firewall suggest."""
        found = [
            Interface(
                name=name, role=self._role(name, draft, zones), addresses=tuple(draft.addresses),
                assigned=frozenset(draft.assigned), lines=draft.section.causes,
                description=draft.section.get("comment"),
            )
            for name, draft in self._all.items()
        ]  # fmt: skip
        outside = zones.outside | zones.hiding
        roles = {name: Role.WAN if name in outside else Role.OTHER for name in sorted(self._extra)}
        return (*found, *(Interface(name=name, role=role) for name, role in roles.items()))

    def _role(self, name: str, draft: _Draft, zones: "Zones") -> Role:
        protocol = draft.section.get("proto", "none")
        if name == "loopback" or draft.device == "lo":
            return Role.OTHER
        if name in zones.outside:
            return Role.WAN
        if protocol in _TUNNELS:
            return Role.TUNNEL
        if name in zones.hiding and not _plainly_inside(draft):
            return Role.WAN
        if protocol in _UPLINKS and (protocol not in ("dhcp", "dhcpv6") or name not in zones.all):
            return Role.WAN
        if draft.section.get("gateway") and name not in zones.all:
            return Role.WAN
        return Role.LAN if draft.addresses or draft.assigned or name in zones.all else Role.OTHER

    def _device(self, section: Section, bridges: set[str], depth: int) -> str:
        """The device on which packets of an interface are seen."""
        protocol = section.get("proto")
        if protocol in _NAMED_BY_PROTOCOL:
            return f"{protocol}-{section.name}"
        if protocol in _OWN_DEVICE:
            return section.name
        said = (section.words("device") or section.words("ifname") or [""])[0]
        if said.startswith("@") and depth < 4 and said[1:] in self._all:
            return self._device(self._all[said[1:]].section, bridges, depth + 1)
        if section.get("type") == "bridge" and said not in bridges:
            return f"br-{section.name}"
        return said

    def _read_addresses(self, draft: _Draft) -> None:
        section = draft.section
        for option in ("ipaddr", "ip6addr", "ip6prefix"):
            for text in section.words(option):
                netmask = section.get("netmask")
                try:
                    whole = f"{text}/{netmask}" if option == "ipaddr" and netmask and "/" not in text else text
                    draft.addresses.append(ipaddress.ip_interface(whole))
                except ValueError:
                    self._notes.add(section.line_of(option), "wrong-value", name=option)
        for text in section.words("addresses") if section.get("proto") == "wireguard" else ():
            try:
                draft.addresses.append(ipaddress.ip_interface(text))
            except ValueError:
                self._notes.add(section.line_of("addresses"), "wrong-value", name="addresses")
        family = _UPLINKS.get(section.get("proto"))
        if family is not None and not (family is Family.V6 and section.get("reqaddress") == "none"):
            draft.assigned.add(family)
        if section.get("proto") == "pppoe" and section.get("ipv6", "auto") not in ("0", ""):
            draft.assigned.add(Family.V6)

    def _share_prefix(self) -> None:
        """Where a provider gives a prefix, interfaces with `ip6assign` have a part of it."""
        given = any(
            d.section.get("proto") in ("dhcpv6", "6rd", "6in4", "pppoe") and d.section.get("reqprefix", "auto") != "no"
            for d in self._all.values()
        )
        for draft in self._all.values():
            if given and draft.section.get("ip6assign", "0") not in ("0", ""):
                draft.assigned.add(Family.V6)

    def _read_route(self, section: Section) -> Iterator[Route]:
        if section.kind not in ("route", "route6") or section.says("disabled"):
            return
        if section.get("table") or section.get("source"):
            self._notes.add(section.head, "policy-route")
            return
        text, mask = section.get("target", "0.0.0.0/0" if section.kind == "route" else "::/0"), section.get("netmask")
        try:
            to = ipaddress.ip_network(f"{text}/{mask}" if mask and "/" not in text else text, strict=False)
        except ValueError:
            self._notes.add(section.line_of("target"), "wrong-value", name="target")
            return
        if section.get("type") in ("unreachable", "prohibit", "blackhole", "throw"):
            return
        if section.get("interface") in self._all:
            yield Route(destinations=to, interface=section.get("interface"), lines=section.causes)
        else:
            self._notes.add(section.line_of("interface"), "undefined", name=section.get("interface") or "interface")


def _plainly_inside(draft: _Draft) -> bool:
    """A fixed private address without a gateway: translation there is for packets that turn back inside."""
    section = draft.section
    fixed = section.get("proto") == "static" and not section.get("gateway")
    return fixed and bool(draft.addresses) and all(a.ip.is_private for a in draft.addresses)


def _fits(device: str, pattern: str) -> bool:
    if pattern.endswith(("+", "*")):
        return device.startswith(pattern[:-1])
    return bool(device) and device == pattern
