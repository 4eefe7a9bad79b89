"""The network part of an inspection: find the devices of a site and read each of them, keeping every one at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from fushinban import clock
from fushinban.collect.ask import NO_MEMORY, Memory
from fushinban.collect.device import collect
from fushinban.collect.flatten import sheet_of
from fushinban.discover import discover
from fushinban.drivers import drivers
from fushinban.errors import StoreError
from fushinban.jobs.earlier import with_earlier
from fushinban.jobs.keeper import Keeper
from fushinban.jobs.known_devices import carry_over
from fushinban.jobs.logins import Login, logins_for, note_reads, snmp_for
from fushinban.jobs.means import Means
from fushinban.jobs.progress import Progress
from fushinban.jobs.recorder_channels import LinkedSite, linked_site
from fushinban.jobs.site_file import SiteFile
from fushinban.makers import find_maker
from fushinban.model.credential import SnmpAccess
from fushinban.model.device import Device
from fushinban.model.discovery import DiscoverySummary
from fushinban.model.inspection import DeviceRecord, TranscriptCount
from fushinban.model.reading import Answer
from fushinban.model.sheet import Change, ParameterSheet, Stage, differences
from fushinban.model.site import InspectionKind
from fushinban.model.text import say
from fushinban.record.store import Store
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.door import Door
from fushinban.transport.transcript import Transcript

#: Facts that describe our own knowledge or test, not a setting: never a change.
_OWN_FACTS = frozenset({"credential", "factory_logins"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedSite:
    """What was found and read, and what was asked for it."""

    discovery: DiscoverySummary
    records: tuple[DeviceRecord, ...]
    transcript: tuple[TranscriptCount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """The inspection that is made, what an earlier turn of it left, and what a later one may need of this.

    `kept`: devices on record already, which are not asked again; `memory`: what is remembered of the others;
    `also`: called with every batch of devices in the piece of work that keeps them; `transcript`: is given the
    transcript, to flush it when it likes, and None before that ends.
    """

    inspection: str
    kind: InspectionKind
    kept: Mapping[str, DeviceRecord] = field(default_factory=dict)
    memory: Callable[[Device], Memory] = lambda _: NO_MEMORY
    also: Callable[[Sequence[DeviceRecord]], None] = lambda _: None
    transcript: Callable[[Transcript | None], None] = lambda _: None


async def collect_site(
    site_file: SiteFile, kind: InspectionKind, inspection_id: str, means: Means, last_run: datetime | None
) -> CollectedSite:
    """Discover and read a site; every device is on record before the next one is waited for."""
    trail = Trail(inspection=inspection_id, kind=kind)
    async with _door(site_file, means.store, trail) as door:
        summary = await _find(door, site_file, means, last_run)
        records = await _read(door, site_file, means, summary, trail)
    linked = await asyncio.to_thread(keep_links, site_file, means.store, summary, records, trail)
    discovery = named(linked.summary, linked.records)
    return CollectedSite(discovery=discovery, records=linked.records, transcript=door.transcript.counts())


async def find_site(site_file: SiteFile, means: Means, last_run: datetime | None, trail: Trail) -> DiscoverySummary:
    """Discover a site: the first half of `collect_site`."""
    async with _door(site_file, means.store, trail) as door:
        return await _find(door, site_file, means, last_run)


async def read_site(
    site_file: SiteFile, means: Means, summary: DiscoverySummary, trail: Trail
) -> tuple[DeviceRecord, ...]:
    """Read the devices of a site that are not on record yet: the second half. All records, in the summary's order."""
    async with _door(site_file, means.store, trail) as door:
        return await _read(door, site_file, means, summary, trail)


def keep_links(
    site_file: SiteFile, store: Store, summary: DiscoverySummary, records: Sequence[DeviceRecord], trail: Trail
) -> LinkedSite:
    """Tie the channels of recorders to cameras and keep what that changes; done again, it changes nothing more."""
    linked = linked_site(summary, records, site_file.authorisation.networks)
    if not linked.fresh:
        return linked
    told = [r for r in linked.fresh if r.device.behind]
    others = [r for r in linked.fresh if not r.device.behind]  # their sheets are on record already
    with store.together():
        if others:
            store.inspections.keep_devices(trail.inspection, others)
        kept = {r.device.id: r for r in _keep(store, trail, told)} if told else {}
    return replace(linked, records=tuple(kept.get(r.device.id, r) for r in linked.records))


@asynccontextmanager
async def _door(site_file: SiteFile, store: Store, trail: Trail) -> AsyncIterator[Door]:
    """The door to the site; its transcript is on record when the block is left."""
    with store.transcript.writer(trail.inspection) as writer:
        transcript = Transcript(sink=writer)
        trail.transcript(transcript)
        budget = AttemptBudget(store.budget_path)
        try:
            async with Door(site_file.site.id, site_file.authorisation, site_file.limits, budget, transcript) as door:
                yield door
        finally:
            trail.transcript(None)


