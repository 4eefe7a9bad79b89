"""Inspections: list, one, its findings and devices, comparison."""

from datetime import datetime

from ninja import Query, Schema
from pydantic import Field

from fushinban.api.call import Call
from fushinban.api.operation import Resource
from fushinban.api.paging import Page, PageQuery, inner_cursor, outer_page
from fushinban.api.resources.findings import FindingOut, finding_out
from fushinban.api.shapes import CustomerOut, customer_out
from fushinban.messages import Lang, Text
from fushinban.model.control import Outcome
from fushinban.model.finding import Finding
from fushinban.model.listing import InspectionLine, InspectionsQuery
from fushinban.model.rights import Permission
from fushinban.model.site import InspectionKind

RESOURCE = Resource("inspections", Text("点検", "Inspections"))

_VIEW = Permission.SITE_VIEW


class InspectionOut(Schema):
    """One inspection. `ended_at` null: not finished. 点検"""

    id: str
    site: str
    site_name: str
    customer: CustomerOut | None
    kind: str
    started_at: datetime
    ended_at: datetime | None
    devices: int
    failed: int
    current: bool


class InspectionFilter(Schema):
    """Which inspections."""

    site: str | None = Field(None, max_length=100)
    customer: int | None = Field(None, ge=1, le=2**53)
    kind: InspectionKind | None = None
    finished: bool | None = None


class OutcomeFilter(Schema):
    """Which findings of an inspection."""

    outcome: Outcome | None = None


class RecordOut(Schema):
    """One device of an inspection."""

    device: str
    title: str
    reached: bool
    failed: int
    unknown: int
    error: int


class CoverageOut(Schema):
    """How each row of the guide ended: verified, answered, could-not, not-applicable. ガイド適合"""

    controls: dict[str, str]
    counts: dict[str, int]


class ShortFinding(Schema):
    """A finding of a comparison."""

    control: str
    device: str
    outcome: str
    severity: str
    message: str


class ComparisonOut(Schema):
    """Failures of two inspections of one site: what came, went and stayed. 比較"""

    before: InspectionOut
    after: InspectionOut
    came: list[ShortFinding]
    gone: list[ShortFinding]
    stayed: list[ShortFinding]
    came_count: int
    gone_count: int
    stayed_count: int


class CompareQuery(Schema):
    """The older inspection, and how much of each list."""

    before: str = Field(max_length=60, description="Id of the earlier inspection. 比較元の点検")
    most: int = Field(100, ge=1, le=200)


@RESOURCE.get(
    "/inspections", "listInspections", Text("点検の一覧", "List inspections"), permission=_VIEW,
    answers={200: Page[InspectionOut]},
)  # fmt: skip
def list_inspections(call: Call, filters: Query[InspectionFilter], page: Query[PageQuery]) -> Page[InspectionOut]:
    """Inspections of all sites that the caller may see, the newest first."""
    query = InspectionsQuery(**filters.model_dump())
    found = call.store.inspections.page(
        call.scope(), query, cursor=inner_cursor("inspections", page.cursor), most=page.most
    )
    return outer_page("inspections", [inspection_out(i) for i in found.items], found.next, found.total)


@RESOURCE.get(
    "/inspections/{inspection_id}", "getInspection", Text("点検の詳細", "One inspection"), permission=_VIEW,
    answers={200: InspectionOut},
)  # fmt: skip
def get_inspection(call: Call, inspection_id: str) -> InspectionOut:
    """One inspection, finished or not."""
    return inspection_out(call.had(call.store.inspections.line(call.scope(), inspection_id)))


@RESOURCE.get(
    "/inspections/{inspection_id}/coverage", "getCoverage", Text("ガイド適合の状況", "Coverage of the guide"),
    permission=_VIEW, answers={200: CoverageOut},
)  # fmt: skip
def get_coverage(call: Call, inspection_id: str) -> CoverageOut:
    """How every row of the guide ended in a finished inspection."""
    coverage = call.had(call.store.inspections.summary(call.scope(), inspection_id)).coverage
    states = dict(coverage.states)
    return CoverageOut(controls=states, counts={state: coverage.count(state) for state in sorted(set(states.values()))})


@RESOURCE.get(
    "/inspections/{inspection_id}/findings", "getInspectionFindings", Text("点検の指摘", "Findings of an inspection"),
    permission=_VIEW, answers={200: Page[FindingOut]},
)  # fmt: skip
def get_inspection_findings(
    call: Call, inspection_id: str, filters: Query[OutcomeFilter], page: Query[PageQuery]
) -> Page[FindingOut]:
    """Findings of an inspection in their order."""
    scope = call.scope()
    call.had(call.store.inspections.line(scope, inspection_id))
    noun = f"inspection-findings {inspection_id}"
    found = call.store.findings.of_inspection(
        scope, inspection_id, outcome=filters.outcome, cursor=inner_cursor(noun, page.cursor), most=page.most
    )
    return outer_page(noun, [finding_out(f, call.lang) for f in found.items], found.next, found.total)


@RESOURCE.get(
    "/inspections/{inspection_id}/devices", "getInspectionDevices", Text("点検した機器", "Devices of an inspection"),
    permission=_VIEW, answers={200: Page[RecordOut]},
)  # fmt: skip
def get_inspection_devices(call: Call, inspection_id: str, page: Query[PageQuery]) -> Page[RecordOut]:
    """Devices of an inspection in the order in which they were kept."""
    scope = call.scope()
    call.had(call.store.inspections.line(scope, inspection_id))
    noun = f"records {inspection_id}"
    found = call.store.inspections.records(scope, inspection_id, cursor=inner_cursor(noun, page.cursor), most=page.most)
    items = [
        RecordOut(device=r.device, title=r.title, reached=r.reached, failed=r.failed, unknown=r.unknown, error=r.error)
        for r in found.items
    ]
    return outer_page(noun, items, found.next, found.total)


@RESOURCE.get(
    "/inspections/{inspection_id}/compare", "compareInspections", Text("点検を比べる", "Compare with an earlier one"),
    permission=_VIEW, answers={200: ComparisonOut},
)  # fmt: skip
def compare_inspections(call: Call, inspection_id: str, query: Query[CompareQuery]) -> ComparisonOut:
    """What came, went and stayed since an earlier inspection of the same site."""
    found = call.had(call.store.inspections.compare(call.scope(), query.before, inspection_id, query.most))
    return ComparisonOut(
        before=inspection_out(found.before), after=inspection_out(found.after),
        came=[_short(f, call.lang) for f in found.came], gone=[_short(f, call.lang) for f in found.gone],
        stayed=[_short(f, call.lang) for f in found.stayed], came_count=found.came_count,
        gone_count=found.gone_count, stayed_count=found.stayed_count,
    )  # fmt: skip


def inspection_out(line: InspectionLine) -> InspectionOut:
    """The inspection as the API shows it."""
    return InspectionOut(
        id=line.id, site=line.site, site_name=line.site_name, customer=customer_out(line.customer),
        kind=line.kind.value, started_at=line.started_at, ended_at=line.ended_at, devices=line.devices,
        failed=line.failed, current=line.current,
    )  # fmt: skip


def _short(finding: Finding, lang: Lang) -> ShortFinding:
    return ShortFinding(
        control=finding.control, device=finding.device, outcome=finding.outcome.value,
        severity=finding.severity.value, message=finding.message.of(lang),
    )  # fmt: skip
