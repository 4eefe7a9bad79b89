"""Services with their switches and ports, ways through the maker's cloud, SNMP, and where the log is sent."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from fushinban.drivers._maker_values import ports_of
from fushinban.drivers._secrets import has_usual_community
from fushinban.drivers.hikvision import _calls
from fushinban.drivers.hikvision._context import IsapiContext
from fushinban.drivers.hikvision._read import below, document, flag, host, rows, truth, words
from fushinban.errors import Denied, Malformed, NotSupported, Unreachable
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
from fushinban.transport.xml import Element, child, local

R = TypeVar("R")

_NETWORK = ("SysCap", "NetworkCap")

#: Protocols of adminAccesses. `DEV_MANAGE` is the port of the maker's own programs (8000).
_PROTOCOLS = {
    "http": NetworkService.HTTP, "https": NetworkService.HTTPS, "rtsp": NetworkService.RTSP,
    "srtp": NetworkService.RTSP, "dev_manage": NetworkService.SDK, "sdk_over_tls": NetworkService.SDK,
    "bonjour": NetworkService.BONJOUR, "iot": NetworkService.OTHER,
}  # fmt: skip

#: Ways to a cloud or a platform: name, path, and the switch of the list of functions that tells of it.
_CLOUDS = (
    ("Hik-Connect (EZVIZ)", _calls.EZVIZ, ("isSupportEZVIZ",)),
    ("ISUP (EHome)", _calls.EHOME, ("isSupportEhome",)),
    ("GB28181", _calls.GB28181, ("GB28181Cap", "isSupportGB28181Service")),
)


async def get_service_settings(device: IsapiContext) -> ServiceSettings:
    """adminAccesses, and each service that has a question of its own; one that the device lacks is left out."""
    found = list(parse_ports(await device.get(_calls.ACCESSES)))
    for service, name, path, listed, read in _OWN_QUESTIONS:
        if not listed or await device.says(*_NETWORK, listed) is not False:
            unknown = ServiceSetting(service=service, name=name, enabled=None)
            found += await _told(device, path, partial(read, service=service, name=name), unknown)
    return ServiceSettings(services=tuple({s.row_key: s for s in found}.values()))


async def _told(device: IsapiContext, path: str, read: Callable[[bytes], tuple[R, ...]], unknown: R) -> tuple[R, ...]:
    """The rows behind a path: none where the device does not have it, the unknown one where it does not tell."""
    try:
        return read(await device.get(path))
    except NotSupported:
        return ()
    except (Denied, Malformed, Unreachable):
        return (unknown,)


async def get_cloud_services(device: IsapiContext) -> CloudServices:
    """EZVIZ (Hik-Connect), EHome and GB28181, as far as the device has them."""
    found: list[CloudService] = []
    for name, path, listed in _CLOUDS:
        if await device.says(*_NETWORK, *listed) is not False:
            found += await _told(device, path, partial(parse_cloud, name=name), CloudService(name=name, enabled=None))
    if not found:
        raise NotSupported(say("hikvision.not-listed", name="EZVIZ"))
    return CloudServices(services=tuple(found))


async def get_snmp_settings(device: IsapiContext) -> SnmpSettings:
    """System/Network/SNMP."""
    await device.can("SNMP", *_NETWORK, "SnmpCap", "isSupport")
    return parse_snmp_settings(await device.get(_calls.SNMP))


async def get_remote_log(device: IsapiContext) -> RemoteLog:
    """System/logServer."""
    for path in (("RacmCap", "SecurityLog"), ("RacmCap", "securityLogServer")):
        await device.can("logServer", *path, "isSupportLogServer")
    return parse_remote_log(await device.get(_calls.LOG_SERVER))


def parse_ports(data: bytes) -> tuple[ServiceSetting, ...]:
    """Protocols of adminAccesses. The maker's own port has no switch on recorders: it is always on."""
    root = document(data, _calls.ACCESSES, "AdminAccessProtocolList", "AdminAccessProtocol")
    found = [_port(row) for row in rows(root, "AdminAccessProtocol") if words(row, "protocol")]
    if not found:
        raise Malformed(say("hikvision.no-value", what=_calls.ACCESSES, name="AdminAccessProtocol"))
    return tuple(found)


def _port(row: Element) -> ServiceSetting:
    name = words(row, "protocol")
    service = _PROTOCOLS.get(name.lower(), NetworkService.OTHER)
    enabled = flag(row, "enabled")
    if enabled is None and service is NetworkService.SDK and child(row, "enabled") is None:
        enabled = True
    return ServiceSetting(service=service, name=name, enabled=enabled, ports=ports_of(words(row, "portNo")))


def parse_switch(data: bytes, service: NetworkService, name: str) -> tuple[ServiceSetting, ...]:
    """A service with a question of its own (`telnetd`, `ssh`). The shape is from memory: a document with `enabled`."""
    root = document(data, name)
    enabled = flag(root, "enabled")
    if enabled is None:
        raise Malformed(say("hikvision.no-value", what=name, name="enabled"))
    return (ServiceSetting(service=service, name=name, enabled=enabled, ports=ports_of(words(root, "port"))),)


