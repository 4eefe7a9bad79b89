"""Axis: VAPIX of every firmware, and the device-configuration interfaces of AXIS OS 11.8 and later.

Proven by recordings of two devices (5.51.7 and 9.10.1): their parameter lists and a system log. The JSON and REST
interfaces follow the maker's published documentation; the time interface's name in API discovery is from memory.
"""

from fushinban.drivers._driver import Driver, Getter, Quality, speaks
from fushinban.drivers.axis import _access, _identity, _logs, _network, _services, _time
from fushinban.drivers.axis._context import AxisContext, open_axis
from fushinban.model import facts

_LIST = "param.cgi list"

DRIVER: Driver[AxisContext] = Driver(
    name="axis",
    quality=Quality.BRONZE,
    open=open_axis,
    applies=speaks("axis"),
    getters={
        facts.Identity: Getter(ask=_identity.get_identity, request=f"{_LIST}, basicdeviceinfo.cgi"),
        facts.Hostname: Getter(ask=_identity.get_hostname, request=_LIST),
        facts.Activation: Getter(ask=_identity.get_activation, request="systemready.cgi"),
        facts.Uptime: Getter(ask=_identity.get_uptime, request="systemready.cgi"),
        facts.FirmwareUpdate: Getter(ask=_identity.get_firmware_update, request="firmwaremanagement.cgi status"),
        facts.MakerAccounts: Getter(ask=_access.get_accounts, request="pwdgrp.cgi get"),
        facts.LoginLock: Getter(ask=_access.get_login_lock, request=_LIST),
        facts.LoginRules: Getter(ask=_access.get_login_rules, request=_LIST),
        facts.StoredCertificates: Getter(ask=_access.get_stored_certificates, request="config/rest/cert", requests=2),
        facts.ServiceSettings: Getter(ask=_services.get_service_settings, request=_LIST),
        facts.CloudServices: Getter(ask=_services.get_cloud_services, request=_LIST),
        facts.SnmpSettings: Getter(ask=_services.get_snmp_settings, request=f"{_LIST}, config/rest/snmp"),
        facts.RemoteLog: Getter(ask=_services.get_remote_log, request=f"{_LIST}, remotesyslog.cgi status"),
        facts.UpnpClient: Getter(ask=_network.get_upnp_client, request=_LIST),
        facts.DynamicDnsService: Getter(ask=_network.get_dynamic_dns, request=_LIST),
        facts.Interfaces: Getter(ask=_network.get_interfaces, request=_LIST),
        facts.Gateway: Getter(ask=_network.get_gateway, request=_LIST),
        facts.Dns: Getter(ask=_network.get_dns, request=_LIST),
        facts.AddressFilter: Getter(
            ask=_network.get_address_filter, request=f"{_LIST}, config/rest/firewall", requests=2
        ),
        facts.DeviceTime: Getter(ask=_time.get_time, request=f"{_LIST}, time.cgi getDateTimeInfo", requests=2),
        facts.Ntp: Getter(ask=_time.get_ntp, request=f"{_LIST}, ntp.cgi getNTPInfo", requests=2),
        facts.SystemLog: Getter(ask=_logs.get_system_log, request="systemlog.cgi"),
        facts.AccessLog: Getter(ask=_logs.get_access_log, request="accesslog.cgi"),
    },
)
