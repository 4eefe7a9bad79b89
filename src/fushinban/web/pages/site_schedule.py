"""定期点検の予定: when a site is inspected regularly, with the next dates as they will really be."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from http import HTTPStatus

from django.http import HttpResponse

from fushinban import clock
from fushinban.errors import Conflict
from fushinban.jobs.business_days import coming_dues, due_after, holiday_name
from fushinban.messages import Lang, Text, say
from fushinban.model.rights import Permission
from fushinban.model.schedule import Due, OffDay, Rhythm, Schedule, Weekday
from fushinban.model.site import InspectionKind, Site
from fushinban.record.job_values import ScheduleEntry
from fushinban.web._page import Page, action
from fushinban.web.pages._schedule_form import ScheduleForm, form_given, form_of

#: Dates of the preview.
AHEAD = 6
_NTHS = (0, 1, 2, 3, 4, -1)


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
        return self._shown(site, form_of(schedule), entry, version=entry.version if entry is not None else 0)

    @action(Permission.SCHEDULE_EDIT)
    def preview(self, site_id: str) -> HttpResponse:
        """The dates of what is in the form; nothing is saved."""
        site = self.site(site_id)
        form = form_given(self.request.POST, site, self.lang)
        if self.request.htmx:
            return self.part(_dates(form, self.lang), template="pages/_schedule_dates.html")
        context = self._shown(site, form, self.store.schedules.get(site.id), version=self._version())
        return self.show(context, status=HTTPStatus.UNPROCESSABLE_ENTITY if form.wrong else HTTPStatus.OK)

    @action(Permission.SCHEDULE_EDIT)
    def save(self, site_id: str) -> HttpResponse:
        """Keep it; what is wrong is said beside its field, and where somebody else was faster, both are shown."""
        site = self.site(site_id)
        form = form_given(self.request.POST, site, self.lang)
        if (schedule := form.schedule) is None:
            context = self._shown(site, form, self.store.schedules.get(site.id), version=self._version())
            return self.show(context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            with self.store.together():
                self.store.schedules.save(schedule, self._version(), due_after)
        except Conflict:
            entry = self.store.schedules.get(site.id)
            version = entry.version if entry is not None else 0
            context = self._shown(site, form, entry, version=version)
            return self.show({**context, "conflict": _words(entry)}, status=HTTPStatus.CONFLICT)
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
        self, site: Site, form: ScheduleForm, entry: ScheduleEntry | None, *, version: int
    ) -> Mapping[str, object]:
        return {
            "site": site,
            "form": form.values,
            "wrong": form.wrong,
            "entry": entry,
            "version": version,
            "rhythms": tuple(Rhythm),
            "weekdays": tuple(Weekday),
            "off_days": tuple(OffDay),
            "kinds": tuple(InspectionKind),
            "nths": [
                (str(n), say("page_settings_site.by-day" if n == 0 else f"page_settings_site.nth-{n}")) for n in _NTHS
            ],
            **_dates(form, self.lang),
        }


def coming(schedule: Schedule, now: datetime, lang: Lang) -> tuple[Coming, ...]:
    """The next dates, paused or not, each with the reason where it was moved."""
    dues = coming_dues(replace(schedule, paused=False), now, AHEAD)
    return tuple(Coming(at=d.at, weekday=_weekday(d.day), moved=_moved(schedule, d, lang)) for d in dues)


def _dates(form: ScheduleForm, lang: Lang) -> Mapping[str, object]:
    """The preview, or all that is wrong."""
    if form.schedule is None:
        return {"wrong_all": tuple(dict.fromkeys(form.wrong.values()))}
    return {"dates": coming(form.schedule, clock.now(), lang), "paused": form.schedule.paused}


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


PAGES = (SiteSchedulePage,)
