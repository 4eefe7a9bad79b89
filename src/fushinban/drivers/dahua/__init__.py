"""Dahua's CGI, which Amcrest, Lorex and many other brands have kept."""

from fushinban.drivers._driver import Driver, Getter, Quality, speaks
from fushinban.drivers._maker_web import MakerWeb
from fushinban.drivers.dahua import _access, _channels, _device, _logs, _network, _services
from fushinban.drivers.dahua._ask import open_dahua
from fushinban.model import facts

DRIVER: Driver[MakerWeb] = Driver(
    name="dahua",
    quality=Quality.BRONZE,
    open=open_dahua,
    applies=speaks("dahua"),
    getters={
        facts.Identity: Getter(ask=_device.get_identity, request="magicBox getSystemInfo, getSoftwareVersion"),
        facts.FirmwareUpdate: Getter(ask=_device.get_firmware, request="magicBox getSoftwareVersion"),
        facts.DeviceTime: Getter(ask=_device.get_time, request="global getCurrentTime"),
        facts.Ntp: Getter(ask=_device.get_ntp, request="getConfig NTP"),
        facts.Uptime: Getter(ask=_device.get_uptime, request="magicBox getUpTime"),
        facts.ConfigurationExport: Getter(ask=_device.get_export, request="Config.backup"),
        facts.MakerAccounts: Getter(ask=_access.get_accounts, request="userManager getUserInfoAll"),
        facts.LiveSessions: Getter(ask=_access.get_sessions, request="userManager getActiveUserInfoAll"),
        facts.LoginLock: Getter(ask=_access.get_login_lock, request="getConfig General"),
        facts.LoginRules: Getter(ask=_access.get_login_rules, request="getConfig UserGlobal"),
        facts.AddressFilter: Getter(ask=_access.get_address_filter, request="getConfig AccessFilter"),
        facts.Interfaces: Getter(ask=_network.get_interfaces, request="getConfig Network"),
        facts.Gateway: Getter(ask=_network.get_gateway, request="getConfig Network"),
        facts.Dns: Getter(ask=_network.get_dns, request="getConfig Network"),
        facts.Hostname: Getter(ask=_network.get_hostname, request="getConfig Network"),
        facts.ServiceSettings: Getter(
            ask=_services.get_services, request="getConfig Telnet, SSHD, Web, Https, RTSP, …", requests=9
        ),
        facts.CloudServices: Getter(ask=_services.get_clouds, request="getConfig T2UServer, VSP_PaaS", requests=2),
        facts.UpnpClient: Getter(ask=_services.get_upnp, request="getConfig UPnP"),
        facts.DynamicDnsService: Getter(ask=_services.get_dynamic_dns, request="getConfig DDNS"),
        facts.SnmpSettings: Getter(ask=_services.get_snmp, request="getConfig SNMP"),
        facts.RemoteLog: Getter(ask=_services.get_remote_log, request="getConfig RemoteLog"),
        facts.SystemLog: Getter(ask=_logs.get_system_log, request="log startFind, doFind", requests=3),
        facts.Channels: Getter(ask=_channels.get_channels, request="getConfig RemoteDevice", requests=2),
    },
)
