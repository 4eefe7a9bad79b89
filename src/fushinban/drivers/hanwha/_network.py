"""Addresses, gateway, name servers, host name, link-local addressing."""

from fushinban.drivers._maker_values import Tree, address_of, mac_of, with_prefix
from fushinban.drivers._maker_web import MakerWeb
from fushinban.drivers.hanwha._ask import answer, rows, view
from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.model.facts import Dns, Gateway, Hostname, Interface, Interfaces, ZeroConfiguration

INTERFACE, DNS, ZERO = view("network", "interface"), view("network", "dns"), view("network", "zeroconf")


async def get_interfaces(web: MakerWeb) -> Interfaces:
    """network interface."""
    return parse_interfaces(await web.ask(INTERFACE))


async def get_gateway(web: MakerWeb) -> Gateway:
    """network interface."""
    return parse_gateway(await web.ask(INTERFACE))


async def get_hostname(web: MakerWeb) -> Hostname:
    """network interface."""
    return parse_hostname(await web.ask(INTERFACE))


async def get_dns(web: MakerWeb) -> Dns:
    """network dns."""
    return parse_dns(await web.ask(DNS))


async def get_zero_configuration(web: MakerWeb) -> ZeroConfiguration:
    """network zeroconf."""
    return parse_zero_configuration(await web.ask(ZERO))


def _interfaces(data: bytes) -> list[Tree]:
    return rows(answer(data), "NetworkInterfaces", "MACAddress")


def parse_interfaces(data: bytes) -> Interfaces:
    """All interfaces; the login of PPPoE beside them is not read."""
    listed = _interfaces(data)
    if not listed:
        raise Malformed(say("maker_web.missing", name="NetworkInterfaces"))
    return Interfaces(interfaces=tuple(_interface(row) for row in listed))


def _interface(row: Tree) -> Interface:
    ipv4 = with_prefix(row.text("IPv4Address"), row.text("IPv4SubnetMask") or row.text("IPv4PrefixLength"))
    ipv6 = with_prefix(row.text("IPv6Address"), row.text("IPv6PrefixLength"))
    kind, name = row.text("IPv4Type"), row.text("InterfaceName")
    return Interface(
        token=name or "1",
        name=name,
        enabled=row.text("LinkStatus").lower() != "disconnected",
        mac=mac_of(row.text("MACAddress")),
        ipv4_enabled=bool(ipv4),
        ipv4=(ipv4,) if ipv4 else (),
        dhcp=kind.upper() == "DHCP" if kind else None,
        ipv6_enabled=bool(row.switch("IPv6Enable")),
        ipv6=(ipv6,) if ipv6 else (),
    )


def parse_gateway(data: bytes) -> Gateway:
    """Gateways of all interfaces."""
    listed = _interfaces(data)
    ipv4 = (address_of(row.text("IPv4Gateway")) for row in listed)
    ipv6 = (address_of(row.text("IPv6DefaultGateway")) for row in listed if row.switch("IPv6Enable"))
    return Gateway(
        ipv4=tuple(dict.fromkeys(a for a in ipv4 if a)), ipv6=tuple(dict.fromkeys(a for a in ipv6 if a))
    )  # fmt: skip


def parse_hostname(data: bytes) -> Hostname:
    """`HostName` of the first interface that has one."""
    names = [row.text("HostName") for row in _interfaces(data) if row.at("HostName").there]
    if not names:
        raise Malformed(say("maker_web.missing", name="HostName"))
    return Hostname(name=next(filter(None, names), ""))


def parse_dns(data: bytes) -> Dns:
    """Name servers; recorders list them by interface and version of IP (`DNSByIPType`)."""
    listed = rows(answer(data), "DNS", "PrimaryDNS")
    parts = [part for row in listed for part in (row.at("DNSByIPType").rows or [row])]
    servers = (address_of(part.text(name)) for part in parts for name in ("PrimaryDNS", "SecondaryDNS"))
    kinds = {part.text("Type").upper() for part in parts}
    return Dns(from_dhcp="DHCP" in kinds, servers=tuple(dict.fromkeys(s for s in servers if s)))


def parse_zero_configuration(data: bytes) -> ZeroConfiguration:
    """`Enable` and the address it led to."""
    listed = rows(answer(data), "ZeroConf", "Enable")
    states = [row.switch("Enable") for row in listed]
    if not listed or None in states:
        raise Malformed(say("maker_web.missing", name="ZeroConf"))
    addresses = (address_of(row.text("IPAddress")) for row in listed if row.switch("Enable"))
    return ZeroConfiguration(enabled=any(states), addresses=tuple(a for a in addresses if a))
