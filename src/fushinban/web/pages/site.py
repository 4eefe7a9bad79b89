"""現場: one site on one page: what needs doing, its network drawn from data, its devices, what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from fushinban import clock
from fushinban.jobs.site_picture import site_picture
from fushinban.messages import Text, say
from fushinban.model.control import Outcome
from fushinban.model.job import Job
from fushinban.model.listing import DeviceLine, DevicesQuery, FindingsQuery, InspectionLine, InspectionsQuery
from fushinban.model.overview import SiteState
from fushinban.model.rights import Permission
from fushinban.web._page import Page
from fushinban.web.listing import Listing, make_listing
from fushinban.web.pages._site_cells import COLUMNS, DeviceRow
from fushinban.web.pages.overview import reasons

#: The policy of the picture: its own styles, no script, no form, no request.
_DRAWING = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

_FIRST = 5
_ON_A_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the site's timeline. `outcome`: a state word that colours it, or empty."""

    moment: datetime
    title: Text
    detail: Text | None
    address: str
    outcome: str


class SitePage(Page):
    """Headline numbers, the picture of the network, devices, findings, schedule, documents, what happened."""

    path = "sites/<str:site_id>/"
    name = "site"
    permission = Permission.SITE_VIEW
    template = "pages/site.html"

    def context(self, site_id: str) -> Mapping[str, object]:
        """Everything but the picture, which its own address gives."""
        site = self.site(site_id)
        state = self.store.overview.site(self.scope, site_id)
        if state is None:
            raise Http404
        failing = FindingsQuery(site=site_id, outcomes=frozenset({Outcome.FAIL}), accepted=False)
        sentence = site_sentence(state)
        return {
            "site": site,
            "state": state,
            "sentence": sentence,
            # What the headline has said is not said again below it.
            "reasons": tuple(r for r in reasons(state) if r.ja != sentence.ja) if state.inspection else (),
            "authorisation": self.store.sites.authorisation(site_id),
            "findings": self.store.findings.search(self.scope, failing, most=_FIRST).items,
            "listing": self._devices(site_id),
            "job": (job := self.store.jobs.active(site_id)),
            "events": self._events(site_id, running=job is not None),
            "schedule": self.store.schedules.get(site_id),
            "documents": self.store.documents.of(site_id)[:_FIRST],
            "may": {p.name.lower(): self.rights.may(p, site_id, _customer(state)) for p in Permission},
            "now": clock.now(),
        }

    def _devices(self, site_id: str) -> Listing:
        query = DevicesQuery(site=site_id, text=self.request.GET.get("text", "").strip()[:100])
        page = self.store.devices.search(self.scope, query, cursor=self.request.GET.get("after"), most=_ON_A_PAGE)
        return make_listing(
            self.request, "site-devices", COLUMNS, tuple(map(_with_title, page.items)),
            following=page.next, total=page.total, empty=say("page_site.no-devices"),
        )  # fmt: skip

    def _events(self, site_id: str, *, running: bool) -> tuple[Event, ...]:
        lines = self.store.inspections.page(self.scope, InspectionsQuery(site=site_id), most=_FIRST).items
        # The newest without an end is the one that runs: the note above says so already.
        inspections = lines[1:] if running and lines and lines[0].ended_at is None else lines
        jobs = self.store.jobs.list(self.scope, site=site_id, limit=_FIRST).jobs
        over = [j for j in jobs if j.state.ended and not j.inspection and j.ended_at is not None]
        events = [*map(_inspection_event, inspections), *map(_job_event, over)]
        return tuple(sorted(events, key=lambda e: e.moment, reverse=True)[:8])


class SitePicturePage(Page):
    """The network as it was last inspected, as SVG; `?theme=dark` for a dark page, `?narrow=1` for a phone."""

    path = "sites/<str:site_id>/network.svg"
    name = "site-network"
    permission = Permission.SITE_VIEW

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """The drawing; 404 before the first inspection."""
        site_id = str(kwargs["site_id"])
        self.site(site_id)
        asked = request.GET
        look = {"dark": asked.get("theme") == "dark", "narrow": asked.get("narrow") == "1"}
        drawn = site_picture(self.store, site_id, self.lang, **look)
        if drawn is None:
            raise Http404
        answer = HttpResponse(drawn, content_type="image/svg+xml")
        # Opened by itself it is drawn with the styles in it, and can do nothing else.
        answer.headers["Content-Security-Policy"] = _DRAWING
        return answer


def site_sentence(state: SiteState) -> Text:
    """What a shop owner must know of the site, in one sentence."""
    if state.inspection is None:
        return say("page_site.sentence-never")
    if state.exposed:
        return say("page_site.sentence-exposed")
    outcomes = state.outcomes
    if outcomes.critical:
        return say("page_site.sentence-critical", count=outcomes.critical)
    if outcomes.failed:
        return say("page_site.sentence-failed", count=outcomes.failed)
    if outcomes.unknown or outcomes.error:
        return say("page_site.sentence-unknown", count=outcomes.unknown + outcomes.error)
    return say("page_site.sentence-fine")


def _with_title(line: DeviceLine) -> DeviceRow:
    return DeviceRow(line=line, model=" ".join(filter(None, (line.device.maker, line.device.model))))


def _inspection_event(line: InspectionLine) -> Event:
    if line.ended_at is None:
        outcome, detail = "unknown", say("page_site.event-unfinished", devices=line.devices)
    else:
        outcome = "fail" if line.failed else "pass"
        detail = say("page_site.event-result", devices=line.devices, failed=line.failed)
    title = say("page_site.event-inspection", kind=line.kind.label)
    address = f"/inspections/{line.id}/"
    return Event(moment=line.ended_at or line.started_at, title=title, detail=detail, address=address, outcome=outcome)


def _job_event(job: Job) -> Event:
    assert job.ended_at is not None
    outcome = {"failed": "error", "cancelled": "unknown"}.get(job.state.value, "")
    return Event(
        moment=job.ended_at,
        title=say("page_site.event-job", kind=job.kind.label, state=job.state.label),
        detail=job.summary,
        address=f"/jobs/{job.id}/",
        outcome=outcome,
    )


def _customer(state: SiteState) -> int | None:
    return state.customer.id if state.customer is not None else None


PAGES = (SitePage, SitePicturePage)
