"""Time and logs of a device."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from fushinban.model.facts.base import Fact, Section, shown
from fushinban.model.text import Named, Text


class ClockSource(Named):
    """How a device sets its clock."""

    NTP = "NTP"
    MANUAL = "Manual"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceTime(Fact):
    """The device's clock. `offset` = device UTC minus ours, seconds, at the moment of reading.

    `local`: what the clock shows, where the device tells neither UTC nor the offset of its zone for certain.
    """

    key: ClassVar[str] = "time"
    title: ClassVar[Text] = Text("時刻", "Time")
    section: ClassVar[Section] = Section.TIME
    source: ClockSource = shown("同期方式", "Source")
    timezone: str = shown("タイムゾーン", "Time zone", default="")
    daylight: bool = shown("夏時間", "Daylight saving", default=False)
    utc: datetime | None = shown("機器の時刻", "Device time", default=None, volatile=True)
    offset: float | None = shown("実測ずれ", "Measured offset", default=None, unit="s", volatile=True)
    local: str | None = shown("機器の表示時刻（現地時刻）", "Clock as shown (local)", default=None, volatile=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ntp(Fact):
    """Time servers."""

    key: ClassVar[str] = "ntp"
    title: ClassVar[Text] = Text("NTP", "NTP")
    section: ClassVar[Section] = Section.TIME
    from_dhcp: bool = shown("DHCPから取得", "From DHCP", default=False)
    servers: tuple[str, ...] = shown("NTPサーバ", "Time servers", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemLog(Fact):
    """That the system log can be read: lines, bytes and SHA-256. The text is kept by later log work, not here."""

    key: ClassVar[str] = "system_log"
    title: ClassVar[Text] = Text("システムログ", "System log")
    section: ClassVar[Section] = Section.LOGGING
    lines: int = shown("行数", "Lines", volatile=True)
    size: int = shown("サイズ", "Size", unit="B", volatile=True)
    digest: str = shown("指紋", "Fingerprint", default="", volatile=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLog(Fact):
    """That the access log can be read: lines, bytes and SHA-256."""

    key: ClassVar[str] = "access_log"
    title: ClassVar[Text] = Text("アクセスログ", "Access log")
    section: ClassVar[Section] = Section.LOGGING
    lines: int = shown("行数", "Lines", volatile=True)
    size: int = shown("サイズ", "Size", unit="B", volatile=True)
    digest: str = shown("指紋", "Fingerprint", default="", volatile=True)
