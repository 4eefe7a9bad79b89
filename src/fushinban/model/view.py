"""What a check may look at: facts of one device, or of the whole site. No I/O, no time of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from fushinban.model.device import VIDEO_KINDS, Device
from fushinban.model.discovery import DiscoverySummary
from fushinban.model.facts.base import Fact
from fushinban.model.finding import Finding, PersonAnswer
from fushinban.model.reading import Answer, Reading
from fushinban.model.sheet import ParameterSheet, Stage
from fushinban.model.site import Authorisation, InspectionKind, Site

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceView:
    """One device as a check sees it: `view[Accounts]` for declared reads, `view.find(Dns)` for optional ones.

    `routers`: addresses of the known routers of the site, filled in by the engine.
    """

    device: Device
    site: Site
    kind: InspectionKind
    now: datetime
    readings: Mapping[type[Fact], Reading[Any]]
    sheets: Mapping[Stage, ParameterSheet] = field(default_factory=dict)
    allowed: frozenset[type[Fact]] | None = None
    routers: frozenset[str] = frozenset()

    def __getitem__(self, fact: type[F]) -> F:
        """The fact; the engine made sure that a declared read is there."""
        value = self.find(fact)
        if value is None:
            raise KeyError(f"{fact.__name__} is not among the declared reads or was not read")
        return value

    def find(self, fact: type[F]) -> F | None:
        """The fact, or None where the device did not give it."""
        if self.allowed is not None and fact not in self.allowed:
            raise KeyError(f"{fact.__name__} is not declared in reads or may_read")
        reading = self.readings.get(fact)
        value = reading.value if reading else None
        return value if isinstance(value, fact) else None

    def answer(self, fact: type[Fact]) -> Answer:
        """How the device answered (NOT_ASKED where nobody asked)."""
        reading = self.readings.get(fact)
        return reading.answer if reading else Answer.NOT_ASKED

    def source(self, fact: type[Fact]) -> str:
        """`driver request` of the reading, for evidence."""
        reading = self.readings.get(fact)
        return f"{reading.source.driver} {reading.source.request}" if reading else ""

    def digest(self, fact: type[Fact]) -> str:
        """SHA-256 of the raw answer, for evidence."""
        reading = self.readings.get(fact)
        return reading.source.digest if reading else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """The whole site as a check sees it. `findings` is filled only for roll-up controls."""

    site: Site
    authorisation: Authorisation
    kind: InspectionKind
    now: datetime
    devices: tuple[DeviceView, ...]
    discovery: DiscoverySummary | None = None
    answers: Mapping[str, PersonAnswer] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    previous_inspection: datetime | None = None

    @property
    def video_devices(self) -> tuple[DeviceView, ...]:
        """Cameras, recorders and encoders."""
        return tuple(v for v in self.devices if v.device.kind in VIDEO_KINDS)
