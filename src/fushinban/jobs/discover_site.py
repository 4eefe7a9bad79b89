"""Discovery alone: who is there, compared with what is known, and remembered."""

from fushinban import clock
from fushinban.discover import discover
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
    store.sites.save(site_file.site, site_file.authorisation)
    known = tuple(store.devices.of(site_file.site.id))
    progress.stage(say("inspect.stage-discover"))
    summary = run(_look(site_file, store, known))
    store.devices.save(list(summary.devices))
    return summary


async def _look(site_file: SiteFile, store: Store, known: tuple[Device, ...]) -> DiscoverySummary:
    site = site_file.site
    budget = AttemptBudget(store.budget_path)
    async with Door(site.id, site_file.authorisation, site_file.limits, budget, Transcript()) as door:
        return await discover(
            door, site, site_file.authorisation, site_file.methods, listed=site_file.listed, known=known
        )
