"""What each fact of a RouterOS router is made of."""

from fushinban.drivers import _router_facts as shared
from fushinban.drivers.mikrotik import _live as live
from fushinban.drivers.mikrotik._visit import Visit
from fushinban.model import facts


async def get_identity(visit: Visit) -> facts.Identity:
    """`system/resource`, `system/routerboard`."""
    return shared.identity_of(visit.router())


async def get_hostname(visit: Visit) -> facts.Hostname:
    """`system/identity`."""
    return shared.hostname_of(visit.router())


async def get_configuration(visit: Visit) -> facts.RouterConfiguration:
    """All menus. A menu that may not be read stands among the lines that were not understood."""
    return shared.configuration_of(visit.router())


async def get_interfaces(visit: Visit) -> facts.Interfaces:
    """`interface`, `ip/address`, `ipv6/address`."""
    live.need_menu(visit.answers(), "ip/address")
    return shared.interfaces_of(visit.router())


async def get_accounts(visit: Visit) -> facts.MakerAccounts:
    """`user`."""
    live.need_menu(visit.answers(), "user")
    return shared.accounts_of(visit.router())


async def get_sessions(visit: Visit) -> facts.LiveSessions:
    """`user/active`."""
    return live.parse_sessions(visit.answers())


async def get_services(visit: Visit) -> facts.ServiceSettings:
    """`ip/service` and the menus of other services."""
    live.need_menu(visit.answers(), "ip/service")
    return shared.settings_of(visit.router())


async def get_port_mappings(visit: Visit) -> facts.PortMappings:
    """The dynamic rules of `ip/firewall/nat`."""
    live.need_menu(visit.answers(), "ip/firewall/nat")
    return shared.port_mappings_of(visit.router())


async def get_remote_log(visit: Visit) -> facts.RemoteLog:
    """`system/logging/action`."""
    live.need_menu(visit.answers(), "system/logging/action")
    return shared.remote_log_of(visit.router())


async def get_ntp(visit: Visit) -> facts.Ntp:
    """`system/ntp/client`."""
    live.need_menu(visit.answers(), "system/ntp/client")
    return shared.ntp_of(visit.router())


async def get_dynamic_dns(visit: Visit) -> facts.DynamicDnsService:
    """`ip/cloud`."""
    live.need_menu(visit.answers(), "ip/cloud")
    return shared.dynamic_dns_of(visit.router())


async def get_snmp(visit: Visit) -> facts.SnmpSettings:
    """`snmp`, `snmp/community`."""
    return live.parse_snmp(visit.answers())


async def get_time(visit: Visit) -> facts.DeviceTime:
    """`system/clock`."""
    return live.parse_time(visit.answers(), visit.at)


async def get_uptime(visit: Visit) -> facts.Uptime:
    """`system/resource`."""
    return live.parse_uptime(visit.answers(), visit.at)


async def get_firmware(visit: Visit) -> facts.FirmwareUpdate:
    """`system/resource`, `system/package/update`."""
    return live.parse_firmware(visit.answers())
