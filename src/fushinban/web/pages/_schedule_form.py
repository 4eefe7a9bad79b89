"""The form of a schedule: what was typed is never lost, and what is wrong is said beside its field."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from django.http import QueryDict

from fushinban.errors import InputError
from fushinban.messages import Lang, Text, say
from fushinban.model.schedule import NEW_YEAR, OffDay, Rhythm, Schedule, SkipDays, Weekday
from fushinban.model.site import InspectionKind, Site
from fushinban.model.text import Named

N = TypeVar("N", bound=Named)
V = TypeVar("V")

_SKIP = re.compile(r"(\d{1,2})/(\d{1,2})(?:\s*[-~〜–]\s*(\d{1,2})/(\d{1,2}))?")
_FIELDS = ("rhythm", "month", "day", "nth", "weekday", "time", "off_day", "starts", "kind", "lang")
_CHECKS = ("new_year", "documents", "paused")
_LONGEST = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleForm:
    """Fields by name as they stand in the form, and what is wrong with some; `schedule` where nothing is."""

    values: Mapping[str, str]
    wrong: Mapping[str, Text]
    schedule: Schedule | None


def form_of(schedule: Schedule) -> ScheduleForm:
    """The form that says a schedule."""
    values = {
        "rhythm": schedule.rhythm.value, "month": str(schedule.month), "day": str(schedule.day),
        "nth": str(schedule.nth), "weekday": schedule.weekday.value, "off_day": schedule.off_day.value,
        "time": f"{schedule.hour:02}:{schedule.minute:02}", "kind": schedule.kind.value, "lang": schedule.lang,
        "starts": schedule.starts.isoformat() if schedule.starts else "",
        "new_year": "1" if NEW_YEAR in schedule.skips else "", "documents": "1" if schedule.documents else "",
        "paused": "1" if schedule.paused else "",
        "skips": "\n".join(map(_skip_words, (s for s in schedule.skips if s != NEW_YEAR))),
    }  # fmt: skip
    return ScheduleForm(values=values, wrong={}, schedule=schedule)


def form_given(given: QueryDict, site: Site, lang: Lang) -> ScheduleForm:
    """The form as a person filled it in."""
    values = {name: given.get(name, "")[:40] for name in _FIELDS}
    values |= {name: "1" if given.get(name) else "" for name in _CHECKS}
    values["skips"] = given.get("skips", "")[:_LONGEST]
    wrong: dict[str, Text] = {}
    schedule = _read(values, site, lang, wrong)
    return ScheduleForm(values=values, wrong=wrong, schedule=None if wrong else schedule)


def _read(values: Mapping[str, str], site: Site, lang: Lang, wrong: dict[str, Text]) -> Schedule:
    """The schedule that the values describe, with usual values in the place of those that are noted as wrong."""

    def take(name: str, read: Callable[[str], V], usual: V) -> V:
        try:
            return read(values[name] or ("" if name in {"starts", "skips", "time"} else str(usual)))
        except InputError as error:
            wrong[name] = error.text
            return usual

    hour, minute = take("time", _time, (9, 0))
    none: tuple[SkipDays, ...] = ()
    skips = take("skips", _skips, none)
    schedule = Schedule(
        site=site.id, rhythm=_choice(Rhythm, values["rhythm"]) or Rhythm.YEARLY,
        month=take("month", _whole, 1), day=take("day", _whole, 1), nth=take("nth", _whole, 0),
        weekday=_choice(Weekday, values["weekday"]) or Weekday.MONDAY, hour=hour, minute=minute,
        off_day=_choice(OffDay, values["off_day"]) or OffDay.NEXT,
        skips=tuple(dict.fromkeys((*((NEW_YEAR,) if values["new_year"] else ()), *skips))),
        starts=take("starts", _date, None), paused=bool(values["paused"]),
        kind=_choice(InspectionKind, values["kind"]) or InspectionKind.PERIODIC, documents=bool(values["documents"]),
        lang="en" if (values["lang"] or lang) == "en" else "ja",
    )  # fmt: skip
    return _possible(schedule, wrong)


def _possible(schedule: Schedule, wrong: dict[str, Text]) -> Schedule:
    """The schedule with usual values for what cannot be; all of it is noted."""
    usual = Schedule(site=schedule.site, rhythm=schedule.rhythm, skips=())
    while problem := schedule.problem():
        place = "time" if problem in {"hour", "minute"} else problem
        wrong.setdefault(place, say("jobs.schedule-wrong", field=say(f"jobs.schedule-{problem}")))
        schedule = replace(schedule, **{problem: getattr(usual, problem)})
    return schedule


def _skips(text: str) -> tuple[SkipDays, ...]:
    found = []
    for line in unicodedata.normalize("NFKC", text).splitlines()[:40]:
        said = line.strip()
        if not said:
            continue
        parts = _SKIP.fullmatch(said)
        if parts is None:
            raise InputError(say("page_settings_site.bad-skips", line=said[:40]))
        first = (int(parts[1]), int(parts[2]))
        last = (int(parts[3]), int(parts[4])) if parts[3] else first
        found.append(SkipDays(first_month=first[0], first_day=first[1], last_month=last[0], last_day=last[1]))
    return tuple(found)


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
