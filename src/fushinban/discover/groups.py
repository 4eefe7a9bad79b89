"""The six groups of a discovery summary, and what changed on each device. Pure."""

from collections.abc import Collection, Iterable
from datetime import datetime
from ipaddress import ip_address

from fushinban.discover.candidates import plain_endpoint
from fushinban.discover.found import plain_mac
from fushinban.discover.fuse import Fused
from fushinban.messages import Text, say
from fushinban.model.device import Device
from fushinban.model.discovery import DiscoverySummary, Group, Method
from fushinban.model.site import Network

#: Fields whose change is told, by the name that `changes` uses.
FIELDS = ("address", "maker", "model", "firmware", "serial", "mac", "endpoint")

_ARROW = " → "


def summarise(
    fused: Iterable[Fused],
    methods: Collection[Method],
    networks: Collection[Network],
    problems: Iterable[Text] = (),
    last_run: datetime | None = None,
) -> DiscoverySummary:
    """The summary of a run. `methods`: those that ran to the end; `last_run`: start of the run before (UTC)."""
    rows = tuple(fused)
    changes = {f.device.id: found for f in rows if f.before and f.seen and (found := changed(f.before, f.device))}
    groups = {f.device.id: _group(f, changes, methods, networks, last_run) for f in rows}
    return DiscoverySummary(
        devices=tuple(f.device for f in rows),
        groups=groups,
        changes=changes,
        methods=tuple(m for m in Method if m in methods),
        problems=tuple(problems),
        renamed={f.before.id: f.device.id for f in rows if f.before and f.before.id != f.device.id},
    )


def _group(
    row: Fused,
    changes: Collection[str],
    methods: Collection[Method],
    networks: Collection[Network],
    last_run: datetime | None,
) -> Group:
    if row.device.ignored:
        return Group.IGNORED
    if row.before is None:
        return Group.NEW
    if not row.seen:
        return Group.GONE if could_see(row.device, methods, networks) else Group.SAME
    if last_run is not None and (row.before.last_seen is None or row.before.last_seen < last_run):
        return Group.BACK
    return Group.CHANGED if row.device.id in changes else Group.SAME


def could_see(device: Device, methods: Collection[Method], networks: Collection[Network]) -> bool:
    """Whether one of these methods would have seen the device if it were there; never one that is behind a recorder."""
    if device.behind:
        return False
    if Method.LISTED in methods:
        return True
    if Method.WS_DISCOVERY in methods and device.endpoint_id:
        return True
    return Method.SWEEP in methods and inside(device.address, networks)


def inside(address: str, networks: Collection[Network]) -> bool:
    """Whether an address belongs to one of the networks."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in n for n in networks if n.version == found.version)


def changed(before: Device, now: Device) -> tuple[str, ...]:
    """Each change as `field: before → now`; what was or is unknown is no change."""
    told = []
    for field in FIELDS:
        old, new = _value(before, field), _value(now, field)
        if old and new and old.casefold() != new.casefold():
            told.append(f"{field}: {old}{_ARROW}{new}")
    return tuple(told)


def _value(device: Device, field: str) -> str:
    if field == "address":
        return device.target.key
    if field == "mac":
        return plain_mac(device.mac)
    return plain_endpoint(device) if field == "endpoint" else str(getattr(device, field))


def change_text(change: str) -> Text:
    """A change of `DiscoverySummary.changes` as a sentence."""
    field, _, values = change.partition(": ")
    before, _, after = values.partition(_ARROW)
    if field == "address":
        return say("discover.change-address", before=before, after=after)
    return say("discover.change-value", what=say(f"discover.field-{field}"), before=before, after=after)
