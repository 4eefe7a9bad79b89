"""Sites and customers: numbers, facts, how they are inspected, what their owner allowed."""

from datetime import datetime

from ninja import Query, Schema
from pydantic import Field

from fushinban.api.call import Call
from fushinban.api.operation import Resource
from fushinban.api.paging import Page, PageQuery, inner_cursor, outer_page
from fushinban.api.problems import Fault, ProblemError
from fushinban.api.resources._logins import check_logins, check_reflector
from fushinban.api.shapes import CustomerOut, Given, Moment, SiteOut, customer_out, site_out
from fushinban.jobs.file_answers import answers_in, take_over
from fushinban.jobs.site_file import SiteFile, site_of
from fushinban.jobs.site_setup import export_toml, load_versioned, save_setup
from fushinban.jobs.toml_table import parse_toml
from fushinban.messages import Text, say
from fushinban.model.overview import OutcomeCounts, SiteNeed, SitesQuery, SitesSort, SiteState
from fushinban.model.rights import Permission
from fushinban.model.site import Authorisation, SiteKind

RESOURCE = Resource("sites", Text("現場", "Sites"))

_MOST_TOML = 500_000


class CountsOut(Schema):
    """Findings of the newest finished inspection. 検証不可 (unknown) is never counted as passed."""

    failed: int
    accepted: int
    unknown: int
    error: int
    passed: int
    not_applicable: int


class SiteLine(Schema):
    """A site in numbers. 現場の状態"""

    id: str = Field(examples=["shop-1"])
    name: str
    kind: str
    customer: CustomerOut | None
    devices: int
    cameras: int
    recorders: int
    findings: CountsOut
    changes: int
    exposed: int = Field(description="Open failures that mean a way in from outside. 外から見える口")
    next_due: datetime | None
    inspection: str | None
    inspected_at: datetime | None


class SiteFilter(Schema):
    """Which sites, in which order."""

    text: str = Field("", max_length=200)
    customer: int | None = Field(None, ge=1, le=2**53)
    kind: SiteKind | None = None
    need: SiteNeed | None = Field(None, description="Why it needs somebody. 対応が必要な理由")
    due_before: Moment | None = None
    sort: SitesSort = SitesSort.WORST

    def query(self) -> SitesQuery:
        """As the store wants it."""
        return SitesQuery(
            sort=self.sort, text=self.text, customer=self.customer, kind=self.kind, need=self.need,
            due_before=self.due_before,
        )  # fmt: skip


class AuthorisationOut(Schema):
    """Who allowed what, on which networks, from when until when. 点検の許可"""

    by: str
    start: datetime
    end: datetime
    networks: list[str] = Field(examples=[["192.0.2.0/24"]])
    tests: list[str]
    note: str
    holds_now: bool


class SetupOut(Schema):
    """How a site is inspected, as the text of a site file. Secrets are named, never contained. 点検の設定"""

    toml: str
    version: int


class SetupIn(Given):
    """The text of a site file; answers only where the site is created."""

    toml: str = Field(min_length=1, max_length=_MOST_TOML)


class TotalsOut(Schema):
    """Sums over all sites that the caller may see. 全体"""

    sites: int
    never_inspected: int
    devices: int
    overdue: int
    due: int
    findings: CountsOut


@RESOURCE.get(
    "/overview", "getOverview", Text("全体の状況", "Totals"), permission=Permission.SITE_VIEW,
    answers={200: TotalsOut},
)  # fmt: skip
def get_overview(call: Call) -> TotalsOut:
    """Sums over all sites that the caller may see."""
    found = call.store.overview.totals(call.scope())
    return TotalsOut(
        sites=found.sites, never_inspected=found.never_inspected, devices=found.devices, overdue=found.overdue,
        due=found.due, findings=_counts(found.outcomes),
    )  # fmt: skip


@RESOURCE.get(
    "/sites", "listSites", Text("現場の一覧", "List sites"), permission=Permission.SITE_VIEW,
    answers={200: Page[SiteLine]},
)  # fmt: skip
def list_sites(call: Call, filters: Query[SiteFilter], page: Query[PageQuery]) -> Page[SiteLine]:
    """Sites that the caller may see, the worst first."""
    found = call.store.overview.sites(
        call.scope(), filters.query(), cursor=inner_cursor("sites", page.cursor), most=page.most
    )
    return outer_page("sites", [_line(s) for s in found.items], found.next, found.total)


