"""定期点検の予定: when a site is inspected regularly, with the next dates as they will really be."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from django.http import HttpResponse, QueryDict

from fushinban import clock
from fushinban.errors import Conflict, InputError
from fushinban.jobs.business_days import coming_dues, due_after, holiday_name
from fushinban.messages import Lang, Text, say
from fushinban.model.rights import Permission
from fushinban.model.schedule import NEW_YEAR, Due, OffDay, Rhythm, Schedule, SkipDays, Weekday
from fushinban.model.site import InspectionKind, Site
from fushinban.model.text import Named
from fushinban.record.job_values import ScheduleEntry
from fushinban.web._page import Page, action

N = TypeVar("N", bound=Named)

#: Dates of the preview.
AHEAD = 6
_NTHS = (0, 1, 2, 3, 4, -1)
_SKIP = re.compile(r"(\d{1,2})/(\d{1,2})(?:\s*[-~〜–]\s*(\d{1,2})/(\d{1,2}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """One date of the preview. `moved`: from which day and why, where it does not stand where the rhythm puts it."""

    at: datetime
    weekday: Text
    moved: Text | None


class SiteSchedulePage(Page):
    """The schedule of one site."""

    path = "sites/<str:site_id>/schedule/"
    name = "site-schedule"
    permission = Permission.SCHEDULE_EDIT
    template = "pages/site_schedule.html"

    def context(self, site_id: str) -> Mapping[str, object]:
        """The schedule as it is, or a usual one to begin with."""
        site = self.site(site_id)
        entry = self.store.schedules.get(site.id)
        schedule = entry.schedule if entry is not None else _usual(site, self.lang)
        return self._shown(site, schedule, entry, version=entry.version if entry is not None else 0)

    @action(Permission.SCHEDULE_EDIT)
    def preview(self, site_id: str) -> HttpResponse:
        """The dates of what is in the form; nothing is saved."""
        site = self.site(site_id)
        try:
            schedule = schedule_of(self.request.POST, site, self.lang)
        except InputError as error:
            if self.request.htmx:
                return self.part({"wrong": error.text}, template="pages/_schedule_dates.html")
            raise
        if self.request.htmx:
            return self.part(_dates(schedule, self.lang), template="pages/_schedule_dates.html")
        entry = self.store.schedules.get(site.id)
        return self.show(self._shown(site, schedule, entry, version=self._version()))

    @action(Permission.SCHEDULE_EDIT)
    def save(self, site_id: str) -> HttpResponse:
        """Keep it; where somebody else was faster, both are shown."""
        site = self.site(site_id)
        schedule = schedule_of(self.request.POST, site, self.lang)
        try:
            with self.store.together():
                self.store.schedules.save(schedule, self._version(), due_after)
        except Conflict:
            entry = self.store.schedules.get(site.id)
            version = entry.version if entry is not None else 0
            context = self._shown(site, schedule, entry, version=version)
            return self.show({**context, "conflict": _words(entry)}, status=409)
        due = due_after(schedule, clock.now())
        if due is None:
            self.tell(say("page_settings_site.schedule-saved-none"))
        else:
            self.tell(say("page_settings_site.schedule-saved", next=clock.shown(due)))
        return self.to("site", site_id=site.id)

    @action(Permission.SCHEDULE_EDIT)
    def drop(self, site_id: str) -> HttpResponse:
        """No regular inspections any more."""
        site = self.site(site_id)
        asked = self.confirm(
            title=say("page_settings_site.schedule-drop-title"),
            sentences=(say("page_settings_site.schedule-drop-what", site=site.name),),
            button=say("page_settings_site.schedule-drop"),
        )
        if asked is not None:
            return asked
        with self.store.together():
            self.store.schedules.drop(site.id)
        self.tell(say("page_settings_site.schedule-dropped"))
        return self.to("site", site_id=site.id)

    def _version(self) -> int:
        given = self.request.POST.get("version", "")
        return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0

    def _shown(
        self, site: Site, schedule: Schedule, entry: ScheduleEntry | None, *, version: int
    ) -> Mapping[str, object]:
        return {
            "site": site,
            "schedule": schedule,
            "entry": entry,
            "version": version,
            "rhythms": tuple(Rhythm),
            "weekdays": tuple(Weekday),
            "off_days": tuple(OffDay),
            "kinds": tuple(InspectionKind),
            "nths": [(n, say("page_settings_site.by-day" if n == 0 else f"page_settings_site.nth-{n}")) for n in _NTHS],
            "time": f"{schedule.hour:02}:{schedule.minute:02}",
            "new_year": NEW_YEAR in schedule.skips,
            "skips": "\n".join(map(_skip_words, (s for s in schedule.skips if s != NEW_YEAR))),
            **_dates(schedule, self.lang),
        }


def schedule_of(given: QueryDict, site: Site, lang: Lang) -> Schedule:
    """The schedule that a form describes. Raises InputError."""
    rhythm = _choice(Rhythm, given.get("rhythm", "")) or Rhythm.YEARLY
    hour, minute = _time(given.get("time", ""))
    schedule = Schedule(
        site=site.id,
        rhythm=rhythm,
        month=_whole(given.get("month", "1")),
        day=_whole(given.get("day", "1")),
        nth=_whole(given.get("nth", "0")),
        weekday=_choice(Weekday, given.get("weekday", "")) or Weekday.MONDAY,
        hour=hour,
        minute=minute,
        off_day=_choice(OffDay, given.get("off_day", "")) or OffDay.NEXT,
        skips=_skips(given),
        starts=_date(given.get("starts", "")),
        paused=bool(given.get("paused")),
        kind=_choice(InspectionKind, given.get("kind", "")) or InspectionKind.PERIODIC,
        documents=bool(given.get("documents")),
        lang="en" if given.get("lang", lang) == "en" else "ja",
    )
    if problem := schedule.problem():
        raise InputError(say("jobs.schedule-wrong", field=say(f"jobs.schedule-{problem}")))
    return schedule


def coming(schedule: Schedule, now: datetime, lang: Lang) -> tuple[Coming, ...]:
    """The next dates, paused or not, each with the reason where it was moved."""
    dues = coming_dues(replace(schedule, paused=False), now, AHEAD)
    return tuple(Coming(at=d.at, weekday=_weekday(d.day), moved=_moved(schedule, d, lang)) for d in dues)


def _dates(schedule: Schedule, lang: Lang) -> Mapping[str, object]:
    return {"dates": coming(schedule, clock.now(), lang), "paused": schedule.paused}


def _moved(schedule: Schedule, due: Due, lang: Lang) -> Text | None:
    day = due.nominal
    if day == due.day:
        return None
    name = holiday_name(day, lang)
    if name:
        return say("page_settings_site.moved-holiday", day=day.isoformat(), name=name)
    if any(skip.holds(day) for skip in schedule.skips):
        return say("page_settings_site.moved-skip", day=day.isoformat())
    return say("page_settings_site.moved-weekend", day=day.isoformat(), weekday=_weekday(day))


def _weekday(day: date) -> Text:
    return tuple(Weekday)[day.weekday()].label


def _usual(site: Site, lang: Lang) -> Schedule:
    """Once a year on the first working day of the month after next: nothing begins the moment it is saved."""
    month = (clock.in_japan(clock.now()).month + 1) % 12 + 1
    return Schedule(site=site.id, rhythm=Rhythm.YEARLY, month=month, day=1, lang=lang)


def _words(entry: ScheduleEntry | None) -> Text:
    """A schedule in a few words."""
    if entry is None:
        return say("page_settings_site.schedule-none")
    shown = clock.shown(entry.next_at) if entry.next_at is not None else "–"
    return say("page_settings_site.schedule-words", rhythm=entry.schedule.rhythm.label, next=shown)


def _skips(given: QueryDict) -> tuple[SkipDays, ...]:
    found = [NEW_YEAR] if given.get("new_year") else []
    for line in unicodedata.normalize("NFKC", given.get("skips", "")).splitlines()[:40]:
        text = line.strip()
        if not text:
            continue
        parts = _SKIP.fullmatch(text)
        if parts is None:
            raise InputError(say("page_settings_site.bad-skips", line=text[:40]))
        first = (int(parts[1]), int(parts[2]))
        last = (int(parts[3]), int(parts[4])) if parts[3] else first
        found.append(SkipDays(first_month=first[0], first_day=first[1], last_month=last[0], last_day=last[1]))
    return tuple(dict.fromkeys(found))


def _skip_words(skip: SkipDays) -> str:
    first, last = f"{skip.first_month}/{skip.first_day}", f"{skip.last_month}/{skip.last_day}"
    return first if first == last else f"{first}-{last}"


def _time(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", unicodedata.normalize("NFKC", text.strip())[:10])
    if found is None:
        raise InputError(say("page_settings_site.bad-number"))
    return int(found[1]), int(found[2])


def _whole(text: str) -> int:
    plain = unicodedata.normalize("NFKC", text.strip())[:4]
    if not re.fullmatch(r"-?[0-9]{1,3}", plain):
        raise InputError(say("page_settings_site.bad-number"))
    return int(plain)


def _date(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        raise InputError(say("page_settings_site.bad-number")) from None


def _choice(kind: type[N], value: str) -> N | None:
    return next((member for member in kind if member.value == value), None)


PAGES = (SiteSchedulePage,)
