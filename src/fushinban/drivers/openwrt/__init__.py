"""OpenWrt: what its configuration (uci) and its call interface (ubus) say of a router."""

from fushinban.drivers._driver import Driver, Getter, Quality, speaks
from fushinban.drivers.openwrt import _facts
from fushinban.drivers.openwrt._visit import Visit, visit_openwrt
from fushinban.model import facts

DRIVER: Driver[Visit] = Driver(
    name="openwrt",
    quality=Quality.BRONZE,
    open=visit_openwrt,
    applies=speaks("openwrt"),
    getters={
        facts.Identity: Getter(ask=_facts.get_identity, request="ubus system board"),
        facts.Hostname: Getter(ask=_facts.get_hostname, request="ubus system board"),
        facts.RouterConfiguration: Getter(ask=_facts.get_configuration, request="ubus uci get"),
        facts.Interfaces: Getter(ask=_facts.get_interfaces, request="ubus uci get network"),
        facts.MakerAccounts: Getter(ask=_facts.get_accounts, request="ubus uci get rpcd"),
        facts.ServiceSettings: Getter(ask=_facts.get_services, request="ubus uci get dropbear, uhttpd, upnpd"),
        facts.PortMappings: Getter(ask=_facts.get_port_mappings, request="ubus luci.upnp get_status"),
        facts.RemoteLog: Getter(ask=_facts.get_remote_log, request="ubus uci get system"),
        facts.Ntp: Getter(ask=_facts.get_ntp, request="ubus uci get system"),
        facts.DynamicDnsService: Getter(ask=_facts.get_dynamic_dns, request="ubus uci get ddns"),
        facts.SnmpSettings: Getter(ask=_facts.get_snmp, request="ubus uci get snmpd"),
        facts.DeviceTime: Getter(ask=_facts.get_time, request="ubus system info"),
        facts.Uptime: Getter(ask=_facts.get_uptime, request="ubus system info"),
    },
)
