"""What a check may look at: facts of one device, or of the whole site. No I/O, no time of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from fushinban.model.device import VIDEO_KINDS, Device
from fushinban.model.discovery import DiscoverySummary
from fushinban.model.exposure import SiteExposure
from fushinban.model.facts.base import Fact
from fushinban.model.finding import Finding, PersonAnswer
from fushinban.model.opening import Opening, WayIn
from fushinban.model.outside import OutsideLook
from fushinban.model.reading import Answer, Reading
from fushinban.model.sheet import ParameterSheet, Stage
from fushinban.model.site import Authorisation, InspectionKind, Site

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceView:
    """One device as a check sees it: `view[Accounts]` for declared reads, `view.find(Dns)` for optional ones.

    `routers`: addresses of the known routers of the site, filled in by the engine. `before`: what the inspection before
    had read. `openings`: ports that a router opened by UPnP, at the router and at the device behind; filled in by the
    engine, for controls that may read PortMappings. `exposure`, `ways`: what outsiders reach at the site by the
    configuration of its router, and the ways in at this router or to this device; for controls that may read
    RouterConfiguration.
    """

    device: Device
    site: Site
    kind: InspectionKind
    now: datetime
    readings: Mapping[type[Fact], Reading[Any]]
    sheets: Mapping[Stage, ParameterSheet] = field(default_factory=dict)
    allowed: frozenset[type[Fact]] | None = None
    routers: frozenset[str] = frozenset()
    before: Mapping[type[Fact], Reading[Any]] = field(default_factory=dict)
    openings: tuple[Opening, ...] = ()
    exposure: SiteExposure | None = None
    ways: tuple[WayIn, ...] = ()

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

    def reading(self, fact: type[F]) -> Reading[F] | None:
        """The reading of a fact that the device gave, with the time; None where it did not."""
        return self.readings.get(fact) if self.find(fact) is not None else None

    def earlier(self, fact: type[F]) -> Reading[F] | None:
        """What the device said at the inspection before; None where it was not asked or said nothing."""
        if self.allowed is not None and fact not in self.allowed:
            raise KeyError(f"{fact.__name__} is not declared in reads or may_read")
        reading = self.before.get(fact)
        return reading if reading is not None and isinstance(reading.value, fact) else None

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
    """The whole site as a check sees it. `findings` is filled only for roll-up controls.

    `looks`: the newest look from outside of each family (IPv4, IPv6), as far as there is one. `exposure`: what
    outsiders reach by the router's configuration; None where none is known; for controls that may read
    RouterConfiguration.
    """

    site: Site
    authorisation: Authorisation
    kind: InspectionKind
    now: datetime
    devices: tuple[DeviceView, ...]
    discovery: DiscoverySummary | None = None
    answers: Mapping[str, PersonAnswer] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    previous_inspection: datetime | None = None
    looks: tuple[OutsideLook, ...] = ()
    exposure: SiteExposure | None = None

    @property
    def video_devices(self) -> tuple[DeviceView, ...]:
        """Cameras, recorders and encoders."""
        return tuple(v for v in self.devices if v.device.kind in VIDEO_KINDS)
