"""When the site was looked at last, by an inspection or by discovery alone."""

from datetime import datetime

from fushinban.record.store import Store


def last_run(store: Store, site_id: str) -> datetime | None:
    """Start of the last run (UTC), to be asked before the next one begins.

    None where there was none, or where it was broken off before anything it saw was kept: compared with such a run
    every device would seem to have come back.
    """
    began = store.sites.saved_at(site_id)
    seen = [d.last_seen for d in store.devices.of(site_id) if d.last_seen is not None]
    return began if began is not None and seen and max(seen) >= began else None
