"""Services and their switches, the maker's cloud, SNMP, and where the log is sent."""

from fushinban.drivers._maker_values import ports_of, switch
from fushinban.drivers._secrets import has_usual_community
from fushinban.drivers.axis import _calls
from fushinban.drivers.axis._answers import inner, objects, rest_data, vapix_data, words
from fushinban.drivers.axis._context import AxisContext
from fushinban.drivers.axis._parameters import Parameters
from fushinban.errors import Malformed, NotSupported
from fushinban.messages import say
from fushinban.model.facts import (
    CloudService,
    CloudServices,
    NetworkService,
    RemoteLog,
    ServiceSetting,
    ServiceSettings,
    SnmpSettings,
)

#: Services by the parameter that switches them, and the one that names their port.
_SWITCHES = (
    (NetworkService.HTTPS, "HTTPS", "HTTPS.Enabled", "HTTPS.Port"),
    (NetworkService.RTSP, "RTSP", "Network.RTSP.Enabled", "Network.RTSP.Port"),
    (NetworkService.RTSP, "RTSPS", "Network.RTSPS.Enabled", "Network.RTSPS.Port"),
    (NetworkService.SSH, "SSH", "Network.SSH.Enabled", ""),
    (NetworkService.FTP, "FTP", "Network.FTP.Enabled", ""),
    (NetworkService.UPNP, "UPnP", "Network.UPnP.Enabled", ""),
    (NetworkService.BONJOUR, "Bonjour", "Network.Bonjour.Enabled", ""),
    (NetworkService.SNMP, "SNMP", "SNMP.Enabled", ""),
)

#: `RemoteService.Enabled`: `oneclick` waits for somebody to press the button of the device.
_REMOTE = {"yes": True, "no": False, "oneclick": False}


async def get_service_settings(device: AxisContext) -> ServiceSettings:
    """The parameters."""
    return parse_service_settings(await device.parameters.value())


async def get_cloud_services(device: AxisContext) -> CloudServices:
    """The parameters."""
    return parse_cloud_services(await device.parameters.value())


async def get_snmp_settings(device: AxisContext) -> SnmpSettings:
    """The parameters; on firmware that has none for it, the device-configuration interface."""
    parameters = await device.parameters.value()
    if not parameters.has("SNMP.Enabled") and await device.has_rest("snmp/v1"):
        return parse_snmp_rest(await device.get(_calls.SNMP))
    return parse_snmp_settings(parameters)


async def get_remote_log(device: AxisContext) -> RemoteLog:
    """The parameters; on firmware that lists the interface but no parameters, its method `status`."""
    parameters = await device.parameters.value()
    if parameters.has("API.RemoteSyslog1.Enabled"):
        return parse_remote_log(parameters)
    await device.api("remote-syslog")
    return parse_remote_log_status(await device.json(_calls.REMOTE_SYSLOG, "status"))


def parse_service_settings(parameters: Parameters) -> ServiceSettings:
    """Every service that the device has a switch for, and its web server."""
    rows = [
        ServiceSetting(service=service, name=name, enabled=parameters.flag(switch), ports=_port(parameters, port))
        for service, name, switch, port in _SWITCHES
        if parameters.flag(switch) is not None
    ]
    http = _port(parameters, "System.BoaPort")
    if http:
        only_tls = _scheme(parameters) == "https"
        rows.insert(0, ServiceSetting(service=NetworkService.HTTP, name="HTTP", enabled=not only_tls, ports=http))
    if not rows:
        raise NotSupported(say("axis.no-parameter", name="Network.SSH"))
    return ServiceSettings(services=tuple(rows))


def _port(parameters: Parameters, name: str) -> tuple[int, ...]:
    return ports_of(parameters.get(name)) if name else ()


def _scheme(parameters: Parameters) -> str:
    """`https` where no group of users may come over HTTP."""
    policies = {parameters.get(f"System.BoaGroupPolicy.{g}").lower() for g in ("admin", "operator", "viewer")}
    return "https" if policies == {"https"} else ""


def parse_cloud_services(parameters: Parameters) -> CloudServices:
    """The dispatcher service O3C (AVHS, One-Click Cloud Connection), where the device has it."""
    value = parameters.get("RemoteService.Enabled").lower()
    if not value:
        raise NotSupported(say("axis.no-parameter", name="RemoteService"))
    return CloudServices(services=(CloudService(name="O3C", enabled=_REMOTE.get(value), detail=value[:40]),))


def parse_snmp_settings(parameters: Parameters) -> SnmpSettings:
    """SNMP as set; the community names are looked at and left behind."""
    enabled = parameters.flag("SNMP.Enabled")
    if enabled is None:
        raise NotSupported(say("axis.no-parameter", name="SNMP"))
    v1, v2c, v3 = (enabled and bool(parameters.flag(f"SNMP.{v}")) for v in ("V1", "V2c", "V3"))
    read, write = parameters.get("SNMP.V1ReadCommunity"), parameters.get("SNMP.V1WriteCommunity")
    old = v1 or v2c
    return SnmpSettings(
        v1=v1,
        v2c=v2c,
        v3=v3,
        usual_community=has_usual_community(read, write) if old else None,
        writable=bool(write) if old and parameters.has("SNMP.V1WriteCommunity") else None,
    )


def parse_snmp_rest(data: bytes) -> SnmpSettings:
    """SNMP of /config/rest/snmp/v1; the names of communities are looked at wherever they stand, and left behind."""
    found = inner(rest_data(data, _calls.SNMP))
    enabled = switch(found.get("enabled"))
    if enabled is None:
        raise Malformed(say("axis.no-data", what=_calls.SNMP))
    v1, v2c, v3 = (enabled and bool(switch(inner(found, f"snmpV{n}").get("enabled"))) for n in (1, 2, 3))
    common = inner(found, "snmpV1V2Common")
    names = [words(v) for k, v in common.items() if "community" in k.lower()]
    usual = has_usual_community(*names) if v1 or v2c else None
    return SnmpSettings(v1=v1, v2c=v2c, v3=v3, usual_community=usual)


def parse_remote_log(parameters: Parameters) -> RemoteLog:
    """Remote syslog of the parameters."""
    group = "API.RemoteSyslog1"
    servers = (parameters.get(f"{row}.Address") for row in parameters.rows(group))
    return RemoteLog(enabled=parameters.flag(f"{group}.Enabled"), servers=tuple(dict.fromkeys(filter(None, servers))))


def parse_remote_log_status(data: bytes) -> RemoteLog:
    """The same of the method `status`."""
    found = vapix_data(data, _calls.REMOTE_SYSLOG)
    servers = (words(server.get("address")) for server in objects(found.get("servers")))
    return RemoteLog(enabled=switch(found.get("enabled")), servers=tuple(dict.fromkeys(filter(None, servers))))