def parse_integration(data: bytes, service: NetworkService, name: str) -> tuple[ServiceSetting, ...]:
    """ONVIF (as `service` and `name`) and older interfaces for others. The shape is from memory: `ONVIF/enable`."""
    root = document(data, _calls.INTEGRATE, "Integrate")
    kinds = ((name, service), ("CGI", NetworkService.API), ("ISAPI", NetworkService.API))
    found = [ServiceSetting(service=kind, name=part, enabled=_either(child(root, part))) for part, kind in kinds]
    return tuple(setting for setting in found if setting.enabled is not None)


def _either(element: Element | None) -> bool | None:
    found = flag(element, "enable")
    return flag(element, "enabled") if found is None else found


def parse_sender(data: bytes, service: NetworkService, name: str) -> tuple[ServiceSetting, ...]:
    """Whether the device sends files or mail somewhere. Logins and addresses in the answer are not looked at."""
    root = document(data, name)
    states = [state for e in root.iter() if local(e) == "enabled" and (state := truth(e.text or "")) is not None]
    if not states:
        raise Malformed(say("hikvision.no-value", what=name, name="enabled"))
    return (ServiceSetting(service=service, name=name, enabled=any(states)),)


def parse_cloud(data: bytes, name: str) -> tuple[CloudService, ...]:
    """One way to a cloud: on or off, and registered or not. Codes, keys and identifiers are not looked at."""
    root = document(data, name)
    parts = [e for e in [root, *root.iterdescendants()] if flag(e, "enabled") is not None or _registered(e) is not None]
    if not parts:
        raise Malformed(say("hikvision.no-value", what=name, name="enabled"))
    enabled = [state for e in parts if (state := flag(e, "enabled")) is not None]
    registered = [state for e in parts if (state := _registered(e)) is not None]
    return (
        CloudService(
            name=name,
            enabled=any(enabled) if enabled else None,
            registered=any(registered) if registered else None,
        ),
    )


def _registered(element: Element) -> bool | None:
    """Registered at the server, or bound to somebody's account."""
    status = flag(element, "registerStatus")
    bound = {"bind": True, "unbind": False}.get(words(element, "bindStatus").lower())
    known = [state for state in (status, bound) if state is not None]
    return any(known) if known else None


def parse_snmp_settings(data: bytes) -> SnmpSettings:
    """SNMP by version. The names of the parts are from memory and are matched loosely; communities stay behind."""
    root = document(data, _calls.SNMP, "SNMP")
    v1, v2c, v3 = (_version(root, names) for names in (("v1", "v1c"), ("v2", "v2c"), ("v3",)))
    advanced = next(below(root, "SNMPAdvanced"), None)
    v3 = flag(advanced, "enabled") if v3 is None else v3
    if v1 is v2c is v3 is None:
        raise Malformed(say("hikvision.no-value", what=_calls.SNMP, name="enabled"))
    read, write = list(_communities(root, "read")), list(_communities(root, "write"))
    usual = has_usual_community(*read, *write) if v1 or v2c else None
    return SnmpSettings(v1=v1, v2c=v2c, v3=v3, usual_community=usual, writable=bool(write) if write and v2c else None)


def _version(root: Element, names: tuple[str, ...]) -> bool | None:
    for element in root.iterdescendants():
        if local(element).lower().removeprefix("snmp") in names:
            found = flag(element, "enabled")
            return flag(element, "notificationEnabled") if found is None else found
    return None


def _communities(root: Element, kind: str) -> Iterator[str]:
    for element in root.iterdescendants():
        name = local(element).lower()
        if name.endswith("community") and kind in name and (element.text or "").strip():
            yield (element.text or "").strip()


def parse_remote_log(data: bytes) -> RemoteLog:
    """The log server. The path is the maker's; the shape is from memory: `enabled` and an address."""
    root = document(data, _calls.LOG_SERVER, "LogServer", "LogServerList")
    found = list(rows(root, "LogServer"))
    enabled = [state for e in found if (state := flag(e, "enabled")) is not None]
    servers = [name for e in found if (name := host(e))]
    if not enabled and not servers:
        raise Malformed(say("hikvision.no-value", what=_calls.LOG_SERVER, name="enabled"))
    return RemoteLog(enabled=any(enabled) if enabled else None, servers=tuple(dict.fromkeys(servers)))


#: Services with a question of their own: kind, name, path, the switch of the list of functions, and the parser.
_OWN_QUESTIONS = (
    (NetworkService.TELNET, "Telnet", _calls.TELNET, "", parse_switch),
    (NetworkService.SSH, "SSH", _calls.SSH, "isSupportSSH", parse_switch),
    (NetworkService.ONVIF, "ONVIF", _calls.INTEGRATE, "isSupportIntegrate", parse_integration),
    (NetworkService.OTHER, "FTP upload", _calls.FTP, "isSupportFtp", parse_sender),
)
