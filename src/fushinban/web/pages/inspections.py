"""点検: what runs, what was done, what is planned; one inspection; two compared."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpResponse

from fushinban.errors import InputError
from fushinban.messages import Lang, Text, say
from fushinban.model.control import Outcome
from fushinban.model.discovery import Group
from fushinban.model.finding import CoverageState, Finding
from fushinban.model.job import ACTIVE, JobKind
from fushinban.model.listing import Comparison, InspectionLine, InspectionsQuery, InspectionSummary
from fushinban.model.rights import Permission
from fushinban.model.site import InspectionKind
from fushinban.record.values import DocumentsQuery
from fushinban.web._live import Glance, LivePage
from fushinban.web._page import Menu, Page, action
from fushinban.web._pulse import PULSE
from fushinban.web.listing import Column, Listing, make_listing
from fushinban.web.pages import _ask
from fushinban.web.pages._inspection_words import answer_lines, headline_of, transcript_lines
from fushinban.web.pages.jobs import choice, clean, job_rows

_RUNNING, _PLANNED, _COMPARED, _EARLIER = 20, 8, 100, 20

_COLUMNS = (
    Column(key="started", label=say("page_inspections.column-started"), fixed=True),
    Column(key="site", label=say("page_inspections.column-site")),
    Column(key="kind", label=say("page_inspections.kind")),
    Column(key="result", label=say("page_inspections.column-result")),
    Column(key="devices", label=say("page_inspections.column-devices"), number=True),
)
_FINDING_COLUMNS = (
    Column(key="finding", label=say("page_inspections.column-finding"), fixed=True),
    Column(key="outcome", label=say("page_inspections.column-outcome")),
    Column(key="severity", label=say("page_inspections.column-severity")),
    Column(key="device", label=say("page_inspections.column-device")),
    Column(key="control", label=say("page_inspections.column-control")),
)
_DEVICE_COLUMNS = (
    Column(key="device", label=say("page_inspections.column-device"), fixed=True),
    Column(key="reached", label=say("page_inspections.column-reached")),
    Column(key="failed", label=say("page_overview.column-failed"), number=True),
    Column(key="unknown", label=say("page_overview.column-unknown"), number=True),
    Column(key="error", label=say("page_inspections.column-error"), number=True),
)


class InspectionsPage(Page):
    """Running live on top, then done, with what is planned beside it."""

    path = "inspections/"
    name = "inspections"
    permission = Permission.SITE_VIEW
    template = "pages/inspections.html"
    menu = Menu(label="page_inspections.menu", order=120)

    def context(self) -> Mapping[str, object]:
        """Three lists."""
        asked = self.request.GET
        kind, site = choice(InspectionKind, asked.get("kind")), clean(asked.get("site"))
        finished = {"yes": True, "no": False}.get(asked.get("finished", ""))
        query = InspectionsQuery(site=site, customer=_number(asked.get("customer")), kind=kind, finished=finished)
        found = self.store.inspections.page(self.scope, query, cursor=asked.get("after"))
        planned = self.store.schedules.coming(self.scope, _PLANNED)
        names = self.store.sites.names([entry.schedule.site for entry in planned])
        listing: Listing = make_listing(
            self.request, "inspections", _COLUMNS, found.items, following=found.next, total=found.total,
            empty=say("page_inspections.empty"), empty_step=say("page_inspections.to-sites"), empty_address="/",
        )  # fmt: skip
        return {
            "listing": listing, "kinds": tuple(InspectionKind), "kind": kind, "site": site or "",
            "finished": asked.get("finished", ""), "customer": query.customer,
            "planned": [(entry, names.get(entry.schedule.site, entry.schedule.site)) for entry in planned],
            "now_version": self.store.jobs.version(),
            **running(self),
        }  # fmt: skip

    @action(Permission.INSPECTION_START)
    def start(self) -> HttpResponse:
        """Inspect several sites, after confirmation."""
        given = self.request.POST
        sites = tuple(dict.fromkeys(given.getlist("site")))[:1000]
        if not sites:
            raise InputError(say("page_inspections.none-chosen"))
        for site_id in sites:
            self.site(site_id)
        asked = self.confirm(
            title=say("page_inspections.selection-title", count=len(sites)),
            sentences=(say("page_inspections.selection-what"),),
            button=say("page_inspections.start"),
            calm=True,
        )
        if asked is not None:
            return asked
        job = _ask.selection(self, sites, InspectionKind.PERIODIC, documents=True, lang=self.lang)
        if self.scope.everything:
            return self.to("job", job_id=job.id)
        # A job for several sites is shown to those who may see every site; others watch its parts.
        self.tell(say("page_inspections.selection-asked", count=len(sites)))
        return self.to("inspections")


class InspectionsLive(LivePage):
    """The running ones as they go on; ends when none is left, and the page shows the results."""

    path = "inspections/live/"
    name = "inspections-live"
    permission = Permission.SITE_VIEW

    def look(self, mark: str, **_: object) -> Glance | None:
        """The running jobs, where one has changed."""
        version = PULSE.version(self.store)
        if mark and mark.isascii() and mark.isdigit() and version <= int(mark[:18]):
            return None
        found = running(self)
        parts = {"running": self.piece("pages/_running.html", found)}
        return Glance(mark=str(version), parts=parts, over=not found["running"])


class InspectionPage(Page):
    """One inspection: its head, and its findings a page at a time."""

    path = "inspections/<str:inspection_id>/"
    name = "inspection"
    permission = Permission.SITE_VIEW
    template = "pages/inspection.html"

    def context(self, inspection_id: str) -> Mapping[str, object]:
        """Findings under the head."""
        line, head = self._head(inspection_id)
        outcome = self._outcome(head)
        found = self.store.findings.of_inspection(
            self.scope, line.id, outcome=outcome, cursor=self.request.GET.get("after")
        )
        listing = make_listing(
            self.request, "inspection-findings", _FINDING_COLUMNS, found.items, following=found.next,
            empty=say("page_inspections.no-findings"),
        )  # fmt: skip
        return {**head, "listing": listing, "outcomes": tuple(Outcome), "outcome": outcome, "view": "findings"}

    @action(Permission.DOCUMENT_MAKE)
    def documents(self, inspection_id: str) -> HttpResponse:
        """Make its documents."""
        line = self._line(inspection_id)
        lang: Lang = "en" if self.request.POST.get("lang", self.lang) == "en" else "ja"
        return self.to("job", job_id=_ask.documents(self, line.id, lang).id)

    def _outcome(self, head: Mapping[str, object]) -> Outcome | None:
        """The outcome asked for; where nothing is asked, what failed comes first."""
        asked, summary = self.request.GET.get("outcome"), head["summary"]
        if asked is None and isinstance(summary, InspectionSummary):
            counts = summary.outcomes
            return Outcome.FAIL if counts.failed + counts.accepted else None
        return choice(Outcome, asked)

    def _line(self, inspection_id: str) -> InspectionLine:
        fit = len(inspection_id) <= 60 and inspection_id.isprintable()
        line = self.store.inspections.line(self.scope, inspection_id) if fit else None
        if line is None:
            raise Http404
        return line

    def _head(self, inspection_id: str) -> tuple[InspectionLine, Mapping[str, object]]:
        """What stands above every view of an inspection."""
        line = self._line(inspection_id)
        summary = self.store.inspections.summary(self.scope, line.id)
        customer = line.customer.id if line.customer is not None else None
        papers = self.rights.may(Permission.DOCUMENT_VIEW, line.site, customer)
        query = DocumentsQuery(site=line.site, inspection=line.id)
        earlier = self.store.inspections.page(
            self.scope, InspectionsQuery(site=line.site, finished=True), most=_EARLIER
        ).items
        return line, {
            "line": line,
            "summary": summary,
            "sentence": headline_of(line, summary),
            "coverage": _coverage(summary) if summary is not None else (),
            "groups": [(group, summary.groups.get(group, 0)) for group in Group] if summary is not None else (),
            "transcript": transcript_lines(summary.transcript) if summary is not None else (),
            "answers": answer_lines(summary.answers) if summary is not None else (),
            "earlier": [one for one in earlier if one.id != line.id and one.started_at < line.started_at],
            "papers": self.store.documents.page(self.scope, query, most=20).items if papers else (),
            "may_see_papers": papers,
            "may_make": self.rights.may(Permission.DOCUMENT_MAKE, line.site, customer),
        }


class InspectionDevicesPage(InspectionPage):
    """The devices of one inspection."""

    path = "inspections/<str:inspection_id>/devices/"
    name = "inspection-devices"
    permission = Permission.SITE_VIEW

    def context(self, inspection_id: str) -> Mapping[str, object]:
        """Devices under the head."""
        line, head = self._head(inspection_id)
        found = self.store.inspections.records(self.scope, line.id, cursor=self.request.GET.get("after"))
        listing = make_listing(
            self.request, "inspection-devices", _DEVICE_COLUMNS, found.items, following=found.next, total=found.total,
            empty=say("page_inspections.no-devices"),
        )  # fmt: skip
        return {**head, "listing": listing, "view": "devices"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A finding of a comparison with the name of its device."""

    finding: Finding
    device: str


