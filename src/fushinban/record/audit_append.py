"""Appends to the audit log at the end of a piece of work: first groups, then digests, then the chain."""

from collections.abc import Callable, Sequence
from functools import partial

from django.db import transaction

from fushinban.errors import StoreError
from fushinban.messages import say
from fushinban.model.audit import AuditEntry
from fushinban.record._audit_rows import AuditHeadRow, AuditRow, SealRow
from fushinban.record.audit_chain import COLUMNS, AuditKeys, Head, linked
from fushinban.record.audit_existing import seal_existing
from fushinban.record.audit_groups import Groups
from fushinban.record.audit_head import HeadFile
from fushinban.record.audit_pending import Waiting, Work
from fushinban.record.audit_sql import AuditSql
from fushinban.record.connection import Link
from fushinban.record.sealed import sealed_kinds
from fushinban.record.sealed_rows import SealedRows
from fushinban.record.seals import GONE

_HEAD = 1


class Appender:
    """Appends for one database."""

    def __init__(self, link: Link, rows: SealedRows, head_file: HeadFile, keys: Callable[[], AuditKeys]) -> None:
        self._link = link
        self._rows = rows
        self._file = head_file
        self._keys = keys
        self._sql = AuditSql(link)
        self._begun = False

    def flush(self, work: Work) -> None:
        """Write all that waits. Called inside the transaction of the work, at its end."""
        keys = self._keys()
        groups = Groups(self._link, self._rows, keys)
        if self._begun or not self._begin(work, keys):
            groups.apply({group: tally for group, tally in work.groups.items() if group not in work.over})
        groups.drop(work.over)
        entries = self._resolved(work.entries, groups, keys)
        if entries:
            self.append(entries, keys)

    def append(self, waiting: Sequence[tuple[Waiting, str]], keys: AuditKeys) -> None:
        """Append entries with their digests, alone among all processes until the commit."""
        head = self._locked()
        values = []
        for entry, digest in waiting:
            placed = linked(_entry(entry, digest), entry.detail, head, keys)
            values.append(self._values(placed, entry.detail))
            head = Head(number=placed.number, hash=placed.hash, key=placed.key)
        self._link.insert(AuditRow, COLUMNS, values)
        self._sql.set_head(head.number, head.hash, keys.head_seal(head), head.key)
        transaction.on_commit(partial(self._mark, head, keys), using=self._link.alias)

    def _mark(self, head: Head, keys: AuditKeys) -> None:
        try:
            self._file.move(head, keys)
        except (OSError, StoreError):
            # The work is committed and must not be reported as failed; the file is behind, which loses nothing but
            # the proof of the last entries until the next one moves it.
            return

    def _begin(self, work: Work, keys: AuditKeys) -> bool:
        """With the first entry ever everything that is on record is sealed, this work's rows included: True then."""
        transaction.on_commit(self._has_begun, using=self._link.alias)
        if self._sql.is_begun():
            return False
        ends = AuditHeadRow._base_manager.using(self._link.alias)
        # Two who begin at once: one waits here for the other, and then finds its entries.
        ends.bulk_create([AuditHeadRow(id=_HEAD)], ignore_conflicts=True)
        if self._locked().number:
            return False
        return self._seal_all(work, keys)

    def seal_anew(self, work: Work, keys: AuditKeys) -> None:
        """Take everything as it is, under these keys, with an entry for each thing; inside a piece of work."""
        self._locked()
        SealRow._base_manager.using(self._link.alias).all().delete()
        self._seal_all(work, keys)

    def _seal_all(self, work: Work, keys: AuditKeys) -> bool:
        named = {(entry.kind, entry.id) for entry in work.entries if entry.content}
        self.append(seal_existing(self._link, self._rows, keys, named), keys)
        return True

    def _has_begun(self) -> None:
        self._begun = True

    def _locked(self) -> Head:
        found = self._sql.locked_head()
        if found is None:
            raise StoreError(say("audit.no-head"))
        number, entry_hash, key = found
        return Head(number=number, hash=entry_hash, key=key)

    def _resolved(self, entries: Sequence[Waiting], groups: Groups, keys: AuditKeys) -> list[tuple[Waiting, str]]:
        """The entries that are to be written, each with its digest."""
        digests: dict[tuple[str, str], str] = {}
        written: set[tuple[str, str]] = set()
        resolved = []
        for entry in sorted(entries, key=lambda e: e.quiet):
            if not entry.content:
                resolved.append((entry, entry.digest))
                continue
            thing = (entry.kind, entry.id)
            if thing not in digests:
                digests[thing] = self._digest(entry, groups, keys)
            if entry.quiet and (thing in written or (self._sql.last_digest(*thing) or GONE) == digests[thing]):
                continue
            written.add(thing)
            resolved.append((entry, digests[thing]))
        return sorted(resolved, key=lambda pair: pair[0].at)

    def _digest(self, entry: Waiting, groups: Groups, keys: AuditKeys) -> str:
        sealed = sealed_kinds()[entry.kind]
        if sealed.group:
            return groups.pin(entry.kind, entry.id)
        return self._rows.digest(sealed, entry.id, keys.rows)

    def _values(self, entry: AuditEntry, detail: str) -> tuple[object, ...]:
        """Values in the order of `COLUMNS`."""
        actor = entry.actor
        return (
            entry.number, self._link.moment(entry.at), str(actor.kind), actor.id, actor.name, actor.address,
            entry.action, entry.kind, entry.id, detail, entry.digest, entry.previous, entry.hash, entry.seal,
            entry.key,
        )  # fmt: skip


def _entry(waiting: Waiting, digest: str) -> AuditEntry:
    return AuditEntry(
        number=0,
        at=waiting.at,
        actor=waiting.actor,
        action=waiting.action,
        kind=waiting.kind,
        id=waiting.id,
        digest=digest,
    )
