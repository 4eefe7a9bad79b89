"""Checks the sealed rows against the audit log: changed, inserted and removed rows, with their table and name.

What is written meanwhile must not look like tampering: whatever does not fit is looked at once more, alone.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db.models import Max, QuerySet

from fushinban.messages import say
from fushinban.model.audit import AuditProblem, Fault
from fushinban.record._audit_rows import AuditHeadRow, AuditRow, SealRow
from fushinban.record.audit_groups import pin_text, version_of
from fushinban.record.connection import Link
from fushinban.record.sealed import Sealed, sealed_kinds
from fushinban.record.sealed_rows import installed, table_of
from fushinban.record.seals import GONE, Tally

if TYPE_CHECKING:
    from fushinban.record.audit import AuditLog

_SEALS = SealRow._meta.db_table


class RowCheck:
    """One check of all rows. `begun`: there is a log, so that every row must be sealed."""

    def __init__(self, log: "AuditLog", link: Link, *, begun: bool) -> None:
        self._log = log
        self._link = link
        self._rows = log.sealed_rows
        self._keys = log.keys
        self._begun = begun
        #: By kind of group: what the rows add up to.
        self._tallies: dict[str, dict[str, Tally]] = {}

    def problems(self) -> Iterator[AuditProblem]:
        """Everything that does not fit."""
        with self._link.reading():
            present = self._rows.present(self._link.connection)
        yield from self._unknown(present)
        groups = [s for s in present if s.group]
        for sealed in groups:
            yield from self._rows_of(sealed)
        if not self._begun:
            yield from self._unsealed([s for s in present if not s.group])
            return
        for sealed in present:
            if not sealed.group:
                yield from self._things(sealed)
        over = self._over(present)
        for sealed in groups:
            yield from self._groups(sealed, over.get(sealed.kind, set()))

    def _unknown(self, present: tuple[Sealed, ...]) -> Iterator[AuditProblem]:
        """Kinds that the log speaks of and that cannot be looked at here."""
        there = {s.kind for s in present}
        with self._link.reading():
            spoken = set(
                AuditRow._base_manager.using(self._link.alias).exclude(digest="").values_list("kind").distinct()
            )
        for (kind,) in sorted(spoken):
            if kind in there:
                continue
            known = sealed_kinds().get(kind)
            gone = known is not None and installed(known)
            yield AuditProblem(
                fault=Fault.MISSING if gone else Fault.NOT_CHECKED, text=say("audit.not-checked", kind=kind),
                table=table_of(known) if known is not None and gone else "", row=kind, note=not gone,
            )  # fmt: skip

    def _unsealed(self, kinds: list[Sealed]) -> Iterator[AuditProblem]:
        for sealed in kinds:
            with self._link.reading():
                count = self._rows.rows(sealed).count()
            if count:
                yield _not_sealed(sealed, count)

    def _rows_of(self, sealed: Sealed) -> Iterator[AuditProblem]:
        """Each row of a group against its own seal; adds up the seals on the way."""
        tallies: dict[str, Tally] = {}
        columns = (*sealed.columns, *sealed.moving)
        bare = 0
        for piece in self._pieces(sealed, sealed.group, "seal", *columns, *sealed.row):
            seals: dict[str, list[bytes]] = {}
            for _, group, kept, *values in piece:
                said, name = values[: len(columns)], values[len(columns) :]
                if kept is None and not self._begun:
                    bare += 1
                    continue
                if kept is None or bytes(kept) != self._keys.rows.seal(sealed, said):
                    yield _row_problem(Fault.INSERTED if kept is None else Fault.CHANGED, sealed, _named(name))
                if kept is not None:
                    seals.setdefault(str(group), []).append(bytes(kept))
            for group, given in seals.items():
                tallies[group] = tallies.get(group, Tally()).plus(given)
        self._tallies[sealed.kind] = tallies
        if bare:
            yield _not_sealed(sealed, bare)

    def _pieces(self, sealed: Sealed, *columns: str) -> Iterator[list[tuple[Any, ...]]]:
        pieces = self._rows.chunks(sealed, *columns)
        while True:
            with self._link.reading():
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    def _things(self, sealed: Sealed) -> Iterator[AuditProblem]:
        """Each thing against the digest of its newest entry, and each entry against what is there."""
        expected = self._expected(sealed.kind)
        for piece in self._pieces(sealed, *sealed.columns):
            for pk, *row in piece:
                name = str(pk)
                parts = {p: self._tallies.get(p, {}).get(name, Tally()) for p in sealed.parts}
                found = self._rows.object_digest(sealed, tuple(row), self._keys.rows, parts)
                if expected.pop(name, "") != found:
                    yield from self._thing_again(sealed, name)
        for name, digest in expected.items():
            if digest != GONE:
                yield from self._thing_again(sealed, name)

    def _thing_again(self, sealed: Sealed, name: str) -> Iterator[AuditProblem]:
        """Look once more while nobody can append; what still does not fit is a problem."""
        with self._link.writing():
            self._nobody_else()
            found = self._rows.digest(sealed, name, self._keys.rows)
            expected = self._newest(sealed.kind, name)
            missing = {part: self._missing(sealed_kinds()[part], name) for part in sealed.parts}
        if expected == found or (not expected and found == GONE):
            return
        if found == GONE:
            yield _row_problem(Fault.MISSING, sealed, name)
        elif expected in ("", GONE):
            yield _row_problem(Fault.INSERTED, sealed, name)
        else:
            yield _row_problem(Fault.CHANGED, sealed, name)
            for part, gaps in missing.items():
                for gap in gaps:
                    yield _row_problem(Fault.MISSING, sealed_kinds()[part], f"{name} [{gap}]")

    def _missing(self, part: Sealed, group: str) -> list[int]:
        """Places of a part that nobody holds: rows of it are numbered without gaps."""
        fields = (*part.columns, *part.moving)
        if "position" not in fields:
            return []
        places = set(self._rows.rows(part).filter(**{part.group: group}).values_list("position", flat=True))
        return sorted(set(range(max(places, default=-1) + 1)) - places)

    def _groups(self, sealed: Sealed, over: set[str]) -> Iterator[AuditProblem]:
        """The sums of each group against its state, and the state against the log."""
        pins = self._expected(sealed.kind)
        tallies = self._tallies[sealed.kind]
        with self._link.reading():
            states = {s.object: s for s in self._states(sealed.kind)}
        for group in sorted(tallies.keys() | states.keys() | pins.keys()):
            if group in over:
                continue
            if not self._fits(sealed.kind, group, states.get(group), tallies.get(group, Tally()), pins.get(group, "")):
                yield from self._group_again(sealed, group)

    def _group_again(self, sealed: Sealed, group: str) -> Iterator[AuditProblem]:
        with self._link.writing():
            self._nobody_else()
            state = self._states(sealed.kind).select_for_update().filter(object=group).first()
            tally = self._rows.tally(sealed, group)
            pin = self._newest(sealed.kind, group)
        if self._fits(sealed.kind, group, state, tally, pin):
            return
        name = group or "-"
        if (state is None and tally.count) or not self._genuine(sealed.kind, group, state, pin):
            text = say("audit.group-seal", table=_SEALS, row=f"{sealed.kind} {name}")
            yield AuditProblem(fault=Fault.CHANGED, text=text, table=_SEALS, row=f"{sealed.kind} {name}")
        if state is None or state.count == tally.count:
            if state is not None and state.total != tally.hex:
                yield _group_problem(Fault.CHANGED, "audit.group-changed", sealed, name, 0)
            return
        less = state.count > tally.count
        fault, message = (Fault.MISSING, "audit.group-less") if less else (Fault.INSERTED, "audit.group-more")
        yield _group_problem(fault, message, sealed, name, abs(state.count - tally.count))

    def _fits(self, kind: str, group: str, state: SealRow | None, tally: Tally, pin: str) -> bool:
        if state is None:
            return not tally.count and pin in ("", GONE)
        same = state.count == tally.count and state.total == tally.hex
        return same and self._genuine(kind, group, state, pin)

    def _genuine(self, kind: str, group: str, state: SealRow | None, pin: str) -> bool:
        """Whether a state has its seal, and is not older than the one in the log."""
        if state is None:
            return pin in ("", GONE)
        tally = Tally(count=state.count, total=int(state.total, 16) if _hex(state.total) else -1)
        if tally.total < 0 or state.seal != self._keys.group_seal(kind, group, state.version, tally):
            return False
        known = version_of(pin)
        return known < state.version or pin == pin_text(state.version, tally)

    def _over(self, present: tuple[Sealed, ...]) -> dict[str, set[str]]:
        """By kind of part: groups whose sums stand in the digest of a finished thing."""
        found: dict[str, set[str]] = {}
        for sealed in present:
            if sealed.parts:
                with self._link.reading():
                    closed = self._rows.rows(sealed).filter(**{f"{sealed.closed_by}__isnull": False})
                    ended = closed.values_list("pk", flat=True)
                    names = set(map(str, ended))
                found.update(dict.fromkeys(sealed.parts, names))
        return found

    def _expected(self, kind: str) -> dict[str, str]:
        """The digest of the newest entry that has one, by thing."""
        rows = AuditRow._base_manager.using(self._link.alias)
        with self._link.reading():
            newest = rows.filter(kind=kind).exclude(digest="").values("object").annotate(newest=Max("number"))
            numbers = [row["newest"] for row in newest.order_by()]
        found: dict[str, str] = {}
        for start in range(0, len(numbers), 900):
            with self._link.reading():
                found.update(rows.filter(number__in=numbers[start : start + 900]).values_list("object", "digest"))
        return found

    def _newest(self, kind: str, name: str) -> str:
        rows = AuditRow._base_manager.using(self._link.alias).filter(kind=kind, object=name).exclude(digest="")
        return rows.order_by("-number").values_list("digest", flat=True).first() or ""

    def _states(self, kind: str) -> QuerySet[SealRow]:
        return SealRow._base_manager.using(self._link.alias).filter(kind=kind)

    def _nobody_else(self) -> None:
        """Until the end of this piece of work nobody can append: rows and entries fit each other."""
        list(AuditHeadRow._base_manager.using(self._link.alias).select_for_update())


def _hex(text: str) -> bool:
    try:
        return int(text, 16) >= 0
    except ValueError:
        return False


def _named(values: list[Any]) -> str:
    return " ".join(str(v) for v in values if v not in ("", None))


def _row_problem(fault: Fault, sealed: Sealed, name: str) -> AuditProblem:
    table = table_of(sealed)
    message = {Fault.CHANGED: "row-changed", Fault.INSERTED: "row-inserted", Fault.MISSING: "row-missing"}[fault]
    return AuditProblem(fault=fault, text=say(f"audit.{message}", table=table, row=name), table=table, row=name)


def _group_problem(fault: Fault, message: str, sealed: Sealed, name: str, count: int) -> AuditProblem:
    table = table_of(sealed)
    return AuditProblem(fault=fault, text=say(message, table=table, row=name, count=count), table=table, row=name)


def _not_sealed(sealed: Sealed, count: int) -> AuditProblem:
    table = table_of(sealed)
    return AuditProblem(
        fault=Fault.UNSEALED, text=say("audit.not-sealed", table=table, count=count), table=table, row="", note=True
    )
