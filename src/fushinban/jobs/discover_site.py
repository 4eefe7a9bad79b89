"""Discovery alone: who is there, compared with what is known, and remembered."""

from datetime import datetime

from fushinban import clock
from fushinban.discover import discover
from fushinban.jobs.known_devices import remember
from fushinban.jobs.last_run import last_run
from fushinban.jobs.loop import run
from fushinban.jobs.progress import Progress
from fushinban.jobs.site_file import SiteFile, check_authorisation
from fushinban.model.device import Device
from fushinban.model.discovery import DiscoverySummary
from fushinban.model.text import say
from fushinban.record.store import Store
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.door import Door
from fushinban.transport.transcript import Transcript


def discover_site(site_file: SiteFile, store: Store, progress: Progress) -> DiscoverySummary:
    """Look for devices as the site file says, and keep those found. Raises OutOfScope before any packet."""
    check_authorisation(site_file.authorisation, clock.now())
    before = last_run(store, site_file.site.id)
    store.sites.save(site_file.site, site_file.authorisation)
    known = tuple(store.devices.of(site_file.site.id))
    progress.stage(say("inspect.stage-discover"))
    summary = run(_look(site_file, store, known, before))
    remember(store, known, summary, summary.devices)
    return summary


async def _look(
    site_file: SiteFile, store: Store, known: tuple[Device, ...], before: datetime | None
) -> DiscoverySummary:
    site, allowed = site_file.site, site_file.authorisation
    budget = AttemptBudget(store.budget_path)
    with store.transcript.writer("") as writer:  # these footprints belong to no inspection
        async with Door(site.id, allowed, site_file.limits, budget, Transcript(sink=writer)) as door:
            return await discover(
                door, site, allowed, site_file.methods, listed=site_file.listed, known=known, last_run=before
            )
