"""The cameras of recorders: which device stands on which channel, and records of those seen only through a recorder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fushinban import clock
from fushinban.discover.channels import Links, Told, link
from fushinban.discover.groups import changed
from fushinban.drivers import drivers, general_drivers
from fushinban.model.device import Device, DeviceKind
from fushinban.model.discovery import DiscoverySummary, Group
from fushinban.model.facts import Channel, Channels, Identity
from fushinban.model.inspection import DeviceRecord
from fushinban.model.reading import Answer, Reading, Source
from fushinban.model.site import Network
from fushinban.model.text import Text, say


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedSite:
    """Records and summary with the channels tied to cameras; `fresh`: the records that were not so before."""

    summary: DiscoverySummary
    records: tuple[DeviceRecord, ...]
    fresh: tuple[DeviceRecord, ...]


def linked_site(summary: DiscoverySummary, records: Sequence[DeviceRecord], networks: Sequence[Network]) -> LinkedSite:
    """Tie the channels that recorders told of to the devices of the site. The same again gives the same."""
    known = {d.id: d for d in summary.devices}
    own = {r.device.id: r for r in records if not r.device.behind and r.device.id in known}
    devices = {**known, **{i: _recorder(r) for i, r in own.items()}}
    told = {i: found for i, r in own.items() if (found := _channels(r)) is not None and not r.device.ignored}
    recorders = [
        Told(recorder=devices[i], channels=reading.value.channels) for i, reading in told.items() if reading.value
    ]
    if not recorders and not any(d.behind for d in known.values()):
        return LinkedSite(summary=summary, records=tuple(records), fresh=())
    site = next(iter(known.values())).site
    answered = {r.device.id for r in own.values() if r.reached}
    links = link(site, devices.values(), recorders, networks, answered)
    made = [_record(d, own.get(d.id), links, devices, told) for d in links.devices if not d.ignored]
    before = {id(r) for r in records}
    return LinkedSite(
        summary=_summary(summary, known, links),
        records=tuple(made),
        fresh=tuple(r for r in made if id(r) not in before),
    )


def _recorder(record: DeviceRecord) -> Device:
    """The device; one that tells of cameras of the network is a recorder, whatever it was taken for."""
    device, found = record.device, _channels(record)
    many = found is not None and found.value is not None and any(c.address or c.mac for c in found.value.channels)
    guessed = device.kind is DeviceKind.OTHER or (device.kind is DeviceKind.CAMERA and not device.listed)
    return replace(device, kind=DeviceKind.RECORDER) if many and guessed else device


def _channels(record: DeviceRecord) -> Reading[Channels] | None:
    found = (r for r in record.readings if r.fact is Channels and isinstance(r.value, Channels))
    return next(found, None)


def _record(
    device: Device,
    own: DeviceRecord | None,
    links: Links,
    devices: Mapping[str, Device],
    told: Mapping[str, Reading[Channels]],
) -> DeviceRecord:
    """What is on record of a device: what it said itself, or what its recorder said."""
    if own is not None and not device.behind:
        return own if own.device == device else replace(own, device=device)
    recorder = devices.get(device.parent)
    title = recorder.title if recorder else device.parent
    detail = say("recorders.only-through" if device.behind else "recorders.named-by", recorder=title)
    if device.id not in links.told:
        return DeviceRecord(device=device, readings=_unasked(detail, None))
    parent, channel = links.told[device.id]
    reading = told[parent]
    seen = channel.online is True
    identity = _identity(device, channel, reading)
    readings = _unasked(detail, identity)
    if seen:
        at = reading.source.at
        device = replace(device, last_seen=at, first_seen=device.first_seen or at)
    return DeviceRecord(
        device=device,
        readings=readings,
        drivers=(reading.source.driver,) if identity else (),
        reached=seen,
    )


def _identity(device: Device, channel: Channel, reading: Reading[Channels]) -> Reading[Identity] | None:
    """Who the camera is, as its recorder says; None where it does not."""
    if not channel.model and not channel.firmware:
        return None
    source = replace(reading.source, request=f"{reading.source.request}, channel {channel.number}")
    value = Identity(maker=device.maker, model=device.model, firmware=channel.firmware, serial=channel.serial)
    return Reading(fact=Identity, answer=Answer.OK, value=value, source=source)


def _unasked(detail: Text, identity: Reading[Identity] | None) -> tuple[Reading[Any], ...]:
    """The identity, and every fact that is asked of all devices as not asked, with the reason."""
    facts = {
        fact: (d.name, g.request)
        for d in general_drivers(drivers())
        if d.applies is None
        for fact, g in d.getters.items()
    }
    now = clock.now()
    rest = tuple(
        Reading(
            fact=fact, answer=Answer.NOT_ASKED, source=Source(driver=driver, request=request, at=now), detail=detail
        )
        for fact, (driver, request) in facts.items()
        if identity is None or fact is not Identity
    )
    return (identity, *rest) if identity else rest


def _summary(summary: DiscoverySummary, known: Mapping[str, Device], links: Links) -> DiscoverySummary:
    """The summary with the cameras that only recorders know."""
    groups, changes = dict(summary.groups), dict(summary.changes)
    for device in links.devices:
        before = known.get(device.id)
        if device.ignored:
            groups[device.id] = Group.IGNORED
        elif before is None:
            groups[device.id] = Group.NEW
        elif device.behind:
            if found := changed(before, device):
                changes[device.id] = found
            gone = device.id in links.missing
            groups[device.id] = Group.GONE if gone else Group.CHANGED if device.id in changes else Group.SAME
    return replace(summary, devices=links.devices, groups=groups, changes=changes)
