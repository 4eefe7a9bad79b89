"""Regular inspections (定期点検): when the next one is due. Days and times are Japan's."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import takewhile

from fushinban.model.site import InspectionKind
from fushinban.model.text import Named

_JAPAN = timezone(timedelta(hours=9), "JST")
#: No day is moved by more than this; a day that would be is left out.
_FARTHEST = 30
_DAY = timedelta(days=1)
_LAST_YEAR = 9990
#: Thirty years to this one show whether a schedule ever comes: leap years and all weekdays are among them.
_SOME_YEARS = 2054

#: Whether a date is a public holiday.
IsHoliday = Callable[[date], bool]


class Rhythm(Named):
    """How often."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


class OffDay(Named):
    """What becomes of a day that is a weekend, a public holiday or a day to leave out."""

    KEEP = "keep"
    NEXT = "next"
    PREVIOUS = "previous"


class Weekday(Named):
    """Days of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


_WEEKDAYS = tuple(Weekday)


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipDays:
    """Days left out every year, from month and day to month and day, both included; may go over the new year."""

    first_month: int
    first_day: int
    last_month: int
    last_day: int

    def holds(self, day: date) -> bool:
        """Whether the day is left out."""
        first, last = (self.first_month, self.first_day), (self.last_month, self.last_day)
        here = (day.month, day.day)
        return first <= here <= last if first <= last else here >= first or here <= last


#: 年末年始
NEW_YEAR = SkipDays(first_month=12, first_day=29, last_month=1, last_day=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a site is inspected regularly.

    Weekly: on `weekday`. Monthly and rarer: on the `nth` `weekday` of the month (1 to 4, -1: the last) or, with `nth`
    0, on `day` (the last day of a shorter month). Quarterly: in `month` (1 to 3) and every third month after it;
    yearly: in `month`. `hour`, `minute`: Japan time. With `OffDay.KEEP` only the days of `skips` are left out;
    otherwise weekends, holidays and `skips` move to the next or previous business day. `starts`: not before this day.
    """

    site: str
    rhythm: Rhythm
    month: int = 1
    day: int = 1
    nth: int = 0
    weekday: Weekday = Weekday.MONDAY
    hour: int = 10
    minute: int = 0
    off_day: OffDay = OffDay.NEXT
    skips: tuple[SkipDays, ...] = (NEW_YEAR,)
    starts: date | None = None
    paused: bool = False
    kind: InspectionKind = InspectionKind.PERIODIC
    documents: bool = True
    lang: str = "ja"

    def problem(self) -> str:
        """The name of the first field with an impossible value; empty where all are good."""
        bounds = {"month": (1, 3 if self.rhythm is Rhythm.QUARTERLY else 12), "day": (1, 31), "nth": (-1, 4),
                  "hour": (0, 23), "minute": (0, 59)}  # fmt: skip
        for name, (least, most) in bounds.items():
            if not least <= getattr(self, name) <= most:
                return name
        good = all(_real(s.first_month, s.first_day) and _real(s.last_month, s.last_day) for s in self.skips)
        return "" if good and len(self.skips) <= 40 and self._comes() else "skips"

    def _comes(self) -> bool:
        """Whether any day is left to it at all: every year on 1 January, the new year left out, never comes."""
        days = takewhile(lambda day: day.year < _SOME_YEARS, _nominal_days(self, date(_SOME_YEARS - 30, 1, 1)))
        return any(_moved(self, day, lambda _: False) is not None for day in days)