async def _find(door: Door, site_file: SiteFile, means: Means, last_run: datetime | None) -> DiscoverySummary:
    site, store = site_file.site, means.store
    means.progress.stage(say("inspect.stage-discover"))
    known = await asyncio.to_thread(store.devices.of, site.id)
    summary = await discover(
        door,
        site,
        site_file.authorisation,
        site_file.methods,
        listed=site_file.listed,
        known=known,
        last_run=last_run,
    )
    await asyncio.to_thread(carry_over, store, site.id, summary)
    return summary


async def _read(
    door: Door, site_file: SiteFile, means: Means, summary: DiscoverySummary, trail: Trail
) -> tuple[DeviceRecord, ...]:
    store, progress = means.store, means.progress
    logins = logins_for(summary.asked, site_file.credentials, site_file.site, means.vault, means.environ)
    snmp = snmp_for(summary.asked, site_file.credentials, means.vault, means.environ)
    await asyncio.to_thread(note_reads, store, site_file.site, trail.inspection, logins.values(), snmp.values())
    turn = asyncio.Semaphore(max(1, door.limits.site_connections // door.limits.device_connections))
    with Keeper(partial(_keep, store, trail), store.together, store.hold, store.let_go) as keeper:

        async def read(device: Device) -> DeviceRecord:
            if device.id in trail.kept:
                return trail.kept[device.id]
            async with turn:
                ways = logins.get(device.id), snmp.get(device.id)
                record = await _collect(door, device, ways, progress, trail.memory(device))
            return await keeper.kept(record)

        return await _read_all(summary.asked, read, progress)


async def _read_all(
    devices: Sequence[Device], read: Callable[[Device], Awaitable[DeviceRecord]], progress: Progress
) -> tuple[DeviceRecord, ...]:
    """Read the devices side by side, as many as the site's connections allow."""
    progress.stage(say("inspect.stage-collect"), len(devices))

    async def one(device: Device) -> DeviceRecord:
        kept = await read(device)
        progress.done(kept.device, kept.reached)
        return kept

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(d)) for d in devices]
    except ExceptionGroup as several:
        failed, others = several.split(StoreError)
        if failed is None or others is not None:
            raise
        # Nothing can be kept any more: one reason is enough for a person.
        raise failed.exceptions[0] from None
    return tuple(t.result() for t in tasks)


async def _collect(
    door: Door, device: Device, ways: tuple[Login | None, SnmpAccess | None], progress: Progress, memory: Memory
) -> DeviceRecord:
    maker, (login, snmp) = find_maker(device.maker), ways
    rule, key = maker.lockout if maker else None, device.expected_key
    session = door.session(device.target, login.credential if login else None, rule, snmp, key)
    quality = login.quality if login else None
    seconds = door.limits.device_minutes * 60
    try:
        return await collect(
            session, device, drivers(), quality, lambda fact: progress.step(device, fact), memory, seconds
        )
    finally:
        await session.close()


def _keep(store: Store, trail: Trail, records: Sequence[DeviceRecord]) -> Sequence[DeviceRecord]:
    """Keep the devices read last, with their sheets."""
    site_id = records[0].device.site  # an inspection is of one site, and no batch is empty
    records = with_earlier(store, site_id, records)
    intended = store.sheets.intended(site_id, [r.device.id for r in records])
    kept = []
    fresh: list[ParameterSheet] = []
    for record in records:
        whole, new = _with_sheets(trail.kind, intended.get(record.device.id, {}), record)
        kept.append(whole)
        fresh.extend(new)
    store.sheets.save_many(site_id, fresh)
    store.inspections.keep_devices(trail.inspection, kept)
    trail.also(kept)
    return kept


def _with_sheets(
    kind: InspectionKind, intended: Mapping[Stage, ParameterSheet], record: DeviceRecord
) -> tuple[DeviceRecord, tuple[ParameterSheet, ...]]:
    """The record with its actual sheet, and the sheets to keep.

    On a first installation inspection the actual sheet becomes the installed one too.
    """
    actual = sheet_of(record.device.id, Stage.ACTUAL, clock.now(), record.readings)
    sheets = dict(intended)
    fresh = [actual] if record.reached else []
    if record.reached and kind is InspectionKind.INSTALLATION and Stage.INSTALLED not in sheets:
        sheets[Stage.INSTALLED] = replace(actual, stage=Stage.INSTALLED)
        fresh.append(sheets[Stage.INSTALLED])
    sheets[Stage.ACTUAL] = actual
    return replace(record, sheets=sheets, changes=_changes(sheets, record)), tuple(fresh)


def _changes(sheets: Mapping[Stage, ParameterSheet], record: DeviceRecord) -> tuple[Change, ...]:
    """What differs from the installed sheet (the planned one where there is none), among what was read now."""
    intended = sheets.get(Stage.INSTALLED) or sheets.get(Stage.PLANNED)
    if intended is None:
        return ()
    read = {r.fact.key for r in record.readings if r.answer is Answer.OK} - _OWN_FACTS
    return differences(intended, sheets[Stage.ACTUAL], only=[f"{k}{end}" for k in read for end in (".", "[")])


def named(summary: DiscoverySummary, records: tuple[DeviceRecord, ...]) -> DiscoverySummary:
    """The summary with the devices as they are known after reading them."""
    known = {r.device.id: r.device for r in records}
    return replace(summary, devices=tuple(known.get(d.id, d) for d in summary.devices))
