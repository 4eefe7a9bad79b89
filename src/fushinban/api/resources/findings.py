"""Findings across sites: search, one, accept several, facets."""

from datetime import datetime

from ninja import Query, Schema
from pydantic import Field

from fushinban.api.call import Call
from fushinban.api.operation import Resource
from fushinban.api.paging import Page, PageQuery, inner_cursor, outer_page
from fushinban.api.shapes import (
    CustomerOut,
    EvidenceOut,
    Given,
    Line,
    Moment,
    Prose,
    Whole,
    customer_out,
    evidence_out,
)
from fushinban.controls import controls
from fushinban.jobs import acceptance as accepting
from fushinban.messages import Lang, Text
from fushinban.model.acceptance import MOST_AT_ONCE, Acceptance
from fushinban.model.control import Outcome, Severity
from fushinban.model.listing import FacetBy, FindingsQuery, FindingsSort, ListedFinding
from fushinban.model.rights import Permission
from fushinban.model.site import SiteKind

RESOURCE = Resource("findings", Text("指摘", "Findings"))


class AcceptanceOut(Schema):
    """An acceptance with its reason and end. 受け入れ"""

    id: int
    site: str
    device: str
    control: str
    severity: str
    reason: str
    by: str
    at: datetime
    until: datetime
    ended_at: datetime | None
    end: str | None
    ended_by: str
    end_reason: str
    version: int


class FindingOut(Schema):
    """One outcome of one control for one device (`device` empty: the site as a whole). 指摘"""

    id: int
    inspection: str
    current: bool = Field(description="Of the newest finished inspection of its site. 最新の点検の指摘か")
    site: str
    site_name: str
    customer: CustomerOut | None
    device: str
    device_title: str
    maker: str
    control: str = Field(examples=["G-3.5-3b"])
    title: str
    outcome: str = Field(examples=["fail"], description="pass, fail, unknown, not-applicable, error. 判定")
    severity: str = Field(examples=["high"])
    message: str
    evidence: list[EvidenceOut]
    decided_by: str
    at: datetime
    acceptance: AcceptanceOut | None


class FindingFilter(Schema):
    """Which findings; all that is given must fit."""

    outcome: list[Outcome] = Field(default_factory=list, max_length=5, description="Any of these outcomes. 判定")
    severity: list[Severity] = Field(default_factory=list, max_length=5, description="Any of these. 深刻度")
    accepted: bool | None = Field(None, description="Accepted failures only, or all others. 受け入れ済みか")
    control: str | None = Field(None, max_length=100)
    maker: str | None = Field(None, max_length=200)
    customer: int | None = Field(None, ge=1, le=2**53)
    site: str | None = Field(None, max_length=100)
    device: str | None = Field(None, max_length=200)
    place: SiteKind | None = Field(None, description="Kind of site. 現場の種別")
    text: str = Field("", max_length=200, description="Part of a name or number. 名前・番号の一部")
    sort: FindingsSort = FindingsSort.WORST

    def query(self) -> FindingsQuery:
        """As the store wants it."""
        return FindingsQuery(
            outcomes=frozenset(self.outcome), severities=frozenset(self.severity), accepted=self.accepted,
            control=self.control, maker=self.maker, customer=self.customer, site=self.site, device=self.device,
            place=self.place, text=self.text,
        )  # fmt: skip


class AcceptIn(Given):
    """Findings to accept, with the reason and the last moment."""

    findings: list[Whole] = Field(min_length=1, max_length=MOST_AT_ONCE, examples=[[1, 2]])
    reason: Line = Field(examples=["次回の工事で交換する"])
    until: Moment = Field(examples=["2027-03-31T00:00:00Z"])


class AcceptOneIn(Given):
    """The reason and the last moment of an acceptance."""

    reason: Line
    until: Moment


class RefusedOut(Schema):
    """A finding that was not accepted, and why."""

    finding: int
    why: str


class AcceptedOut(Schema):
    """What became of each finding."""

    accepted: list[AcceptanceOut]
    refused: list[RefusedOut]


class FacetOut(Schema):
    """How many current findings share a value."""

    value: str
    open: int
    accepted: int
    unknown: int
    error: int
    worst: str | None


@RESOURCE.get(
    "/findings", "listFindings", Text("指摘の一覧", "List current findings"),
    permission=Permission.SITE_VIEW, answers={200: Page[FindingOut]},
)  # fmt: skip
def list_findings(call: Call, filters: Query[FindingFilter], page: Query[PageQuery]) -> Page[FindingOut]:
    """Current findings of all sites that the caller may see, the worst first."""
    found = call.store.findings.search(
        call.scope(), filters.query(), sort=filters.sort, cursor=inner_cursor("findings", page.cursor), most=page.most
    )
    return outer_page("findings", [finding_out(f, call.lang) for f in found.items], found.next, found.total)


@RESOURCE.get(
    "/findings/facets/{by}", "countFindings", Text("指摘の内訳", "Count findings by control or maker"),
    permission=Permission.SITE_VIEW, answers={200: list[FacetOut]},
)  # fmt: skip
def count_findings(call: Call, by: FacetBy) -> list[FacetOut]:
    """How many current findings each control or maker has, the worst first."""
    return [
        FacetOut(
            value=f.value, open=f.open, accepted=f.accepted, unknown=f.unknown, error=f.error,
            worst=f.worst.value if f.worst else None,
        )
        for f in call.store.findings.facets(call.scope(), by)
    ]  # fmt: skip


