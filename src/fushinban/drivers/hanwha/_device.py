"""Who the device is, whether it was ever set up, its clock, its firmware, its configuration as a whole."""

import hashlib
from datetime import UTC, datetime

from fushinban.drivers._maker_values import clip
from fushinban.drivers._maker_web import MakerWeb
from fushinban.drivers.hanwha import _ask
from fushinban.drivers.hanwha._ask import answer, error_code, is_set_up
from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.model.facts import (
    Activation,
    ClockSource,
    ConfigurationExport,
    DeviceTime,
    FirmwareUpdate,
    Identity,
    Ntp,
)

#: It only hands out a file; the submenu that takes one back is another, and is never asked.
BACKUP = "/stw-cgi/system.cgi?msubmenu=configbackup&action=control"

_SOURCES = {"ntp": ClockSource.NTP, "manual": ClockSource.MANUAL}


async def get_activation(web: MakerWeb) -> Activation:
    """pw_init statuscheck, without a login."""
    return parse_activation(await web.ask(_ask.STATUS, login=False))


async def get_identity(web: MakerWeb) -> Identity:
    """system deviceinfo."""
    return parse_identity(await web.ask(_ask.DEVICE))


async def get_firmware(web: MakerWeb) -> FirmwareUpdate:
    """system deviceinfo."""
    return parse_firmware(await web.ask(_ask.DEVICE))


async def get_time(web: MakerWeb) -> DeviceTime:
    """system date."""
    raw = await web.ask(_ask.DATE)
    return parse_time(raw, web.times[_ask.DATE])


async def get_ntp(web: MakerWeb) -> Ntp:
    """system date."""
    return parse_ntp(await web.ask(_ask.DATE))


async def get_export(web: MakerWeb) -> ConfigurationExport:
    """system configbackup, of which only size and digest are kept."""
    return parse_export(await web.ask(BACKUP))


def parse_activation(data: bytes) -> Activation:
    """`Initialized` of the set-up state; the key beside it is public and not kept."""
    initialised = is_set_up(answer(data))
    if initialised is None:
        raise Malformed(say("maker_web.missing", name="Initialized"))
    return Activation(initialised=initialised)


def parse_identity(data: bytes) -> Identity:
    """`Model`, `FirmwareVersion`, `SerialNumber`; recorders give no serial number, and no device its revision."""
    found = answer(data)
    if not found.text("Model"):
        raise Malformed(say("maker_web.missing", name="Model"))
    return Identity(
        maker="Hanwha Vision",
        model=found.text("Model"),
        firmware=found.text("FirmwareVersion"),
        serial=found.text("SerialNumber"),
    )


def parse_firmware(data: bytes) -> FirmwareUpdate:
    """`BuildDate`; that answer says nothing else of updates."""
    found = answer(data)
    if not found.text("BuildDate"):
        raise Malformed(say("maker_web.missing", name="BuildDate"))
    return FirmwareUpdate(built=found.text("BuildDate"))


def parse_kind(data: bytes) -> str:
    """`DeviceType`: NWC (camera), NVR, DVR, …; empty where it is not told."""
    return answer(data).text("DeviceType").upper()


def parse_time(data: bytes, at: datetime) -> DeviceTime:
    """`UTCTime`, `SyncType`, `POSIXTimeZone`; `at`: our own UTC at that moment, for the offset in seconds."""
    found = answer(data)
    if not (found.text("LocalTime") or found.text("UTCTime")):
        raise Malformed(say("maker_web.missing", name="UTCTime"))
    utc = _moment(found.text("UTCTime"))
    return DeviceTime(
        source=_SOURCES.get(found.text("SyncType").lower(), ClockSource.UNKNOWN),
        timezone=found.text("POSIXTimeZone") or found.text("TimeZoneIndex"),
        daylight=bool(found.switch("DSTEnable")),
        utc=utc,
        offset=None if utc is None else (utc - at).total_seconds(),
        local=found.text("LocalTime") if utc is None else None,
    )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def parse_ntp(data: bytes) -> Ntp:
    """`NTPURLList`, a list or names with commas."""
    listed = answer(data).at("NTPURLList")
    if not listed.there:
        raise Malformed(say("maker_web.missing", name="NTPURLList"))
    names = [row.value for row in listed.rows] or clip(listed.value).split(",")
    servers = (clip(name) for name in names)
    return Ntp(servers=tuple(dict.fromkeys(s for s in servers if s)))


def parse_export(data: bytes) -> ConfigurationExport:
    """Size in bytes and SHA-256 of the file; nothing in it is read."""
    if error_code(data) is not None:
        answer(data)
    if not data or data.lstrip()[:1] == b"<":
        raise Malformed(say("maker_web.missing", name="configbackup"))
    return ConfigurationExport(size=len(data), digest=hashlib.sha256(data).hexdigest())
