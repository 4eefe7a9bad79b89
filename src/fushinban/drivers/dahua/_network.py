"""Addresses, gateway, name servers and host name: all of them stand in the table Network."""

from fushinban.drivers._maker_values import address_of, clip, mac_of, switch, whole, with_prefix
from fushinban.drivers._maker_web import MakerWeb
from fushinban.drivers.dahua._ask import config, table
from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.model.facts import Dns, Gateway, Hostname, Interface, Interfaces


async def get_interfaces(web: MakerWeb) -> Interfaces:
    """Table Network."""
    return parse_interfaces(await config(web, "Network"))


async def get_gateway(web: MakerWeb) -> Gateway:
    """Table Network."""
    return parse_gateway(await config(web, "Network"))


async def get_dns(web: MakerWeb) -> Dns:
    """Table Network."""
    return parse_dns(await config(web, "Network"))


async def get_hostname(web: MakerWeb) -> Hostname:
    """Table Network."""
    return parse_hostname(await config(web, "Network"))


def parse_interfaces(data: bytes) -> Interfaces:
    """All interfaces that have a MAC address or an address; the default one first (bonds without one are many)."""
    found = table(data, "Network")
    names = _names(found)
    if not names:
        raise Malformed(say("maker_web.missing", name="table.Network.eth0"))
    return Interfaces(interfaces=tuple(_interface(found, name) for name in names))


def parse_gateway(data: bytes) -> Gateway:
    """The gateway of the default interface."""
    address = address_of(_default(table(data, "Network")).get("DefaultGateway"))
    return Gateway(ipv4=(address,) if address else ())


def parse_dns(data: bytes) -> Dns:
    """Name servers of the default interface, and whether they come from DHCP."""
    found = _default(table(data, "Network"))
    servers = (address_of(value) for key, value in found.items() if key.startswith("DnsServers["))
    automatic = switch(found.get("DnsAutoGet"))
    return Dns(from_dhcp=bool(automatic), servers=tuple(dict.fromkeys(s for s in servers if s)))


def parse_hostname(data: bytes) -> Hostname:
    """The host name."""
    found = table(data, "Network")
    if "Hostname" not in found:
        raise Malformed(say("maker_web.missing", name="table.Network.Hostname"))
    return Hostname(name=clip(found["Hostname"]))


def _names(found: dict[str, str]) -> list[str]:
    parts = (key.partition(".") for key in found)
    names = dict.fromkeys(p[0] for p in parts if p[2] in ("PhysicalAddress", "IPAddress") and found["".join(p)])
    first = found.get("DefaultInterface", "")
    return sorted(names, key=lambda name: name != first)


def _default(found: dict[str, str]) -> dict[str, str]:
    names = _names(found)
    if not names:
        raise Malformed(say("maker_web.missing", name="table.Network.eth0"))
    return _settings(found, names[0])


def _settings(found: dict[str, str], name: str) -> dict[str, str]:
    start = f"{name}."
    return {key[len(start) :]: value for key, value in found.items() if key.startswith(start)}


def _interface(found: dict[str, str], name: str) -> Interface:
    settings = _settings(found, name)
    address = with_prefix(settings.get("IPAddress"), settings.get("SubnetMask"))
    return Interface(
        token=clip(name),
        name=clip(name),
        enabled=bool(address),
        mac=mac_of(settings.get("PhysicalAddress")),
        mtu=whole(settings.get("MTU")),
        ipv4_enabled=bool(address),
        ipv4=(address,) if address else (),
        dhcp=switch(settings.get("DhcpEnable")),
    )
