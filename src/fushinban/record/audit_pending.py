"""What a piece of work has still to write into the audit log before it is committed, per thread.

Entries wait until the end of the outermost piece of work: the lock that puts all who append in order is then held only
for a moment, and always taken last, so that nobody waits for somebody who waits.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from fushinban.model.audit import Actor
from fushinban.record.seals import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An entry to be written. `content`: with the digest of the thing as it is at the end of the work.

    `quiet`: only when that digest is another than before.
    """

    at: datetime
    actor: Actor
    action: str
    kind: str
    id: str
    detail: str
    digest: str = ""
    content: bool = False
    quiet: bool = False


Group = tuple[str, str]


@dataclass(slots=True)
class Work:
    """All that waits in one piece of work: entries, changes of groups, groups that are over."""

    entries: list[Waiting] = field(default_factory=list)
    groups: dict[Group, Tally] = field(default_factory=dict)
    over: set[Group] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.entries or self.groups or self.over)

    def copy(self) -> "Work":
        """The same now, whatever is added later."""
        return Work(list(self.entries), dict(self.groups), set(self.over))


class _Local(threading.local):
    def __init__(self) -> None:
        self.depth = 0
        self.work = Work()


class Pending:
    """The work of each thread. `flush` is called at the end of the outermost piece with all that waits."""

    def __init__(self, flush: Callable[[Work], None]) -> None:
        self._flush = flush
        self._local = _Local()

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """A piece of work; what was added inside is forgotten when it fails."""
        local = self._local
        before = local.work.copy() if local.depth else Work()
        local.depth += 1
        try:
            yield
            if local.depth == 1 and local.work:
                self._flush(local.work)
                local.work = Work()
        except BaseException:
            local.work = before
            raise
        finally:
            local.depth -= 1

    @property
    def inside(self) -> bool:
        """Whether this thread is in a piece of work."""
        return self._local.depth > 0

    def add(self, entry: Waiting) -> None:
        """An entry."""
        self._local.work.entries.append(entry)

    def sealed(self, kind: str, group: str, added: Iterable[bytes], removed: Iterable[bytes] = ()) -> None:
        """Rows of a group were written (seals of the new ones), changed or deleted (seals of the old ones)."""
        groups = self._local.work.groups
        groups[kind, group] = groups.get((kind, group), Tally()).plus(added).minus(removed)

    def over(self, kind: str, group: str) -> None:
        """The group grows no more: its state goes into the digest of the thing that it belongs to."""
        self._local.work.over.add((kind, group))
