"""What each fact of an OpenWrt router is made of."""

from fushinban.drivers import _router_facts as shared
from fushinban.drivers.openwrt import _live as live
from fushinban.drivers.openwrt._calls import parse_value
from fushinban.drivers.openwrt._visit import Visit
from fushinban.model import facts


async def get_identity(visit: Visit) -> facts.Identity:
    """`system board`."""
    return live.parse_identity(visit.answers())


async def get_hostname(visit: Visit) -> facts.Hostname:
    """`system board`."""
    return live.parse_hostname(visit.answers())


async def get_configuration(visit: Visit) -> facts.RouterConfiguration:
    """All files. A file that may not be read stands among the lines that were not understood."""
    live.need_files(visit.answers(), "firewall", "network")
    return shared.configuration_of(visit.router())


async def get_interfaces(visit: Visit) -> facts.Interfaces:
    """The file `network`."""
    live.need_files(visit.answers(), "network")
    return shared.interfaces_of(visit.router())


async def get_accounts(visit: Visit) -> facts.MakerAccounts:
    """The file `rpcd`."""
    live.need_files(visit.answers(), "rpcd")
    return shared.accounts_of(visit.router())


async def get_services(visit: Visit) -> facts.ServiceSettings:
    """The files `dropbear`, `uhttpd`, `upnpd` and those of other services."""
    live.need_files(visit.answers(), "dropbear", "uhttpd")
    return shared.settings_of(visit.router())


async def get_port_mappings(visit: Visit) -> facts.PortMappings:
    """`luci.upnp`, where the router's web pages have it."""
    parse_value(visit.answers(), "luci.upnp get_status")
    return shared.port_mappings_of(visit.router())


async def get_remote_log(visit: Visit) -> facts.RemoteLog:
    """The file `system`."""
    live.need_files(visit.answers(), "system")
    return shared.remote_log_of(visit.router())


async def get_ntp(visit: Visit) -> facts.Ntp:
    """The file `system`."""
    live.need_files(visit.answers(), "system")
    return shared.ntp_of(visit.router())


async def get_dynamic_dns(visit: Visit) -> facts.DynamicDnsService:
    """The file `ddns`; off where there is none."""
    live.need_files(visit.answers(), "ddns")
    return shared.dynamic_dns_of(visit.router())


async def get_snmp(visit: Visit) -> facts.SnmpSettings:
    """The file `snmpd`."""
    return live.parse_snmp(visit.answers())


async def get_time(visit: Visit) -> facts.DeviceTime:
    """`system info`."""
    return live.parse_time(visit.answers(), visit.at)


async def get_uptime(visit: Visit) -> facts.Uptime:
    """`system info`."""
    return live.parse_uptime(visit.answers(), visit.at)
