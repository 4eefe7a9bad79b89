"""What was read of the devices in an inspection."""

from fushinban.record.sealed._kind import Sealed

SEALED = Sealed(
    kind="records",
    model="record.DeviceRecordRow",
    group="inspection_id",
    row=("inspection_id", "device"),
    columns=("inspection_id", "device", "reached", "payload"),
    moving=("position",),
    left_out={"id": "a record is known by inspection and device"},
)
