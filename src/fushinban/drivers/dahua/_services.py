"""Services that can be switched: Telnet, SSH, web, RTSP, SNMP, UPnP, dynamic DNS, peer to peer, and the remote log."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from fushinban.drivers._maker_values import clip, indexed, ports_of, switch, whole
from fushinban.drivers._maker_web import MakerWeb
from fushinban.drivers._secrets import has_usual_community
from fushinban.drivers.dahua._ask import config, table
from fushinban.errors import Denied, DeviceError, Malformed, NotSupported
from fushinban.messages import say
from fushinban.model.facts import (
    CloudService,
    CloudServices,
    DynamicDnsService,
    NetworkService,
    RemoteLog,
    ServiceSetting,
    ServiceSettings,
    SnmpSettings,
    UpnpClient,
    WantedMapping,
)

T = TypeVar("T")

#: Tables with a switch, and what they switch. SSHD, Web and Https are from memory, not from a verified source:
#: what does not answer, or not in this form, is left out of the list.
_TABLES = {
    "Telnet": NetworkService.TELNET,
    "SSHD": NetworkService.SSH,
    "Web": NetworkService.HTTP,
    "Https": NetworkService.HTTPS,
    "RTSP": NetworkService.RTSP,
    "SNMP": NetworkService.SNMP,
    "UPnP": NetworkService.UPNP,
    "DDNS": NetworkService.DDNS,
    "T2UServer": NetworkService.CLOUD,
}
_CLOUDS = ("T2UServer", "VSP_PaaS")


async def get_services(web: MakerWeb) -> ServiceSettings:
    """One table per service. Those that the device does not have, or does not show, are left out."""
    return ServiceSettings(services=await _each(web, _TABLES, parse_service))


async def get_clouds(web: MakerWeb) -> CloudServices:
    """Tables T2UServer (peer to peer) and VSP_PaaS (the maker's platform); one that is not there is left out."""
    return CloudServices(services=await _each(web, _CLOUDS, parse_cloud))


async def _each(web: MakerWeb, names: Iterable[str], parse: Callable[[bytes, str], T]) -> tuple[T, ...]:
    """What the tables say that there are. Raises why the first one said nothing where none did."""
    found: list[T] = []
    errors: list[DeviceError] = []
    for name in names:
        try:
            found.append(parse(await config(web, name), name))
        except (Denied, NotSupported, Malformed) as error:
            errors.append(error)
    if not found:
        raise errors[0]
    return tuple(found)


async def get_upnp(web: MakerWeb) -> UpnpClient:
    """Table UPnP."""
    return parse_upnp(await config(web, "UPnP"))


async def get_dynamic_dns(web: MakerWeb) -> DynamicDnsService:
    """Table DDNS."""
    return parse_dynamic_dns(await config(web, "DDNS"))


async def get_snmp(web: MakerWeb) -> SnmpSettings:
    """Table SNMP."""
    return parse_snmp(await config(web, "SNMP"))


async def get_remote_log(web: MakerWeb) -> RemoteLog:
    """Table RemoteLog."""
    return parse_remote_log(await config(web, "RemoteLog"))


def parse_service(data: bytes, name: str) -> ServiceSetting:
    """Switch and ports of the table `name`; of a table with rows, on when one of them is on."""
    found = table(data, name)
    switches = [s for s in (switch(row.get("Enable")) for row in indexed(found)) if s is not None]
    ports = ports_of(*(found.get(port) for port in ("Port", "HttpPort", "SNMPPort", "TCPPort", "SSLPort")))
    if not switches and not ports:
        raise Malformed(say("maker_web.missing", name=f"table.{clip(name)}.Enable"))
    service = _TABLES.get(name, NetworkService.OTHER)
    return ServiceSetting(service=service, name=name, enabled=any(switches) if switches else None, ports=ports)


def parse_cloud(data: bytes, name: str) -> CloudService:
    """The switch of one table; what it holds beside it (serial numbers, keys) is not read."""
    enabled = switch(table(data, name).get("Enable"))
    if enabled is None:
        raise Malformed(say("maker_web.missing", name=f"table.{clip(name)}.Enable"))
    return CloudService(name=name, enabled=enabled)


def parse_upnp(data: bytes) -> UpnpClient:
    """`Enable` and the ports that the device asks a router to open (`MapTable[i]`)."""
    found = table(data, "UPnP")
    enabled = switch(found.get("Enable"))
    if enabled is None:
        raise Malformed(say("maker_web.missing", name="table.UPnP.Enable"))
    mappings = tuple(
        WantedMapping(
            name=clip(row.get("ServiceName", "")),
            protocol=clip(row.get("Protocol", "")).upper(),
            inside_port=whole(row.get("InnerPort"), 65535) or 0,
            outside_port=whole(row.get("OuterPort"), 65535) or 0,
            enabled=switch(row.get("Enable")),
        )
        for row in indexed(found, "MapTable")
    )
    return UpnpClient(enabled=enabled, mappings=mappings)


def parse_dynamic_dns(data: bytes) -> DynamicDnsService:
    """The service that is on, else the first one listed. Its user name and password are not read."""
    rows = [row for row in indexed(table(data, "DDNS")) if switch(row.get("Enable")) is not None]
    if not rows:
        raise Malformed(say("maker_web.missing", name="table.DDNS[0].Enable"))
    row = next((r for r in rows if switch(r.get("Enable"))), rows[0])
    provider = row.get("Protocol") or row.get("Address", "")
    return DynamicDnsService(
        enabled=switch(row.get("Enable")), provider=clip(provider), name=clip(row.get("HostName", ""))
    )


def parse_snmp(data: bytes) -> SnmpSettings:
    """`Enable` and the switch of each version; of the communities only whether they are usual ones.

    The names of the versions (`V1Enable`…) and communities are from memory, not from a verified source.
    """
    found = table(data, "SNMP")
    enabled = switch(found.get("Enable"))
    if enabled is None:
        raise Malformed(say("maker_web.missing", name="table.SNMP.Enable"))
    read, write = (found.get(name) for name in ("ReadCommon", "WriteCommon"))
    return SnmpSettings(
        v1=enabled and _first_switch(found, "V1Enable"),
        v2c=enabled and _first_switch(found, "V2Enable", "V2cEnable", "V2CEnable"),
        v3=enabled and _first_switch(found, "V3Enable"),
        usual_community=has_usual_community(read or "", write or ""),
        writable=bool(write) if write is not None else None,
    )


def _first_switch(found: dict[str, str], *names: str) -> bool | None:
    return next((switch(found[name]) for name in names if name in found), None)


def parse_remote_log(data: bytes) -> RemoteLog:
    """`Enable` and `Address` of the table RemoteLog; the table is from memory, not from a verified source."""
    told = [row for row in indexed(table(data, "RemoteLog")) if switch(row.get("Enable")) is not None]
    if not told:
        raise Malformed(say("maker_web.missing", name="table.RemoteLog.Enable"))
    servers = (clip(row.get("Address", "")) for row in told if switch(row.get("Enable")))
    return RemoteLog(enabled=any(switch(r.get("Enable")) for r in told), servers=tuple(s for s in servers if s))
