"""Network settings: interfaces, protocols, gateway, name servers, dynamic DNS, zero configuration."""

import re

from fushinban.drivers.onvif import _calls
from fushinban.drivers.onvif._context import OnvifContext
from fushinban.drivers.onvif._read import answer, clip, flag, leaf, leaves, maybe_flag, maybe_number, need, number
from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.model.facts import (
    Dns,
    DynamicDns,
    DynamicDnsMode,
    Gateway,
    Interface,
    Interfaces,
    Protocol,
    Protocols,
    ZeroConfiguration,
)
from fushinban.transport.xml import Element, child, children, local

#: Stands for "none" on many devices, and can be nobody's address.
_UNSPECIFIED = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared, not bound to

_V4_ORIGINS = ("FromDHCP", "Manual", "LinkLocal")
_V6_ORIGINS = ("FromDHCP", "FromRA", "Manual", "LinkLocal")


async def get_interfaces(device: OnvifContext) -> Interfaces:
    """GetNetworkInterfaces."""
    return parse_interfaces(await device.ask(_calls.GET_NETWORK_INTERFACES))


async def get_protocols(device: OnvifContext) -> Protocols:
    """GetNetworkProtocols."""
    return parse_protocols(await device.ask(_calls.GET_NETWORK_PROTOCOLS))


async def get_gateway(device: OnvifContext) -> Gateway:
    """GetNetworkDefaultGateway."""
    return parse_gateway(await device.ask(_calls.GET_NETWORK_DEFAULT_GATEWAY))


async def get_dns(device: OnvifContext) -> Dns:
    """GetDNS."""
    return parse_dns(await device.ask(_calls.GET_DNS))


async def get_dynamic_dns(device: OnvifContext) -> DynamicDns:
    """GetDynamicDNS."""
    return parse_dynamic_dns(await device.ask(_calls.GET_DYNAMIC_DNS))


async def get_zero_configuration(device: OnvifContext) -> ZeroConfiguration:
    """GetZeroConfiguration."""
    return parse_zero_configuration(await device.ask(_calls.GET_ZERO_CONFIGURATION))


def parse_interfaces(data: bytes) -> Interfaces:
    """Interfaces of GetNetworkInterfacesResponse, addresses in use before configured ones."""
    elements = tuple(children(answer(data, "GetNetworkInterfacesResponse"), "NetworkInterfaces"))
    found = {i.token: i for i in reversed([_interface(e, n) for n, e in enumerate(elements, 1)])}
    return Interfaces(interfaces=tuple(reversed(found.values())))


def _interface(element: Element, position: int) -> Interface:
    info = child(element, "Info")
    about = {} if info is None else leaves(info)
    v4, v6 = child(element, "IPv4"), child(element, "IPv6")
    config4 = None if v4 is None else child(v4, "Config")
    config6 = None if v6 is None else child(v6, "Config")
    return Interface(
        token=clip(element.get("token")) or about.get("Name") or str(position),
        name=about.get("Name", ""),
        enabled=flag(leaf(element, "Enabled"), "Enabled"),
        mac=_mac(about.get("HwAddress", "")),
        # 0 is what devices write that do not know
        mtu=maybe_number(about.get("MTU", ""), "MTU") or None,
        ipv4_enabled=v4 is not None and flag(leaf(v4, "Enabled"), "Enabled"),
        ipv4=_addresses(config4, _V4_ORIGINS),
        dhcp=maybe_flag(leaf(config4, "DHCP"), "DHCP"),
        ipv6_enabled=v6 is not None and flag(leaf(v6, "Enabled"), "Enabled"),
        ipv6=_addresses(config6, _V6_ORIGINS),
        dhcpv6=leaf(config6, "DHCP"),
    )


def _addresses(config: Element | None, origins: tuple[str, ...]) -> tuple[str, ...]:
    """`address/prefix`, each once (Bosch lists its DHCP address as link-local too)."""
    if config is None:
        return ()
    return tuple(dict.fromkeys(a for o in origins for e in children(config, o) if (a := _prefixed(e))))


def _prefixed(element: Element) -> str:
    found = leaves(element)
    address, prefix = found.get("Address", ""), found.get("PrefixLength", "")
    if address in _UNSPECIFIED:
        return ""
    return f"{address}/{number(prefix, 'PrefixLength')}" if prefix else address


def _mac(text: str) -> str:
    """`AA:BB:CC:DD:EE:FF`; what is no MAC address stays as the device wrote it."""
    digits = re.sub(r"[:.\-\s]", "", text)
    if not re.fullmatch(r"[0-9A-Fa-f]{12}", digits):
        return text
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2)).upper()


