"""Reolink's web interface: commands in JSON behind a token."""

from fushinban.drivers._driver import Driver, Getter, Quality, speaks
from fushinban.drivers.reolink import _facts
from fushinban.drivers.reolink._visit import Visit, visit_reolink
from fushinban.model import facts

DRIVER: Driver[Visit] = Driver(
    name="reolink",
    quality=Quality.SILVER,
    open=visit_reolink,
    applies=speaks("reolink"),
    getters={
        facts.Identity: Getter(ask=_facts.get_identity, request="GetDevInfo"),
        facts.FirmwareUpdate: Getter(ask=_facts.get_firmware, request="GetDevInfo"),
        facts.DeviceTime: Getter(ask=_facts.get_time, request="GetTime, GetNtp"),
        facts.Ntp: Getter(ask=_facts.get_ntp, request="GetNtp"),
        facts.Interfaces: Getter(ask=_facts.get_interfaces, request="GetLocalLink"),
        facts.Gateway: Getter(ask=_facts.get_gateway, request="GetLocalLink"),
        facts.Dns: Getter(ask=_facts.get_dns, request="GetLocalLink"),
        facts.ServiceSettings: Getter(ask=_facts.get_services, request="GetNetPort"),
        facts.MakerAccounts: Getter(ask=_facts.get_accounts, request="GetUser"),
        facts.LiveSessions: Getter(ask=_facts.get_sessions, request="GetOnline"),
        facts.CloudServices: Getter(ask=_facts.get_clouds, request="GetP2p"),
        facts.UpnpClient: Getter(ask=_facts.get_upnp, request="GetUpnp"),
        facts.DynamicDnsService: Getter(ask=_facts.get_dynamic_dns, request="GetDdns"),
        facts.Channels: Getter(ask=_facts.get_channels, request="GetChannelstatus"),
    },
)
