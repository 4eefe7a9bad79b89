"""Findings on their way out, with all that a reader elsewhere needs beside them."""

from dataclasses import dataclass

from fushinban.model.acceptance import Acceptance
from fushinban.model.control import Outcome, Severity
from fushinban.model.device import Device
from fushinban.model.finding import Finding
from fushinban.model.site import SiteKind
from fushinban.model.text import Named


class ExportFormat(Named):
    """How exported findings are written."""

    OCSF = "ocsf"
    CSV = "csv"
    CSV_CP932 = "csv-cp932"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportQuery:
    """Which findings of the newest finished inspections; all that is given must fit, as in `FindingsQuery`."""

    outcomes: frozenset[Outcome] = frozenset()
    severities: frozenset[Severity] = frozenset()
    control: str | None = None
    site: str | None = None
    accepted: bool | None = None
    maker: str | None = None
    customer: int | None = None
    device: str | None = None
    place: SiteKind | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFinding:
    """A finding with its site and device. `number` is its number on record; `device` None: of the site as a whole."""

    number: int
    inspection: str
    finding: Finding
    site_name: str
    customer: str
    device: Device | None = None
    acceptance: Acceptance | None = None
