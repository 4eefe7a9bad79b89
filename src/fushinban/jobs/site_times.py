"""Times of a site file: dates are Japan's, a date alone means the whole day."""

from datetime import UTC, date, datetime, time

from fushinban.clock import JST
from fushinban.errors import InputError
from fushinban.jobs.toml_table import TomlTable
from fushinban.messages import say


def read_moment(table: TomlTable, key: str, *, end: bool) -> datetime:
    """A TOML date or time, or the same as text; aware UTC. A time without zone is Japan's.

    A date alone is the first moment of that day in Japan, or with `end` the last. Raises InputError.
    """
    if key not in table:
        raise table.wrong(key, "site.missing")
    value = table.values[key]
    try:
        if isinstance(value, str):
            value = _parsed(value.strip())
        if not isinstance(value, datetime) and isinstance(value, date):
            value = datetime.combine(value, time.max if end else time.min)
        if isinstance(value, datetime):
            return (value if value.tzinfo is not None else value.replace(tzinfo=JST)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise table.wrong(key, "site.bad-date")


def parse_moment(text: str) -> datetime:
    """A moment that a person typed (`2026-11-20 02:10`); without zone it is Japan's. Aware UTC. Raises InputError."""
    try:
        value = datetime.fromisoformat(text.strip())
        return (value if value.tzinfo is not None else value.replace(tzinfo=JST)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InputError(say("site.bad-moment", text=text[:60])) from error


def _parsed(text: str) -> date:
    """A date or a time from ISO text; a date alone stays a date."""
    return date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
