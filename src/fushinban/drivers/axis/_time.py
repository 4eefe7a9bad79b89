"""The clock, and where it is set from."""

from datetime import UTC, datetime

from fushinban import clock
from fushinban.drivers._maker_values import switch
from fushinban.drivers.axis import _calls
from fushinban.drivers.axis._answers import inner, texts, vapix_data, words
from fushinban.drivers.axis._context import AxisContext
from fushinban.drivers.axis._parameters import Parameters
from fushinban.errors import Malformed, NotSupported
from fushinban.messages import say
from fushinban.model.facts import ClockSource, DeviceTime, Ntp

_SOURCES = {"ntp": ClockSource.NTP, "none": ClockSource.MANUAL, "pc": ClockSource.MANUAL}
_UNSPECIFIED = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared, not bound to


async def get_time(device: AxisContext) -> DeviceTime:
    """The parameters, and the clock itself where the device lists the time interface."""
    parameters = await device.parameters.value()
    try:
        await device.api("time-service")
    except NotSupported:
        return parse_time_parameters(parameters)
    before = clock.now()
    data = await device.json(_calls.TIME, "getDateTimeInfo")
    return parse_time(data, parameters, before + (clock.now() - before) / 2)


async def get_ntp(device: AxisContext) -> Ntp:
    """The NTP interface where the device lists it (9.10 and later), otherwise the parameters."""
    parameters = await device.parameters.value()
    try:
        await device.api("ntp")
    except NotSupported:
        return parse_ntp_parameters(parameters)
    return parse_ntp(await device.json(_calls.NTP, "getNTPInfo"))


def parse_time_parameters(parameters: Parameters) -> DeviceTime:
    """Source and zone; the parameters do not tell the clock."""
    source = parameters.get("Time.SyncSource").lower()
    if not source:
        raise NotSupported(say("axis.no-parameter", name="Time.SyncSource"))
    return DeviceTime(
        source=_SOURCES.get(source, ClockSource.UNKNOWN),
        timezone=parameters.get("Time.POSIXTimeZone"),
        daylight=bool(parameters.flag("Time.DST.Enabled")),
    )


def parse_time(data: bytes, parameters: Parameters, at: datetime) -> DeviceTime:
    """The clock of getDateTimeInfo; `at`: our own UTC at that moment, for the offset in seconds."""
    found = vapix_data(data, _calls.TIME)
    try:
        utc = datetime.fromisoformat(words(found.get("dateTime")))
        utc = utc.replace(tzinfo=UTC) if utc.tzinfo is None else utc.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Malformed(say("axis.value", what=_calls.TIME, name="dateTime")) from error
    return DeviceTime(
        source=_SOURCES.get(parameters.get("Time.SyncSource").lower(), ClockSource.UNKNOWN),
        timezone=words(found.get("timeZone")) or words(found.get("posixTimeZone")),
        daylight=bool(switch(found.get("dstEnabled"))),
        utc=utc,
        offset=(utc - at).total_seconds(),
    )


def parse_ntp_parameters(parameters: Parameters) -> Ntp:
    """Time servers: the one that is set, or the one that DHCP gave."""
    if not parameters.has("Time.NTP.Server"):
        raise NotSupported(say("axis.no-parameter", name="Time.NTP.Server"))
    from_dhcp = bool(parameters.flag("Time.ObtainFromDHCP"))
    names = ("Time.NTP.VolatileServer", "Time.NTP.Server") if from_dhcp else ("Time.NTP.Server",)
    servers = [s for s in (parameters.get(n) for n in names) if s not in _UNSPECIFIED]
    return Ntp(from_dhcp=from_dhcp, servers=tuple(dict.fromkeys(servers)))


def parse_ntp(data: bytes) -> Ntp:
    """Time servers of getNTPInfo: those in use, which are none where the client is switched off."""
    client = inner(vapix_data(data, _calls.NTP), "client")
    enabled = switch(client.get("enabled"))
    if enabled is None:
        raise Malformed(say("axis.no-data", what=_calls.NTP))
    from_dhcp = words(client.get("serversSource")).upper() == "DHCP"
    if switch(client.get("NTSEnabled")):
        name, from_dhcp = "staticNTSKEServers", False
    else:
        name = "advertisedServers" if from_dhcp else "staticServers"
    servers = [s for s in texts(client.get(name)) if s not in _UNSPECIFIED] if enabled else []
    return Ntp(from_dhcp=from_dhcp, servers=tuple(dict.fromkeys(servers)))
