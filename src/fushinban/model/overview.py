"""What stands on the overview: the state of each site in numbers, and totals over many."""

from dataclasses import dataclass, field
from datetime import datetime

from fushinban.model.control import Severity
from fushinban.model.site import SiteKind
from fushinban.model.text import Named

#: Controls whose failure means a way in from outside. What devices, routers, answers and looks from outside say is
#: judged by these: a site's "ways open to outside" are its open failures of these.
EXPOSURE_CONTROLS = ("G-3.4-4a", "G-3.4-4b", "G-3.4-5d", "G-3.5-3b")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRef:
    """A customer by number and name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeCounts:
    """Findings of the newest finished inspection by outcome. `failed` is open; `accepted` is failed and accepted.

    An accepted finding is never counted as passed. `critical` … `info`: open failures by severity.
    """

    failed: int = 0
    accepted: int = 0
    unknown: int = 0
    error: int = 0
    passed: int = 0
    not_applicable: int = 0
    critical: int = 0
    high: int = 0
    medium: int = 0
    low: int = 0
    info: int = 0

    @property
    def worst(self) -> Severity | None:
        """The worst severity of an open failure."""
        return next((s for s in Severity if getattr(self, s.value)), None)

    @property
    def all(self) -> int:
        """All findings, whatever their outcome."""
        return self.failed + self.accepted + self.unknown + self.error + self.passed + self.not_applicable


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageCounts:
    """How many controls of the guide ended how at the newest finished inspection."""

    verified: int = 0
    answered: int = 0
    could_not: int = 0
    not_applicable: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteState:
    """One site in numbers. `inspection` None: never inspected to the end.

    `changes`: differences found by the newest inspection that nobody has explained. `exposed`: open failures of
    `EXPOSURE_CONTROLS`, `exposed_by` their control ids. `due_what`: what is due next, as the schedule names it.
    """

    site: str
    name: str
    kind: SiteKind
    customer: CustomerRef | None = None
    devices: int = 0
    cameras: int = 0
    recorders: int = 0
    outcomes: OutcomeCounts = field(default_factory=OutcomeCounts)
    coverage: CoverageCounts = field(default_factory=CoverageCounts)
    changes: int = 0
    exposed: int = 0
    exposed_by: tuple[str, ...] = ()
    next_due: datetime | None = None
    due_what: str = ""
    inspection: str | None = None
    inspected_at: datetime | None = None


class SitesSort(Named):
    """In which order sites stand."""

    WORST = "worst"
    NAME = "name"
    DUE = "due"
    OLDEST = "oldest"


class SiteNeed(Named):
    """Why a site needs somebody."""

    FAILING = "failing"
    UNKNOWN = "unknown"
    CHANGED = "changed"
    EXPOSED = "exposed"
    DUE = "due"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class SitesQuery:
    """Which sites, in which order. `text`: a part of the name, the customer's name or the id.

    `need` DUE: something is due before `due_before` (without it: is overdue).
    """

    sort: SitesSort = SitesSort.WORST
    text: str = ""
    customer: int | None = None
    kind: SiteKind | None = None
    need: SiteNeed | None = None
    due_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums over the sites of a scope. `sites_…`: how many sites have at least one; `overdue` and `due`: sites too."""

    sites: int = 0
    never_inspected: int = 0
    sites_failing: int = 0
    sites_critical: int = 0
    sites_unknown: int = 0
    sites_changed: int = 0
    sites_exposed: int = 0
    devices: int = 0
    cameras: int = 0
    recorders: int = 0
    outcomes: OutcomeCounts = field(default_factory=OutcomeCounts)
    changes: int = 0
    exposed: int = 0
    overdue: int = 0
    due: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLine:
    """One customer in the list, with sums over its sites. `version`: give it back to rename."""

    id: int
    name: str
    version: int
    sites: int = 0
    devices: int = 0
    failed: int = 0
    accepted: int = 0
    unknown: int = 0
    error: int = 0
    worst: Severity | None = None