@RESOURCE.get(
    "/findings/{finding_id}", "getFinding", Text("指摘の詳細", "One finding"),
    permission=Permission.SITE_VIEW, answers={200: FindingOut},
)  # fmt: skip
def get_finding(call: Call, finding_id: int) -> FindingOut:
    """One finding by its number, of whatever inspection."""
    return finding_out(call.had(call.store.findings.get(call.scope(), finding_id)), call.lang)


@RESOURCE.post(
    "/findings/accept", "acceptFindings", Text("指摘をまとめて受け入れる", "Accept several findings"),
    permission=Permission.FINDING_ACCEPT, answers={200: AcceptedOut},
)  # fmt: skip
def accept_findings(call: Call, body: AcceptIn) -> AcceptedOut:
    """Accept current failures until a moment; those that cannot be are named with the reason."""
    result = accepting.accept(
        call.store, call.scope(), body.findings, reason=body.reason, by=call.caller.shown, until=body.until
    )
    return AcceptedOut(
        accepted=[acceptance_out(a) for a in result.accepted],
        refused=[RefusedOut(finding=r.finding, why=r.why.of(call.lang)) for r in result.refused],
    )


class WithdrawIn(Given):
    """Why an acceptance ends before its day."""

    version: Whole = Field(description="The version that was read. 読み取った版", examples=[1])
    reason: Prose = ""


class AcceptanceFilter(Schema):
    """Which acceptances in force."""

    site: str | None = Field(None, max_length=100)
    before: Moment | None = Field(None, description="Those that end before. この時刻より前に終わるもの")


@RESOURCE.get(
    "/acceptances", "listAcceptances", Text("受け入れの一覧", "Acceptances in force"),
    permission=Permission.SITE_VIEW, answers={200: Page[AcceptanceOut]},
)  # fmt: skip
def list_acceptances(call: Call, filters: Query[AcceptanceFilter], page: Query[PageQuery]) -> Page[AcceptanceOut]:
    """Acceptances in force, what ends next first."""
    found = call.store.acceptances.search(
        call.scope(), site=filters.site, before=filters.before, cursor=inner_cursor("acceptances", page.cursor),
        most=page.most,
    )  # fmt: skip
    return outer_page("acceptances", [acceptance_out(a) for a in found.items], found.next, found.total)


@RESOURCE.get(
    "/acceptances/{acceptance_id}", "getAcceptance", Text("受け入れの詳細", "One acceptance"),
    permission=Permission.SITE_VIEW, answers={200: AcceptanceOut},
)  # fmt: skip
def get_acceptance(call: Call, acceptance_id: int) -> AcceptanceOut:
    """One acceptance, in force or ended."""
    found = call.had(call.store.acceptances.get(call.scope(), acceptance_id))
    call.versioned(found.version)
    return acceptance_out(found)


@RESOURCE.post(
    "/acceptances/{acceptance_id}/withdraw", "withdrawAcceptance", Text("受け入れを取り消す", "Withdraw an acceptance"),
    permission=Permission.FINDING_ACCEPT, answers={200: AcceptanceOut},
)  # fmt: skip
def withdraw_acceptance(call: Call, acceptance_id: int, body: WithdrawIn) -> AcceptanceOut:
    """End an acceptance before its day: the finding is an open failure again."""
    scope = call.scope()
    call.had(call.store.acceptances.get(scope, acceptance_id))
    ended = accepting.withdraw_one(
        call.store, scope, acceptance_id, version=body.version, reason=body.reason, by=call.caller.shown
    )
    return acceptance_out(ended)


@RESOURCE.patch(
    "/acceptances/{acceptance_id}", "renewAcceptance", Text("受け入れの理由・期限を変える", "Renew an acceptance"),
    permission=Permission.FINDING_ACCEPT, answers={200: AcceptanceOut},
)  # fmt: skip
def renew_acceptance(call: Call, acceptance_id: int, body: AcceptOneIn) -> AcceptanceOut:
    """Give an acceptance another reason or end: the old one stays on record, a new one takes its place."""
    scope = call.scope()
    known = call.had(call.store.acceptances.get(scope, acceptance_id))
    expected = call.expected()
    renewed = accepting.renew(
        call.store, scope, acceptance_id, version=known.version if expected is None else expected,
        reason=body.reason, by=call.caller.shown, until=body.until,
    )  # fmt: skip
    call.versioned(renewed.version)
    return acceptance_out(renewed)


def finding_out(listed: ListedFinding, lang: Lang) -> FindingOut:
    """The finding in one language."""
    finding = listed.finding
    control = controls().get(finding.control)
    return FindingOut(
        id=listed.id, inspection=listed.inspection, current=listed.current, site=finding.site,
        site_name=listed.site_name, customer=customer_out(listed.customer), device=finding.device,
        device_title=listed.device_title, maker=listed.maker, control=finding.control,
        title=control.title.of(lang) if control else finding.control, outcome=finding.outcome.value,
        severity=finding.severity.value, message=finding.message.of(lang),
        evidence=[evidence_out(e, lang) for e in finding.evidence], decided_by=finding.decided_by.value,
        at=finding.at, acceptance=acceptance_out(listed.acceptance) if listed.acceptance else None,
    )  # fmt: skip


def acceptance_out(acceptance: Acceptance) -> AcceptanceOut:
    """The acceptance as the API shows it."""
    return AcceptanceOut(
        id=acceptance.id, site=acceptance.site, device=acceptance.device, control=acceptance.control,
        severity=acceptance.severity.value, reason=acceptance.reason, by=acceptance.by, at=acceptance.at,
        until=acceptance.until, ended_at=acceptance.ended_at,
        end=acceptance.end.value if acceptance.end else None, ended_by=acceptance.ended_by,
        end_reason=acceptance.end_reason, version=acceptance.version,
    )  # fmt: skip
