"""NEC UNIVERGE IX: what the router says at its command line over SSH or Telnet, and what saved texts say.

Only `show version` and `show running-config` are asked, on one connection; nothing is set.
"""

from fushinban.drivers import _console_facts
from fushinban.drivers._console import ConsoleVisit
from fushinban.drivers._driver import Driver, Getter, Quality, speaks
from fushinban.drivers.nec_ix import _live
from fushinban.model import facts

_CONFIG, _VERSION = "show running-config", "show version"

DRIVER: Driver[ConsoleVisit] = Driver(
    name="nec_ix",
    quality=Quality.BRONZE,
    open=_live.visit_nec_ix,
    applies=speaks("nec_ix"),
    getters={
        facts.Identity: Getter(ask=_live.get_identity, request=_VERSION),
        facts.Uptime: Getter(ask=_live.get_uptime, request=_VERSION),
        facts.RouterConfiguration: Getter(ask=_console_facts.get_configuration, request=_CONFIG),
        facts.Interfaces: Getter(ask=_console_facts.get_interfaces, request=_CONFIG),
        facts.Hostname: Getter(ask=_console_facts.get_hostname, request=_CONFIG),
        facts.MakerAccounts: Getter(ask=_console_facts.get_accounts, request=_CONFIG),
        facts.ServiceSettings: Getter(ask=_console_facts.get_services, request=_CONFIG),
        facts.RemoteLog: Getter(ask=_console_facts.get_remote_log, request=_CONFIG),
        facts.Ntp: Getter(ask=_console_facts.get_ntp, request=_CONFIG),
        facts.DynamicDnsService: Getter(ask=_console_facts.get_dynamic_dns, request=_CONFIG),
        facts.SshHostKey: Getter(ask=_console_facts.get_host_key, request="log-in"),
    },
)
