"""Network settings: interfaces, gateway, name servers, who may come in, what is opened on routers, dynamic DNS."""

import re

from fushinban.drivers._maker_values import whole, with_prefix
from fushinban.drivers.hikvision import _calls
from fushinban.drivers.hikvision._context import IsapiContext
from fushinban.drivers.hikvision._read import below, document, flag, host, rows, words
from fushinban.errors import Denied, Malformed, NotSupported
from fushinban.messages import say
from fushinban.model.facts import (
    AddressFilter,
    Dns,
    DynamicDnsService,
    FilterMode,
    Gateway,
    Interface,
    Interfaces,
    UpnpClient,
    WantedMapping,
)
from fushinban.transport.xml import Element, child, children

_NETWORK = ("SysCap", "NetworkCap")
_MODES = {"allow": FilterMode.ALLOW, "permit": FilterMode.ALLOW, "deny": FilterMode.DENY}
_DHCP = {"dynamic": True, "static": False}
_MOST = 256


async def get_interfaces(device: IsapiContext) -> Interfaces:
    """System/Network/interfaces."""
    return parse_interfaces(await device.get(_calls.INTERFACES))


async def get_gateway(device: IsapiContext) -> Gateway:
    """System/Network/interfaces."""
    return parse_gateway(await device.get(_calls.INTERFACES))


async def get_dns(device: IsapiContext) -> Dns:
    """System/Network/interfaces."""
    return parse_dns(await device.get(_calls.INTERFACES))


async def get_address_filter(device: IsapiContext) -> AddressFilter:
    """System/Network/ipFilter."""
    await device.can("ipFilter", *_NETWORK, "isSupportIPFilter")
    return parse_address_filter(await device.get(_calls.FILTER))


async def get_upnp_client(device: IsapiContext) -> UpnpClient:
    """UPnP, and the state of its ports where they are not told along and it is on."""
    await device.can("UPnP", *_NETWORK, "isSupportUpnp")
    found = parse_upnp_client(await device.get(_calls.UPNP))
    if found.mappings or not found.enabled:
        return found
    try:
        mappings = parse_mappings(await device.get(_calls.UPNP_STATUS))
    except (NotSupported, Denied, Malformed):
        return found
    return UpnpClient(enabled=found.enabled, mappings=mappings)


async def get_dynamic_dns(device: IsapiContext) -> DynamicDnsService:
    """System/Network/DDNS."""
    await device.can("DDNS", *_NETWORK, "isSupportDdns")
    return parse_dynamic_dns(await device.get(_calls.DDNS))


def _interfaces(data: bytes) -> list[Element]:
    root = document(data, _calls.INTERFACES, "NetworkInterfaceList", "NetworkInterface")
    found = list(rows(root, "NetworkInterface"))
    if not found:
        raise Malformed(say("hikvision.no-value", what=_calls.INTERFACES, name="NetworkInterface"))
    return found


def parse_interfaces(data: bytes) -> Interfaces:
    """Every interface with its addresses."""
    found = [_interface(element, n) for n, element in enumerate(_interfaces(data), 1)]
    return Interfaces(interfaces=tuple({i.token: i for i in found}.values()))


def _interface(element: Element, position: int) -> Interface:
    address, link = child(element, "IPAddress"), child(element, "Link")
    version = words(address, "ipVersion").lower()
    v4 = with_prefix(words(address, "ipAddress"), words(address, "subnetMask"))
    mode = child(address, "Ipv6Mode") if child(address, "Ipv6Mode") is not None else address
    return Interface(
        token=words(element, "id") or str(position),
        enabled=flag(element, "enabled") is not False,
        mac=_mac(words(link, "MACAddress")),
        mtu=whole(words(link, "MTU"), 65535) or None,
        ipv4_enabled=version in ("v4", "dual"),
        ipv4=(v4,) if v4 else (),
        dhcp=_DHCP.get(words(address, "addressingType").lower()),
        ipv6_enabled=version in ("v6", "dual"),
        ipv6=tuple(dict.fromkeys(_v6(address, mode))),
        dhcpv6=words(mode, "ipV6AddressingType"),
    )


def _v6(address: Element | None, mode: Element | None) -> list[str]:
    one = with_prefix(words(address, "ipv6Address"), words(address, "bitMask"))
    several = [with_prefix(words(e, "address"), words(e, "bitMask")) for e in below(mode, "v6Address")]
    return [a for a in (one, *several) if a]


def _mac(text: str) -> str:
    digits = re.sub(r"[:.\-\s]", "", text)
    if not re.fullmatch(r"[0-9A-Fa-f]{12}", digits):
        return text
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2)).upper()


