"""The store: one attribute per noun. Methods are synchronous; from an event loop call them in threads."""

from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from fushinban.record.evidence import EvidenceFolder

if TYPE_CHECKING:
    from fushinban.record.connection import Link
    from fushinban.record.job_values import DatabasePlace


class Store:
    """All that is kept. Made by `record.setup.open_store`; close it, or use it in a `with` block.

    Importing this class loads nothing of Django; making one does.
    """

    def __init__(self, link: "Link", data_dir: Path) -> None:  # noqa: PLR0915 - one line per noun
        # The tables can be imported only after `open_store` has set Django up.
        from fushinban.record._counters import Counters  # noqa: PLC0415 - see above
        from fushinban.record._packed import PackedSheets  # noqa: PLC0415 - see above
        from fushinban.record._search_index import SearchIndex  # noqa: PLC0415 - see above
        from fushinban.record.acceptances import Acceptances  # noqa: PLC0415 - see above
        from fushinban.record.answers import Answers  # noqa: PLC0415 - see above
        from fushinban.record.audit import AuditLog  # noqa: PLC0415 - see above
        from fushinban.record.customers import Customers  # noqa: PLC0415 - see above
        from fushinban.record.devices import Devices  # noqa: PLC0415 - see above
        from fushinban.record.documents import Documents  # noqa: PLC0415 - see above
        from fushinban.record.figures import FigureTable  # noqa: PLC0415 - see above
        from fushinban.record.finding_stream import FindingStream  # noqa: PLC0415 - see above
        from fushinban.record.findings import Findings  # noqa: PLC0415 - see above
        from fushinban.record.inspections import Inspections  # noqa: PLC0415 - see above
        from fushinban.record.job_notes import JobNotes  # noqa: PLC0415 - see above
        from fushinban.record.job_settings import JobSettingsStore  # noqa: PLC0415 - see above
        from fushinban.record.jobs import Jobs  # noqa: PLC0415 - see above
        from fushinban.record.overview import Overview  # noqa: PLC0415 - see above
        from fushinban.record.ownership import Ownership  # noqa: PLC0415 - see above
        from fushinban.record.replies import Replies  # noqa: PLC0415 - see above
        from fushinban.record.request_counts import RequestCounts  # noqa: PLC0415 - see above
        from fushinban.record.retention import Retention  # noqa: PLC0415 - see above
        from fushinban.record.schedules import Schedules  # noqa: PLC0415 - see above
        from fushinban.record.search import Search  # noqa: PLC0415 - see above
        from fushinban.record.setups import Setups  # noqa: PLC0415 - see above
        from fushinban.record.sheets import Sheets  # noqa: PLC0415 - see above
        from fushinban.record.site_evidence import SiteEvidence  # noqa: PLC0415 - see above
        from fushinban.record.site_turn import SiteTurns  # noqa: PLC0415 - see above
        from fushinban.record.sites import Sites  # noqa: PLC0415 - see above
        from fushinban.record.transcript import Transcript  # noqa: PLC0415 - see above
        from fushinban.record.upkeep import Upkeep  # noqa: PLC0415 - see above
        from fushinban.record.webhooks import Webhooks  # noqa: PLC0415 - see above

        self._link = link
        self.data_dir = data_dir
        self.audit = link.audit = AuditLog(link, data_dir)
        index, counters = SearchIndex(link), Counters(link)
        upkeep = Upkeep(link, counters, index)
        self.customers = Customers(link, index)
        self.sites = Sites(link, self.customers, counters, index)
        self.devices = Devices(link, counters, index, upkeep)
        packed = PackedSheets()
        self.sheets = Sheets(link, packed)
        self.figures = FigureTable(link)
        self.findings = Findings(link, index, upkeep)
        self.inspections = Inspections(link, self.sites, self.findings, packed, counters, upkeep)
        self.acceptances = Acceptances(link, counters, upkeep)
        self.overview = Overview(link, counters, upkeep)
        self.search = Search(link, index)
        self.transcript = Transcript(link)
        self.answers = Answers(link)
        self.documents = Documents(link, index)
        self.evidence = EvidenceFolder(data_dir / "evidence")
        self.webhooks = Webhooks(link)
        self.evidence_of_site = SiteEvidence(link)
        self.ownership = Ownership(link)
        self.finding_stream = FindingStream(link)
        self.replies = Replies(link)
        self.request_counts = RequestCounts(link)
        self.jobs = Jobs(link)
        self.job_notes = JobNotes(link)
        self.job_settings = JobSettingsStore(link)
        self.retention = Retention(link)
        self.schedules = Schedules(link)
        self.setups = Setups(link)
        self.turns = SiteTurns(link)

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
