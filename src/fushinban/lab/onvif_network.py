"""The network part of a pretend device's device service: addresses, protocols, name and time servers, filters."""

from collections.abc import Mapping
from ipaddress import ip_address

from fushinban.lab.plan import DevicePlan
from fushinban.lab.soap import TDS, Access, Ask, Operation, tag
from fushinban.model.facts.network import DynamicDnsMode

_INTERFACE = "eth0"


def _address(name: str, with_prefix: str) -> str:
    host, _, prefix = with_prefix.partition("/")
    return f"<tt:{name}>{tag('tt:Address', host)}{tag('tt:PrefixLength', prefix or '24')}</tt:{name}>"


def _host(name: str, host: str) -> str:
    """A `NetworkHost`: an address, or a name of the DNS."""
    try:
        version = ip_address(host).version
    except ValueError:
        return f"<tt:{name}>{tag('tt:Type', 'DNS')}{tag('tt:DNSname', host)}</tt:{name}>"
    return f"<tt:{name}>{tag('tt:Type', f'IPv{version}')}{tag(f'tt:IPv{version}Address', host)}</tt:{name}>"


def _hostname(ask: Ask) -> str:
    inside = tag("tt:FromDHCP", False) + tag("tt:Name", ask.state.plan.hostname)
    return (
        "<tds:GetHostnameResponse><tds:HostnameInformation>"
        f"{inside}</tds:HostnameInformation></tds:GetHostnameResponse>"
    )


def _interfaces(ask: Ask) -> str:
    plan = ask.state.plan
    info = tag("tt:Name", _INTERFACE) + tag("tt:HwAddress", plan.mac) + tag("tt:MTU", 1500)
    own = f"{plan.address}/{plan.prefix}"
    manual = "".join(_address("Manual", a) for a in ((() if plan.dhcp else (own,)) + plan.extra_ipv4))
    leased = _address("FromDHCP", own) if plan.dhcp else ""
    config = manual + leased + tag("tt:DHCP", plan.dhcp)
    v4 = f"<tt:IPv4>{tag('tt:Enabled', True)}<tt:Config>{config}</tt:Config></tt:IPv4>"
    return (
        f'<tds:GetNetworkInterfacesResponse><tds:NetworkInterfaces token="{_INTERFACE}">'
        f"{tag('tt:Enabled', True)}<tt:Info>{info}</tt:Info>{v4}{_ipv6(plan)}"
        "</tds:NetworkInterfaces></tds:GetNetworkInterfacesResponse>"
    )


def _ipv6(plan: DevicePlan) -> str:
    if not plan.ipv6:
        return f"<tt:IPv6>{tag('tt:Enabled', False)}</tt:IPv6>"
    rows = "".join(_address("Manual", a) for a in plan.ipv6)
    config = tag("tt:AcceptRouterAdvert", True) + tag("tt:DHCP", "Off") + rows
    return f"<tt:IPv6>{tag('tt:Enabled', True)}<tt:Config>{config}</tt:Config></tt:IPv6>"


def _protocols(ask: Ask) -> str:
    """The usual ports: a device behind a port mapping knows its own ports, not the mapped ones."""
    services = ask.state.plan.services
    rows = "".join(
        "<tds:NetworkProtocols>"
        + tag("tt:Name", name)
        + tag("tt:Enabled", name.lower() in services)
        + tag("tt:Port", port)
        + "</tds:NetworkProtocols>"
        for name, port in (("HTTP", 80), ("HTTPS", 443), ("RTSP", 554))
    )
    return f"<tds:GetNetworkProtocolsResponse>{rows}</tds:GetNetworkProtocolsResponse>"


def _gateway(ask: Ask) -> str:
    gateway = ask.state.plan.gateway
    inside = tag("tt:IPv4Address", gateway) if gateway else ""
    return (
        "<tds:GetNetworkDefaultGatewayResponse>"
        f"<tds:NetworkGateway>{inside}</tds:NetworkGateway></tds:GetNetworkDefaultGatewayResponse>"
    )


def _dns(ask: Ask) -> str:
    rows = ""
    for server in ask.state.plan.dns:
        name = f"IPv{ip_address(server).version}"
        rows += f"<tt:DNSManual>{tag('tt:Type', name)}{tag(f'tt:{name}Address', server)}</tt:DNSManual>"
    inside = f"<tds:DNSInformation>{tag('tt:FromDHCP', False)}{rows}</tds:DNSInformation>"
    return f"<tds:GetDNSResponse>{inside}</tds:GetDNSResponse>"


def _ntp(ask: Ask) -> str:
    rows = "".join(_host("NTPManual", server) for server in ask.state.plan.ntp)
    inside = f"<tds:NTPInformation>{tag('tt:FromDHCP', False)}{rows}</tds:NTPInformation>"
    return f"<tds:GetNTPResponse>{inside}</tds:GetNTPResponse>"


def _dynamic_dns(ask: Ask) -> str:
    plan = ask.state.plan
    inside = tag("tt:Type", plan.dynamic_dns.value)
    if plan.dynamic_dns is not DynamicDnsMode.NO_UPDATE:
        inside += tag("tt:Name", plan.dynamic_dns_name) + tag("tt:TTL", "PT1H")
    return (
        "<tds:GetDynamicDNSResponse><tds:DynamicDNSInformation>"
        f"{inside}</tds:DynamicDNSInformation></tds:GetDynamicDNSResponse>"
    )


def _zero_configuration(ask: Ask) -> str:
    plan = ask.state.plan
    inside = tag("tt:InterfaceToken", _INTERFACE) + tag("tt:Enabled", plan.zero_configuration)
    if plan.zero_configuration:
        tail = plan.address.rpartition(".")[2]
        inside += tag("tt:Addresses", f"169.254.10.{tail}")
    return (
        "<tds:GetZeroConfigurationResponse><tds:ZeroConfiguration>"
        f"{inside}</tds:ZeroConfiguration></tds:GetZeroConfigurationResponse>"
    )


def _address_filter(ask: Ask) -> str:
    plan = ask.state.plan
    rows = "".join(_address("IPv4Address", entry) for entry in plan.ip_filter)
    inside = f"<tds:IPAddressFilter>{tag('tt:Type', plan.filter_mode.value)}{rows}</tds:IPAddressFilter>"
    return f"<tds:GetIPAddressFilterResponse>{inside}</tds:GetIPAddressFilterResponse>"


#: Network operations of the device service.
OPERATIONS: Mapping[tuple[str, str], Operation] = {
    (TDS, "GetHostname"): Operation(access=Access.PRE_AUTH, answer=_hostname),
    (TDS, "GetNetworkInterfaces"): Operation(access=Access.READ_SYSTEM, answer=_interfaces),
    (TDS, "GetNetworkProtocols"): Operation(access=Access.READ_SYSTEM, answer=_protocols),
    (TDS, "GetNetworkDefaultGateway"): Operation(access=Access.READ_SYSTEM, answer=_gateway),
    (TDS, "GetDNS"): Operation(access=Access.READ_SYSTEM, answer=_dns),
    (TDS, "GetNTP"): Operation(access=Access.READ_SYSTEM, answer=_ntp),
    (TDS, "GetDynamicDNS"): Operation(access=Access.READ_SYSTEM, answer=_dynamic_dns),
    (TDS, "GetZeroConfiguration"): Operation(access=Access.READ_SYSTEM, answer=_zero_configuration),
    (TDS, "GetIPAddressFilter"): Operation(access=Access.READ_SYSTEM, answer=_address_filter),
}
