"""Values that the stores of jobs hand out. Nothing of Django here: they can be named before a store is open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from fushinban.model.job import Job, JobSettings
from fushinban.model.reading import Reading
from fushinban.model.schedule import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A job and whether it is new: a site that is waiting or being inspected already has one."""

    job: Job
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceReadings:
    """Readings of one device, as they came."""

    device: str
    readings: tuple[Reading[Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSettings:
    """The settings that hold, and their version (0: nobody has changed them)."""

    settings: JobSettings
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """How many rows went: lines of our footprints, records of devices, jobs, and what only served the moment.

    `deliveries` of webhooks that are over, `replies` kept for actions repeated, `counts` of requests.
    """

    transcripts: int = 0
    records: int = 0
    jobs: int = 0
    deliveries: int = 0
    replies: int = 0
    counts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """The payload as it was saved, and its version (1 for the first)."""

    payload: str
    version: int
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleEntry:
    """A schedule, its version, when it is due next, and what happened last (`missed_at`: a moment that was missed)."""

    schedule: Schedule
    version: int
    next_at: datetime | None
    last_at: datetime | None
    last_job: str
    missed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabasePlace:
    """The file of SQLite, or (`file` None) what psycopg connects with; that may hold a password."""

    file: Path | None
    connect: Mapping[str, str] = field(default_factory=dict, repr=False)


class SiteTurn:
    """The turn of one site, held. Close it, or use it in a `with` block."""

    def held(self) -> bool:
        """Whether it is still ours: the connection to the server may have been cut."""
        return True

    def close(self) -> None:
        """Give it back."""

    def __enter__(self) -> "SiteTurn":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
