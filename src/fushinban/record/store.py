"""The store: one attribute per noun. Methods are synchronous; from an event loop call them in threads."""

from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from fushinban.record.evidence import EvidenceFolder

if TYPE_CHECKING:
    from fushinban.record.acceptances import Acceptances
    from fushinban.record.answers import Answers
    from fushinban.record.audit import AuditLog
    from fushinban.record.connection import Link
    from fushinban.record.customers import Customers
    from fushinban.record.devices import Devices
    from fushinban.record.documents import Documents
    from fushinban.record.figures import FigureTable
    from fushinban.record.finding_stream import FindingStream
    from fushinban.record.findings import Findings
    from fushinban.record.inspections import Inspections
    from fushinban.record.job_notes import JobNotes
    from fushinban.record.job_settings import JobSettingsStore
    from fushinban.record.job_values import DatabasePlace
    from fushinban.record.jobs import Jobs
    from fushinban.record.outside import Outside
    from fushinban.record.overview import Overview
    from fushinban.record.ownership import Ownership
    from fushinban.record.replies import Replies
    from fushinban.record.request_counts import RequestCounts
    from fushinban.record.retention import Retention
    from fushinban.record.routers import Routers
    from fushinban.record.schedules import Schedules
    from fushinban.record.search import Search
    from fushinban.record.setups import Setups
    from fushinban.record.sheets import Sheets
    from fushinban.record.site_evidence import SiteEvidence
    from fushinban.record.site_turn import SiteTurns
    from fushinban.record.sites import Sites
    from fushinban.record.transcript import Transcript
    from fushinban.record.webhooks import Webhooks


class Store:
    """All that is kept. Made by `record.setup.open_store`; close it, or use it in a `with` block.

    Importing this class loads nothing of Django; making one does.
    """

    audit: "AuditLog"
    customers: "Customers"
    sites: "Sites"
    devices: "Devices"
    sheets: "Sheets"
    figures: "FigureTable"
    findings: "Findings"
    inspections: "Inspections"
    acceptances: "Acceptances"
    overview: "Overview"
    search: "Search"
    transcript: "Transcript"
    answers: "Answers"
    documents: "Documents"
    evidence: EvidenceFolder
    webhooks: "Webhooks"
    evidence_of_site: "SiteEvidence"
    outside: "Outside"
    ownership: "Ownership"
    finding_stream: "FindingStream"
    replies: "Replies"
    request_counts: "RequestCounts"
    jobs: "Jobs"
    job_notes: "JobNotes"
    job_settings: "JobSettingsStore"
    retention: "Retention"
    routers: "Routers"
    schedules: "Schedules"
    setups: "Setups"
    turns: "SiteTurns"

    def __init__(self, link: "Link", data_dir: Path) -> None:
        # The tables can be imported only after `open_store` has set Django up.
        from fushinban.record._furnish import furnish  # noqa: PLC0415 - see above

        self._link = link
        self.data_dir = data_dir
        furnish(self, link)

    if not TYPE_CHECKING:  # a checker knows the nouns above and nothing else

        def __getattr__(self, name: str) -> Any:
            """A noun that only the console uses, at its first use."""
            if name.startswith("_"):
                raise AttributeError(name)
            from fushinban.record._furnish import furnish_later  # noqa: PLC0415 - loads Django

            noun = self.__dict__[name] = furnish_later(self._link, name)
            return noun

    @property
    def budget_path(self) -> Path:
        """The file of the attempt budget; its format belongs to `transport`."""
        return self.data_dir / "attempts.sqlite3"

    @property
    def place(self) -> str:
        """Where the database is, to tell a person (never with a password)."""
        return self._link.place

    @property
    def database(self) -> "DatabasePlace":
        """Where the database is, for the engine of durable jobs; it may hold a password."""
        from fushinban.record.database_place import place_of  # noqa: PLC0415 - loads Django

        return place_of(self._link)

    def together(self) -> AbstractContextManager[None]:
        """Several calls as one piece of work in one thread: kept as a whole or not at all, over one connection."""
        return self._link.writing()

    def hold(self) -> None:
        """Keep the connection of this thread open between pieces of work, until `let_go` in the same thread."""
        self._link.hold()

    def let_go(self) -> None:
        """The end of `hold`: close the connection of this thread (never that of the thread that opened the store)."""
        self._link.let_go()

    def close(self) -> None:
        """Close the connection; may be called from any thread, and twice."""
        self._link.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
