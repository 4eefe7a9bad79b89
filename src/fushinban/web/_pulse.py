"""The newest version of all jobs, asked of the store at most once in `EVERY` however many streams look."""

from threading import Lock

from fushinban import clock
from fushinban.record.store import Store

EVERY = 0.7


class Pulse:
    """One per process. A version that is a little old only means that a stream tells of a change a little later."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._of: Store | None = None
        self._at = 0.0
        self._version = 0

    def version(self, store: Store) -> int:
        """The newest version as of less than `EVERY` seconds ago. Raises StoreError."""
        with self._lock:
            if self._of is not store or clock.monotonic() - self._at >= EVERY:
                self._version, self._of, self._at = store.jobs.version(), store, clock.monotonic()
            return self._version


PULSE = Pulse()
