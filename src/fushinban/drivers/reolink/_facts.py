"""The facts in Reolink's answers."""

from datetime import UTC, datetime, timedelta

from fushinban.drivers._maker_values import Tree, address_of, mac_of, ports_of, with_prefix
from fushinban.drivers.reolink._answers import value
from fushinban.drivers.reolink._visit import Visit
from fushinban.errors import Malformed, NotSupported
from fushinban.messages import say
from fushinban.model.facts import (
    Channel,
    Channels,
    ClockSource,
    CloudService,
    CloudServices,
    DeviceTime,
    Dns,
    DynamicDnsService,
    FirmwareUpdate,
    Gateway,
    Identity,
    Interface,
    Interfaces,
    Level,
    LiveSession,
    LiveSessions,
    MakerAccount,
    MakerAccounts,
    NetworkService,
    Ntp,
    ServiceSetting,
    ServiceSettings,
    UpnpClient,
)

_LEVELS = {"admin": Level.ADMINISTRATOR, "guest": Level.USER}
_RECORDERS = frozenset({"NVR", "WIFI_NVR", "HOMEHUB"})
_SERVICES = {
    "http": NetworkService.HTTP,
    "https": NetworkService.HTTPS,
    "rtsp": NetworkService.RTSP,
    "rtmp": NetworkService.RTMP,
    "onvif": NetworkService.ONVIF,
    "media": NetworkService.SDK,
}


async def get_identity(device: Visit) -> Identity:
    """GetDevInfo."""
    return parse_identity(device.answer("GetDevInfo"))


async def get_firmware(device: Visit) -> FirmwareUpdate:
    """GetDevInfo."""
    return parse_firmware(device.answer("GetDevInfo"))


async def get_time(device: Visit) -> DeviceTime:
    """GetTime, and how the clock is set from GetNtp."""
    return parse_time(device.answer("GetTime"), device.at, device.answer("GetNtp"))


async def get_ntp(device: Visit) -> Ntp:
    """GetNtp."""
    return parse_ntp(device.answer("GetNtp"))


async def get_interfaces(device: Visit) -> Interfaces:
    """GetLocalLink."""
    return parse_interfaces(device.answer("GetLocalLink"))


async def get_gateway(device: Visit) -> Gateway:
    """GetLocalLink."""
    return parse_gateway(device.answer("GetLocalLink"))


async def get_dns(device: Visit) -> Dns:
    """GetLocalLink."""
    return parse_dns(device.answer("GetLocalLink"))


async def get_services(device: Visit) -> ServiceSettings:
    """GetNetPort."""
    return parse_services(device.answer("GetNetPort"))


async def get_accounts(device: Visit) -> MakerAccounts:
    """GetUser."""
    return parse_accounts(device.answer("GetUser"))


async def get_sessions(device: Visit) -> LiveSessions:
    """GetOnline."""
    return parse_sessions(device.answer("GetOnline"))


async def get_clouds(device: Visit) -> CloudServices:
    """GetP2p."""
    return parse_clouds(device.answer("GetP2p"))


async def get_upnp(device: Visit) -> UpnpClient:
    """GetUpnp."""
    return parse_upnp(device.answer("GetUpnp"))


async def get_dynamic_dns(device: Visit) -> DynamicDnsService:
    """GetDdns."""
    return parse_dynamic_dns(device.answer("GetDdns"))


async def get_channels(device: Visit) -> Channels:
    """GetChannelstatus, of recorders alone."""
    if not parse_is_recorder(device.answer("GetDevInfo")):
        raise NotSupported(say("reolink.no-recorder"))
    return parse_channels(device.answer("GetChannelstatus"))


def parse_identity(data: bytes) -> Identity:
    """`model`, `firmVer`, `serial`, `hardVer`."""
    found = value(data, "GetDevInfo", "DevInfo")
    if not found.text("model"):
        raise Malformed(say("maker_web.missing", name="model"))
    return Identity(
        maker="Reolink",
        model=found.text("model"),
        firmware=found.text("firmVer"),
        serial=found.text("serial").strip("0") and found.text("serial"),
        hardware=found.text("hardVer"),
    )


def parse_is_recorder(data: bytes) -> bool:
    """Whether the device names itself a recorder."""
    found = value(data, "GetDevInfo", "DevInfo")
    return not _RECORDERS.isdisjoint((found.text("exactType").upper(), found.text("type").upper()))


def parse_firmware(data: bytes) -> FirmwareUpdate:
    """`buildDay`; whether there is a newer one is not asked, because the device would call its maker for that."""
    built = value(data, "GetDevInfo", "DevInfo").text("buildDay")
    if not built:
        raise Malformed(say("maker_web.missing", name="buildDay"))
    return FirmwareUpdate(built=built.removeprefix("build").strip())


def parse_time(data: bytes, at: datetime, ntp: bytes = b"") -> DeviceTime:
    """The clock in local time, and its zone in seconds west of UTC; `at`: our own UTC at that moment, for the offset.

    With daylight saving switched on it would have to be guessed whether it is in force: then there is no offset.
    """
    found = value(data, "GetTime")
    shown, daylight = found.need("Time"), found.at("Dst").switch("enable")
    local, west = _moment(shown), shown.at("timeZone").value
    known = isinstance(west, int) and not isinstance(west, bool) and abs(west) <= 86400
    utc = local + timedelta(seconds=west) if known and daylight is False else None
    return DeviceTime(
        source=_source(ntp),
        timezone=_zone(west) if known else "",
        daylight=bool(daylight),
        utc=utc,
        offset=None if utc is None else (utc - at).total_seconds(),
        local=None if utc is not None else f"{local:%Y-%m-%d %H:%M:%S}",
    )


