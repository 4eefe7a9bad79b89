"""Seals what is on record already when the audit log begins: rows of an older program, or of a new database."""

from collections.abc import Iterator, Set

from fushinban import clock
from fushinban.model.audit import SYSTEM
from fushinban.record._audit_rows import SealRow
from fushinban.record.audit_chain import AuditKeys
from fushinban.record.audit_pending import Waiting
from fushinban.record.connection import Link
from fushinban.record.sealed import Sealed, sealed_kinds
from fushinban.record.sealed_rows import SealedRows, model_of
from fushinban.record.seals import Tally

ACTION = "audit.sealed-existing"


def seal_existing(
    link: Link, rows: SealedRows, keys: AuditKeys, besides: Set[tuple[str, str]]
) -> list[tuple[Waiting, str]]:
    """Seal every row of every kind; the entries that say so: the beginning of the log, then one for each thing.

    `besides`: things that have entries of their own now.
    """
    kinds = rows.present(link.connection)
    entries = [(_waiting("audit", "", "{}"), "")]
    tallies = {kind.kind: _seal_rows(link, rows, kind, keys) for kind in kinds if kind.group}
    closed = _closed(rows, kinds)
    for kind in kinds:
        if kind.group:
            entries += _keep_groups(link, kind, tallies[kind.kind], closed.get(kind.kind, set()), keys)
        else:
            entries += _digests(rows, kind, tallies, keys)
    return [pair for pair in entries if (pair[0].kind, pair[0].id) not in besides]


def _seal_rows(link: Link, rows: SealedRows, kind: Sealed, keys: AuditKeys) -> dict[str, Tally]:
    """Give every row of a kind its seal, some thousand at a time; the tallies by group."""
    found: dict[str, list[bytes]] = {}
    tallies: dict[str, Tally] = {}
    model, seal = model_of(kind), keys.rows.sealing(kind)
    for piece in rows.chunks(kind, kind.group, *kind.columns, *kind.moving):
        changed = [(seal(row[2:]), row[0]) for row in piece]
        link.update(model, ("seal",), changed)
        for row, (mark, _) in zip(piece, changed, strict=True):
            found.setdefault(str(row[1]), []).append(mark)
        # Rows of a group mostly stand together: each piece holds few groups.
        for group, marks in found.items():
            tallies[group] = tallies.get(group, Tally()).plus(marks)
        found.clear()
    return tallies


def _closed(rows: SealedRows, kinds: tuple[Sealed, ...]) -> dict[str, set[str]]:
    """By kind of part: the groups whose state stands in the digest of a finished thing."""
    found: dict[str, set[str]] = {}
    for kind in kinds:
        if kind.parts:
            over = {str(pk) for piece in rows.chunks(kind, kind.closed_by) for pk, ended in piece if ended is not None}
            found.update(dict.fromkeys(kind.parts, over))
    return found


def _keep_groups(
    link: Link, kind: Sealed, tallies: dict[str, Tally], closed: set[str], keys: AuditKeys
) -> Iterator[tuple[Waiting, str]]:
    """Write down the states of the groups that are still growing, and pin those that belong to nothing else."""
    part = any(kind.kind in other.parts for other in sealed_kinds().values())
    states = [
        SealRow(
            kind=kind.kind, object=group, version=1, count=tally.count, total=tally.hex,
            seal=keys.group_seal(kind.kind, group, 1, tally),
        )
        for group, tally in sorted(tallies.items())
        if group not in closed
    ]  # fmt: skip
    SealRow._base_manager.using(link.alias).bulk_create(states, batch_size=100)
    if not part:
        for row in states:
            yield _waiting(kind.kind, row.object, "{}"), f"{row.version}.{row.count}.{row.total}"


def _digests(
    rows: SealedRows, kind: Sealed, tallies: dict[str, dict[str, Tally]], keys: AuditKeys
) -> Iterator[tuple[Waiting, str]]:
    for piece in rows.chunks(kind, *kind.columns):
        for row in piece:
            parts = {part: tallies.get(part, {}).get(str(row[0]), Tally()) for part in kind.parts}
            yield _waiting(kind.kind, str(row[0]), "{}"), rows.object_digest(kind, tuple(row[1:]), keys.rows, parts)


def _waiting(kind: str, object_id: str, detail: str) -> Waiting:
    return Waiting(at=clock.now(), actor=SYSTEM, action=ACTION, kind=kind, id=object_id, detail=detail)
