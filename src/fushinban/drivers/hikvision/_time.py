"""The clock, and where it is set from."""

import re
from datetime import UTC, datetime, timedelta, timezone

from fushinban import clock
from fushinban.drivers.hikvision import _calls
from fushinban.drivers.hikvision._context import IsapiContext
from fushinban.drivers.hikvision._read import document, host, rows, words
from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.model.facts import ClockSource, DeviceTime, Ntp

_SOURCES = {"ntp": ClockSource.NTP, "manual": ClockSource.MANUAL}

#: `CST-9:00:00`: as in POSIX, what is added to local time to get UTC. Whatever follows speaks of daylight saving.
_ZONE = re.compile(r"[A-Za-z<>+\-\d]{0,10}?[A-Za-z>]([+-]?)(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?(.*)")


async def get_time(device: IsapiContext) -> DeviceTime:
    """System/time."""
    before = clock.now()
    data = await device.get(_calls.TIME)
    return parse_time(data, before + (clock.now() - before) / 2)


async def get_ntp(device: IsapiContext) -> Ntp:
    """System/time/ntpServers."""
    return parse_ntp(await device.get(_calls.NTP))


def parse_time(data: bytes, at: datetime) -> DeviceTime:
    """The clock; `at`: our own UTC at that moment, for the offset in seconds.

    A local time without its distance from UTC gives no offset where the zone has daylight saving, or cannot be read.
    """
    root = document(data, _calls.TIME, "Time")
    shown, zone = words(root, "localTime"), words(root, "timeZone")
    try:
        local = datetime.fromisoformat(shown)
        ahead, daylight = _ahead(zone)
        if local.tzinfo is None and ahead is not None and not daylight:
            local = local.replace(tzinfo=timezone(ahead))
        utc = None if local.tzinfo is None else local.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Malformed(say("hikvision.no-value", what=_calls.TIME, name="localTime")) from error
    return DeviceTime(
        source=_SOURCES.get(words(root, "timeMode").lower(), ClockSource.UNKNOWN),
        timezone=zone,
        daylight=daylight,
        utc=utc,
        offset=None if utc is None else (utc - at).total_seconds(),
        local=shown if utc is None else None,
    )


def _ahead(zone: str) -> tuple[timedelta | None, bool]:
    """How far local time is ahead of UTC, and whether the zone has daylight saving."""
    found = _ZONE.fullmatch(zone)
    if found is None:
        return None, False
    hours, minutes, seconds = (int(part or 0) for part in found.group(2, 3, 4))
    behind = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return (behind if found.group(1) == "-" else -behind), bool(found.group(5))


def parse_ntp(data: bytes) -> Ntp:
    """Time servers."""
    root = document(data, _calls.NTP, "NTPServerList", "NTPServer")
    servers = [name for row in rows(root, "NTPServer") if (name := host(row))]
    return Ntp(servers=tuple(dict.fromkeys(servers)))
