"""The lines of the list of findings: what stands in each column; and how many of them each control and maker has."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from fushinban.messages import Lang, Text, say
from fushinban.model.control import Outcome
from fushinban.model.listing import FindingsSort, ListedFinding
from fushinban.web.listing import Column
from fushinban.web.markup import NOTHING, Markup, Pattern, together
from fushinban.web.pages._finding_filters import Share
from fushinban.web.tags.words import number, shown_severity, shown_state, shown_time, words
from fushinban.web.ways import way


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One finding in the list. `title`: of its control. `selectable`: it can be accepted, or its acceptance ended."""

    item: ListedFinding
    title: Text
    selectable: bool


_SELECT = Pattern(
    '<label class="pick"><input type="checkbox" name="number" value="{number}" form="bulk" aria-label="{label}">'
    "</label>"
)
_OUTCOME = Pattern('<span class="result">{state}{severity}</span>')
_FINDING = Pattern('<a href="{address}">{message}</a><br><small>{control} {title}</small>{accepted}')
_ACCEPTED = Pattern('<br><small class="accepted">{word}: {by} – {until}</small>')
_WHERE = Pattern('<span class="where">{device}<small><a href="{address}">{site}</a></small>{customer}</span>')
_DEVICE = Pattern('<a href="{address}">{title}</a>')
_WHOLE_SITE = Pattern("<span>{word}</span>")
_CUSTOMER = Pattern('<small><a href="{address}?customer={number}">{name}</a></small>')


def _select(row: Row, lang: Lang) -> Markup:
    if not row.selectable:
        return NOTHING
    what = words(lang, "page_findings.select-one", what=row.item.finding.message)
    return _SELECT(number=row.item.id, label=what)


def _outcome(row: Row, lang: Lang) -> Markup:
    finding = row.item.finding
    severity = shown_severity(finding.severity, lang) if finding.outcome is Outcome.FAIL else NOTHING
    return _OUTCOME(state=shown_state(finding.outcome, lang), severity=severity)


def _finding(row: Row, lang: Lang) -> Markup:
    finding, acceptance = row.item.finding, row.item.acceptance
    accepted = NOTHING
    if acceptance is not None:
        word = words(lang, "page_findings.tab-accepted")
        accepted = _ACCEPTED(word=word, by=acceptance.by, until=shown_time(acceptance.until))
    return _FINDING(
        address=way("finding", row.item.id), message=finding.message.of(lang), control=finding.control,
        title=row.title.of(lang), accepted=accepted,
    )  # fmt: skip


def _where(row: Row, lang: Lang) -> Markup:
    item, finding = row.item, row.item.finding
    if finding.device:
        device = _DEVICE(address=way("device", finding.site, finding.device), title=item.device_title)
    else:
        device = _WHOLE_SITE(word=words(lang, "page_findings.whole-site"))
    customer = NOTHING
    if item.customer is not None:
        customer = _CUSTOMER(address=way("findings"), number=item.customer.id, name=item.customer.name)
    return _WHERE(device=device, address=way("site", finding.site), site=item.site_name, customer=customer)


SELECT = Column(key="select", label=say("page_findings.column-select"), fixed=True, cell=_select)
COLUMNS = (
    Column(
        key="outcome", label=say("page_findings.column-outcome"), sort=FindingsSort.WORST.value, cell=_outcome
    ),
    Column(key="finding", label=say("page_findings.column-finding"), fixed=True, cell=_finding, head=True),
    Column(key="where", label=say("page_findings.column-where"), cell=_where),
    Column(key="maker", label=say("page_findings.column-maker"), cell=lambda row, _lang: row.item.maker or "–"),
    Column(
        key="at", label=say("page_findings.column-at"), sort=FindingsSort.NEWEST.value,
        cell=lambda row, _lang: shown_time(row.item.finding.at),
    ),
)  # fmt: skip

_SHARES = Pattern('<ul class="share-list">{shares}</ul>{more}')
_MORE = Pattern('<details class="more"><summary>{word}</summary><ul class="share-list">{shares}</ul></details>')
_NO_SHARES = Pattern('<p class="help">{word}</p>')
_SHARE = Pattern('<li><a href="{address}"{here}>{title}</a><span class="share-counts">{counts}</span></li>')
_HERE = Pattern(' aria-current="true"')()
_COUNTS = {
    "open": Pattern('<span class="count-fail">{count}</span>'),
    "unknown": Pattern('<span class="count-unknown">{count}</span>'),
    "error": Pattern('<span class="count-error">{count}</span>'),
    "accepted": Pattern("<span>{count}</span>"),
}


def shown_shares(shares: Sequence[Share], few: int, lang: Lang) -> Markup:
    """How much each control or maker has, as a list of links; all but a few of them folded away."""
    if not shares:
        return _NO_SHARES(word=words(lang, "page_findings.no-shares"))
    lines = [_share(share, lang) for share in shares]
    word = words(lang, "page_findings.more", count=len(lines) - few)
    more = _MORE(word=word, shares=together(lines[few:])) if lines[few:] else NOTHING
    return _SHARES(shares=together(lines[:few]), more=more)


def _share(share: Share, lang: Lang) -> Markup:
    facet = share.facet
    states = (("open", facet.open), ("unknown", facet.unknown), ("error", facet.error), ("accepted", facet.accepted))
    counts = together([_count(name, count, lang) for name, count in states if count])
    here = _HERE if share.here else NOTHING
    return _SHARE(address=share.address, here=here, title=share.title.of(lang), counts=counts)


@lru_cache(maxsize=4096)  # the same from page to page
def _count(state: str, count: int, lang: Lang) -> Markup:
    return _COUNTS[state](count=words(lang, f"page_findings.{state}-count", count=number(count)))
