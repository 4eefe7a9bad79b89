"""What lists of findings, devices and inspections hold, and how they are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fushinban.model.acceptance import Acceptance
from fushinban.model.control import Outcome, Severity
from fushinban.model.device import Device, DeviceKind
from fushinban.model.discovery import Group
from fushinban.model.finding import Coverage, Finding, PersonAnswer
from fushinban.model.inspection import TranscriptCount
from fushinban.model.overview import CustomerRef, OutcomeCounts
from fushinban.model.site import Authorisation, InspectionKind, Site, SiteKind
from fushinban.model.text import Named


class FindingsSort(Named):
    """WORST: failures that are open first, by severity, then 検証不可, errors, accepted, the rest. NEWEST: by time."""

    WORST = "worst"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsQuery:
    """Which findings of the newest finished inspections; all that is given must fit. Empty sets and None: any.

    `accepted` True: failures that are accepted; False: everything else. `site` and `device` are ids (`device` ""
    with a site: findings of the site as a whole). `text`: part of a site's, customer's or device's name or number.
    """

    outcomes: frozenset[Outcome] = frozenset()
    severities: frozenset[Severity] = frozenset()
    accepted: bool | None = None
    control: str | None = None
    maker: str | None = None
    customer: int | None = None
    site: str | None = None
    device: str | None = None
    place: SiteKind | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFinding:
    """A finding with what a list shows beside it. `id` is its number, for acceptance and links.

    `current`: of the newest finished inspection of its site. `acceptance`: the one in force, if any.
    """

    id: int
    inspection: str
    current: bool
    finding: Finding
    site_name: str
    customer: CustomerRef | None = None
    device_title: str = ""
    maker: str = ""
    acceptance: Acceptance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """How many current findings share a value (a control id, a maker's name). `open`: failed and not accepted."""

    value: str
    open: int = 0
    accepted: int = 0
    unknown: int = 0
    error: int = 0
    worst: Severity | None = None


class FacetBy(Named):
    """By what findings are counted."""

    CONTROL = "control"
    MAKER = "maker"


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicesQuery:
    """Which devices. `text`: part of name, maker, model, serial number, MAC or IP address (see `Search`)."""

    text: str = ""
    kind: DeviceKind | None = None
    maker: str | None = None
    customer: int | None = None
    site: str | None = None
    ignored: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLine:
    """One device in a list, with its findings at the newest finished inspection."""

    device: Device
    site_name: str
    customer: CustomerRef | None = None
    failed: int = 0
    accepted: int = 0
    unknown: int = 0
    error: int = 0
    worst: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionsQuery:
    """Which inspections, the newest first. `finished` None: both."""

    site: str | None = None
    customer: int | None = None
    kind: InspectionKind | None = None
    finished: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionLine:
    """One inspection in a list. `ended_at` None: not finished. `devices` kept, `failed`: findings at that time."""

    id: str
    site: str
    site_name: str
    kind: InspectionKind
    started_at: datetime
    ended_at: datetime | None
    devices: int
    failed: int
    current: bool = False
    customer: CustomerRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionSummary:
    """A finished inspection without its devices and findings: what its head shows.

    `groups`: how many devices discovery put in each group. `outcomes`: of this inspection, as they were judged.
    """

    line: InspectionLine
    site: Site
    authorisation: Authorisation
    outcomes: OutcomeCounts
    coverage: Coverage
    groups: Mapping[Group, int] = field(default_factory=dict)
    answers: Mapping[str, PersonAnswer] = field(default_factory=dict)
    transcript: tuple[TranscriptCount, ...] = ()
    previous_inspection: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    """One device of an inspection, in the order it was kept. Counts are of that inspection."""

    device: str
    title: str
    reached: bool
    failed: int = 0
    unknown: int = 0
    error: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Failures of two inspections of one site. `gone` holds the finding that took the failure's place, where there
    is one (passed, 検証不可 …), else the old one. The counts are whole; the tuples hold at most what was asked."""

    before: InspectionLine
    after: InspectionLine
    came: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    stayed: tuple[Finding, ...]
    came_count: int
    gone_count: int
    stayed_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceHistory:
    """How each control ended for one device at its last inspections, the newest first (None: not judged then)."""

    inspections: tuple[InspectionLine, ...]
    outcomes: Mapping[str, tuple[Outcome | None, ...]] = field(default_factory=dict)


class HitKind(Named):
    """What a search found."""

    CUSTOMER = "customer"
    SITE = "site"
    DEVICE = "device"
    CONTROL = "control"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One thing found. `ref`: customer number, site id, device id, control id or document number; `site`: whose."""

    kind: HitKind
    ref: str
    title: str
    detail: str = ""
    site: str = ""