class InspectionComparePage(Page):
    """What came, went and stayed since an earlier inspection of the same site."""

    path = "inspections/<str:inspection_id>/compare/"
    name = "inspection-compare"
    permission = Permission.SITE_VIEW
    template = "pages/inspection_compare.html"

    def context(self, inspection_id: str) -> Mapping[str, object]:
        """Three lists, each cut at a hundred with its whole count."""
        before = clean(self.request.GET.get("before"), 60)
        after = clean(inspection_id, 60)
        found = self.store.inspections.compare(self.scope, before, after, _COMPARED) if before and after else None
        if found is None:
            raise Http404
        devices = {f.device for some in (found.came, found.gone, found.stayed) for f in some if f.device}
        titles = self.store.devices.titles(found.after.site, devices)
        parts = [
            ("came", found.came_count, _named(found.came, titles)),
            ("gone", found.gone_count, _named(found.gone, titles)),
            ("stayed", found.stayed_count, _named(found.stayed, titles)),
        ]
        return {
            "found": found,
            "sentence": _compared(found),
            "parts": [(name, say(f"page_inspections.{name}"), count, rows) for name, count, rows in parts],
            "most": _COMPARED,
        }


def running(page: Page) -> Mapping[str, object]:
    """Inspections that wait or run, with the names of their sites."""
    jobs = page.store.jobs.list(page.scope, states=ACTIVE, kind=JobKind.INSPECTION, limit=_RUNNING + 1)
    rows = job_rows(page, jobs.jobs[:_RUNNING])
    return {"running": rows, "more_running": len(jobs.jobs) > _RUNNING}


def _compared(found: Comparison) -> Text:
    if not found.came_count and not found.gone_count:
        return say("page_inspections.compared-same")
    return say("page_inspections.compared", came=found.came_count, gone=found.gone_count)


def _named(findings: tuple[Finding, ...], titles: Mapping[str, str]) -> list[Compared]:
    return [Compared(finding=f, device=titles.get(f.device, f.device)) for f in findings]


def _coverage(summary: InspectionSummary) -> tuple[tuple[Text, int], ...]:
    states = (CoverageState.VERIFIED, CoverageState.ANSWERED, CoverageState.COULD_NOT, CoverageState.NOT_APPLICABLE)
    return tuple((say(f"words.coverage-{state}"), summary.coverage.count(state)) for state in states)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None


PAGES = (
    InspectionsPage, InspectionsLive, InspectionPage, InspectionDevicesPage, InspectionComparePage,
)  # fmt: skip
