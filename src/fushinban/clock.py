"""The only caller of the clock. Times are aware UTC inside; people are shown Japan time."""

import time
from datetime import UTC, datetime, timedelta, timezone

JST = timezone(timedelta(hours=9), "JST")


def now() -> datetime:
    """The present moment, aware, UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds that never go back, for pacing and time limits."""
    return time.monotonic()


def shown(moment: datetime) -> str:
    """`2026-11-23 15:04 JST`: how a moment is shown to people."""
    return in_japan(moment).strftime("%Y-%m-%d %H:%M JST")


def shown_date(moment: datetime) -> str:
    """`2026-11-23`, the date in Japan."""
    return in_japan(moment).strftime("%Y-%m-%d")


def in_japan(moment: datetime) -> datetime:
    """The moment in Japan time; a certificate may be valid until the last day that a date can name."""
    try:
        return moment.astimezone(JST)
    except OverflowError:
        return moment.replace(tzinfo=JST)
