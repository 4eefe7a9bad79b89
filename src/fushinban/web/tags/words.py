"""Words in the visitor's language: messages, values with two languages, moments, states."""

from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from django import template
from django.template import Context

from fushinban import clock
from fushinban.messages import Lang, Text
from fushinban.messages import say as message
from fushinban.model.control import Outcome, Severity
from fushinban.model.text import Named
from fushinban.web import assets
from fushinban.web.markup import NOTHING, Markup, Pattern

register = template.Library()

#: Shape of the five states; the word always stands beside it.
SHAPES = {
    Outcome.PASS: "✓",
    Outcome.FAIL: "✕",
    Outcome.UNKNOWN: "?",
    Outcome.NOT_APPLICABLE: "–",
    Outcome.ERROR: "!",
}

_DATE = Pattern('<time datetime="{date}">{date}</time>')
_TIME = Pattern('<time datetime="{stamp}" title="{exact} JST (UTC+9)">{short}</time>')
_WHEN = Pattern('<span class="when">{stamp} <small>{distance}</small></span>')
_NO_MOMENT = Pattern('<span class="none">–</span>')()
_COUNT = Pattern(" <b>{count}</b>")
_STATE = Pattern(
    '<span class="state state-{state}"><span class="shape" aria-hidden="true">{shape}</span>'
    '<span class="word">{label}</span>{count}</span>'
)
_SEVERITY = Pattern(
    '<span class="severity severity-{severity}"><span class="bars bars-{bars}" aria-hidden="true"></span>{label}</span>'
)

_STEPS = ((60, "seconds"), (3600, "minutes"), (86400, "hours"), (86400 * 60, "days"), (86400 * 365 * 2, "months"))
_SIZES = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "months": 2629800, "years": 31557600}


def language(context: Context) -> Lang:
    """The visitor's language."""
    return "en" if context.get("lang") == "en" else "ja"


def worded(value: Any, lang: Lang) -> str:
    """A text, a named value or anything else, in one language."""
    if isinstance(value, Text):
        return value.of(lang)
    if isinstance(value, Named):
        return value.label.of(lang)
    return "" if value is None else str(value)


@register.simple_tag(takes_context=True)
def say(context: Context, message_id: str, **values: Any) -> str:
    """`{% say "area.id" count=3 %}`: a message; values of two languages are put in in the visitor's own."""
    return words(language(context), message_id, **values)


def words(lang: Lang, message_id: str, **values: Any) -> str:
    """A message in one language; the other is not filled in."""
    template = message(message_id).of(lang)
    return template.format(**{key: worded(value, lang) for key, value in values.items()}) if values else template


@register.simple_tag(takes_context=True)
def text(context: Context, value: Any) -> str:
    """`{% text finding.message %}`: a value that has both languages (Text, or a named value such as a severity)."""
    return worded(value, language(context))


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime | date | None, relative: bool = True, empty: str = "–") -> str:
    """`{% when moment %}`: Japan time, the zone on hover, how long ago or ahead beside it. A date stands alone."""
    if moment is None:
        return empty
    return shown_moment(moment, language(context)) if relative else shown_time(moment)


def shown_time(moment: datetime | date) -> Markup:
    """Japan time alone, the zone on hover; or a date."""
    if not isinstance(moment, datetime):
        return _DATE(date=moment.isoformat())
    exact = clock.in_japan(moment).replace(tzinfo=None).isoformat(" ", "seconds")
    return _TIME(stamp=moment.isoformat(timespec="seconds"), exact=exact, short=exact[:-3])


def shown_moment(moment: datetime | date | None, lang: Lang) -> Markup:
    """The same, and how long ago or ahead; – for none."""
    if moment is None:
        return _NO_MOMENT
    stamp = shown_time(moment)
    return _WHEN(stamp=stamp, distance=distance(moment, lang)) if isinstance(moment, datetime) else stamp


def distance(moment: datetime, lang: Lang) -> str:
    """`3 days ago`, `in 2 hours`."""
    seconds = (moment - clock.now()).total_seconds()
    size = abs(seconds)
    if size < 45:
        return message("web.just-now").of(lang)
    unit = next((name for limit, name in _STEPS if size < limit), "years")
    count = max(1, round(size / _SIZES[unit]))
    direction = "ago" if seconds < 0 else "ahead"
    return words(lang, f"web.{unit}-{direction}", count=count)


@register.simple_tag(takes_context=True)
def state(context: Context, outcome: Outcome | str, count: int | None = None) -> Markup:
    """`{% state finding.outcome %}`: shape, word and colour of one of the five states, with a count where given."""
    return shown_state(Outcome(outcome), language(context), count)


@lru_cache(maxsize=1024)
def shown_state(known: Outcome, lang: Lang, count: int | None = None) -> Markup:
    """The same for what is drawn without templates."""
    number = _COUNT(count=f"{count:,}") if count is not None else NOTHING
    return _STATE(state=known.value, shape=SHAPES[known], label=known.label.of(lang), count=number)


@register.simple_tag
def shape(outcome: Outcome | str) -> str:
    """`{% shape "fail" %}`: the shape of a state alone, where its word stands beside it already."""
    return SHAPES[Outcome(outcome)]


@register.simple_tag(takes_context=True)
def severity(context: Context, value: Severity | str) -> Markup:
    """`{% severity finding.severity %}`: how grave, by word and number of bars."""
    return shown_severity(Severity(value), language(context))


@cache
def shown_severity(known: Severity, lang: Lang) -> Markup:
    """The same for what is drawn without templates."""
    bars = max(1, len(Severity) - list(Severity).index(known))
    return _SEVERITY(severity=known.value, bars=bars, label=known.label.of(lang))


@register.simple_tag(takes_context=True)
def joined(context: Context, values: Any) -> str:
    """`{% joined stages %}`: several named values in one line, as each language joins them."""
    lang = language(context)
    return ("、" if lang == "ja" else ", ").join(worded(value, lang) for value in values)


@register.filter
def jst(moment: datetime, form: str) -> str:
    """`{{ moment|jst:"%m-%d" }}`: a part of a moment in Japan time, where its whole stands nearby."""
    return clock.in_japan(moment).strftime(form)


@register.filter
def number(value: float | None) -> str:
    """`12,345`; nothing for None."""
    return "" if value is None else f"{value:,}"


@register.simple_tag
def asset(name: str) -> str:
    """`{% asset "console/base.css" %}`: the address of a file that the console serves."""
    return assets.address(name)
