"""Network settings: interfaces, gateway, name servers, what may come in, what is opened on routers, dynamic DNS."""

import re

from fushinban.drivers._maker_values import switch, whole, with_prefix
from fushinban.drivers.axis import _calls
from fushinban.drivers.axis._answers import Json, inner, objects, rest_data, words
from fushinban.drivers.axis._context import AxisContext
from fushinban.drivers.axis._parameters import Parameters
from fushinban.errors import Malformed, NotSupported
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
)

_UNSPECIFIED = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared, not bound to
_MOST_ENTRIES = 256


async def get_interfaces(device: AxisContext) -> Interfaces:
    """The parameters."""
    return parse_interfaces(await device.parameters.value())


async def get_gateway(device: AxisContext) -> Gateway:
    """The parameters."""
    return parse_gateway(await device.parameters.value())


async def get_dns(device: AxisContext) -> Dns:
    """The parameters."""
    return parse_dns(await device.parameters.value())


async def get_address_filter(device: AxisContext) -> AddressFilter:
    """The firewall of AXIS OS 11.8 and later where it is listed, otherwise the older IP filter's parameters."""
    parameters = await device.parameters.value()
    if await device.has_rest("firewall/v1"):
        return parse_firewall(await device.get(_calls.FIREWALL))
    return parse_address_filter(parameters)


async def get_upnp_client(device: AxisContext) -> UpnpClient:
    """The parameters of NAT traversal."""
    return parse_upnp_client(await device.parameters.value())


async def get_dynamic_dns(device: AxisContext) -> DynamicDnsService:
    """The parameters of the maker's name service and of DNS update."""
    return parse_dynamic_dns(await device.parameters.value())


def parse_interfaces(parameters: Parameters) -> Interfaces:
    """Every interface with the addresses in use; `eth0` alone on firmware that lists none."""
    rows = [(group, parameters.get(f"{group}.SystemDevice")) for group in parameters.rows("Network.Interface")]
    found = [_interface(parameters, group, name) for group, name in rows if name]
    if not found and parameters.get("Network.eth0.MACAddress"):
        found = [_interface(parameters, "", "eth0")]
    if not found:
        raise NotSupported(say("axis.no-parameter", name="Network.Interface"))
    return Interfaces(interfaces=tuple({i.token: i for i in found}.values()))


def _interface(parameters: Parameters, group: str, name: str) -> Interface:
    """One interface. Firmware of today says under `Active` what is in use; older ones under the device's name."""
    device, link, active = f"Network.{name}", f"{group}.Link", f"{group}.Active"
    used = active if parameters.has(f"{active}.Active") else device
    v6 = parameters.get(f"{used}.IPv6Addresses") or parameters.get(f"{used}.IPv6.IPAddresses")
    protocol = parameters.get(f"{link}.BootProto") or parameters.get("Network.BootProto")
    v4_on = parameters.flag(f"{link}.IPv4Enabled")
    v4 = with_prefix(parameters.get(f"{used}.IPAddress"), parameters.get(f"{used}.SubnetMask"))
    return Interface(
        token=name,
        name=name,
        enabled=parameters.flag(f"{active}.Active") is not False,
        mac=_mac(parameters.get(f"{active}.MACAddress") or parameters.get(f"{device}.MACAddress")),
        mtu=parameters.number(f"{link}.MTU") or None,
        ipv4_enabled=v4_on if v4_on is not None else True,
        ipv4=(v4,) if v4 else (),
        dhcp={"dhcp": True, "none": False}.get(protocol.lower()),
        ipv6_enabled=bool(_first(parameters.flag(f"{link}.IPv6Enabled"), parameters.flag("Network.IPv6.Enabled"))),
        ipv6=tuple(dict.fromkeys(a for a in re.split(r"[\s,]+", v6) if a not in _UNSPECIFIED)),
        dhcpv6=parameters.get(f"{link}.DHCPv6") or parameters.get("Network.IPv6.DHCPv6"),
    )


def _first(*values: bool | None) -> bool | None:
    return next((v for v in values if v is not None), None)


def _mac(text: str) -> str:
    digits = re.sub(r"[:.\-\s]", "", text)
    if not re.fullmatch(r"[0-9A-Fa-f]{12}", digits):
        return text
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2)).upper()


def parse_gateway(parameters: Parameters) -> Gateway:
    """The default routers."""
    if not (parameters.has("Network.Routing.DefaultRouter") or parameters.has("Network.DefaultRouter")):
        raise NotSupported(say("axis.no-parameter", name="Network.DefaultRouter"))
    v4 = parameters.get("Network.Routing.DefaultRouter") or parameters.get("Network.DefaultRouter")
    v6 = parameters.get("Network.Routing.IPv6.DefaultRouter") or parameters.get("Network.IPv6.DefaultRouter")
    return Gateway(ipv4=_hosts(v4), ipv6=_hosts(v6))


