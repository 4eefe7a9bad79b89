"""What is known of a site's devices after a run."""

from collections.abc import Iterable
from dataclasses import replace

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


def carry_over(store: Store, site_id: str, summary: DiscoverySummary) -> None:
    """Give a device that a person has listed the sheets it had under the id it was found with.

    Without them its installed state would be lost as the thing to compare with.
    """
    for earlier, now in summary.renamed.items():
        has = store.sheets.newest(site_id, now)
        for stage, sheet in store.sheets.newest(site_id, earlier).items():
            if stage not in has:
                store.sheets.save(site_id, replace(sheet, device=now))
