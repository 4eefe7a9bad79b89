"""The record of all that was asked: its counts for the report, its lines for the store. Never a secret."""

import re
import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence

from fushinban.clock import monotonic, now
from fushinban.errors import Denied, Locked, Malformed, NotSupported, OutOfScope
from fushinban.model.inspection import TranscriptCount
from fushinban.transport.values import Asked, Kind

Sink = Callable[[Sequence[Asked]], None]

_USER_INFO = re.compile(r"(?<=//)[^/@\s]*@")
_LONGEST = 300
#: So many batches are handed over whenever that is: whoever writes them down is quicker with many lines at once.
_LARGE = 16


class Transcript:
    """Collects lines from any thread. Lines go to `sink` in batches; without one the newest `keep` stay in memory.

    A batch is handed over once it has `batch` lines, but not more often than every `seconds`; a large one at once.
    """

    def __init__(self, sink: Sink | None = None, *, batch: int = 256, seconds: float = 0.5, keep: int = 10_000) -> None:
        self._sink = sink
        self._batch = batch
        self._seconds = seconds
        self._handed_over = 0.0
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lines: deque[Asked] = deque(maxlen=None if sink else keep)
        self._lock = threading.Lock()

    def add(self, target: str, kind: Kind, operation: str, username: str, outcome: str) -> None:
        """Record one exchange. User information and query are cut from addresses in `operation`."""
        line = Asked(now(), target, kind, without_secrets(operation), username, outcome)
        with self._lock:
            self._counts[str(kind), outcome] += 1
            self._lines.append(line)
            waiting = len(self._lines)
        if waiting < self._batch or self._sink is None:
            return
        if waiting >= _LARGE * self._batch or monotonic() - self._handed_over >= self._seconds:
            self.flush()

    def flush(self) -> None:
        """Hand the waiting lines to the sink; nothing happens without one."""
        if self._sink is None:
            return
        with self._lock:
            lines = tuple(self._lines)
            self._lines.clear()
        self._handed_over = monotonic()
        if lines:
            self._sink(lines)

    def lines(self) -> tuple[Asked, ...]:
        """The lines in memory: all that the sink has not taken, or the newest `keep`."""
        with self._lock:
            return tuple(self._lines)

    def counts(self) -> tuple[TranscriptCount, ...]:
        """How many exchanges of each kind ended in which way, in a stable order."""
        with self._lock:
            items = sorted(self._counts.items())
        return tuple(TranscriptCount(kind=kind, outcome=outcome, count=n) for (kind, outcome), n in items)


def without_secrets(operation: str) -> str:
    """An address without user information and query; other text is unchanged but for its length."""
    if "?" in operation:
        operation = operation.partition("?")[0]
    if "@" in operation:
        operation = _USER_INFO.sub("", operation)
    return operation[:_LONGEST]


def outcome_of(error: BaseException) -> str:
    """The word of the transcript for an exchange that ended in an error."""
    for kind, word in _WORDS:
        if isinstance(error, kind):
            return word
    return "unreachable"


_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (OutOfScope, "out-of-scope"),
    (Locked, "locked"),
    (Denied, "denied"),
    (NotSupported, "not-supported"),
    (Malformed, "malformed"),
)
