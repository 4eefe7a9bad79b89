"""Checks the audit log: its chain and seals, its end, and every sealed row against what the log says."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fushinban.messages import say
from fushinban.model.audit import AuditProblem, Fault
from fushinban.record._audit_rows import AuditHeadRow, AuditRow
from fushinban.record.audit_chain import AuditKeys, Head, entry_hash, entry_of
from fushinban.record.audit_verify_rows import RowCheck
from fushinban.record.connection import Link

if TYPE_CHECKING:
    from fushinban.record.audit import AuditLog

_TABLE = AuditRow._meta.db_table
_HEAD_TABLE = AuditHeadRow._meta.db_table
_CHUNK = 2000


def verify(log: "AuditLog", link: Link, *, content: bool) -> Iterator[AuditProblem]:
    """Every problem, as it is found. What is written meanwhile is no problem."""
    end = _end(log, link)
    walk = _Walk(log, link, end)
    yield from walk.problems()
    yield from _end_problems(log, link, end, walk)
    # Under another key nothing can be said of the rows; that the key is another one was said above.
    if content and walk.last.key in ("", log.keys.id):
        yield from RowCheck(log, link, begun=bool(walk.last.number or end.known)).problems()


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """Where the log ends. `genuine`: the row that says so has its seal; `known`: what the file outside says."""

    number: int
    genuine: bool
    known: Head | None


def _end(log: "AuditLog", link: Link) -> _End:
    known = log.head_file.read(log.keys).head  # first: what is written meanwhile is then never behind it
    with link.reading():
        row = AuditHeadRow._base_manager.using(link.alias).first()
        newest = AuditRow._base_manager.using(link.alias).order_by("-number").values_list("number", flat=True).first()
    genuine = row is not None and row.seal == log.keys.head_seal(Head(number=row.number, hash=row.hash))
    untouched = row is None and not newest and known is None
    number = row.number if row is not None and genuine else newest or 0
    return _End(number=number, genuine=genuine or untouched, known=known)


class _Walk:
    """Goes over the entries up to the end. Troubles in a row are told once, with the first and last number."""

    def __init__(self, log: "AuditLog", link: Link, end: _End) -> None:
        self._keys = log.keys
        self._link = link
        self._end = end
        self._rows = AuditRow._base_manager.using(link.alias).order_by("number")
        self._run: tuple[Fault, int, int] | None = None
        #: The last entry that is there.
        self.last = Head()
        #: The hash of the entry that the file beside the database names.
        self.known_hash: str | None = None

    def problems(self) -> Iterator[AuditProblem]:
        """What is wrong with the entries."""
        sound = True  # whether the hash of the last entry can be believed
        for row in self._entries():
            if row.number > self.last.number + 1:
                yield from self._told(None)
                yield _entries(Fault.MISSING, "audit.entry-missing", self.last.number + 1, row.number - 1)
            joined = row.number == self.last.number + 1
            fault = _fault(row, self._keys)
            if fault is None and joined and sound and row.previous != self.last.hash:
                fault = Fault.CHANGED  # genuine, but the continuation of another log
            yield from self._told(fault, row.number)
            sound = fault is not Fault.CHANGED
            if self._end.known is not None and row.number == self._end.known.number:
                self.known_hash = row.hash
            self.last = Head(number=row.number, hash=row.hash, key=row.key)
        yield from self._told(None)
        if self.last.number < self._end.number:
            yield _entries(Fault.MISSING, "audit.entry-missing", self.last.number + 1, self._end.number)

    def _entries(self) -> Iterator[AuditRow]:
        number = 0
        while True:
            with self._link.reading():
                piece = list(self._rows.filter(number__gt=number, number__lte=self._end.number)[:_CHUNK])
            if not piece:
                return
            yield from piece
            number = piece[-1].number

    def _told(self, fault: Fault | None, number: int = 0) -> Iterator[AuditProblem]:
        """Takes in what is wrong with one entry; tells of those before it when that was something else."""
        run = self._run
        if run is not None and run[0] is fault and run[2] == number - 1:
            self._run = (run[0], run[1], number)
            return
        self._run = (fault, number, number) if fault is not None else None
        if run is None:
            return
        if run[0] is Fault.OTHER_KEY:
            # A genuine entry that follows them covers their hashes: they are as they were when the key was changed.
            followed = fault is None and number == run[2] + 1
            yield replace(_entries(run[0], "audit.other-key", run[1], run[2]), note=followed)
        elif run[1] == run[2]:
            text = say("audit.entry-changed", number=run[1], table=_TABLE)
            yield AuditProblem(fault=run[0], text=text, table=_TABLE, row=str(run[1]), number=run[1])
        else:
            yield _entries(run[0], "audit.entry-forged", run[1], run[2])


def _fault(row: AuditRow, keys: AuditKeys) -> Fault | None:
    if entry_hash(entry_of(row), row.detail) != row.hash:
        return Fault.CHANGED
    if row.key != keys.id:
        return Fault.OTHER_KEY
    return None if row.seal == keys.seal(row.hash) else Fault.CHANGED


def _end_problems(log: "AuditLog", link: Link, end: _End, walk: _Walk) -> Iterator[AuditProblem]:
    if not end.genuine:
        text = say("audit.head-changed", table=_HEAD_TABLE)
        yield AuditProblem(fault=Fault.CHANGED, text=text, table=_HEAD_TABLE, row="1")
    with link.reading():
        row = AuditHeadRow._base_manager.using(link.alias).first()
        extra = AuditRow._base_manager.using(link.alias).filter(number__gt=row.number if row else end.number)
        behind = list(extra.order_by("number").values_list("number", flat=True))
    # One query after the other: entries that came in between are not behind the end any more.
    if behind and log.head.number < behind[0]:
        yield _entries(Fault.INSERTED, "audit.entry-inserted", behind[0], behind[-1])
    yield from _file_problems(log, link, end, walk)


def _file_problems(log: "AuditLog", link: Link, end: _End, walk: _Walk) -> Iterator[AuditProblem]:
    """What the file beside the database knows better."""
    where, known, last = str(log.head_file.path), end.known, walk.last.number
    if known is None:
        if log.head_file.read(log.keys).damaged:
            text = say("audit.bad-head-file", where=where)
            yield AuditProblem(fault=Fault.CHANGED, text=text, table="", row=where)
        elif last and log.head_file.read(log.keys).head is None:
            yield _no_file(where, own=link.file is not None)
    elif known.number > last:
        text = say("audit.cut-off", known=known.number, last=last, where=where)
        missing = _numbers(last + 1, known.number)
        yield AuditProblem(fault=Fault.CUT_OFF, text=text, table=_TABLE, row=missing, number=last + 1)
    elif walk.known_hash is not None and walk.known_hash != known.hash:
        text = say("audit.other-log", known=known.number, where=where)
        yield AuditProblem(fault=Fault.CHANGED, text=text, table=_TABLE, row=str(known.number), number=known.number)


def _no_file(where: str, *, own: bool) -> AuditProblem:
    """`own`: the database is a file of this computer, so that the mark was made here."""
    message = "audit.no-head-file" if own else "audit.no-head-file-here"
    return AuditProblem(fault=Fault.MISSING, text=say(message, where=where), table="", row=where, note=not own)


def _entries(fault: Fault, message: str, first: int, last: int) -> AuditProblem:
    text = say(message, first=first, last=last, table=_TABLE)
    return AuditProblem(fault=fault, text=text, table=_TABLE, row=_numbers(first, last), number=first)


def _numbers(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"
