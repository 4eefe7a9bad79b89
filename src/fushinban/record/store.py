"""The store: one attribute per noun. Methods are synchronous; from an event loop call them in threads."""

from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from fushinban.record.evidence import EvidenceFolder

if TYPE_CHECKING:
    from fushinban.record.connection import Link


class Store:
    """All that is kept. Made by `record.setup.open_store`; close it, or use it in a `with` block.

    Importing this class loads nothing of Django; making one does.
    """

    def __init__(self, link: "Link", data_dir: Path) -> None:
        # The tables can be imported only after `open_store` has set Django up.
        from fushinban.record._packed import PackedSheets  # noqa: PLC0415 - see above
        from fushinban.record.answers import Answers  # noqa: PLC0415 - see above
        from fushinban.record.devices import Devices  # noqa: PLC0415 - see above
        from fushinban.record.documents import Documents  # noqa: PLC0415 - see above
        from fushinban.record.findings import Findings  # noqa: PLC0415 - see above
        from fushinban.record.inspections import Inspections  # noqa: PLC0415 - see above
        from fushinban.record.sheets import Sheets  # noqa: PLC0415 - see above
        from fushinban.record.sites import Sites  # noqa: PLC0415 - see above
        from fushinban.record.transcript import Transcript  # noqa: PLC0415 - see above

        self._link = link
        self.data_dir = data_dir
        self.sites = Sites(link)
        self.devices = Devices(link)
        packed = PackedSheets()
        self.sheets = Sheets(link, packed)
        self.findings = Findings(link)
        self.inspections = Inspections(link, self.sites, self.findings, packed)
        self.transcript = Transcript(link)
        self.answers = Answers(link)
        self.documents = Documents(link)
        self.evidence = EvidenceFolder(data_dir / "evidence")

    @property
    def budget_path(self) -> Path:
        """The file of the attempt budget; its format belongs to `transport`."""
        return self.data_dir / "attempts.sqlite3"

    @property
    def place(self) -> str:
        """Where the database is, to tell a person (never with a password)."""
        return self._link.place

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
