"""Our own footprints: every request that was made, so that they can be counted and taken out of device logs."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from types import TracebackType
from typing import Any

from django.db.models import Count

from fushinban.model.inspection import TranscriptCount
from fushinban.record.connection import Link, cut
from fushinban.record.models import AskedRow
from fushinban.transport.values import Asked, Kind

_COLUMNS = ("inspection", "at", "target", "kind", "operation", "username", "outcome", "seal")


class Transcript:
    """Append and read what was asked. Every method may raise StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rows = AskedRow._base_manager.using(link.alias)

    def append(self, inspection_id: str, asked: Iterable[Asked]) -> None:
        """Keep a batch, whole or not at all. `inspection_id` may be empty for requests outside an inspection."""
        seal_of = self._link.audit.sealing("requests")
        rows = [self._row(inspection_id, line, seal_of) for line in asked]
        if rows:
            with self._link.writing():
                self._link.insert(AskedRow, _COLUMNS, rows)
                self._link.audit.sealed("requests", inspection_id, [row[-1] for row in rows])

    def _row(self, inspection_id: str, line: Asked, seal_of: Callable[[Sequence[object]], bytes]) -> tuple[Any, ...]:
        """Values in the order of `_COLUMNS`."""
        said = (
            cut(line.target, 100), str(line.kind), cut(line.operation, 500), cut(line.username, 200),
            cut(line.outcome, 500),
        )  # fmt: skip
        seal = seal_of((inspection_id, line.at, *said))
        return (inspection_id, self._link.moment(line.at), *said, seal)

    def writer(self, inspection_id: str) -> "TranscriptWriter":
        """A sink that an event loop may call: it returns at once and writes in a thread of its own."""
        return TranscriptWriter(self, inspection_id, self._link)

    def counts(self, inspection_id: str) -> tuple[TranscriptCount, ...]:
        """How many requests of each kind ended in each way, by kind and outcome."""
        with self._link.reading():
            groups = self._rows.filter(inspection=inspection_id).values("kind", "outcome").annotate(number=Count("id"))
            rows = tuple(groups.order_by("kind", "outcome"))
        return tuple(TranscriptCount(kind=r["kind"], outcome=r["outcome"], count=r["number"]) for r in rows)

    def of(self, inspection_id: str) -> tuple[Asked, ...]:
        """All that an inspection asked, in order."""
        with self._link.reading():
            rows = tuple(self._rows.filter(inspection=inspection_id).order_by("id"))
        return tuple(map(_asked, rows))

    def between(self, target: str, start: datetime, end: datetime) -> tuple[Asked, ...]:
        """What was asked of one target (its key or address) from `start` up to and including `end`, in order."""
        with self._link.reading():
            rows = tuple(self._rows.filter(target=target, at__gte=start, at__lte=end).order_by("at", "id"))
        return tuple(map(_asked, rows))


class TranscriptWriter:
    """Takes batches at once and appends them, in order, in a thread of its own. Use it in a `with` block.

    Leaving the block waits until all is written; it raises the StoreError of the first batch that could not be kept.
    """

    def __init__(self, transcript: Transcript, inspection_id: str, link: Link) -> None:
        self._transcript = transcript
        self._inspection_id = inspection_id
        self._link = link
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="transcript", initializer=link.hold)
        self._batches: list[Future[None]] = []

    def __call__(self, asked: Sequence[Asked]) -> None:
        """Take one batch."""
        self._batches.append(self._pool.submit(self._transcript.append, self._inspection_id, tuple(asked)))

    def close(self) -> None:
        """Wait until all is written. Raises StoreError."""
        self._end()
        for batch in self._batches:
            batch.result()

    def __enter__(self) -> "TranscriptWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            self._end()

    def _end(self) -> None:
        self._pool.submit(self._link.let_go)
        self._pool.shutdown(wait=True)


def _asked(row: AskedRow) -> Asked:
    return Asked(
        at=row.at,
        target=row.target,
        kind=Kind(row.kind),
        operation=row.operation,
        username=row.username,
        outcome=row.outcome,
    )
