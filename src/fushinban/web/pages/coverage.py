"""ガイド適合: every row of the guide: how it is decided, and how it stands at all sites or at one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from fushinban.controls import controls
from fushinban.messages import Text, say
from fushinban.model.control import Control, DecidedBy, Outcome
from fushinban.model.finding import Coverage, CoverageState
from fushinban.model.listing import Facet, FacetBy, FindingsQuery, ListedFinding
from fushinban.model.overview import CoverageCounts
from fushinban.model.rights import Permission
from fushinban.web import asked
from fushinban.web._page import Menu, Page
from fushinban.web.pages._guide import AREAS, Area, chapter, sections

_STATES = (
    CoverageState.VERIFIED, CoverageState.ANSWERED, CoverageState.COULD_NOT, CoverageState.NOT_APPLICABLE,
)  # fmt: skip
#: Findings that could not be judged, of one site, read for their reasons.
_MOST_REASONS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the guide. Over all sites: `counts`, at how many sites it ended how. Of one site: `state`.

    `gap`: why it is not verified, and what to do about it; `devices`: on how many devices it stayed open.
    """

    control: Control
    counts: CoverageCounts | None = None
    facet: Facet | None = None
    state: str = ""
    gap: Text | None = None
    devices: int = 0
    question: bool = False

    @property
    def state_label(self) -> Text:
        """The word for the state."""
        return say(f"words.coverage-{self.state or CoverageState.COULD_NOT}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """The rows of one section of the guide."""

    number: str
    title: Text
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the address bar asks for: an area, a way of deciding, a state."""

    area: Area | None
    decided: DecidedBy | None
    state: str

    def fits(self, row: Row) -> bool:
        """Whether a row is asked for."""
        if self.area is not None and not self.area.has(row.control):
            return False
        if self.decided is not None and row.control.decided_by is not self.decided:
            return False
        if not self.state:
            return True
        if row.counts is not None:
            return bool(getattr(row.counts, self.state.replace("-", "_")))
        return row.state == self.state

    @property
    def given(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.area or self.decided or self.state)


class CoveragePage(Page):
    """All rows of the guide, over all sites one may see."""

    path = "coverage/"
    name = "coverage"
    permission = Permission.SITE_VIEW
    template = "pages/coverage.html"
    menu = Menu(label="page_coverage.menu", order=140)

    def context(self) -> Mapping[str, object]:
        """Rows with the number of sites by state, and the findings that counters know."""
        counted = self.store.overview.coverage(self.scope)
        facets = {f.value: f for f in self.store.findings.facets(self.scope, FacetBy.CONTROL)}
        rows = [
            Row(
                control=c, counts=counted.get(c.id, CoverageCounts()), facet=facets.get(c.id), gap=_gap(c),
                question=c.question is not None,
            )
            for c in controls().values()
        ]  # fmt: skip
        sums = {s: sum(getattr(c, s.replace("-", "_")) for c in counted.values()) for s in _STATES if counted}
        return {**_shown(self.request, rows), "site": None, "sums": _tiles(sums), "lead": _lead()}


class SiteCoveragePage(Page):
    """All rows of the guide at one site."""

    path = "coverage/<str:site_id>/"
    name = "coverage-site"
    permission = Permission.SITE_VIEW
    template = "pages/coverage.html"

    def context(self, site_id: str) -> Mapping[str, object]:
        """Rows as the newest finished inspection left them."""
        site = self.site(site_id)
        entry = self.store.inspections.newest_entry(site_id)
        summary = self.store.inspections.summary(self.scope, entry.id) if entry is not None else None
        coverage = summary.coverage if summary is not None else Coverage(states={})
        facets = {
            f.value: f for f in self.store.findings.facets(self.scope, FacetBy.CONTROL, FindingsQuery(site=site_id))
        }
        rows = _site_rows(coverage, facets, self._reasons(site_id))
        sums = {s: sum(row.state == s for row in rows) for s in _STATES} if summary is not None else {}
        return {
            **_shown(self.request, rows), "site": site, "sums": _tiles(sums), "lead": _lead(),
            "inspected_at": summary.line.ended_at if summary is not None else None, "inspected": summary is not None,
            "may_answer": self.rights.scope(Permission.ANSWER_EDIT).covers(
                site_id, self.store.customers.of_site(site_id)
            ),
        }  # fmt: skip

    def _reasons(self, site_id: str) -> Mapping[str, Text]:
        """What the findings say that could not be judged, the first for each control."""
        query = FindingsQuery(site=site_id, outcomes=frozenset({Outcome.UNKNOWN, Outcome.ERROR}))
        found: Sequence[ListedFinding] = self.store.findings.search(self.scope, query, most=_MOST_REASONS).items
        return {item.finding.control: item.finding.message for item in reversed(found)}


def _site_rows(coverage: Coverage, facets: Mapping[str, Facet], reasons: Mapping[str, Text]) -> list[Row]:
    rows = []
    for control in controls().values():
        state = coverage.states.get(control.id, CoverageState.COULD_NOT)
        open_on = coverage.gaps.get(control.id, 0)
        unsure = state == CoverageState.COULD_NOT or open_on > 0
        rows.append(
            Row(
                control=control, facet=facets.get(control.id), state=state,
                devices=open_on if control.check_device is not None else 0,
                gap=(reasons.get(control.id) or _gap(control)) if unsure else None,
                question=control.question is not None and unsure,
            )
        )  # fmt: skip
    return rows


def _gap(control: Control) -> Text | None:
    """Why no device can tell it; None where devices can."""
    if control.not_verifiable is not None:
        return control.not_verifiable
    return say("page_coverage.gap-answer") if control.decided_by is DecidedBy.ANSWER else None


def _shown(request: HttpRequest, rows: Iterable[Row]) -> Mapping[str, object]:
    """The rows that are asked for, by chapter, and the filters."""
    every = tuple(rows)
    given = request.GET
    filters = Filters(
        area=next((area for area in AREAS if area.word == given.get("area")), None),
        decided=asked.choice(DecidedBy, given, "decided"),
        state=given.get("state", "") if given.get("state") in _STATES else "",
    )
    fit = {row.control.id: row for row in every if filters.fits(row)}
    by_section = sections(tuple(row.control for row in fit.values()))
    chapters = [
        Chapter(number=number, title=chapter(number), rows=tuple(fit[c.id] for c in members))
        for number, members in by_section.items()
    ]
    ways = {way: sum(row.control.decided_by is way for row in every) for way in DecidedBy}
    return {
        "chapters": chapters, "filters": filters, "areas": AREAS, "ways": tuple(ways.items()), "count": len(fit),
        "states": tuple((state, say(f"words.coverage-{state}")) for state in _STATES), "total": len(every),
    }  # fmt: skip


def _tiles(sums: Mapping[str, int]) -> tuple[tuple[str, Text, int | None, str], ...]:
    """State, label, number (None: never inspected) and the outcome whose colour it has."""
    colours = {CoverageState.COULD_NOT: "unknown", CoverageState.NOT_APPLICABLE: "not-applicable"}
    return tuple((s, say(f"words.coverage-{s}"), sums.get(s), colours.get(s, "")) for s in _STATES)


def _lead() -> Text:
    ways = [c.decided_by for c in controls().values()]
    return say(
        "page_coverage.lead", total=len(ways), auto=ways.count(DecidedBy.AUTO), answer=ways.count(DecidedBy.ANSWER),
        none=ways.count(DecidedBy.NONE),
    )  # fmt: skip


PAGES = (CoveragePage, SiteCoveragePage)
