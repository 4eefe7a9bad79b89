"""Schedules of regular inspections (定期点検)."""

from datetime import date, datetime

from ninja import Query, Schema
from pydantic import Field

from fushinban.api.call import Call
from fushinban.api.operation import Resource
from fushinban.api.paging import Page, PageQuery, page_of, read_cursor
from fushinban.api.shapes import Day, Flag, Given, Whole
from fushinban.jobs.business_days import due_after
from fushinban.messages import Text
from fushinban.model.rights import Permission
from fushinban.model.schedule import NEW_YEAR, OffDay, Rhythm, Schedule, SkipDays, Weekday
from fushinban.model.site import InspectionKind
from fushinban.record.job_values import ScheduleEntry

RESOURCE = Resource("schedules", Text("定期点検", "Schedules"))


class SkipShape(Given):
    """Days left out every year, from month and day to month and day. 除く日"""

    first_month: Whole = Field(ge=1, le=12)
    first_day: Whole = Field(ge=1, le=31)
    last_month: Whole = Field(ge=1, le=12)
    last_day: Whole = Field(ge=1, le=31)


_NEW_YEAR = SkipShape(
    first_month=NEW_YEAR.first_month, first_day=NEW_YEAR.first_day, last_month=NEW_YEAR.last_month,
    last_day=NEW_YEAR.last_day,
)  # fmt: skip


class ScheduleIn(Given):
    """When a site is inspected regularly; Japan time."""

    rhythm: Rhythm
    month: Whole = Field(1, ge=1, le=12)
    day: Whole = Field(1, ge=1, le=31)
    nth: Whole = Field(0, ge=-1, le=4, description="The nth weekday (-1: the last); 0: the day of the month")
    weekday: Weekday = Weekday.MONDAY
    hour: Whole = Field(10, ge=0, le=23)
    minute: Whole = Field(0, ge=0, le=59)
    off_day: OffDay = OffDay.NEXT
    skips: list[SkipShape] = Field(default_factory=lambda: [_NEW_YEAR], max_length=40)
    starts: Day | None = None
    paused: Flag = False
    kind: InspectionKind = InspectionKind.PERIODIC
    documents: Flag = True


class ScheduleOut(Schema):
    """The schedule of a site and when it is due next. 定期点検の予定"""

    site: str
    rhythm: str
    month: int
    day: int
    nth: int
    weekday: str
    hour: int
    minute: int
    off_day: str
    starts: date | None
    paused: bool
    kind: str
    documents: bool
    next_at: datetime | None
    last_at: datetime | None
    missed_at: datetime | None
    version: int


@RESOURCE.get(
    "/schedules", "listSchedules", Text("予定の一覧", "List schedules"), permission=Permission.SITE_VIEW,
    answers={200: Page[ScheduleOut]},
)  # fmt: skip
def list_schedules(call: Call, page: Query[PageQuery]) -> Page[ScheduleOut]:
    """Schedules of the sites that the caller may see, by site."""
    place = read_cursor("schedules", page.cursor)
    after = str(place[0]) if place else ""
    entries = sorted(call.store.schedules.list(call.scope()), key=lambda e: e.schedule.site)
    found = [e for e in entries if e.schedule.site > after][: page.most + 1]
    return page_of("schedules", [_out(e) for e in found], [(e.schedule.site,) for e in found], page.most)


@RESOURCE.get(
    "/sites/{site_id}/schedule", "getSchedule", Text("現場の予定", "Schedule of a site"),
    permission=Permission.SITE_VIEW, answers={200: ScheduleOut},
)  # fmt: skip
def get_schedule(call: Call, site_id: str) -> ScheduleOut:
    """The schedule of a site, with its version as ETag."""
    call.require(site_id)
    found = call.had(call.store.schedules.get(site_id))
    call.versioned(found.version)
    return _out(found)


@RESOURCE.put(
    "/sites/{site_id}/schedule", "replaceSchedule", Text("予定を決める", "Set the schedule of a site"),
    permission=Permission.SCHEDULE_EDIT, edits=True, answers={200: ScheduleOut},
)  # fmt: skip
def replace_schedule(call: Call, site_id: str, body: ScheduleIn) -> ScheduleOut:
    """Set the schedule of a site. For the first one send `If-Match: "v0"`."""
    call.site(site_id)
    values = body.model_dump() | {"skips": tuple(SkipDays(**s.model_dump()) for s in body.skips)}
    schedule = Schedule(site=site_id, lang=call.lang, **values)
    call.store.schedules.save(schedule, call.expected(), due_after)
    found = call.had(call.store.schedules.get(site_id))
    call.versioned(found.version)
    return _out(found)


@RESOURCE.delete(
    "/sites/{site_id}/schedule", "deleteSchedule", Text("予定をなくす", "Take the schedule away"),
    permission=Permission.SCHEDULE_EDIT, answers={204: None},
)  # fmt: skip
def delete_schedule(call: Call, site_id: str) -> None:
    """Take the schedule of a site away."""
    call.require(site_id)
    call.had(call.store.schedules.get(site_id))
    call.store.schedules.drop(site_id)


def _out(entry: ScheduleEntry) -> ScheduleOut:
    s = entry.schedule
    return ScheduleOut(
        site=s.site, rhythm=s.rhythm.value, month=s.month, day=s.day, nth=s.nth, weekday=s.weekday.value,
        hour=s.hour, minute=s.minute, off_day=s.off_day.value, starts=s.starts, paused=s.paused,
        kind=s.kind.value, documents=s.documents, next_at=entry.next_at, last_at=entry.last_at,
        missed_at=entry.missed_at, version=entry.version,
    )  # fmt: skip
