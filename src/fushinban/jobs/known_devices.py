"""What is known of a site's devices after a run."""

from collections.abc import Iterable

from fushinban.model.device import Device
from fushinban.model.discovery import DiscoverySummary
from fushinban.record.store import Store


def remember(store: Store, site_id: str, summary: DiscoverySummary, devices: Iterable[Device]) -> None:
    """Keep these devices of a run, and drop the records that it found to be of a device with another id by now.

    A summary has every known device; one that is missing was listed by a person since it was found, and its older
    record would turn up as a missing device for ever.
    """
    store.devices.save(devices)
    here = {d.id for d in summary.devices}
    store.devices.drop(site_id, [d.id for d in store.devices.of(site_id) if d.id not in here])
