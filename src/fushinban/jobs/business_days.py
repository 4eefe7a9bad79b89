"""The calendar of Japan, offline: public holidays, and when a schedule is due next."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

from fushinban.model.schedule import Due, Schedule, dues_between, next_due, next_dues
from fushinban.model.text import Lang


def is_holiday(day: date) -> bool:
    """Whether the day is a public holiday in Japan (substitute and bridge holidays included).

    Beyond the years that the calendar knows there is none.
    """
    return day in _holidays(day.year)


def holiday_name(day: date, lang: Lang = "ja") -> str:
    """What the public holiday is called; empty on any other day."""
    return _holidays(day.year, lang).get(day, "")


def coming_dues(schedule: Schedule, after: datetime, count: int) -> tuple[Due, ...]:
    """The next `count` moments at which the schedule is due, each with the day it stands for."""
    return next_dues(schedule, after, is_holiday, count)


def due_after(schedule: Schedule, after: datetime) -> datetime | None:
    """The first moment later than `after` at which the schedule is due (UTC), or None."""
    return next_due(schedule, after, is_holiday)


def due_between(schedule: Schedule, after: datetime, until: datetime) -> tuple[datetime, ...]:
    """All moments later than `after` up to and including `until`, the newest sixty of them."""
    return dues_between(schedule, after, until, is_holiday)


@lru_cache(maxsize=64)
def _holidays(year: int, lang: Lang = "ja") -> Mapping[date, str]:
    import holidays  # noqa: PLC0415 - takes a while, and only schedules need it

    language = "ja" if lang == "ja" else "en_US"
    return dict(holidays.country_holidays("JP", years=year, language=language))
