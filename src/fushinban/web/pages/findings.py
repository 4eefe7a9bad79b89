"""指摘: findings across all sites, narrowed in the address bar; many accepted or taken back at once."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from django.http import HttpResponse, QueryDict

from fushinban import clock
from fushinban.controls import controls
from fushinban.errors import InputError
from fushinban.jobs import acceptance
from fushinban.messages import Text, say
from fushinban.model.acceptance import MOST_AT_ONCE, AcceptanceResult
from fushinban.model.control import Outcome, Severity
from fushinban.model.listing import FacetBy, ListedFinding
from fushinban.model.rights import Permission, SiteScope
from fushinban.model.site import SiteKind
from fushinban.web import asked
from fushinban.web._page import Menu, Page, action
from fushinban.web.listing import Listing, make_listing
from fushinban.web.pages import _finding_filters as filters
from fushinban.web.pages._finding_cells import COLUMNS, SELECT, Row, shown_shares
from fushinban.web.pages._finding_filters import Asked

#: How many controls or makers are shown before the rest is folded away.
_FEW = 8


class FindingsPage(Page):
    """Findings of all sites one may see, the worst first."""

    path = "findings/"
    name = "findings"
    permission = Permission.SITE_VIEW
    template = "pages/findings.html"
    menu = Menu(label="page_findings.menu", order=110)

    def context(self) -> Mapping[str, object]:
        """The sentence, the ways to look at it, the list."""
        given = filters.asked_of(self.request.GET)
        facets = self.store.findings.facets(self.scope, FacetBy.CONTROL, given.query)
        makers = self.store.findings.facets(self.scope, FacetBy.MAKER, given.query)
        counted = filters.counts(facets)
        shares = filters.by_control(given, facets), filters.by_maker(given, makers)
        listing = self._listing(given)
        begun = bool(listing.rows) or listing.filtered or bool(listing.newest)
        return {
            "sentence": _sentence(counted) if begun else say("page_findings.sentence-not-yet"),
            "given": given,
            "tabs": filters.tabs(given, counted),
            "chips": filters.chips(given, self.store, self.scope),
            "shares": any(shares),
            "by_control": shown_shares(shares[0], _FEW, self.lang),
            "by_maker": shown_shares(shares[1], _FEW, self.lang),
            "severities": tuple(Severity),
            "places": tuple(SiteKind),
            "listing": listing,
            "may_accept": self.rights.anywhere(Permission.FINDING_ACCEPT),
            "may_export": self.rights.anywhere(Permission.EXPORT),
            "most": MOST_AT_ONCE,
        }  # fmt: skip

    def _listing(self, given: Asked) -> Listing:
        page = self.store.findings.search(
            self.scope, given.query, sort=given.sort, cursor=self.request.GET.get("after")
        )
        scope = self.rights.scope(Permission.FINDING_ACCEPT)
        return make_listing(
            self.request, "findings", (SELECT, *COLUMNS) if scope else COLUMNS,
            [_row(item, scope) for item in page.items],
            following=page.next, total=page.total, sort=given.sort.value, empty=say("page_findings.empty"),
        )  # fmt: skip


class _BulkPage(Page):
    """A form about several findings: those that were chosen, or all that a filter fits."""

    permission = Permission.FINDING_ACCEPT

    def context(self) -> Mapping[str, object]:
        """What the form is about."""
        return self.form(self._wanted())

    def form(self, numbers: tuple[int, ...], error: Text | None = None) -> Mapping[str, object]:
        """The findings that it concerns, those that it does not, and what was typed so far."""
        listed = self.store.findings.several(self.scope, numbers)
        fit = tuple(item for item in listed if self.fits(item))
        first, usual, last = acceptance.days(clock.now())
        typed = self.request.POST
        return {
            "items": [_row(item, self.scope) for item in fit],
            "left_out": len(set(numbers)) - len(fit),
            "sites": len({item.finding.site for item in fit}),
            "reason": typed.get("reason", ""), "until": typed.get("until", "") or usual.isoformat(),
            "first": first.isoformat(), "last": last.isoformat(), "error": error, "most": MOST_AT_ONCE,
            "full": len(numbers) == MOST_AT_ONCE and bool(self.request.GET.get("all")),
            "back": filters.asked_of(self.request.GET).words,
        }  # fmt: skip

    def fits(self, item: ListedFinding) -> bool:
        """Whether the form is about this finding."""
        raise NotImplementedError

    def everything(self) -> tuple[int, ...]:
        """The numbers of all that the filter in the address fits."""
        raise NotImplementedError

    def answer(self, done: AcceptanceResult, said: Text) -> HttpResponse:
        """Back to the list, saying what was done and what was not."""
        if done.accepted:
            self.tell(said)
        for why, count in acceptance.reasons(done.refused).items():
            self.tell(say("page_findings.refused", count=count, why=why), good=False)
        return self.to("findings")

    def again(self, numbers: tuple[int, ...], error: Text) -> HttpResponse:
        """The form with what was typed and what is wrong with it."""
        return self.show(self.form(numbers, error), status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def chosen(self) -> tuple[int, ...]:
        """The numbers that the form was sent for."""
        return _numbers(self.request.POST)

    def _wanted(self) -> tuple[int, ...]:
        return self.everything() if self.request.GET.get("all") else _numbers(self.request.GET)


class AcceptFindingsPage(_BulkPage):
    """Accept several failures with one reason and one end."""

    path = "findings/accept/"
    name = "findings-accept"
    template = "pages/findings_accept.html"

    def fits(self, item: ListedFinding) -> bool:
        """Open failures."""
        return item.finding.outcome is Outcome.FAIL and item.acceptance is None

    def everything(self) -> tuple[int, ...]:
        """Open failures that the filter fits, at most 500."""
        query = filters.asked_of(self.request.GET).query
        narrowed = replace(query, outcomes=frozenset({Outcome.FAIL}), accepted=False)
        wanted = not query.outcomes or Outcome.FAIL in query.outcomes
        return self.store.findings.numbers(self.scope, narrowed) if wanted and query.accepted is not True else ()

    @action(Permission.FINDING_ACCEPT)
    def accept(self) -> HttpResponse:
        """Accept them."""
        numbers = self.chosen()
        try:
            if not numbers:
                raise InputError(say("page_findings.none-chosen"))
            until = acceptance.last_moment(self.request.POST.get("until", ""))
            done = acceptance.accept(
                self.store, self.scope, numbers, reason=asked.prose(self.request.POST, "reason", 2000),
                by=self.request.actor.name, until=until,
            )  # fmt: skip
        except InputError as error:
            return self.again(numbers, error.text)
        return self.answer(done, say("page_findings.accepted", count=len(done.accepted)))


class WithdrawFindingsPage(_BulkPage):
    """End the acceptances of several findings."""

    path = "findings/withdraw/"
    name = "findings-withdraw"
    template = "pages/findings_withdraw.html"

    def fits(self, item: ListedFinding) -> bool:
        """Accepted failures."""
        return item.acceptance is not None

    def everything(self) -> tuple[int, ...]:
        """Accepted failures that the filter fits, at most 500."""
        query = replace(filters.asked_of(self.request.GET).query, outcomes=frozenset(), accepted=True)
        return self.store.findings.numbers(self.scope, query)

    @action(Permission.FINDING_ACCEPT)
    def withdraw(self) -> HttpResponse:
        """End them, each as it was when the form was shown."""
        pairs = [given.partition(":")[::2] for given in self.request.POST.getlist("acceptance")[:MOST_AT_ONCE]]
        versions = [found for pair in pairs if len(found := asked.numbers(list(pair))) == 2]
        if not versions:
            return self.again(self.chosen(), say("page_findings.none-chosen"))
        reason = asked.prose(self.request.POST, "reason", 2000)
        known = [(found[0], found[1]) for found in versions]
        done = acceptance.withdraw(self.store, self.scope, known, reason=reason, by=self.request.actor.name)
        return self.answer(done, say("page_findings.withdrawn", count=len(done.accepted)))


def _row(item: ListedFinding, scope: SiteScope) -> Row:
    control = controls().get(item.finding.control)
    failing = item.finding.outcome is Outcome.FAIL and item.current
    inside = scope.covers(item.finding.site, item.customer.id if item.customer else None)
    title = control.title if control else Text(item.finding.control, item.finding.control)
    return Row(item=item, title=title, selectable=failing and inside)


def _numbers(given: QueryDict) -> tuple[int, ...]:
    return asked.numbers(given.getlist("number")[:MOST_AT_ONCE])


def _sentence(counted: Mapping[str, int]) -> Text:
    for name in ("open", "unknown", "error", "accepted"):
        if counted[name]:
            return say(f"page_findings.sentence-{name}", count=f"{counted[name]:,}")
    return say("page_findings.sentence-none")


PAGES = (FindingsPage, AcceptFindingsPage, WithdrawFindingsPage)
