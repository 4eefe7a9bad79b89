"""Who the device is, its clock, its firmware, its configuration as a whole."""

import hashlib
import re
from datetime import datetime, timedelta

from fushinban import clock
from fushinban.drivers._maker_values import clip, indexed, switch, whole
from fushinban.drivers._maker_web import MakerWeb
from fushinban.drivers.dahua import _ask
from fushinban.drivers.dahua._ask import config, error_in, maybe, table, values
from fushinban.errors import Denied, Malformed, NotSupported
from fushinban.messages import say
from fushinban.model.facts import (
    ClockSource,
    ConfigurationExport,
    DeviceTime,
    FirmwareUpdate,
    Identity,
    Ntp,
    Uptime,
)

#: What devices without a brand of their own say.
_NO_BRAND = frozenset({"", "general", "private", "none", "null", "vendor"})
_VERSION = re.compile(r"[^\s,;]+")
_BUILD = re.compile(r"(?i)build\s*[:=]\s*([0-9][0-9-]{5,9})")
_TIME = re.compile(r"\d{4}-\d{1,2}-\d{1,2} \d{1,2}:\d{1,2}:\d{1,2}")


async def get_identity(web: MakerWeb) -> Identity:
    """getSystemInfo, getSoftwareVersion, getVendor; getDeviceType where the first gives a number for the type."""
    system = await web.ask(_ask.SYSTEM)
    kind = b"" if parse_model(system) else await maybe(web, _ask.TYPE)
    return parse_identity(system, await maybe(web, _ask.VERSION), await maybe(web, _ask.VENDOR), kind)


async def get_firmware(web: MakerWeb) -> FirmwareUpdate:
    """getSoftwareVersion."""
    return parse_firmware(await web.ask(_ask.VERSION))


async def get_time(web: MakerWeb) -> DeviceTime:
    """getCurrentTime, and how the clock is set from the table NTP."""
    try:
        ntp = await config(web, "NTP")
    except (Denied, NotSupported, Malformed):
        ntp = b""
    return parse_time(await web.ask(_ask.TIME), ntp)


async def get_ntp(web: MakerWeb) -> Ntp:
    """Table NTP."""
    return parse_ntp(await config(web, "NTP"))


async def get_uptime(web: MakerWeb) -> Uptime:
    """getUpTime."""
    return parse_uptime(await web.ask(_ask.UPTIME), clock.now())


async def get_export(web: MakerWeb) -> ConfigurationExport:
    """Config.backup, of which only size and digest are kept: it may hold password hashes."""
    return parse_export(await web.ask(_ask.BACKUP))


def parse_model(system: bytes) -> str:
    """The model in getSystemInfo: `deviceType`, or `updateSerial` where recorders give a number instead."""
    found = values(system)
    names = (clip(found.get(name, "")) for name in ("deviceType", "updateSerial"))
    return next((name for name in names if name and not name.isdigit()), "")


def parse_identity(system: bytes, version: bytes = b"", vendor: bytes = b"", kind: bytes = b"") -> Identity:
    """Model, serial number and hardware of getSystemInfo, with what the other answers add where they came.

    The maker is Dahua unless `vendor` names a brand: brands built on its devices keep its interface.
    """
    found = values(system)
    model = parse_model(system) or clip(values(kind).get("type", "") if kind else "")
    if not model and not found.get("serialNumber"):
        raise Malformed(say("maker_web.missing", name="deviceType"))
    brand = clip(values(vendor).get("vendor", "")) if vendor else ""
    return Identity(
        maker="Dahua" if brand.lower() in _NO_BRAND else brand,
        model=model,
        firmware=_version(version)[0] if version else "",
        serial=clip(found.get("serialNumber", "")),
        hardware=clip(found.get("hardwareVersion", "")),
    )


def parse_firmware(data: bytes) -> FirmwareUpdate:
    """The build date of getSoftwareVersion; that interface says nothing else of updates."""
    return FirmwareUpdate(built=_version(data)[1])


def _version(data: bytes) -> tuple[str, str]:
    """Version and build date: `version=2.800.…,build:2021-06-30`, with a space for the comma, or in a line each."""
    found = values(data)
    text = found.get("version", "")
    version = _VERSION.match(text)
    if version is None:
        raise Malformed(say("maker_web.missing", name="version"))
    build = _BUILD.search(text) or _BUILD.search(f"build={found.get('build', '')}")
    return clip(version.group()), build.group(1) if build else ""


def parse_time(data: bytes, ntp: bytes = b"") -> DeviceTime:
    """`result=` of getCurrentTime is local time; the zone stands in the table NTP as the maker's own number.

    What that number means is in no verified source, so neither UTC nor an offset is worked out.
    """
    shown = values(data).get("result", "")
    if not _TIME.fullmatch(shown):
        raise Malformed(say("maker_web.missing", name="result"))
    settings = table(ntp, "NTP") if ntp else {}
    synchronised = switch(settings.get("Enable"))
    sources = {True: ClockSource.NTP, False: ClockSource.MANUAL, None: ClockSource.UNKNOWN}
    zone = (clip(settings.get("TimeZone", "")), clip(settings.get("TimeZoneDesc", "")))
    return DeviceTime(source=sources[synchronised], timezone=" ".join(filter(None, zone)), local=shown)


def parse_ntp(data: bytes) -> Ntp:
    """`Address`, and on newer devices `ServerList[i]` with a switch each."""
    found = table(data, "NTP")
    first = found.get("Address", "") if switch(found.get("Enable")) is not False else ""
    others = [r.get("Address", "") for r in indexed(found, "ServerList") if switch(r.get("Enable")) is not False]
    servers = (clip(s) for s in (first, *others))
    return Ntp(servers=tuple(dict.fromkeys(s for s in servers if s not in ("", "0.0.0.0"))))  # noqa: S104 - compared


def parse_uptime(data: bytes, at: datetime) -> Uptime:
    """Seconds since the start in getUpTime; `at`: our own UTC at that moment.

    The form of the answer is from memory, not from a verified source: any other one is Malformed.
    """
    found = values(data)
    named = (found.get(name) for name in ("info.last", "last", "upTime.last", "uptime", "up"))
    seconds = whole(next((v for v in named if v), ""))
    if seconds is None:
        raise Malformed(say("maker_web.missing", name="info.last"))
    return Uptime(seconds=seconds, booted_at=at - timedelta(seconds=seconds))


def parse_export(data: bytes) -> ConfigurationExport:
    """Size in bytes and SHA-256 of the file; nothing in it is read."""
    error = error_in(data)
    if error is not None:
        raise error
    if not data or data.lstrip()[:1] == b"<":
        raise Malformed(say("maker_web.missing", name="Config.backup"))
    return ConfigurationExport(size=len(data), digest=hashlib.sha256(data).hexdigest())
