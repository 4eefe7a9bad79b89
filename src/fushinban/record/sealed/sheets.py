"""Parameter sheets of a site's devices."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="sheets",
    model="record.SheetRow",
    group="site",
    row=("site", "device", "stage", "taken_at"),
    columns=("site", "device", "stage", "taken_at", "digest", "payload"),
    moving=("last_confirmed",),
    left_out={"id": "a sheet is known by device, stage and time"},
)
