"""The clock and where it is set from."""

from dataclasses import replace
from datetime import UTC, datetime

from fushinban.drivers.onvif import _calls
from fushinban.drivers.onvif._context import OnvifContext
from fushinban.drivers.onvif._read import answer, flag, leaf, leaves, need, number
from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.model.facts import ClockSource, DeviceTime, Ntp
from fushinban.transport.xml import Element, child, children

_SOURCES = {"ntp": ClockSource.NTP, "manual": ClockSource.MANUAL}


async def get_time(device: OnvifContext) -> DeviceTime:
    """GetSystemDateAndTime, which was asked when the device was opened."""
    return device.clock.use()


async def get_ntp(device: OnvifContext) -> Ntp:
    """GetNTP."""
    return parse_ntp(await device.ask(_calls.GET_NTP))


def parse_time(data: bytes, at: datetime | None = None) -> DeviceTime:
    """The clock of GetSystemDateAndTimeResponse; `at`: our own UTC at that moment, for the offset in seconds.

    A device that gives only its local time has no `utc` and no offset: the zone would have to be guessed.
    """
    root = need(answer(data, "GetSystemDateAndTimeResponse"), "SystemDateAndTime")
    universal = child(root, "UTCDateTime")
    utc = None if universal is None else _moment(universal)
    fact = DeviceTime(
        source=_SOURCES.get(leaf(root, "DateTimeType").lower(), ClockSource.UNKNOWN),
        timezone=leaf(child(root, "TimeZone"), "TZ"),
        daylight=flag(leaf(root, "DaylightSavings") or "false", "DaylightSavings"),
        utc=utc,
    )
    return fact if utc is None or at is None else replace(fact, offset=(utc - at).total_seconds())


def _moment(element: Element) -> datetime:
    date, time = leaves(need(element, "Date")), leaves(need(element, "Time"))
    year, month, day = (number(date.get(n, ""), n) for n in ("Year", "Month", "Day"))
    hour, minute, second = (number(time.get(n, ""), n) for n in ("Hour", "Minute", "Second"))
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise Malformed(say("onvif.value", element="UTCDateTime")) from error


def parse_ntp(data: bytes) -> Ntp:
    """Time servers of GetNTPResponse: those from DHCP where DHCP gives them, else the manual ones."""
    root = need(answer(data, "GetNTPResponse"), "NTPInformation")
    from_dhcp = flag(leaf(root, "FromDHCP"), "FromDHCP")
    given, manual = (_hosts(root, name) for name in ("NTPFromDHCP", "NTPManual"))
    return Ntp(from_dhcp=from_dhcp, servers=(given or manual) if from_dhcp else manual)


def _hosts(root: Element, name: str) -> tuple[str, ...]:
    hosts = []
    for element in children(root, name):
        found = leaves(element)
        order = ("DNSname", "IPv4Address", "IPv6Address")
        named = {"DNS": "DNSname", "IPv4": "IPv4Address", "IPv6": "IPv6Address"}.get(found.get("Type", ""), "DNSname")
        host = found.get(named) or next((found[o] for o in order if found.get(o)), "")
        # an unspecified address stands for "none" on many devices
        if host not in ("", "0.0.0.0", "::"):  # noqa: S104 - compared, not bound to
            hosts.append(host)
    return tuple(dict.fromkeys(hosts))
