"""Findings of an inspection."""

from fushinban.record.sealed._kind import Sealed

_REPEATED = "repeats what sealed rows say, so that lists are quick"

SEALED = Sealed(
    kind="findings",
    model="record.FindingRow",
    group="inspection_id",
    row=("inspection_id", "position", "control", "device"),
    columns=("inspection_id", "position", "site", "device", "control", "outcome", "severity", "at", "payload"),
    left_out={
        "id": "a finding is known by inspection and position",
        "current": _REPEATED,
        "rank": _REPEATED,
        "maker": _REPEATED,
        "owner": _REPEATED,
        "place": _REPEATED,
    },
)
