"""Runs the methods of a discovery and makes one summary of what they found."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from datetime import datetime

from fushinban import clock
from fushinban.discover import neighbours, sadp, ssdp, sweep, wsdiscovery
from fushinban.discover.found import Found
from fushinban.discover.fuse import fuse
from fushinban.discover.groups import summarise
from fushinban.errors import DeviceError, OutOfScope
from fushinban.messages import Text, say
from fushinban.model.device import Device, Target
from fushinban.model.discovery import DiscoverySummary, Method, Sighting
from fushinban.model.site import Authorisation, Site
from fushinban.transport.door import Door


def _quiet(_: Text) -> None:
    """Tells nobody."""


async def discover(
    door: Door,
    site: Site,
    authorisation: Authorisation,
    methods: Collection[Method],
    *,
    listed: Sequence[Device] = (),
    known: Sequence[Device] = (),
    last_run: datetime | None = None,
    progress: Callable[[Text], None] = _quiet,
) -> DiscoverySummary:
    """Devices of the site by the methods given, fused with the listed and the known ones.

    `last_run`: when the discovery before began (UTC), so that a device that was missing then is BACK. What a method
    cannot do is a problem of the summary, not an error. Raises InputError when a network is too large to be swept.
    """
    if Method.SWEEP in methods:
        sweep.check_size(authorisation.networks)
    run = _Run(door, progress)
    places = _places(listed, known)
    around: dict[Method, Callable[[], Awaitable[Found]]] = {
        Method.LISTED: lambda: sweep.look_at(door, places),
        Method.SWEEP: lambda: sweep.sweep(door, authorisation.networks, [d.target for d in listed]),
        Method.WS_DISCOVERY: lambda: wsdiscovery.look_around(door),
        Method.SSDP: lambda: ssdp.look_around(door),
        Method.MDNS: lambda: _look_for_mdns(door),
        Method.SADP: lambda: sadp.look_around(door),
    }
    await asyncio.gather(*(run.method(m, look) for m, look in around.items() if m in methods))
    if Method.NEIGHBOURS in methods:
        # Last, because the table fills by talking to the devices.
        seen = {s.address for s in run.sightings} | run.refusing
        await run.method(Method.NEIGHBOURS, lambda: neighbours.look_around(door, run.began, seen))
    if Method.WS_DISCOVERY in methods:
        await run.method(Method.WS_DISCOVERY, lambda: wsdiscovery.look_at(door, run.unheard(places)))
    fused = fuse(site.id, run.sightings, listed, known)
    return summarise(fused, run.finished, authorisation.networks, run.problems(), last_run)


async def _look_for_mdns(door: Door) -> Found:
    from fushinban.discover import mdns  # noqa: PLC0415 - reading DNS takes a library that other methods do not need

    return await mdns.look_around(door)


def _places(listed: Sequence[Device], known: Sequence[Device]) -> list[Target]:
    """Where a device is listed or was known to be, each place once; what is behind a recorder is not looked for."""
    ids = {d.id for d in listed}
    devices = [*listed, *(d for d in known if d.id not in ids)]
    return list({d.target.key: d.target for d in devices if not d.behind and not d.ignored}.values())


class _Run:
    """What one discovery has found so far."""

    def __init__(self, door: Door, progress: Callable[[Text], None]) -> None:
        self._door = door
        self._progress = progress
        self.began = clock.monotonic()
        self.sightings: list[Sighting] = []
        self.refusing: set[str] = set()
        self.finished: set[Method] = set()
        self._failed: dict[Method, Text] = {}
        self._unreadable: dict[Method, int] = {}

    async def method(self, method: Method, look: Callable[[], Awaitable[Found]]) -> None:
        """Run one method and keep what it found; the door lets nothing in from outside the authorised networks."""
        self._progress(say("discover.progress-method", method=method.label))
        try:
            found = await look()
        except (DeviceError, OutOfScope) as error:
            self._failed[method] = error.text
            self.finished.discard(method)
            return
        if method not in self._failed:
            self.finished.add(method)
        if found.unreadable:
            self._unreadable[method] = self._unreadable.get(method, 0) + found.unreadable
        self.sightings += found.sightings
        self.refusing |= found.refusing

    def unheard(self, places: Sequence[Target]) -> list[Target]:
        """Places and seen addresses from which no WS-Discovery answer came yet."""
        heard = {s.address for s in self.sightings if s.method is Method.WS_DISCOVERY}
        targets = {t.key: t for t in places}
        there = {t.address for t in places}
        targets |= {s.address: Target(address=s.address) for s in self.sightings if s.address not in there}
        return [t for t in targets.values() if t.address not in heard and self._door.scope.covers(t.address)]

    def problems(self) -> Iterator[Text]:
        """What could not be done or read, one sentence each."""
        for method, reason in self._failed.items():
            yield say("discover.method-failed", method=method.label, reason=reason)
        for method, count in self._unreadable.items():
            yield say("discover.unreadable-answers", method=method.label, count=count)
