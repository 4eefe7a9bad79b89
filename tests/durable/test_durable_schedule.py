"""When regular inspections are due, and what becomes of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fushinban import clock
from fushinban.clock import JST
from fushinban.jobs.business_days import due_after, due_between, is_holiday
from fushinban.jobs.durable.asking import due_id
from fushinban.jobs.durable.rounds import follow_schedules
from fushinban.model.job import JobSettings, JobState
from fushinban.model.schedule import (
    NEW_YEAR,
    OffDay,
    Rhythm,
    Schedule,
    SkipDays,
    Weekday,
    dues_between,
    is_business_day,
    next_due,
)
from fushinban.record.store import Store

_MONTHLY = Schedule(site="a", rhythm=Rhythm.MONTHLY, day=10, hour=10)


def _japan(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=JST)


@pytest.mark.parametrize(
    ("schedule", "after", "due"),
    [
        (_MONTHLY, _japan(2026, 11, 10, 9, 59), _japan(2026, 11, 10)),
        (_MONTHLY, _japan(2026, 11, 10), _japan(2026, 12, 10)),
        # 10 October 2026 is a Saturday and the 12th a holiday (スポーツの日).
        (_MONTHLY, _japan(2026, 9, 20), _japan(2026, 10, 13)),
        (replace(_MONTHLY, off_day=OffDay.PREVIOUS), _japan(2026, 9, 20), _japan(2026, 10, 9)),
        (replace(_MONTHLY, off_day=OffDay.KEEP), _japan(2026, 9, 20), _japan(2026, 10, 10)),
        # The last day of a short month.
        (replace(_MONTHLY, day=31), _japan(2027, 2, 1), _japan(2027, 3, 1)),  # 28 February 2027 is a Sunday
        (replace(_MONTHLY, day=31, off_day=OffDay.KEEP), _japan(2028, 2, 1), _japan(2028, 2, 29)),
        # 1 January: the days around the new year are left out, then comes a weekend or a working day.
        (replace(_MONTHLY, day=1), _japan(2026, 12, 15), _japan(2027, 1, 4)),
        (replace(_MONTHLY, day=1, off_day=OffDay.PREVIOUS), _japan(2026, 12, 15), _japan(2026, 12, 28)),
        (replace(_MONTHLY, day=1, off_day=OffDay.KEEP), _japan(2026, 12, 15), _japan(2027, 2, 1)),
        # Second Tuesday, last Friday.
        (replace(_MONTHLY, nth=2, weekday=Weekday.TUESDAY), _japan(2026, 12, 1), _japan(2026, 12, 8)),
        (replace(_MONTHLY, nth=-1, weekday=Weekday.FRIDAY), _japan(2026, 11, 1), _japan(2026, 11, 27)),
        # Quarterly from February, yearly in June.
        (replace(_MONTHLY, rhythm=Rhythm.QUARTERLY, month=2), _japan(2026, 11, 24), _japan(2027, 2, 10)),
        (replace(_MONTHLY, rhythm=Rhythm.YEARLY, month=6), _japan(2026, 6, 10), _japan(2027, 6, 10)),
        # Weekly on Monday; 23 November 2026 is a holiday (勤労感謝の日).
        (replace(_MONTHLY, rhythm=Rhythm.WEEKLY), _japan(2026, 11, 20), _japan(2026, 11, 24)),
        (replace(_MONTHLY, starts=date(2027, 3, 5)), _japan(2026, 11, 20), _japan(2027, 3, 10)),
    ],
)  # fmt: skip
def test_next_due(schedule: Schedule, after: datetime, due: datetime) -> None:
    assert schedule.problem() == ""
    assert due_after(schedule, after) == due


def test_paused_is_never_due() -> None:
    assert due_after(replace(_MONTHLY, paused=True), clock.now()) is None
    assert due_after(_MONTHLY, datetime(9995, 1, 1, tzinfo=UTC)) is None


def test_the_calendar_knows_holidays_and_years_beyond_it() -> None:
    assert is_holiday(date(2026, 11, 23))
    assert is_holiday(date(2026, 5, 6))  # 振替休日
    assert not is_holiday(date(2026, 11, 24))
    assert not is_holiday(date(2500, 1, 5))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"day": 0}, "day"),
        ({"day": 32}, "day"),
        ({"nth": 5}, "nth"),
        ({"hour": 24}, "hour"),
        ({"minute": -1}, "minute"),
        ({"rhythm": Rhythm.QUARTERLY, "month": 4}, "month"),
        ({"skips": (SkipDays(first_month=2, first_day=30, last_month=3, last_day=1),)}, "skips"),
    ],
)
def test_impossible_values_are_named(change: dict[str, object], field: str) -> None:
    assert replace(_MONTHLY, **change).problem() == field  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"rhythm": Rhythm.YEARLY, "month": 1, "day": 1, "off_day": OffDay.KEEP, "skips": (NEW_YEAR,)},
        {"skips": (SkipDays(first_month=1, first_day=1, last_month=12, last_day=31),)},
    ],
)
def test_a_schedule_that_never_comes_is_named(change: dict[str, object]) -> None:
    schedule = replace(_MONTHLY, **change)  # type: ignore[arg-type]
    assert schedule.problem() == "skips"
    assert due_after(schedule, datetime(2026, 1, 1, tzinfo=UTC)) is None


_SUMMER = SkipDays(first_month=8, first_day=12, last_month=8, last_day=16)
_SCHEDULES = st.builds(
    Schedule,
    site=st.just("a"),
    rhythm=st.sampled_from(Rhythm),
    month=st.integers(1, 3),
    day=st.integers(1, 31),
    nth=st.sampled_from([-1, 0, 1, 2, 3, 4]),
    weekday=st.sampled_from(Weekday),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    off_day=st.sampled_from(OffDay),
    skips=st.sampled_from([(), (NEW_YEAR,), (NEW_YEAR, _SUMMER)]),
    starts=st.one_of(st.none(), st.dates(date(2025, 1, 1), date(2028, 1, 1))),
).filter(lambda s: not s.problem())  # fmt: skip
_MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given a zone


@settings(max_examples=150, deadline=None)
@given(_SCHEDULES, _MOMENTS, st.integers(0, 400))
def test_what_is_due_comes_later_on_a_good_day_and_never_goes_back(
    schedule: Schedule, after: datetime, days: int
) -> None:
    due = due_after(schedule, after)
    assert due is not None
    assert due > after
    here = due.astimezone(JST)
    assert (here.hour, here.minute) == (schedule.hour, schedule.minute)
    assert not any(s.holds(here.date()) for s in schedule.skips)
    assert schedule.starts is None or here.date() >= schedule.starts
    if schedule.off_day is not OffDay.KEEP:
        assert is_business_day(here.date(), schedule.skips, is_holiday)
    later = due_after(schedule, after + timedelta(days=days))
    assert later is not None
    assert later >= due
    assert due_after(schedule, due - timedelta(microseconds=1)) == due


@settings(max_examples=40, deadline=None)
@given(_SCHEDULES, _MOMENTS)
def test_moments_between_are_those_one_after_the_other(schedule: Schedule, after: datetime) -> None:
    until = after + timedelta(days=500)
    found = due_between(schedule, after, until)
    assert list(found) == sorted(set(found))
    assert all(after < due <= until for due in found)
    assert dues_between(schedule, after, until, is_holiday, most=2) == found[-2:]
    least = {Rhythm.WEEKLY: 50, Rhythm.MONTHLY: 12, Rhythm.QUARTERLY: 3, Rhythm.YEARLY: 0}[schedule.rhythm]
    if schedule.starts is None:
        assert len(found) >= least or schedule.off_day is OffDay.KEEP


def test_without_holidays_the_same_days_are_named() -> None:
    assert next_due(_MONTHLY, _japan(2026, 9, 20), lambda _: False) == _japan(2026, 10, 12)


def _scheduled(store: Store, monkeypatch: pytest.MonkeyPatch, saved: datetime, now: datetime) -> None:
    """A monthly schedule saved at one moment; then it is another."""
    monkeypatch.setattr(clock, "now", lambda: saved)
    store.schedules.save(_MONTHLY, 0, due_after)
    monkeypatch.setattr(clock, "now", lambda: now)


def test_each_moment_is_started_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _scheduled(store, monkeypatch, _japan(2026, 11, 1), _japan(2026, 11, 10, 10, 1))
    for _ in range(3):
        follow_schedules(store, JobSettings(), clock.now())
    (job,) = store.jobs.list().jobs
    due = _japan(2026, 11, 10).astimezone(UTC)
    assert (job.id, job.order.due, job.state, job.site) == (due_id("a", due), due, JobState.QUEUED, "a")
    entry = store.schedules.get("a")
    assert entry is not None
    assert (entry.next_at, entry.last_job, entry.missed_at) == (_japan(2026, 12, 10), job.id, None)


def test_a_late_one_is_still_made_and_those_before_are_noted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _scheduled(store, monkeypatch, _japan(2026, 8, 1), _japan(2026, 11, 12))
    follow_schedules(store, JobSettings(late_days=3), clock.now())
    jobs = store.jobs.list().jobs
    days = [_japan(2026, 8, 10), _japan(2026, 9, 10), _japan(2026, 10, 13), _japan(2026, 11, 10)]
    assert {job.order.due: job.state for job in jobs} == dict.fromkeys(days, JobState.FAILED) | {
        days[-1]: JobState.QUEUED
    }
    entry = store.schedules.get("a")
    assert entry is not None
    assert (entry.last_at, entry.missed_at) == (days[-1], days[-2])


def test_one_that_is_too_late_is_noted_as_missed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _scheduled(store, monkeypatch, _japan(2026, 11, 1), _japan(2026, 11, 20))
    follow_schedules(store, JobSettings(late_days=3), clock.now())
    (job,) = store.jobs.list().jobs
    assert job.state is JobState.FAILED
    assert job.summary is not None
    assert "2026-11-10 10:00 JST" in job.summary.ja
    entry = store.schedules.get("a")
    assert entry is not None
    assert (entry.next_at, entry.last_job, entry.missed_at) == (_japan(2026, 12, 10), "", _japan(2026, 11, 10))
