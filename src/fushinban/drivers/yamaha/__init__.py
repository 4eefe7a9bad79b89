"""Yamaha RTX, NVR, FWX: what the router says at its command line over SSH or Telnet, and what saved texts say.

Only `show environment` and `show config` are asked, on one connection; nothing is set, not even the lines of a page.
"""

from fushinban.drivers import _console_facts
from fushinban.drivers._console import ConsoleVisit
from fushinban.drivers._driver import Driver, Getter, Quality, speaks
from fushinban.drivers.yamaha import _live
from fushinban.model import facts

_CONFIG, _ENVIRONMENT = "show config", "show environment"

DRIVER: Driver[ConsoleVisit] = Driver(
    name="yamaha",
    quality=Quality.BRONZE,
    open=_live.visit_yamaha,
    applies=speaks("yamaha"),
    getters={
        facts.Identity: Getter(ask=_live.get_identity, request=_ENVIRONMENT),
        facts.Uptime: Getter(ask=_live.get_uptime, request=_ENVIRONMENT),
        facts.RouterConfiguration: Getter(ask=_console_facts.get_configuration, request=_CONFIG),
        facts.Interfaces: Getter(ask=_live.get_interfaces, request=f"{_CONFIG}, {_ENVIRONMENT}"),
        facts.Hostname: Getter(ask=_console_facts.get_hostname, request=_CONFIG),
        facts.MakerAccounts: Getter(ask=_console_facts.get_accounts, request=_CONFIG),
        facts.ServiceSettings: Getter(ask=_console_facts.get_services, request=_CONFIG),
        facts.RemoteLog: Getter(ask=_console_facts.get_remote_log, request=_CONFIG),
        facts.Ntp: Getter(ask=_console_facts.get_ntp, request=_CONFIG),
        facts.DynamicDnsService: Getter(ask=_console_facts.get_dynamic_dns, request=_CONFIG),
        facts.SshHostKey: Getter(ask=_console_facts.get_host_key, request="log-in"),
    },
)
