"""MikroTik RouterOS: what `/export` and the REST interface say of a router."""

from fushinban.drivers._driver import Driver, Getter, Quality, speaks
from fushinban.drivers.mikrotik import _facts
from fushinban.drivers.mikrotik._visit import Visit, visit_mikrotik
from fushinban.model import facts

DRIVER: Driver[Visit] = Driver(
    name="mikrotik",
    quality=Quality.BRONZE,
    open=visit_mikrotik,
    applies=speaks("mikrotik"),
    getters={
        facts.Identity: Getter(ask=_facts.get_identity, request="system/resource, system/routerboard"),
        facts.Hostname: Getter(ask=_facts.get_hostname, request="system/identity"),
        facts.RouterConfiguration: Getter(ask=_facts.get_configuration, request="ip/…, ipv6/…, interface/…"),
        facts.Interfaces: Getter(ask=_facts.get_interfaces, request="interface, ip/address, ipv6/address"),
        facts.MakerAccounts: Getter(ask=_facts.get_accounts, request="user"),
        facts.LiveSessions: Getter(ask=_facts.get_sessions, request="user/active"),
        facts.ServiceSettings: Getter(ask=_facts.get_services, request="ip/service"),
        facts.PortMappings: Getter(ask=_facts.get_port_mappings, request="ip/firewall/nat"),
        facts.RemoteLog: Getter(ask=_facts.get_remote_log, request="system/logging/action"),
        facts.Ntp: Getter(ask=_facts.get_ntp, request="system/ntp/client"),
        facts.DynamicDnsService: Getter(ask=_facts.get_dynamic_dns, request="ip/cloud"),
        facts.SnmpSettings: Getter(ask=_facts.get_snmp, request="snmp, snmp/community"),
        facts.DeviceTime: Getter(ask=_facts.get_time, request="system/clock"),
        facts.Uptime: Getter(ask=_facts.get_uptime, request="system/resource"),
        facts.FirmwareUpdate: Getter(ask=_facts.get_firmware, request="system/package/update"),
    },
)
