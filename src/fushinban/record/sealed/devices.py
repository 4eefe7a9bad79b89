"""Devices of a site."""

from fushinban.record.sealed._kind import Sealed

_COUNTED = "counted from the sealed findings"

SEALED = Sealed(
    kind="devices",
    model="record.DeviceRow",
    group="site_id",
    row=("site_id", "device"),
    columns=(
        "site_id", "device", "kind", "maker", "model", "firmware", "address", "mac", "ignored", "first_seen",
        "last_seen", "payload",
    ),
    left_out={
        "id": "the device's own name is its identity",
        "owner": "repeats the customer of the site",
        "failed": _COUNTED,
        "accepted": _COUNTED,
        "unknown": _COUNTED,
        "error": _COUNTED,
        "worst": _COUNTED,
    },
)  # fmt: skip