def parse_dns(parameters: Parameters) -> Dns:
    """Name servers in use and search domains."""
    group = "Network.Resolver"
    if not parameters.has(f"{group}.ObtainFromDHCP"):
        raise NotSupported(say("axis.no-parameter", name=group))
    servers = parameters.get(f"{group}.NameServerList") or " ".join(
        parameters.get(f"{group}.NameServer{n}") for n in (1, 2)
    )
    return Dns(
        from_dhcp=bool(parameters.flag(f"{group}.ObtainFromDHCP")),
        servers=_hosts(servers),
        search=tuple(parameters.get(f"{group}.Search").split()),
    )


def _hosts(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(h for h in re.split(r"[\s,]+", text) if h not in _UNSPECIFIED))


def parse_address_filter(parameters: Parameters) -> AddressFilter:
    """The older IP filter; switched off it restricts nothing, which is "deny" with no entry."""
    group = "Network.Filter"
    enabled = parameters.flag(f"{group}.Enabled")
    if enabled is None:
        raise NotSupported(say("axis.no-parameter", name=group))
    if not enabled:
        return AddressFilter(mode=FilterMode.DENY)
    policy = parameters.get(f"{group}.Input.Policy").lower()
    mode = {"allow": FilterMode.ALLOW, "deny": FilterMode.DENY}.get(policy)
    if mode is None:
        raise Malformed(say("axis.value", what="param.cgi", name=f"{group}.Input.Policy"))
    return AddressFilter(mode=mode, entries=_hosts(parameters.get(f"{group}.Input.AcceptAddresses"))[:_MOST_ENTRIES])


def parse_firewall(data: bytes) -> AddressFilter:
    """The firewall: what is let in where everything else is dropped, or what is dropped where the rest is let in.

    Rules that only limit the rate are left out. A rule for one port says so after its address (`*` for all addresses).
    """
    found = rest_data(data, _calls.FIREWALL)
    activated, rules = switch(inner(found).get("activated")), inner(found, "conf", "rules")
    default = words(rules.get("activeDefaultPolicy")).upper()
    if activated is None or (activated and default not in ("ACCEPT", "DROP")):
        raise Malformed(say("axis.value", what=_calls.FIREWALL, name="activeDefaultPolicy"))
    if not activated:
        return AddressFilter(mode=FilterMode.DENY)
    wanted = "ACCEPT" if default == "DROP" else "DROP"
    entries = [
        _rule(rule)
        for rule in objects(rules.get("activeRules"))
        if words(rule.get("ruleType")).upper() == "FILTER"
        and words(inner(rule, "filter").get("policy")).upper() == wanted
    ]
    mode = FilterMode.ALLOW if default == "DROP" else FilterMode.DENY
    return AddressFilter(mode=mode, entries=tuple(dict.fromkeys(entries))[:_MOST_ENTRIES])


def _rule(rule: Json) -> str:
    bounds = inner(rule, "ipRange")
    span = f"{words(bounds.get('start'))}-{words(bounds.get('end'))}" if bounds else ""
    who = words(rule.get("ip")) or span or words(rule.get("mac")) or "*"
    return " ".join([who, *filter(None, [_ports(rule)])])


def _ports(rule: Json) -> str:
    """`tcp/80`, `udp/161-162`; empty for all ports."""
    for name in ("tcp", "udp"):
        number = whole(rule.get(f"{name}Port"))
        if number:
            return f"{name}/{number}"
    one, several = inner(rule, "port"), inner(rule, "portRange")
    if one:
        return f"{words(one.get('portType')).lower()}/{whole(one.get('portNum')) or 0}"
    if several:
        first, last = whole(several.get("start")) or 0, whole(several.get("end")) or 0
        return f"{words(several.get('portType')).lower()}/{first}-{last}"
    return ""


def parse_upnp_client(parameters: Parameters) -> UpnpClient:
    """NAT traversal: the device asks a router by UPnP to open a port for it. It does not list which."""
    enabled = parameters.flag("Network.UPnP.NATTraversal.Enabled")
    if enabled is None:
        raise NotSupported(say("axis.no-parameter", name="Network.UPnP.NATTraversal"))
    return UpnpClient(enabled=enabled)


def parse_dynamic_dns(parameters: Parameters) -> DynamicDnsService:
    """The maker's name service, or DNS update (RFC 2136) where that one is on."""
    maker, update = parameters.flag("Network.AxisNS.Enabled"), parameters.flag("Network.DNSUpdate.Enabled")
    if maker is None and update is None:
        raise NotSupported(say("axis.no-parameter", name="Network.DNSUpdate"))
    if update and not maker:
        name = parameters.get("Network.DNSUpdate.DNSName")
        return DynamicDnsService(enabled=True, provider="DNS update (RFC 2136)", name=name)
    provider = "AXIS Internet Dynamic DNS Service" if maker else ""
    return DynamicDnsService(enabled=bool(maker), provider=provider)
