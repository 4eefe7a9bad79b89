"""Hanwha's SUNAPI (Samsung Techwin, Wisenet), after its description of version 2.6.3."""

from fushinban.drivers._driver import Driver, Getter, Quality, speaks
from fushinban.drivers._maker_web import MakerWeb
from fushinban.drivers.hanwha import _access, _channels, _device, _logs, _network, _services
from fushinban.drivers.hanwha._ask import open_hanwha
from fushinban.model import facts

DRIVER: Driver[MakerWeb] = Driver(
    name="hanwha",
    quality=Quality.BRONZE,
    open=open_hanwha,
    applies=speaks("hanwha"),
    getters={
        facts.Activation: Getter(ask=_device.get_activation, request="pw_init statuscheck"),
        facts.Identity: Getter(ask=_device.get_identity, request="system deviceinfo"),
        facts.FirmwareUpdate: Getter(ask=_device.get_firmware, request="system deviceinfo"),
        facts.DeviceTime: Getter(ask=_device.get_time, request="system date"),
        facts.Ntp: Getter(ask=_device.get_ntp, request="system date"),
        facts.ConfigurationExport: Getter(ask=_device.get_export, request="system configbackup"),
        facts.MakerAccounts: Getter(ask=_access.get_accounts, request="security users, guest", requests=2),
        facts.LoginRules: Getter(ask=_access.get_login_rules, request="security ssl, rtsp", requests=2),
        facts.StoredCertificates: Getter(ask=_access.get_certificates, request="security ssl"),
        facts.AddressFilter: Getter(ask=_access.get_address_filter, request="security ipfilter"),
        facts.Dot1X: Getter(ask=_access.get_dot1x, request="security 802Dot1x"),
        facts.Interfaces: Getter(ask=_network.get_interfaces, request="network interface"),
        facts.Gateway: Getter(ask=_network.get_gateway, request="network interface"),
        facts.Hostname: Getter(ask=_network.get_hostname, request="network interface"),
        facts.Dns: Getter(ask=_network.get_dns, request="network dns"),
        facts.ZeroConfiguration: Getter(ask=_network.get_zero_configuration, request="network zeroconf"),
        facts.ServiceSettings: Getter(
            ask=_services.get_services, request="network portconf, snmp, dynamicdns, upnpdiscovery, …", requests=6
        ),
        facts.SnmpSettings: Getter(ask=_services.get_snmp, request="network snmp"),
        facts.DynamicDnsService: Getter(ask=_services.get_dynamic_dns, request="network dynamicdns"),
        facts.UpnpClient: Getter(ask=_services.get_upnp, request="network dynamicdns"),
        facts.SystemLog: Getter(ask=_logs.get_system_log, request="system systemlog"),
        facts.AccessLog: Getter(ask=_logs.get_access_log, request="system accesslog"),
        facts.Channels: Getter(ask=_channels.get_channels, request="media cameraregister"),
    },
)