def parse_gateway(data: bytes) -> Gateway:
    """Default gateways of all interfaces."""
    gates = [g for i in _interfaces(data) for g in children(i, "IPAddress", "DefaultGateway")]
    v4 = [with_prefix(words(g, "ipAddress"), "") for g in gates]
    v6 = [with_prefix(words(g, "ipv6Address"), "") for g in gates]
    return Gateway(ipv4=tuple(dict.fromkeys(filter(None, v4))), ipv6=tuple(dict.fromkeys(filter(None, v6))))


def parse_dns(data: bytes) -> Dns:
    """Name servers of all interfaces. `DNSEnable`: they come from DHCP."""
    addresses = [a for i in _interfaces(data) for a in children(i, "IPAddress")]
    servers = [host(child(a, name)) for a in addresses for name in ("PrimaryDNS", "SecondaryDNS")]
    dhcp = any(flag(a, "DNSEnable") for a in addresses)
    return Dns(from_dhcp=dhcp, servers=tuple(dict.fromkeys(filter(None, servers))))


def parse_address_filter(data: bytes) -> AddressFilter:
    """The filter; switched off it restricts nothing, which is "deny" with no entry. An entry is one address."""
    root = document(data, _calls.FILTER, "IPFilter")
    enabled = flag(root, "enabled")
    if enabled is None:
        raise Malformed(say("hikvision.no-value", what=_calls.FILTER, name="enabled"))
    if not enabled:
        return AddressFilter(mode=FilterMode.DENY)
    mode = _MODES.get(words(root, "permissionType").lower())
    if mode is None:
        raise Malformed(say("hikvision.no-value", what=_calls.FILTER, name="permissionType"))
    entries = [e for row in children(root, "IPFilterAddressList", "IPFilterAddress") if (e := _entry(row))]
    return AddressFilter(mode=mode, entries=tuple(dict.fromkeys(entries))[:_MOST])


def _entry(row: Element) -> str:
    span = child(row, "AddressRange")
    if span is not None:
        return f"{words(span, 'startIPAddress')}-{words(span, 'endIPAddress')}".strip("-")
    part = child(row, "AddressMask")
    address, mask = host(part), words(part, "bitMask")
    return with_prefix(address, mask) or address


def parse_upnp_client(data: bytes) -> UpnpClient:
    """Whether the device asks routers to open ports: UPnP must be on, and so must its ports where they have a switch.

    Raises Malformed where there is no switch at all.
    """
    root = document(data, _calls.UPNP, "UPnP")
    whole_, ports = flag(root, "enabled"), flag(root, "ports", "enabled")
    if whole_ is None and ports is None:
        raise Malformed(say("hikvision.no-value", what=_calls.UPNP, name="enabled"))
    enabled = ports if ports is not None and whole_ is not False else whole_
    return UpnpClient(enabled=enabled, mappings=_mappings(root))


def parse_mappings(data: bytes) -> tuple[WantedMapping, ...]:
    """The ports of UPnP/ports and UPnP/ports/status. The names of the rows differ; those of the ports do not."""
    return _mappings(document(data, _calls.UPNP_STATUS))


def _mappings(root: Element) -> tuple[WantedMapping, ...]:
    found = [_mapping(e) for e in root.iterdescendants() if words(e, "externalPort")]
    return tuple({m.row_key: m for m in found[:_MOST]}.values())


def _mapping(row: Element) -> WantedMapping:
    inner, name = words(row, "internalPort"), words(row, "portType") or words(row, "protocol")
    number = whole(words(row, "internalPortNo") or inner, 65535) or 0
    return WantedMapping(
        name=name or (inner if not number else "") or words(row, "id"),
        inside_port=number,
        outside_port=whole(words(row, "externalPort"), 65535) or 0,
        enabled=flag(row, "enabled"),
    )


def parse_dynamic_dns(data: bytes) -> DynamicDnsService:
    """The service that is on, or the first that is set; its login is not looked at."""
    root = document(data, _calls.DDNS, "DDNSList", "DDNS")
    found = [row for row in rows(root, "DDNS") if flag(row, "enabled") is not None]
    if not found:
        raise Malformed(say("hikvision.no-value", what=_calls.DDNS, name="enabled"))
    chosen = next((row for row in found if flag(row, "enabled")), found[0])
    name = words(chosen, "deviceDomainName") or words(chosen, "domainName")
    return DynamicDnsService(enabled=flag(chosen, "enabled"), provider=words(chosen, "provider"), name=name)
