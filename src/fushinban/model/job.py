"""Long work that survives its process: what was asked for, how far it is, how it ended."""

from dataclasses import dataclass, field
from datetime import datetime

from fushinban.model.site import InspectionKind
from fushinban.model.text import Named, Text


class JobKind(Named):
    """Kinds of long work."""

    INSPECTION = "inspection"
    SELECTION = "selection"
    DOCUMENTS = "documents"
    RETENTION = "retention"
    OUTSIDE_LOOK = "outside-look"


class JobState(Named):
    """Where a job is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self not in ACTIVE


#: States in which a job still has something to do.
ACTIVE = frozenset({JobState.QUEUED, JobState.RUNNING})


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrder:
    """What was asked for. `sites`: those of a selection; `documents`: also write the reports, in `lang` (ja, en).

    `inspection`: of which inspection documents are wanted; `due`: the moment of the schedule that asked (aware UTC).
    """

    kind: JobKind
    site: str = ""
    sites: tuple[str, ...] = ()
    inspection_kind: InspectionKind = InspectionKind.PERIODIC
    documents: bool = False
    lang: str = "ja"
    inspection: str = ""
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of long work. Of `total` steps `done` are finished; `missed`: devices (or sites) that gave nothing.

    `site` is empty for what belongs to no single site. `version` grows with every visible change, and across all jobs.
    """

    id: str
    order: JobOrder
    state: JobState
    asked_by: str
    asked_at: datetime
    version: int
    parent: str = ""
    stage: Text | None = None
    total: int = 0
    done: int = 0
    missed: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    summary: Text | None = None
    inspection: str = ""
    cancelling: bool = False
    worker: str = ""

    @property
    def kind(self) -> JobKind:
        """Its kind."""
        return self.order.kind

    @property
    def site(self) -> str:
        """The site it is about; empty where there is no single one."""
        return self.order.site


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """Some jobs of a list. `next`: cursor of the following page, empty at the end; `version`: newest of all jobs."""

    jobs: tuple[Job, ...]
    next: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """For how many days things are kept; None: for ever.

    `transcripts`: our own footprints. `records`: raw readings of inspections that are not the newest of their site.
    """

    transcripts: int | None = 400
    records: int | None = 1100
    jobs: int | None = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSettings:
    """How much happens at once. Counts, minutes, days.

    `inspections`: inspections at once in the whole installation; `per_worker`: in one process; `starts_per_minute`:
    how many may begin in a minute (0: as many as there are); `site_pause`: least minutes between the end of one
    inspection of a site and the beginning of the next; `late_days`: how late a scheduled inspection that was missed
    is still made. `schedules`: whether schedules are followed at all.
    """

    inspections: int = 8
    per_worker: int = 4
    starts_per_minute: int = 0
    site_pause: int = 0
    late_days: int = 3
    schedules: bool = True
    keeping: Keeping = field(default_factory=Keeping)