def next_due(schedule: Schedule, after: datetime, is_holiday: IsHoliday) -> datetime | None:
    """The first moment later than `after` (aware) at which the schedule is due, UTC.

    None while it is paused, and where nothing is due in the years that a calendar has.
    """
    if schedule.paused or after.year >= _LAST_YEAR:
        return None
    begin = after.astimezone(_JAPAN).date()
    if schedule.starts is not None:
        begin = max(begin, schedule.starts)
    best: datetime | None = None
    for nominal in _nominal_days(schedule, begin - timedelta(days=_FARTHEST + 1)):
        if nominal.year >= _LAST_YEAR or (best is not None and _moment(schedule, nominal) - best > _FARTHEST * _DAY):
            break
        day = _moved(schedule, nominal, is_holiday)
        if day is None or (schedule.starts is not None and day < schedule.starts):
            continue
        due = _moment(schedule, day)
        if due > after and (best is None or due < best):
            best = due
    return best


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One moment at which a schedule is due (UTC); `nominal`: the day (Japan) of the rhythm, before it was moved."""

    at: datetime
    nominal: date

    @property
    def day(self) -> date:
        """The day in Japan."""
        return self.at.astimezone(_JAPAN).date()


def next_dues(schedule: Schedule, after: datetime, is_holiday: IsHoliday, count: int) -> tuple[Due, ...]:
    """The next `count` moments later than `after`, each with the day it stands for."""
    found: list[Due] = []
    at = next_due(schedule, after, is_holiday)
    while at is not None and len(found) < count:
        day = at.astimezone(_JAPAN).date()
        nominals = _nominal_days(schedule, day - timedelta(days=_FARTHEST))
        within = takewhile(lambda n: n <= day + timedelta(days=_FARTHEST), nominals)  # noqa: B023 - used at once
        fitting = [n for n in within if _moved(schedule, n, is_holiday) == day]
        # Where several days come together on one, the nearest names it.
        found.append(Due(at=at, nominal=min(fitting, key=lambda n: abs(n - day), default=day)))
        at = next_due(schedule, at, is_holiday)
    return tuple(found)


def dues_between(
    schedule: Schedule, after: datetime, until: datetime, is_holiday: IsHoliday, most: int = 60
) -> tuple[datetime, ...]:
    """All moments later than `after` up to and including `until` at which it is due, the newest `most` of them."""
    found: list[datetime] = []
    due = next_due(schedule, after, is_holiday)
    while due is not None and due <= until:
        found = [*found[-(most - 1) :], due] if most > 1 else [due]
        due = next_due(schedule, due, is_holiday)
    return tuple(found)


def is_business_day(day: date, skips: tuple[SkipDays, ...], is_holiday: IsHoliday) -> bool:
    """Whether people work on this day: no weekend, no holiday, no day that is left out."""
    return day.weekday() < 5 and not is_holiday(day) and not any(s.holds(day) for s in skips)


def _moved(schedule: Schedule, day: date, is_holiday: IsHoliday) -> date | None:
    if schedule.off_day is OffDay.KEEP:
        return None if any(s.holds(day) for s in schedule.skips) else day
    step = _DAY if schedule.off_day is OffDay.NEXT else -_DAY
    for _ in range(_FARTHEST):
        if is_business_day(day, schedule.skips, is_holiday):
            return day
        day += step
    return None


def _nominal_days(schedule: Schedule, first: date) -> Iterator[date]:
    """The days of the rhythm from `first` on, before any is moved."""
    if schedule.rhythm is Rhythm.WEEKLY:
        day = first + timedelta(days=(_WEEKDAYS.index(schedule.weekday) - first.weekday()) % 7)
        while day.year < _LAST_YEAR:
            yield day
            day += timedelta(days=7)
        return
    year, month = first.year, first.month
    while year < _LAST_YEAR:
        if _is_month(schedule, month):
            day = _day_of(schedule, year, month)
            if day >= first:
                yield day
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _is_month(schedule: Schedule, month: int) -> bool:
    if schedule.rhythm is Rhythm.MONTHLY:
        return True
    if schedule.rhythm is Rhythm.QUARTERLY:
        return (month - schedule.month) % 3 == 0
    return month == schedule.month


def _day_of(schedule: Schedule, year: int, month: int) -> date:
    last = (date(year + month // 12, month % 12 + 1, 1) - _DAY).day
    if schedule.nth == 0:
        return date(year, month, min(schedule.day, last))
    wanted = _WEEKDAYS.index(schedule.weekday)
    if schedule.nth < 0:
        end = date(year, month, last)
        return end - timedelta(days=(end.weekday() - wanted) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(wanted - first.weekday()) % 7 + 7 * (schedule.nth - 1))


def _moment(schedule: Schedule, day: date) -> datetime:
    return datetime.combine(day, time(schedule.hour, schedule.minute), _JAPAN).astimezone(UTC)


def _real(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
