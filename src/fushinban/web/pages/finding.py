"""指摘の詳細: one finding whole: what it means, what it rests on, what to do, how it was before, its acceptance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.urls import reverse

from fushinban import clock
from fushinban.controls import controls
from fushinban.errors import Conflict, InputError
from fushinban.jobs import acceptance
from fushinban.messages import Text, say
from fushinban.model.acceptance import Acceptance
from fushinban.model.control import DecidedBy, Outcome
from fushinban.model.listing import FindingsQuery, InspectionLine, ListedFinding
from fushinban.model.rights import Permission
from fushinban.web import asked
from fushinban.web._page import Page, action
from fushinban.web.pages._guide import links


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """How the control ended at one earlier inspection (None: it was not judged then)."""

    inspection: InspectionLine
    outcome: Outcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a person typed into a form that could not be carried out, and why."""

    error: Text | None = None
    reason: str = ""
    until: str = ""
    form: str = ""


class FindingPage(Page):
    """One finding, of whatever inspection."""

    path = "findings/<int:number>/"
    name = "finding"
    permission = Permission.SITE_VIEW
    template = "pages/finding.html"

    def context(self, number: int) -> Mapping[str, object]:
        """Everything about it."""
        return self._about(self._found(number), Typed())

    @action(Permission.FINDING_ACCEPT)
    def accept(self, number: int) -> HttpResponse:
        """Live with it until a day, for a reason."""
        item = self._found(number)
        given = self.request.POST
        try:
            done = acceptance.accept(
                self.store, self.scope, [number], reason=asked.prose(given, "reason", 2000),
                by=self.request.actor.name, until=acceptance.last_moment(given.get("until", "")),
            )  # fmt: skip
        except InputError as error:
            return self._again(item, error.text, "accept", HTTPStatus.UNPROCESSABLE_ENTITY)
        if done.refused:
            return self._again(self._found(number), done.refused[0].why, "accept", HTTPStatus.CONFLICT)
        self.tell(say("page_findings.accepted", count=1))
        return self.to("finding", number=number)

    @action(Permission.FINDING_ACCEPT)
    def renew(self, number: int) -> HttpResponse:
        """Give the acceptance another reason or end."""
        item = self._found(number)
        given = self.request.POST
        held, version = self._held(item)
        try:
            acceptance.renew(
                self.store, self.scope, held, version=version, reason=asked.prose(given, "reason", 2000),
                by=self.request.actor.name, until=acceptance.last_moment(given.get("until", "")),
            )  # fmt: skip
        except Conflict as error:
            return self._again(self._found(number), error.text, "renew", HTTPStatus.CONFLICT)
        except InputError as error:
            return self._again(self._found(number), error.text, "renew", HTTPStatus.UNPROCESSABLE_ENTITY)
        self.tell(say("page_findings.renewed"))
        return self.to("finding", number=number)

    @action(Permission.FINDING_ACCEPT)
    def withdraw(self, number: int) -> HttpResponse:
        """End the acceptance before its day."""
        item = self._found(number)
        done = acceptance.withdraw(
            self.store, self.scope, [self._held(item)], reason=asked.prose(self.request.POST, "reason", 2000),
            by=self.request.actor.name,
        )  # fmt: skip
        if done.refused:
            return self._again(self._found(number), done.refused[0].why, "withdraw", HTTPStatus.CONFLICT)
        self.tell(say("page_findings.withdrawn", count=1))
        return self.to("finding", number=number)

    def _found(self, number: int) -> ListedFinding:
        item = self.store.findings.get(self.scope, number)
        if item is None:
            raise Http404
        return item

    def _held(self, item: ListedFinding) -> tuple[int, int]:
        """The acceptance that the form was shown for: number and version."""
        given = asked.numbers([self.request.POST.get("acceptance", ""), self.request.POST.get("version", "")])
        mine = self.store.acceptances.get(self.scope, given[0]) if len(given) == 2 else None
        finding = item.finding
        if mine is None or (mine.site, mine.device, mine.control) != (finding.site, finding.device, finding.control):
            raise InputError(say("console.no-acceptance"))
        return given[0], given[1]

    def _again(self, item: ListedFinding, error: Text, form: str, status: HTTPStatus) -> HttpResponse:
        given = self.request.POST
        typed = Typed(
            error=error, reason=asked.prose(given, "reason", 4000), until=asked.text(given, "until", 10), form=form
        )
        return self.show(self._about(item, typed), status=status)

    def _about(self, item: ListedFinding, typed: Typed) -> Mapping[str, object]:
        finding = item.finding
        control = controls().get(finding.control)
        first, usual, last = acceptance.days(clock.now())
        scope = self.rights.scope(Permission.SITE_VIEW)
        held = self.store.acceptances.history(scope, finding.site, finding.device, finding.control)
        customer = item.customer.id if item.customer else None
        may = {p.name.lower(): self.rights.may(p, finding.site, customer) for p in Permission}
        return {
            "item": item, "finding": finding, "control": control, "links": links(control) if control else (),
            "device_address": self._device_address(item), "newest": None if item.current else self._newest(item),
            "may": may, "acceptable": item.current and finding.outcome is Outcome.FAIL and item.acceptance is None,
            "held": tuple(zip(held, map(_end, held), strict=True)), "past": self._past(item),
            "first": first.isoformat(), "usual": usual.isoformat(), "last": last.isoformat(), "typed": typed,
            "answerable": item.current and control is not None and control.question is not None
            and (finding.outcome is Outcome.UNKNOWN or finding.decided_by is DecidedBy.ANSWER),
            "held_until": _day(item.acceptance) if item.acceptance else "",
        }  # fmt: skip

    def _device_address(self, item: ListedFinding) -> str:
        finding = item.finding
        known = finding.device and self.store.devices.get(finding.site, finding.device)
        return reverse("device", args=[finding.site, finding.device]) if known else ""

    def _newest(self, item: ListedFinding) -> ListedFinding | None:
        """What the newest inspection says of the same."""
        finding = item.finding
        query = FindingsQuery(site=finding.site, device=finding.device, control=finding.control)
        scope = self.rights.scope(Permission.SITE_VIEW)
        return next(iter(self.store.findings.search(scope, query, most=1).items), None)

    def _past(self, item: ListedFinding) -> tuple[Past, ...]:
        finding = item.finding
        scope = self.rights.scope(Permission.SITE_VIEW)
        history = self.store.findings.history(scope, finding.site, finding.device)
        outcomes = history.outcomes.get(finding.control, (None,) * len(history.inspections))
        return tuple(
            Past(inspection=line, outcome=outcome) for line, outcome in zip(history.inspections, outcomes, strict=True)
        )


def _day(held: Acceptance) -> str:
    """The last day of an acceptance, in Japan."""
    return clock.in_japan(held.until - timedelta(seconds=1)).date().isoformat()


def _end(held: Acceptance) -> Text:
    """How an acceptance stands, in words."""
    return held.end.label if held.end is not None else say("page_findings.in-force")


PAGES = (FindingPage,)
