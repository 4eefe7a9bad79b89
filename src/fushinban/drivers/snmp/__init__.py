"""SNMP v2c and v3: who the device is, its name, interfaces, addresses and running time, as its agent tells them.

Asked only where the site has a rule for it (`[[credential]] kind = "snmp"`), with that community or user and no other.
What it tells counts where no interface of the maker's own told the same. Proven by recorded walks of 19 devices
(cameras, a recorder, routers, switches), replayed by snmpsim, and by Debian's snmpd.
"""

from fushinban.drivers._driver import Driver, Getter, Quality
from fushinban.drivers.snmp import _identity, _network
from fushinban.drivers.snmp._context import SnmpContext, open_snmp
from fushinban.model import facts

DRIVER: Driver[SnmpContext] = Driver(
    name="snmp",
    quality=Quality.SILVER,
    open=open_snmp,
    equipped=lambda session: session.snmp_access is not None,
    fallback=True,
    getters={
        facts.SnmpSystem: Getter(ask=_identity.get_system, request="system"),
        facts.Identity: Getter(ask=_identity.get_identity, request="system, entPhysicalTable", requests=2),
        facts.Hostname: Getter(ask=_identity.get_hostname, request="sysName"),
        facts.Uptime: Getter(ask=_identity.get_uptime, request="sysUpTime, hrSystemUptime, snmpEngineTime"),
        facts.SnmpSettings: Getter(ask=_identity.get_settings, request="system"),
        facts.Interfaces: Getter(ask=_network.get_interfaces, request="ifTable, ipAddrTable", requests=3),
    },
)
