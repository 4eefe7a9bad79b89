"""Reads what `show version` prints on a UNIVERGE IX.

The form is that of public transcripts of an IX2105 and an IX2215; other lines are passed over.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from fushinban.drivers._saved_text import decoded
from fushinban.errors import Malformed, NotSupported
from fushinban.messages import say
from fushinban.model import facts

_JST = timezone(timedelta(hours=9))
_SOFTWARE = re.compile(r"IX Series (?P<model>IX\w{1,20}) [^\r\n]{0,60}?Software, Version (?P<firmware>[\w.]{1,40})")
_UPTIME = re.compile(r"^System uptime is ([^\r\n]{1,80})$", re.MULTILINE)
_PART = re.compile(r"(\d{1,6}) (week|day|hour|minute|second)s?")
_SECONDS = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
_STARTED = re.compile(r"^System started at (\w{3}) (\d{1,2})-\w{3}-(\d{4}) (\d\d:\d\d:\d\d) JST", re.MULTILINE)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What `show version` says. `started`: UTC, by the router's clock, where that is set to Japan's time."""

    model: str
    firmware: str
    seconds: int | None = None
    started: datetime | None = None


def parse_version(content: bytes) -> Version:
    """What the bytes say. Raises Malformed where no model and version stand in them."""
    text = decoded(content[:65536])
    found = _SOFTWARE.search(text)
    if found is None:
        raise Malformed(say("router.no-version"))
    return Version(model=found["model"], firmware=found["firmware"], seconds=_uptime(text), started=_started(text))


def parse_identity(content: bytes) -> facts.Identity:
    """Maker, model, firmware; it prints no serial number. Raises Malformed."""
    version = parse_version(content)
    return facts.Identity(maker="NEC", model=version.model, firmware=version.firmware)


def parse_uptime(content: bytes) -> facts.Uptime:
    """How long it runs, and when that began. Raises Malformed, and NotSupported where it does not say."""
    version = parse_version(content)
    if version.seconds is None and version.started is None:
        raise NotSupported(say("router_facts.not-told", fact=facts.Uptime.title))
    mark = version.started.isoformat() if version.started else ""
    return facts.Uptime(seconds=version.seconds, boot_id=mark, booted_at=version.started)


def _uptime(text: str) -> int | None:
    found = _UPTIME.search(text)
    parts = _PART.findall(found[1]) if found else []
    return sum(int(count) * _SECONDS[unit] for count, unit in parts) if parts else None


def _started(text: str) -> datetime | None:
    found = _STARTED.search(text)
    if found is None or found[1] not in _MONTHS:
        return None
    month = _MONTHS.index(found[1]) + 1
    try:
        written = f"{found[3]}-{month:02}-{int(found[2]):02} {found[4]}"
        return datetime.strptime(written, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_JST).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
