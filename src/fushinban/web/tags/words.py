"""Words in the visitor's language: messages, values with two languages, moments, states."""

from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from fushinban import clock
from fushinban.messages import Lang, Text
from fushinban.messages import say as message
from fushinban.model.control import Outcome, Severity
from fushinban.model.text import Named
from fushinban.web import assets

register = template.Library()

#: Shape of the five states; the word always stands beside it.
SHAPES = {
    Outcome.PASS: "✓",
    Outcome.FAIL: "✕",
    Outcome.UNKNOWN: "?",
    Outcome.NOT_APPLICABLE: "–",
    Outcome.ERROR: "!",
}

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
    lang = language(context)
    return message(message_id, **{key: worded(value, lang) for key, value in values.items()}).of(lang)


@register.simple_tag(takes_context=True)
def text(context: Context, value: Any) -> str:
    """`{% text finding.message %}`: a value that has both languages (Text, or a named value such as a severity)."""
    return worded(value, language(context))


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime | date | None, relative: bool = True, empty: str = "–") -> SafeString | str:
    """`{% when moment %}`: Japan time, the zone on hover, how long ago or ahead beside it. A date stands alone."""
    if moment is None:
        return empty
    if not isinstance(moment, datetime):
        return format_html('<time datetime="{0}">{0}</time>', moment.isoformat())
    local = clock.in_japan(moment)
    exact = local.strftime("%Y-%m-%d %H:%M:%S")
    stamp = mark_safe(  # noqa: S308 - digits; stands in every line of every table, where escaping them is felt
        f'<time datetime="{moment.isoformat(timespec="seconds")}" title="{exact} JST (UTC+9)">{exact[:-3]}</time>'
    )
    if not relative:
        return stamp
    return format_html('<span class="when">{} <small>{}</small></span>', stamp, distance(moment, language(context)))


def distance(moment: datetime, lang: Lang) -> str:
    """`3 days ago`, `in 2 hours`."""
    seconds = (moment - clock.now()).total_seconds()
    size = abs(seconds)
    if size < 45:
        return message("web.just-now").of(lang)
    unit = next((name for limit, name in _STEPS if size < limit), "years")
    count = max(1, round(size / _SIZES[unit]))
    direction = "ago" if seconds < 0 else "ahead"
    return message(f"web.{unit}-{direction}", count=count).of(lang)


@register.simple_tag(takes_context=True)
def state(context: Context, outcome: Outcome | str, count: int | None = None) -> SafeString:
    """`{% state finding.outcome %}`: shape, word and colour of one of the five states, with a count where given."""
    return _state(Outcome(outcome), language(context), f"{count:,}" if count is not None else "")


@lru_cache(maxsize=512)
def _state(known: Outcome, lang: Lang, count: str) -> SafeString:
    number = format_html(" <b>{}</b>", count) if count else ""
    return format_html(
        '<span class="state state-{}"><span class="shape" aria-hidden="true">{}</span>{}{}</span>',
        known.value, SHAPES[known], known.label.of(lang), number,
    )  # fmt: skip


@register.simple_tag
def shape(outcome: Outcome | str) -> str:
    """`{% shape "fail" %}`: the shape of a state alone, where its word stands beside it already."""
    return SHAPES[Outcome(outcome)]


@register.simple_tag(takes_context=True)
def severity(context: Context, value: Severity | str) -> SafeString:
    """`{% severity finding.severity %}`: how grave, by word and number of bars."""
    return _severity(Severity(value), language(context))


@cache
def _severity(known: Severity, lang: Lang) -> SafeString:
    bars = max(1, len(Severity) - list(Severity).index(known))
    return format_html(
        '<span class="severity severity-{}"><span class="bars bars-{}" aria-hidden="true"></span>{}</span>',
        known.value, bars, known.label.of(lang),
    )  # fmt: skip


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
