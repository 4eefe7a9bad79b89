"""One whole inspection of one site."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fushinban.model.acceptance import Acceptance
from fushinban.model.device import Device
from fushinban.model.discovery import DiscoverySummary
from fushinban.model.finding import Coverage, Finding, PersonAnswer
from fushinban.model.reading import Reading
from fushinban.model.sheet import Change, ParameterSheet, Stage
from fushinban.model.site import Authorisation, InspectionKind, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRecord:
    """Everything read of one device in one inspection. `drivers`: those that gave at least one fact.

    `reached`: it answered anything at all. `sheets` holds the newest sheet of every stage, the actual one included.
    `before`: readings of the inspection before that a check compares with.
    """

    device: Device
    readings: tuple[Reading[Any], ...]
    drivers: tuple[str, ...] = ()
    reached: bool = False
    sheets: Mapping[Stage, ParameterSheet] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    before: tuple[Reading[Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptCount:
    """How many requests of one kind ended in one way."""

    kind: str
    outcome: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """The result that reports, JSON and pages are made from.

    `acceptances`: those that a document tells beside its findings; they are people's, and not recorded with it.
    """

    id: str
    site: Site
    authorisation: Authorisation
    kind: InspectionKind
    started_at: datetime
    ended_at: datetime
    records: tuple[DeviceRecord, ...]
    discovery: DiscoverySummary
    findings: tuple[Finding, ...]
    coverage: Coverage
    answers: Mapping[str, PersonAnswer] = field(default_factory=dict)
    transcript: tuple[TranscriptCount, ...] = ()
    previous_inspection: datetime | None = None
    acceptances: tuple[Acceptance, ...] = ()
