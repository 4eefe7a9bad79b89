"""What an inspection found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from fushinban.model.control import DecidedBy, Evidence, Outcome, Severity
from fushinban.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """A file handed in as evidence: its name and SHA-256 (hex)."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAnswer:
    """A person's answer to a control's question. `value`: `yes`, `no`, `n/a`, an ISO date, or text."""

    control: str
    value: str
    by: str = ""
    on: date | None = None
    note: str = ""
    files: tuple[EvidenceFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One outcome of one control for one device (`device` empty: the site as a whole)."""

    control: str
    site: str
    device: str
    outcome: Outcome
    severity: Severity
    message: Text
    evidence: tuple[Evidence, ...] = ()
    decided_by: DecidedBy = DecidedBy.AUTO
    at: datetime


class CoverageState:
    """How a control ended for the site: keys of the coverage map."""

    VERIFIED = "verified"
    ANSWERED = "answered"
    COULD_NOT = "could-not"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Per control id, how it ended (a `CoverageState` value).

    `gaps`: for controls that stayed open on some devices whatever their state, on how many.
    """

    states: Mapping[str, str]
    gaps: Mapping[str, int] = field(default_factory=dict)

    def count(self, state: str) -> int:
        """How many controls ended so."""
        return sum(1 for s in self.states.values() if s == state)
