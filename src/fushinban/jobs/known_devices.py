"""What is known of a site's devices after a run."""

from collections.abc import Iterable

from fushinban.model.device import Device
from fushinban.model.discovery import DiscoverySummary
from fushinban.record.store import Store


def remember(store: Store, known: Iterable[Device], summary: DiscoverySummary, devices: Iterable[Device]) -> None:
    """Keep these devices of a run; `known`: those on record when it began.

    A summary has every known device. One that is missing has another id by now, because a person has listed it since
    it was found; its older record is dropped, or it would turn up as a missing device for ever.
    """
    store.devices.save(devices)
    here = {d.id for d in summary.devices}
    for device in known:
        if device.id not in here:
            store.devices.drop(device.site, device.id)
