"""The states of groups of rows that are still growing: how many rows, and the sum of their seals."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from fushinban.record._audit_rows import SealRow
from fushinban.record.audit_chain import AuditKeys
from fushinban.record.audit_pending import Group
from fushinban.record.audit_sql import AuditSql
from fushinban.record.connection import Link
from fushinban.record.sealed import sealed_kinds
from fushinban.record.sealed_rows import SealedRows
from fushinban.record.seals import GONE, Tally

#: A state that is not known yet; it is counted from the rows.
_UNKNOWN = -1


class Groups:
    """States of groups in one transaction."""

    def __init__(self, link: Link, rows: SealedRows, keys: AuditKeys) -> None:
        self._rows = rows
        self._keys = keys
        self._sql = AuditSql(link)
        self._states = SealRow._base_manager.using(link.alias)

    def apply(self, changes: Mapping[Group, Tally]) -> None:
        """Take changes in, group by group in one order for everybody."""
        for (kind, group), change in sorted(changes.items()):
            self._changed(kind, group, change)

    def drop(self, groups: Iterable[Group]) -> None:
        """Forget groups that are over."""
        kinds = defaultdict(list)
        for kind, group in sorted(groups):
            kinds[group].append(kind)
        for group, names in sorted(kinds.items()):
            self._sql.drop_states(group, names)

    def pin(self, kind: str, group: str) -> str:
        """The state as the log keeps it: version, number and sum; `GONE` where there are no rows any more."""
        found = self._sql.state(kind, group)
        version, tally = self._changed(kind, group, Tally()) if found is None else _state(found)
        return pin_text(version, tally) if tally.count else GONE

    def _changed(self, kind: str, group: str, change: Tally) -> tuple[int, Tally]:
        number, version, count, total = self._locked(kind, group)
        if count == _UNKNOWN:
            tally = self._rows.tally(sealed_kinds()[kind], group)  # with this work's own rows
        else:
            tally = Tally(count=count, total=int(total, 16)).and_(change)
        seal = self._keys.group_seal(kind, group, version + 1, tally)
        self._sql.set_state(number, version + 1, tally.count, tally.hex, seal)
        return version + 1, tally

    def _locked(self, kind: str, group: str) -> tuple[int, int, int, str]:
        found = self._sql.state(kind, group)
        if found is None:
            # Two who begin the same group at once: one waits here for the other, and then finds its row.
            self._states.bulk_create([SealRow(kind=kind, object=group, count=_UNKNOWN)], ignore_conflicts=True)
            found = self._sql.state(kind, group)
            assert found is not None
        return found


def _state(found: tuple[int, int, int, str]) -> tuple[int, Tally]:
    _, version, count, total = found
    return version, Tally(count=count, total=int(total, 16))


def pin_text(version: int, tally: Tally) -> str:
    """How the log keeps the state of a group."""
    return f"{version}.{tally.count}.{tally.hex}"


def version_of(pin: str) -> int:
    """The version in a pin; -1 for a text that is none."""
    start = pin.partition(".")[0]
    return int(start) if start.isdecimal() else -1
