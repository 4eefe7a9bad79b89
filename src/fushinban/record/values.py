"""What the stores hand out besides the words of the model."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from fushinban.model.finding import Finding, PersonAnswer
from fushinban.model.inspection import DeviceRecord
from fushinban.model.sheet import ParameterSheet
from fushinban.model.site import Authorisation, InspectionKind, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionEntry:
    """One line of the list of inspections. `ended_at` None: not finished. Counts: devices kept, findings that fail."""

    id: str
    site: str
    kind: InspectionKind
    started_at: datetime
    ended_at: datetime | None
    devices: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedInspection:
    """An inspection that was broken off, with every device it had already collected, in the order collected."""

    id: str
    site: Site
    kind: InspectionKind
    authorisation: Authorisation
    started_at: datetime
    records: tuple[DeviceRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetEntry:
    """One kept sheet; `last_confirmed`: when the same values were last seen."""

    sheet: ParameterSheet
    last_confirmed: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerEntry:
    """One answer of the history and when it was saved."""

    answer: PersonAnswer
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFinding:
    """A finding and the inspection it belongs to."""

    inspection: str
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that was made. `inspection` may be empty; `sha256` in hex; `id`: its number on record."""

    id: int = 0
    site: str
    inspection: str
    kind: str
    path: str
    sha256: str
    made_at: datetime

    @property
    def title(self) -> str:
        """What to call it: the name of its file, which says what it is, of which site and of which day."""
        return PurePath(self.path).name


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsQuery:
    """Which documents; all that is given must fit. `kind`: id of a report."""

    site: str | None = None
    inspection: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """One document in a list, with the name of its site."""

    document: Document
    site_name: str
