"""The lines of the overview: what stands in each column."""

from dataclasses import dataclass

from fushinban.messages import Lang, Text, say
from fushinban.model.control import Outcome
from fushinban.model.overview import SiteState
from fushinban.web.listing import Column
from fushinban.web.markup import NOTHING, Markup, Pattern, together
from fushinban.web.tags.words import number, shown_moment, shown_state, words
from fushinban.web.ways import way


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the list. `pickable`: it can be chosen for an inspection."""

    state: SiteState
    reasons: tuple[Text, ...]
    pickable: bool


_NAME = Pattern('{pick}<a href="{address}">{name}</a>{customer}')
_PICK = Pattern('<input class="pick" type="checkbox" name="site" value="{site}" form="selection" aria-label="{label}">')
_BELOW = Pattern("<br><small>{said}</small>")
_SMALL = Pattern("<small>{said}</small>")
_REASONS = Pattern('<ul class="reasons">{lines}</ul>')
_REASON = Pattern("<li>{said}</li>")
_NOT_KNOWN = Pattern('<span class="none">–</span>')()


def _name(row: Row, lang: Lang) -> Markup:
    state = row.state
    pick = _PICK(site=state.site, label=words(lang, "page_overview.pick", site=state.name)) if row.pickable else NOTHING
    customer = _BELOW(said=state.customer.name) if state.customer else NOTHING
    return _NAME(pick=pick, address=way("site", state.site), name=state.name, customer=customer)


def _needs(row: Row, lang: Lang) -> Markup:
    if not row.reasons:
        return _SMALL(said=words(lang, "page_overview.nothing-urgent"))
    return _REASONS(lines=together(_REASON(said=reason.of(lang)) for reason in row.reasons))


def _failed(row: Row, lang: Lang) -> str:
    outcomes = row.state.outcomes
    return failures(lang, outcomes.failed, outcomes.accepted) if row.state.inspection else _NOT_KNOWN


def _unknown(row: Row, lang: Lang) -> str:
    return counted(lang, Outcome.UNKNOWN, row.state.outcomes.unknown) if row.state.inspection else _NOT_KNOWN


def _changes(row: Row, _lang: Lang) -> str:
    return number(row.state.changes) if row.state.inspection else _NOT_KNOWN


def counted(lang: Lang, outcome: Outcome, count: int) -> str:
    """A state with its count; 0 alone for none."""
    return shown_state(outcome, lang, count) if count else "0"


def failures(lang: Lang, failed: int, accepted: int) -> str:
    """How many failures are open, and how many are accepted."""
    shown = counted(lang, Outcome.FAIL, failed)
    if not accepted:
        return shown
    return together((shown, _BELOW(said=words(lang, "page_overview.accepted-short", count=number(accepted)))))


COLUMNS = (
    Column(key="name", label=say("page_overview.column-name"), sort="name", fixed=True, cell=_name, head=True),
    Column(key="needs", label=say("page_overview.column-needs"), sort="worst", cell=_needs),
    Column(key="failed", label=say("page_overview.column-failed"), number=True, cell=_failed),
    Column(key="unknown", label=say("page_overview.column-unknown"), number=True, cell=_unknown),
    Column(key="changes", label=say("page_overview.column-changes"), number=True, cell=_changes),
    Column(
        key="devices", label=say("page_overview.column-devices"), number=True,
        cell=lambda row, _lang: number(row.state.devices),
    ),
    Column(
        key="inspected", label=say("page_overview.column-inspected"), sort="oldest",
        cell=lambda row, lang: shown_moment(row.state.inspected_at, lang),
    ),
    Column(
        key="due", label=say("page_overview.column-due"), sort="due",
        cell=lambda row, lang: shown_moment(row.state.next_due, lang),
    ),
)  # fmt: skip
