"""Reads what `show environment` prints: model, firmware, serial, addresses, start, and the security class.

The form is that of a real RTX1200 as template collections have it; other models print further lines, which are passed
over. A console breaks long lines at its right edge, in the middle of a word.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from fushinban.drivers._saved_text import decoded
from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.model.facts.identity import Identity
from fushinban.model.facts.maker import Uptime

_COLUMNS = 80
_MODEL = re.compile(
    r"^[ \t]*+(?!.*BootROM)(?P<model>[A-Za-z][\w-]+) (?:Rev\.|Version )(?P<firmware>[\w.]+)", re.MULTILINE
)
_MAIN = re.compile(
    r"^[ \t]*main:\s+\S+(?: ver=(?P<hardware>\S+))?(?: serial=(?P<serial>\S+))?(?P<rest>.*)$", re.MULTILINE
)
_MAC = re.compile(r"MAC-Address=((?:[0-9a-f]{2}:){5}[0-9a-f]{2})", re.IGNORECASE)
_TIME = r"(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?: [+-]\d\d:\d\d)?)"
_BOOT = re.compile(rf"^[ \t]*Boot time:\s*{_TIME}", re.MULTILINE)
_NOW = re.compile(rf"^[ \t]*Current time:\s*{_TIME}", re.MULTILINE)
_ELAPSED = re.compile(r"^[ \t]*Elapsed time from boot:\s*(?:(\d+) ?days? ?)?(\d+):(\d\d):(\d\d)", re.MULTILINE)
_SECURITY = re.compile(
    r"^[ \t]*Security Class:\s*(\d)(?:,\s*FORGET:\s*(ON|OFF))?(?:,\s*TELNET:\s*(ON|OFF))?", re.MULTILINE | re.IGNORECASE
)
_CONFIG = re.compile(r"\bConfig\. file:\s*(\S+)")
_LABEL = re.compile(r"\s*(?:[A-Z][\w.() -]*|main):|\s*\S+ (?:Rev|BootROM)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What `show environment` says. Times are UTC; None and empty: it does not say.

    `forget`: the documented emergency password works at the console. `telnet`: the router's own Telnet client.
    """

    model: str
    firmware: str
    hardware: str = ""
    serial: str = ""
    macs: tuple[str, ...] = ()
    booted_at: datetime | None = None
    read_at: datetime | None = None
    seconds: int | None = None
    configuration_file: str = ""
    security_class: int | None = None
    forget: bool | None = None
    telnet: bool | None = None

    @property
    def identity(self) -> Identity:
        """The router as a fact."""
        return Identity(
            maker="Yamaha", model=self.model, firmware=self.firmware, serial=self.serial, hardware=self.hardware
        )

    @property
    def uptime(self) -> Uptime:
        """How long it runs, as a fact; the moment of its start, by its own clock, tells one start from another."""
        mark = self.booted_at.isoformat() if self.booted_at else ""
        return Uptime(seconds=self.seconds, boot_id=mark, booted_at=self.booted_at)


def parse_environment(content: bytes) -> Environment:
    """What the bytes of `show environment` say. Raises Malformed where no model and revision stand in them."""
    text = _unbroken(decoded(content[:65536]))
    found = _MODEL.search(text)
    if found is None:
        raise Malformed(say("router.no-environment"))
    main, security, config = _MAIN.search(text), _SECURITY.search(text), _CONFIG.search(text)
    return Environment(
        model=found["model"],
        firmware=found["firmware"],
        hardware=(main["hardware"] or "") if main else "",
        serial=(main["serial"] or "").strip("*") if main else "",
        macs=tuple(mac.lower() for mac in _MAC.findall(main["rest"])) if main else (),
        booted_at=_moment(_BOOT, text),
        read_at=_moment(_NOW, text),
        seconds=_elapsed(text),
        configuration_file=config[1] if config else "",
        security_class=int(security[1]) if security else None,
        forget=_switch(security[2]) if security else None,
        telnet=_switch(security[3]) if security else None,
    )


def _unbroken(text: str) -> str:
    lines: list[str] = []
    full = False
    for line in text.split("\n"):
        if full and line and not _LABEL.match(line):
            lines[-1] += line
        else:
            lines.append(line)
        full = len(line) in (_COLUMNS, _COLUMNS - 1)
    return "\n".join(lines)


def _moment(form: re.Pattern[str], text: str) -> datetime | None:
    found = form.search(text)
    if found is None:
        return None
    # Routers of this maker are sold with Japan's time set; old firmware does not print the zone.
    written = found[1] if found[1][-6] in "+-" else f"{found[1]} +09:00"
    try:
        return datetime.strptime(written, "%Y/%m/%d %H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _elapsed(text: str) -> int | None:
    found = _ELAPSED.search(text)
    if found is None or len(found[1] or "") > 6 or len(found[2]) > 6:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _switch(word: str | None) -> bool | None:
    return None if word is None else word.upper() == "ON"