def _moment(shown: Tree) -> datetime:
    parts = [shown.whole(name) for name in ("year", "mon", "day", "hour", "min", "sec")]
    year, month, day, hour, minute, second = (part if part is not None else -1 for part in parts)
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise Malformed(say("maker_web.missing", name="Time")) from error


def _zone(west: int) -> str:
    hours, minutes = divmod(abs(west) // 60, 60)
    return f"UTC{'-' if west > 0 else '+'}{hours:02d}:{minutes:02d}"


def _source(ntp: bytes) -> ClockSource:
    try:
        on = value(ntp, "GetNtp", "Ntp").switch("enable") if ntp else None
    except (NotSupported, Malformed):
        on = None
    return {True: ClockSource.NTP, False: ClockSource.MANUAL, None: ClockSource.UNKNOWN}[on]


def parse_ntp(data: bytes) -> Ntp:
    """`server`, where synchronising is on."""
    found = value(data, "GetNtp", "Ntp")
    server = found.text("server") if found.switch("enable") is not False else ""
    return Ntp(servers=(server,) if server else ())


def parse_interfaces(data: bytes) -> Interfaces:
    """The link that is in use; the settings of the others are not told."""
    found = value(data, "GetLocalLink", "LocalLink")
    fixed, name, kind = found.at("static"), found.text("activeLink"), found.text("type")
    address = with_prefix(fixed.text("ip"), fixed.text("mask"))
    if not address and not found.text("mac"):
        raise Malformed(say("maker_web.missing", name="LocalLink"))
    return Interfaces(
        interfaces=(
            Interface(
                token=name or "1",
                name=name,
                mac=mac_of(found.text("mac")),
                ipv4_enabled=bool(address),
                ipv4=(address,) if address else (),
                dhcp=kind.upper() == "DHCP" if kind else None,
            ),
        )
    )


def parse_gateway(data: bytes) -> Gateway:
    """The gateway of that link."""
    address = address_of(value(data, "GetLocalLink", "LocalLink").at("static").text("gateway"))
    return Gateway(ipv4=(address,) if address else ())


def parse_dns(data: bytes) -> Dns:
    """`dns1` and `dns2`, and whether they come from DHCP."""
    found = value(data, "GetLocalLink", "LocalLink").need("dns")
    servers = (address_of(found.text(name)) for name in ("dns1", "dns2"))
    return Dns(from_dhcp=bool(found.switch("auto")), servers=tuple(dict.fromkeys(s for s in servers if s)))


def parse_services(data: bytes) -> ServiceSettings:
    """Ports, and switches where the device has them: older ones have all services on without saying so."""
    found = value(data, "GetNetPort", "NetPort")
    services = tuple(
        ServiceSetting(service=service, name=name, enabled=found.switch(f"{name}Enable"), ports=ports)
        for name, service in _SERVICES.items()
        if (ports := ports_of(found.text(f"{name}Port")))
    )
    if not services:
        raise Malformed(say("maker_web.missing", name="httpPort"))
    return ServiceSettings(services=services)


def parse_accounts(data: bytes) -> MakerAccounts:
    """`userName` and `level` (admin, guest)."""
    rows = [row for row in value(data, "GetUser", "User").rows if row.text("userName")]
    if not rows:
        raise Malformed(say("maker_web.missing", name="User"))
    return MakerAccounts(
        accounts=tuple(
            MakerAccount(
                name=row.text("userName"),
                level=_LEVELS.get(row.text("level").lower(), Level.OTHER),
                group=row.text("level"),
            )
            for row in rows
        )
    )


def parse_sessions(data: bytes) -> LiveSessions:
    """Who is logged in, from where; ourselves among them."""
    rows = value(data, "GetOnline", "User").rows
    return LiveSessions(
        sessions=tuple(
            LiveSession(user=row.text("userName"), address=row.text("ip"), kind=row.text("level"))
            for row in rows
            if row.text("userName")
        )
    )


def parse_clouds(data: bytes) -> CloudServices:
    """Whether peer to peer is on; the `uid`, by which everybody with the password gets in, is not read."""
    enabled = value(data, "GetP2p", "P2p").switch("enable")
    if enabled is None:
        raise Malformed(say("maker_web.missing", name="P2p.enable"))
    return CloudServices(services=(CloudService(name="P2P (UID)", enabled=enabled),))


def parse_upnp(data: bytes) -> UpnpClient:
    """Whether the device has the router open its ports; which is not told."""
    enabled = value(data, "GetUpnp", "Upnp").switch("enable")
    if enabled is None:
        raise Malformed(say("maker_web.missing", name="Upnp.enable"))
    return UpnpClient(enabled=enabled)


def parse_dynamic_dns(data: bytes) -> DynamicDnsService:
    """Service and name; its login is not read."""
    found = value(data, "GetDdns", "Ddns")
    enabled = found.switch("enable")
    if enabled is None:
        raise Malformed(say("maker_web.missing", name="Ddns.enable"))
    return DynamicDnsService(enabled=enabled, provider=found.text("type"), name=found.text("domain"))


def parse_channels(data: bytes) -> Channels:
    """Channels that have, or had, a camera; counted by the device from 0. Their `uid` is not read."""
    rows = value(data, "GetChannelstatus", "status").rows
    channels = tuple(
        Channel(
            number=number + 1,
            name=row.text("name"),
            maker="",
            model=row.text("typeInfo"),
            online=row.switch("online"),
        )
        for row in rows
        if (number := row.whole("channel")) is not None
        and (row.switch("online") or row.text("name") or row.text("typeInfo"))
    )
    return Channels(channels=channels)
