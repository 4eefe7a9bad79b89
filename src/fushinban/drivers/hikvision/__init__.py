"""Hikvision, and the many brands that are made by it: ISAPI in its three namespaces.

Proven by recordings of seven devices (cameras, recorders, a hybrid recorder): identity, ports, functions, channels.
Paths are the maker's; where the shape of an answer is from memory its parser says so, and takes no other for an answer.
"""

from fushinban.drivers._driver import Driver, Getter, Quality, speaks
from fushinban.drivers.hikvision import _access, _channels, _identity, _logs, _network, _services, _time
from fushinban.drivers.hikvision._context import IsapiContext, open_hikvision
from fushinban.model import facts

DRIVER: Driver[IsapiContext] = Driver(
    name="hikvision",
    quality=Quality.BRONZE,
    open=open_hikvision,
    applies=speaks("hikvision"),
    getters={
        facts.Identity: Getter(ask=_identity.get_identity, request="System/deviceInfo"),
        facts.Activation: Getter(ask=_identity.get_activation, request="System/activateStatus"),
        facts.Uptime: Getter(ask=_identity.get_uptime, request="System/status"),
        facts.FirmwareUpdate: Getter(
            ask=_identity.get_firmware_update, request="System/deviceInfo, System/onlineUpgrade/server"
        ),
        facts.MakerAccounts: Getter(ask=_access.get_accounts, request="Security/users"),
        facts.LiveSessions: Getter(ask=_access.get_sessions, request="Security/onlineUser", requests=2),
        facts.LoginLock: Getter(ask=_access.get_login_lock, request="Security/illegalLoginLock", requests=2),
        facts.LoginRules: Getter(
            ask=_access.get_login_rules, request="Security/webCertificate, Security/RTSPCertificate", requests=3
        ),
        facts.StoredCertificates: Getter(ask=_access.get_stored_certificates, request="Security/serverCertificate"),
        facts.ServiceSettings: Getter(
            ask=_services.get_service_settings,
            request="Security/adminAccesses, System/Network/telnetd, ssh, Integrate, ftp",
            requests=6,
        ),
        facts.CloudServices: Getter(
            ask=_services.get_cloud_services, request="System/Network/EZVIZ, Ehome, GB28181Service", requests=4
        ),
        facts.SnmpSettings: Getter(ask=_services.get_snmp_settings, request="System/Network/SNMP", requests=2),
        facts.RemoteLog: Getter(ask=_services.get_remote_log, request="System/logServer", requests=2),
        facts.UpnpClient: Getter(ask=_network.get_upnp_client, request="System/Network/UPnP, ports/status", requests=3),
        facts.DynamicDnsService: Getter(ask=_network.get_dynamic_dns, request="System/Network/DDNS", requests=2),
        facts.AddressFilter: Getter(ask=_network.get_address_filter, request="System/Network/ipFilter", requests=2),
        facts.Interfaces: Getter(ask=_network.get_interfaces, request="System/Network/interfaces"),
        facts.Gateway: Getter(ask=_network.get_gateway, request="System/Network/interfaces"),
        facts.Dns: Getter(ask=_network.get_dns, request="System/Network/interfaces"),
        facts.DeviceTime: Getter(ask=_time.get_time, request="System/time"),
        facts.Ntp: Getter(ask=_time.get_ntp, request="System/time/ntpServers"),
        facts.SystemLog: Getter(ask=_logs.get_system_log, request="ContentMgmt/logSearch", requests=5),
        facts.ConfigurationExport: Getter(
            ask=_logs.get_configuration_export, request="System/configurationData", requests=2
        ),
        facts.Channels: Getter(
            ask=_channels.get_channels, request="ContentMgmt/InputProxy/channels, System/Video/inputs", requests=4
        ),
    },
)