@RESOURCE.post(
    "/sites", "createSite", Text("現場を作る", "Create a site"), permission=Permission.SITE_EDIT, whole=True,
    answers={201: SiteOut},
)  # fmt: skip
def create_site(call: Call, body: SetupIn) -> SiteOut:
    """Create a site from the text of a site file. A site of that id must not be there.

    Its `[answers]` are taken over, each with a text file that proves where it came from; files that they name are not.
    """
    wanted = _read(body.toml)
    answers = answers_in(wanted, body.toml.encode("utf-8", "replace"), "setup.toml")
    if answers is not None:
        call.whole(Permission.ANSWER_EDIT)
    if call.store.sites.get(wanted.site.id) is not None:
        raise ProblemError("conflict", say("api.site-there", id=wanted.site.id))
    check_logins(call, wanted.site.id, wanted.credentials, ())
    check_reflector(call, wanted.site.id, wanted.reflector, None)
    with call.store.together():
        version = save_setup(call.store, wanted, 0)
        if answers is not None:
            proof = take_over(call.store, wanted.site.id, answers, call.caller.shown)
            call.audit("evidence.kept", "evidence", proof.digest, site=wanted.site.id)
    call.versioned(version)
    return site_out(wanted.site)


@RESOURCE.get(
    "/sites/{site_id}", "getSite", Text("現場の詳細", "One site"), permission=Permission.SITE_VIEW,
    answers={200: SiteOut},
)  # fmt: skip
def get_site(call: Call, site_id: str) -> SiteOut:
    """The facts of a site."""
    return site_out(call.site(site_id))


@RESOURCE.get(
    "/sites/{site_id}/state", "getSiteState", Text("現場の状態", "A site in numbers"),
    permission=Permission.SITE_VIEW, answers={200: SiteLine},
)  # fmt: skip
def get_site_state(call: Call, site_id: str) -> SiteLine:
    """Its headline numbers."""
    return _line(call.had(call.store.overview.site(call.scope(), site_id)))


@RESOURCE.get(
    "/sites/{site_id}/setup", "getSetup", Text("点検の設定", "How a site is inspected"),
    permission=Permission.SITE_EDIT, answers={200: SetupOut},
)  # fmt: skip
def get_setup(call: Call, site_id: str) -> SetupOut:
    """The site file as it is kept, with its version as ETag."""
    call.site(site_id)
    call.had(call.store.setups.get(site_id))
    site_file, version = load_versioned(call.store, site_id)
    call.versioned(version)
    return SetupOut(toml=export_toml(site_file), version=version)


@RESOURCE.put(
    "/sites/{site_id}/setup", "replaceSetup", Text("点検の設定を変える", "Change how a site is inspected"),
    permission=Permission.SITE_EDIT, edits=True, answers={200: SetupOut},
)  # fmt: skip
def replace_setup(call: Call, site_id: str, body: SetupIn) -> SetupOut:
    """Replace the site file. Its id and customer cannot be changed here."""
    known = call.site(site_id)
    wanted = _parsed(body.toml)
    if wanted.site.id != site_id or wanted.site.customer != known.customer:
        raise ProblemError("invalid", faults=(Fault(pointer="#/toml", detail=say("api.site-other")),))
    old = load_versioned(call.store, site_id)[0] if call.store.setups.get(site_id) is not None else None
    check_logins(call, site_id, wanted.credentials, old.credentials if old is not None else ())
    check_reflector(call, site_id, wanted.reflector, old.reflector if old is not None else None)
    version = save_setup(call.store, wanted, call.expected())
    call.versioned(version)
    return SetupOut(toml=export_toml(load_versioned(call.store, site_id)[0]), version=version)


@RESOURCE.get(
    "/sites/{site_id}/authorisation", "getAuthorisation", Text("点検の許可", "What the owner allowed"),
    permission=Permission.SITE_VIEW, answers={200: AuthorisationOut},
)  # fmt: skip
def get_authorisation(call: Call, site_id: str) -> AuthorisationOut:
    """Who allowed what, on which networks, and whether that holds now."""
    call.require(site_id)
    found: Authorisation = call.had(call.store.sites.authorisation(site_id))
    return AuthorisationOut(
        by=found.by, start=found.start, end=found.end, networks=[str(n) for n in found.networks],
        tests=sorted(t.value for t in found.tests), note=found.note, holds_now=found.start <= call.now <= found.end,
    )  # fmt: skip


def _read(toml: str) -> SiteFile:
    """The site file of a text. What it names is looked for in the vault only: never in our own environment."""
    return site_of(parse_toml(toml.encode("utf-8", "replace"), "setup.toml"), {})


def _parsed(toml: str) -> SiteFile:
    """The same of a site that is there, whose answers go another way."""
    wanted = _read(toml)
    if wanted.answers:
        raise ProblemError("invalid", faults=(Fault(pointer="#/toml", detail=say("api.site-answers")),))
    return wanted


def _line(state: SiteState) -> SiteLine:
    return SiteLine(
        id=state.site, name=state.name, kind=state.kind.value, customer=customer_out(state.customer),
        devices=state.devices, cameras=state.cameras, recorders=state.recorders, findings=_counts(state.outcomes),
        changes=state.changes, exposed=state.exposed, next_due=state.next_due, inspection=state.inspection,
        inspected_at=state.inspected_at,
    )  # fmt: skip


def _counts(counts: OutcomeCounts) -> CountsOut:
    return CountsOut(
        failed=counts.failed, accepted=counts.accepted, unknown=counts.unknown, error=counts.error,
        passed=counts.passed, not_applicable=counts.not_applicable,
    )  # fmt: skip
