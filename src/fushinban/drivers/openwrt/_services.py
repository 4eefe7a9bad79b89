"""What an OpenWrt router offers by itself, as far as its configuration tells."""

import ipaddress
from collections.abc import Iterable, Iterator

from fushinban.drivers._router_text import Notes
from fushinban.drivers.openwrt._network import Network
from fushinban.drivers.openwrt._sections import Section
from fushinban.model.filtering import ANY_INTERFACE, BOTH, Family, Line, Names
from fushinban.model.intervals import ANY_ADDRESS, Intervals, addresses, ports
from fushinban.model.router import OwnService, Purpose, UpnpServer

TCP, UDP = 6, 17
_V4, _V6 = frozenset({Family.V4}), frozenset({Family.V6})
#: Files that are read here.
PACKAGES = frozenset({"dropbear", "uhttpd", "upnpd", "openvpn", "snmpd", "ttyd", "ddns", "ipsec", "dhcp"})


class Services:
    """Reads the sections of all services."""

    def __init__(self, sections: Iterable[Section], network: Network, notes: Notes) -> None:
        self._sections = list(sections)
        self._network = network
        self._notes = notes

    def all(self) -> tuple[OwnService, ...]:
        """All services that run."""
        found = (self._ssh(), self._web(), self._terminal(), self._snmp(), self._dns(), self._upnp_door(), self._vpn())
        return tuple(service for group in found for service in group)

    def upnp(self, *, whole: bool) -> UpnpServer:
        """Whether devices inside may open ports. Not installed where the text is all that the router has."""
        section = next(iter(self._of("upnpd", "upnpd")), None)
        if section is None:
            return UpnpServer(enabled=False if whole else None)
        on = section.says("enabled", default=True)
        on = on and (section.says("enable_upnp", default=True) or section.says("enable_natpmp", default=True))
        return UpnpServer(enabled=on, lines=section.causes)

    def dynamic_names(self) -> tuple[str, ...]:
        """Names kept by dynamic DNS."""
        found = [s.get("lookup_host") or s.get("domain") for s in self._of("ddns", "service") if s.says("enabled")]
        return tuple(name for name in found if name)

    def _of(self, package: str, kind: str) -> Iterator[Section]:
        return (s for s in self._sections if s.package == package and s.kind == kind)

    def _ssh(self) -> Iterator[OwnService]:
        for section in self._of("dropbear", "dropbear"):
            if not section.says("enable", default=True):
                continue
            number = self._port(section, "Port", "22")
            if number is not None:
                yield from self._bound("ssh", Purpose.MANAGEMENT, TCP, number, section)

    def _bound(
        self, name: str, purpose: Purpose, protocol: int, number: Intervals, section: Section
    ) -> Iterator[OwnService]:
        """A service that may be bound to the addresses of one interface, or to the interface itself.

        Bound to addresses, those of IPv6 are reached from anywhere; private ones of IPv4 from that interface alone.
        """
        direct = section.get("DirectInterface")
        bound = direct or section.get("Interface") or section.get("interface").lstrip("@")
        entering = Names(names=self._network.names_on(bound)) if bound else ANY_INTERFACE
        lines = section.causes
        if not bound or direct:
            yield _service(name, purpose, protocol, number, lines, entering=entering)
            return
        yield _service(name, purpose, protocol, number, lines, entering=entering, families=_V4)
        if self._network.has_v6(bound):
            yield _service(name, purpose, protocol, number, lines, families=_V6)

    def _web(self) -> Iterator[OwnService]:
        for section in self._of("uhttpd", "uhttpd"):
            for option, name in (("listen_http", "http"), ("listen_https", "https")):
                for line, word in zip(_lines(section, option), section.words(option), strict=False):
                    service = self._listening(section, option, name, word, line)
                    if service is not None:
                        yield service

    def _listening(self, section: Section, option: str, name: str, word: str, line: Line) -> OwnService | None:
        """`0.0.0.0:80`, `[::]:443`, `192.0.2.1:80`, `80`."""
        host, _, port = word.rpartition(":")
        host = host.strip("[]")
        try:
            number = ports(port)
            place = ipaddress.ip_address(host) if host else None
        except ValueError:
            self._notes.add(line, "wrong-value", name=option)
            return None
        if place is not None and place.is_loopback:
            return None
        families = BOTH if place is None else _V4 if place.version == 4 else _V6
        entering = ANY_INTERFACE
        if place is not None and not place.is_unspecified and place.is_private:
            entering = Names(names=frozenset(n for n in self._network.names() if self._holds(n, place)))
        return _service(
            name, Purpose.MANAGEMENT, TCP, number, (section.head, line), entering=entering, families=families
        )  # fmt: skip

    def _holds(self, name: str, place: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        return any(address.ip == place for address in self._network.addresses_of(name))

    def _terminal(self) -> Iterator[OwnService]:
        for section in self._of("ttyd", "ttyd"):
            number = self._port(section, "port", "7681")
            if section.says("enable", default=True) and number is not None:
                yield from self._bound("web-terminal", Purpose.MANAGEMENT, TCP, number, section)

    def _snmp(self) -> Iterator[OwnService]:
        agents = list(self._of("snmpd", "agent"))
        if not agents or any(s.get("enabled") == "0" for s in self._of("snmpd", "snmpd")):
            return
        communities = [*self._of("snmpd", "com2sec"), *self._of("snmpd", "com2sec6")]
        allowed = [self._who(section) for section in communities]
        lines = tuple(line for section in (*agents, *communities) for line in section.causes)
        yield _service(
            "snmp", Purpose.MANAGEMENT, UDP, ports("161"), lines,
            sources=Intervals.of(r for one in allowed for r in one) if allowed else ANY_ADDRESS,
        )  # fmt: skip

    def _who(self, section: Section) -> Intervals:
        said = section.get("source", "default")
        if said == "default":
            return ANY_ADDRESS
        try:
            return addresses(said)
        except ValueError:
            self._notes.add(section.line_of("source"), "wrong-value", name="source")
            return ANY_ADDRESS

    def _dns(self) -> Iterator[OwnService]:
        """dnsmasq. With `localservice` it answers those of connected networks alone."""
        for section in self._of("dhcp", "dnsmasq"):
            number = self._port(section, "port", "53")
            if number is None or section.get("port") == "0":
                continue
            sources = ANY_ADDRESS
            if section.says("localservice"):
                near = [self._network.connected(name) for name in sorted(self._network.names())]
                sources = Intervals.of(r for one in near if one is not None for r in one)
            for protocol in (UDP, TCP):
                yield _service("dns", Purpose.NETWORK, protocol, number, section.causes, sources=sources)

    def _upnp_door(self) -> Iterator[OwnService]:
        for section in self._of("upnpd", "upnpd"):
            number = self._port(section, "port", "5000")
            if not section.says("enabled", default=True) or number is None:
                continue
            inside = frozenset(n for w in section.words("internal_iface") or ["lan"] for n in self._network.names_on(w))
            for protocol, one in ((TCP, number), (UDP, ports("1900")), (UDP, ports("5351"))):
                yield _service("upnp", Purpose.NETWORK, protocol, one, section.causes, entering=Names(names=inside))

    def _vpn(self) -> Iterator[OwnService]:
        for section in self._sections:
            if section.package == "network" and section.get("proto") == "wireguard" and section.get("listen_port"):
                number = self._port(section, "listen_port", "51820")
                if number is not None and not section.says("disabled"):
                    yield _service("wireguard", Purpose.VPN, UDP, number, section.causes)
            elif section.package == "openvpn" and section.says("enabled"):
                yield from self._openvpn(section)
            elif section.package == "ipsec" and section.kind in ("ipsec", "remote") and section.says("enabled", True):
                yield _service("ipsec", Purpose.VPN, UDP, ports("500", "4500"), section.causes)
                yield _service("ipsec", Purpose.VPN, 50, Intervals(), section.causes)

    def _openvpn(self, section: Section) -> Iterator[OwnService]:
        if section.get("config"):
            self._notes.add(section.line_of("config"), "missing-part")
        if section.says("client") or section.get("mode") == "p2p" or not (section.get("server") or section.get("mode")):
            return
        number = self._port(section, "port", "1194")
        if number is not None:
            protocol = TCP if section.get("proto", "udp").startswith("tcp") else UDP
            yield _service("openvpn", Purpose.VPN, protocol, number, section.causes)

    def _port(self, section: Section, option: str, default: str) -> Intervals | None:
        try:
            return ports(section.get(option, default))
        except ValueError:
            self._notes.add(section.line_of(option), "wrong-value", name=option)
            return None


def _service(
    name: str, purpose: Purpose, protocol: int, number: Intervals, lines: tuple[Line, ...], *,
    entering: Names = ANY_INTERFACE, sources: Intervals = ANY_ADDRESS, families: frozenset[Family] = BOTH,
) -> OwnService:  # fmt: skip
    return OwnService(
        name=name, purpose=purpose, protocol=protocol, ports=number, entering=entering, sources=sources,
        families=families, lines=lines,
    )  # fmt: skip


def _lines(section: Section, option: str) -> list[Line]:
    """The line of each word of a list: one line each, or one for all."""
    lines = section.lines.get(option, [])
    words = len(section.words(option))
    return lines if len(lines) == words else (lines or [section.head])[:1] * words
