"""The audit log: who did what, when, to which thing; chained and sealed, so that tampering is found."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, is_dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import orjson

from fushinban import clock
from fushinban.errors import StoreError
from fushinban.messages import say
from fushinban.model.audit import Actor, ActorKind, AuditEntry, AuditProblem
from fushinban.record._audit_rows import AuditHeadRow, AuditRow
from fushinban.record.acting import acting, actor_now
from fushinban.record.audit_append import Appender
from fushinban.record.audit_chain import AuditKeys, Head, entry_of
from fushinban.record.audit_head import HeadFile
from fushinban.record.audit_pending import Pending, Waiting, Work
from fushinban.record.connection import Link, cut
from fushinban.record.sealed import sealed_kinds
from fushinban.record.sealed_rows import SealedRows

_LOGS: WeakValueDictionary[str, "AuditLog"] = WeakValueDictionary()


def log_of(alias: str) -> "AuditLog | None":
    """The audit log of the store that was opened last on a database of Django's, for what is heard by signals."""
    return _LOGS.get(alias)


#: Characters of a detail's text that are kept.
MOST_DETAIL = 8000


class AuditLog:
    """Write, read and verify. Every method may raise StoreError; so does any work that cannot be put on record."""

    def __init__(self, link: Link, data_dir: Path) -> None:
        self._link = link
        self._data_dir = data_dir
        self._rows = AuditRow._base_manager.using(link.alias)
        self.head_file = HeadFile(data_dir, link.file, link.place)
        self.sealed_rows = SealedRows(link)
        self._appender = Appender(link, self.sealed_rows, self.head_file, lambda: self.keys)
        self.pending = Pending(self._appender.flush)
        _LOGS[link.alias] = self

    @cached_property
    def keys(self) -> AuditKeys:
        """The keys; found when they are first needed. Raises StoreError."""
        return AuditKeys.of(self._data_dir)

    def write(  # noqa: PLR0917 - what an entry says
        self, actor: Actor | None, action: str, kind: str = "", id: str = "", detail: object = None, digest: str = ""
    ) -> None:
        """Note what was done (`sign-in.passed`) to which thing, together with the work around it or by itself.

        `actor` None: who acts here (`store.acting`). `detail`: a small mapping or dataclass, never with a secret.
        """
        self._add(actor, action, kind, id, detail, digest=digest)

    def changed(
        self, action: str, kind: str, id: str, detail: object = None, actor: Actor | None = None, *, quiet: bool = False
    ) -> None:
        """Note that a sealed thing was made, changed or deleted; its digest is taken at the end of the work around.

        Write the row first, and both in one `store.together()`. `quiet`: no entry when its content is as before.
        """
        if kind not in sealed_kinds():
            raise KeyError(kind)
        self._add(actor, action, kind, id, detail, content=True, quiet=quiet)

    def seal(self, kind: str, values: Sequence[object]) -> bytes:
        """The seal of a row of a group: its values in the order of `columns` and `moving` of the kind."""
        return self.keys.rows.seal(sealed_kinds()[kind], values)

    def sealing(self, kind: str) -> Callable[[Sequence[object]], bytes]:
        """`seal` for many rows of one kind."""
        return self.keys.rows.sealing(sealed_kinds()[kind])

    def moved(self, kind: str, seal: bytes | None, values: Sequence[object]) -> bytes | None:
        """The seal of a row of which only the `moving` columns changed; one without a seal stays so."""
        return self.keys.rows.moved(sealed_kinds()[kind], seal, values) if seal is not None else None

    def sealed(
        self, kind: str, group: str, added: Iterable[bytes | None] = (), removed: Iterable[bytes | None] = ()
    ) -> None:
        """Inside a piece of work: rows of a group were written (their new seals), changed or deleted (the old ones)."""
        self.pending.sealed(kind, group, filter(None, added), filter(None, removed))

    def over(self, kind: str, group: str) -> None:
        """Inside a piece of work: the state of a group goes into the digest of the thing it belongs to."""
        self.pending.over(kind, group)

    def acting(self, actor: Actor) -> AbstractContextManager[None]:
        """Whatever is written inside, in this thread or task, was done by this actor."""
        return acting(actor)

    def entries(  # noqa: PLR0917 - filters have names
        self,
        after: int | None = None,
        actor: str | None = None,
        action: str | None = None,
        kind: str | None = None,
        id: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        most: int = 100,
        actor_kind: ActorKind | None = None,
    ) -> tuple[AuditEntry, ...]:
        """Entries that fit all that is given, the newest first, at most `most`.

        `after`: the number of the last one of the page before. `actor`: id of the actor. `action`: whole, or its first
        part with a dot (`sign-in.`). `start` inclusive, `end` exclusive.
        """
        rows = self._rows.order_by("-number")
        wanted: dict[str, Any] = {
            "number__lt": after,
            "actor_id": actor,
            "actor_kind": str(actor_kind) if actor_kind else None,
            "action__startswith" if action and action.endswith(".") else "action": action,
            "kind": kind,
            "object": id,
            "at__gte": start,
            "at__lt": end,
        }
        rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
        with self._link.reading():
            return tuple(map(entry_of, rows[:most]))

    def entry(self, number: int) -> AuditEntry | None:
        """One entry, or None."""
        with self._link.reading():
            row = self._rows.filter(number=number).first()
        return entry_of(row) if row is not None else None

    def all(self, first: int = 1) -> Iterator[AuditEntry]:
        """All entries from a number on, the oldest first, read in pieces."""
        while True:
            with self._link.reading():
                piece = tuple(self._rows.filter(number__gte=first).order_by("number")[:1000])
            yield from map(entry_of, piece)
            if not piece:
                return
            first = piece[-1].number + 1

    @property
    def head(self) -> Head:
        """The end of the log as the database says."""
        with self._link.reading():
            row = AuditHeadRow._base_manager.using(self._link.alias).first()
        return Head(number=row.number, hash=row.hash, key=row.key) if row is not None else Head()

    def verify(self, *, content: bool = True) -> Iterator[AuditProblem]:
        """Check the whole log and, with `content`, every sealed row against it; each problem as it is found."""
        from fushinban.record.audit_verify import verify  # noqa: PLC0415 - rarely needed

        return verify(self, self._link, content=content)

    def adopt(self, reason: str, actor: Actor | None = None) -> None:
        """Take this database as it is, after it was restored from a backup or got another key; noted in the log.

        Its end becomes the end of the log; where the log was sealed with another key, every row is sealed anew.
        """
        known = self.head_file.read(self.keys).head
        said = {"reason": reason, "known": known.number if known else 0, "head": self.head.number}
        try:
            self.head_file.replace(self.head, self.keys)
        except OSError as error:
            raise StoreError(say("audit.no-mark", place=self.head_file.path)) from error
        with self._link.writing():
            if self.head.key not in ("", self.keys.id):
                self._appender.seal_anew(Work(), self.keys)
            self.write(actor, "audit.adopted", "audit", "", said)

    def _add(self, actor: Actor | None, action: str, kind: str, id: str, detail: object, **more: Any) -> None:
        waiting = Waiting(
            at=clock.now(),
            actor=_fitting(actor or actor_now()),
            action=cut(action, 80),
            kind=cut(kind, 40),
            id=cut(id, 320),
            detail=detail_text(detail),
            **more,
        )
        if self.pending.inside:
            self.pending.add(waiting)
            return
        with self._link.writing():
            self.pending.add(waiting)


def detail_text(detail: object) -> str:
    """The text of a detail as it is kept: JSON with sorted names."""
    plain: object = asdict(detail) if is_dataclass(detail) and not isinstance(detail, type) else detail
    shown = dict(plain) if isinstance(plain, Mapping) else {}
    text = orjson.dumps(_clean(shown), option=orjson.OPT_SORT_KEYS).decode()
    return text if len(text) <= MOST_DETAIL else orjson.dumps({"cut": text[: MOST_DETAIL - 100]}).decode()


def _clean(value: object) -> object:
    """Only what JSON and every database keep."""
    if isinstance(value, Mapping):
        return {cut(str(k), 200): _clean(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(v) for v in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)]
    if value is None or isinstance(value, bool | float) or (isinstance(value, int) and abs(value) < 1 << 63):
        return value
    return cut(str(value), MOST_DETAIL)


def _fitting(actor: Actor) -> Actor:
    return Actor(kind=actor.kind, id=cut(actor.id, 100), name=cut(actor.name, 200), address=cut(actor.address, 64))
