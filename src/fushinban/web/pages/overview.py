"""全体: which site needs somebody today, and why; the worst first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from django.http import HttpRequest
from django.urls import reverse

from fushinban import clock
from fushinban.messages import Text, say
from fushinban.model.overview import SiteNeed, SitesQuery, SitesSort, SiteState, Totals
from fushinban.model.rights import Permission
from fushinban.model.site import SiteKind
from fushinban.model.text import Named
from fushinban.web._page import Menu, Page
from fushinban.web.listing import Listing, make_listing
from fushinban.web.pages._overview_cells import COLUMNS, Row

N = TypeVar("N", bound=Named)

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the address bar asks for, and the choices there are."""

    text: str
    need: SiteNeed | None
    kind: SiteKind | None

    @property
    def needs(self) -> tuple[SiteNeed, ...]:
        """All reasons why a site may need somebody."""
        return tuple(SiteNeed)

    @property
    def kinds(self) -> tuple[SiteKind, ...]:
        """All kinds of place."""
        return tuple(SiteKind)


class OverviewPage(Page):
    """The first page: headline numbers over all sites one may see, and the sites, worst first."""

    path = ""
    name = "overview"
    permission = Permission.SITE_VIEW
    template = "pages/overview.html"
    menu = Menu(label="page_overview.menu", order=100)

    def context(self) -> Mapping[str, object]:
        """Totals, sentence, list."""
        totals = self.store.overview.totals(self.scope, ahead=_WEEK)
        return {
            "totals": totals,
            "sentence": _sentence(totals),
            "lead": say("page_overview.lead", sites=f"{totals.sites:,}", devices=f"{totals.devices:,}"),
            "listing": self._listing(totals),
            "filters": _filters(self.request),
            "may_add": self.rights.may(Permission.SITE_EDIT),
            "may_start": self.rights.anywhere(Permission.INSPECTION_START),
            "new_site": reverse("site-new"),
        }

    def _listing(self, totals: Totals) -> Listing:
        filters = _filters(self.request)
        sort = _choice(SitesSort, self.request.GET.get("sort")) or SitesSort.WORST
        now = clock.now()
        query = SitesQuery(sort=sort, text=filters.text, kind=filters.kind, need=filters.need, due_before=now + _WEEK)
        page = self.store.overview.sites(self.scope, query, cursor=self.request.GET.get("after"))
        whole = not (filters.text or filters.kind or filters.need)
        pickable = self.rights.anywhere(Permission.INSPECTION_START)
        return make_listing(
            self.request,
            "sites",
            COLUMNS,
            [Row(state=state, reasons=reasons(state), pickable=pickable) for state in page.items],
            following=page.next,
            total=totals.sites if whole else None,
            sort=sort.value,
            empty=say("page_overview.empty"),
            empty_step=say("page_overview.add") if self.rights.may(Permission.SITE_EDIT) else None,
            empty_address=reverse("site-new"),
        )


def reasons(state: SiteState) -> tuple[Text, ...]:
    """Why a site needs somebody, the gravest first, in words that its owner understands."""
    found = []
    if state.exposed:
        found.append(say("page_overview.reason-exposed"))
    if state.outcomes.critical:
        found.append(say("page_overview.reason-critical", count=state.outcomes.critical))
    elif state.outcomes.high:
        found.append(say("page_overview.reason-high", count=state.outcomes.high))
    if state.changes:
        found.append(say("page_overview.reason-changes", count=state.changes))
    if state.next_due is not None and state.next_due < clock.now():
        found.append(say("page_overview.reason-overdue"))
    if state.inspection is None:
        found.append(say("page_overview.reason-never"))
    return tuple(found)


def _sentence(totals: Totals) -> Text:
    """The one sentence on top: how many sites need somebody now."""
    if totals.sites == 0:
        return say("page_overview.sentence-none")
    if totals.sites_critical:
        return say("page_overview.sentence-critical", count=f"{totals.sites_critical:,}")
    if totals.sites_failing:
        return say("page_overview.sentence-failing", count=f"{totals.sites_failing:,}")
    if totals.sites_unknown or totals.never_inspected:
        return say("page_overview.sentence-unknown")
    return say("page_overview.sentence-fine")


def _filters(request: HttpRequest) -> Filters:
    asked = request.GET
    return Filters(
        text=asked.get("text", "").strip()[:100],
        need=_choice(SiteNeed, asked.get("need")),
        kind=_choice(SiteKind, asked.get("kind")),
    )


def _choice(kind: type[N], value: str | None) -> N | None:
    return next((member for member in kind if member.value == value), None)


PAGES = (OverviewPage,)