def parse_protocols(data: bytes) -> Protocols:
    """Protocols of GetNetworkProtocolsResponse, each once.

    Port 0 is a filler (Axis, Milesight). Where a device lists one protocol twice, it is on when one entry is on, and
    then the ports are those of the entries that are on.
    """
    entries: dict[str, list[tuple[bool, list[int]]]] = {}
    for element in children(answer(data, "GetNetworkProtocolsResponse"), "NetworkProtocols"):
        for name, enabled, ports in _protocol_entries(element):
            entries.setdefault(name, []).append((enabled, ports))
    protocols = []
    for name, listed in entries.items():
        enabled = any(on for on, _ in listed)
        numbers = dict.fromkeys(p for on, ports in listed for p in ports if on == enabled)
        protocols.append(Protocol(name=name, enabled=enabled, ports=tuple(numbers)))
    return Protocols(protocols=tuple(protocols))


def _protocol_entries(element: Element) -> list[tuple[str, bool, list[int]]]:
    """Name, switch and ports; a new `Name` begins a new entry, for devices that put several into one element."""
    groups: list[tuple[str, list[str], list[int]]] = []
    for item in element.iterchildren("{*}*"):
        tag, text = local(item), clip(item.text)
        if tag == "Name":
            groups.append((text.upper(), [], []))
        elif tag in ("Enabled", "Port") and not groups:
            raise Malformed(say("onvif.missing", element="Name"))
        elif tag == "Enabled":
            groups[-1][1].append(text)
        elif tag == "Port" and (port := number(text, "Port")):
            if port > 65535:
                raise Malformed(say("onvif.value", element="Port"))
            groups[-1][2].append(port)
    return [(name, flag(switch[0] if switch else "", "Enabled"), ports) for name, switch, ports in groups]


def parse_gateway(data: bytes) -> Gateway:
    """Gateways of GetNetworkDefaultGatewayResponse; empty and unspecified ones left out."""
    root = need(answer(data, "GetNetworkDefaultGatewayResponse"), "NetworkGateway")
    return Gateway(ipv4=_texts(root, "IPv4Address"), ipv6=_texts(root, "IPv6Address"))


def parse_dns(data: bytes) -> Dns:
    """Name servers of GetDNSResponse: those from DHCP where DHCP gives them, else the manual ones."""
    root = need(answer(data, "GetDNSResponse"), "DNSInformation")
    from_dhcp = flag(leaf(root, "FromDHCP"), "FromDHCP")
    given, manual = (_servers(root, name) for name in ("DNSFromDHCP", "DNSManual"))
    return Dns(
        from_dhcp=from_dhcp,
        servers=(given or manual) if from_dhcp else manual,
        search=_texts(root, "SearchDomain"),
    )


def _servers(root: Element, name: str) -> tuple[str, ...]:
    pairs = ((leaf(e, "IPv4Address"), leaf(e, "IPv6Address")) for e in children(root, name))
    return tuple(dict.fromkeys(a for pair in pairs for a in pair if a not in _UNSPECIFIED))


def _texts(root: Element, name: str) -> tuple[str, ...]:
    texts = (clip(e.text) for e in children(root, name))
    return tuple(dict.fromkeys(t for t in texts if t not in _UNSPECIFIED))


def parse_dynamic_dns(data: bytes) -> DynamicDns:
    """Mode, name and time to live of GetDynamicDNSResponse."""
    found = leaves(need(answer(data, "GetDynamicDNSResponse"), "DynamicDNSInformation"))
    try:
        mode = DynamicDnsMode(found.get("Type", ""))
    except ValueError as error:
        raise Malformed(say("onvif.value", element="Type")) from error
    return DynamicDns(mode=mode, name=found.get("Name", ""), ttl=found.get("TTL", ""))


def parse_zero_configuration(data: bytes) -> ZeroConfiguration:
    """Link-local addressing of GetZeroConfigurationResponse: on when one interface has it on."""
    root = need(answer(data, "GetZeroConfigurationResponse"), "ZeroConfiguration")
    extension = child(root, "Extension")
    entries = [root, *(() if extension is None else children(extension, "Additional"))]
    switches = [flag(leaf(e, "Enabled"), "Enabled") for e in entries]
    return ZeroConfiguration(
        enabled=any(switches),
        addresses=tuple(dict.fromkeys(a for e in entries for a in _texts(e, "Addresses"))),
    )
