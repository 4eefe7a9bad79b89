"""Devices on record: what was last known of each, first and last seen, and which a person set aside."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from fushinban import clock
from fushinban.errors import StoreError
from fushinban.messages import say
from fushinban.model.device import Device
from fushinban.model.listing import DeviceLine, DevicesQuery, HitKind
from fushinban.model.paging import USUAL_PAGE, Page, page_size
from fushinban.model.rights import SiteScope
from fushinban.record._counters import Counters
from fushinban.record._device_search import DeviceSearch
from fushinban.record._names import device_titles
from fushinban.record._search_index import SearchIndex, device_entry
from fushinban.record.codec import decode, encode
from fushinban.record.connection import Link, cut
from fushinban.record.models import DeviceRow, SiteRow
from fushinban.record.upkeep import Upkeep

_COLUMNS = (
    "kind", "maker", "model", "firmware", "address", "mac", "ignored", "first_seen", "last_seen", "payload", "seal",
)  # fmt: skip


class Devices:
    """Save and find the devices of a site. Every method may raise StoreError."""

    def __init__(self, link: Link, counters: Counters, index: SearchIndex, upkeep: Upkeep) -> None:
        self._link = link
        self._counters = counters
        self._index = index
        self._upkeep = upkeep
        self._search = DeviceSearch(link, index)
        self._rows = DeviceRow._base_manager.using(link.alias)

    def save(self, devices: Iterable[Device]) -> None:
        """Keep these devices of sites that are on record; other devices stay as they are.

        The earliest `first_seen` and the latest `last_seen` are kept. A device that a person set aside stays so,
        unless the device is listed in the site file, which then decides.
        """
        given = {(device.site, device.id): device for device in devices}
        sites = {site for site, _ in given}
        with self._link.joining():
            owners = dict(
                SiteRow._base_manager.using(self._link.alias).filter(id__in=sites).values_list("id", "owner_id")
            )
            known = {(r.site_id, r.device): r for r in self._rows.select_for_update().filter(site_id__in=sites)}
            counted = {key: (row.kind, row.ignored) for key, row in known.items()}
            fresh = [_row(DeviceRow(owner=owners.get(key[0])), d) for key, d in given.items() if key not in known]
            old = [_row(known[key], _set_aside(known[key], d)) for key, d in given.items() if key in known]
            self._seal([*fresh, *old])
            self._rows.bulk_create(fresh, batch_size=500)
            self._link.update(DeviceRow, _COLUMNS, [self._values(row) for row in old])
            self._index.put(device_entry(device, owners.get(site)) for (site, _), device in given.items())
            changed = {r.site_id for r in old if counted[r.site_id, r.device] != (r.kind, r.ignored)}
            self._counters.recount(changed | {r.site_id for r in fresh}, clock.now())

    def _values(self, row: DeviceRow) -> tuple[object, ...]:
        """Values in the order of `_COLUMNS`, then the id."""
        first, last = (m and self._link.moment(m) for m in (row.first_seen, row.last_seen))
        return (
            row.kind, row.maker, row.model, row.firmware, row.address, row.mac, row.ignored, first, last, row.payload,
            row.seal, row.pk,
        )  # fmt: skip

    def _seal(self, rows: Iterable[DeviceRow]) -> None:
        """Seal rows as they are now."""
        audit = self._link.audit
        for row in rows:
            before, row.seal = row.seal, audit.seal(
                "devices",
                (
                    row.site_id, row.device, row.kind, row.maker, row.model, row.firmware, row.address, row.mac,
                    row.ignored, row.first_seen, row.last_seen, row.payload,
                ),
            )  # fmt: skip
            audit.sealed("devices", row.site_id, (row.seal,), (before,))

    def of(self, site_id: str) -> tuple[Device, ...]:
        """All devices of a site in the order of their ids, the ignored ones included."""
        with self._link.reading():
            payloads = tuple(self._rows.filter(site_id=site_id).order_by("device").values_list("payload", flat=True))
        return tuple(decode(Device, payload) for payload in payloads)

    def get(self, site_id: str, device_id: str) -> Device | None:
        """One device, or None."""
        with self._link.reading():
            row = self._rows.filter(site_id=site_id, device=device_id).first()
        return decode(Device, row.payload) if row is not None else None

    def children(self, site_id: str, device_id: str, most: int = 200) -> tuple[Device, ...]:
        """The devices that hang at a recorder, in the order of their ids, at most this many."""
        said = encode({"parent": device_id}, Mapping[str, str])[1:-1]
        with self._link.reading():
            rows = self._rows.filter(site_id=site_id, payload__contains=said).order_by("device")
            payloads = tuple(rows.values_list("payload", flat=True)[:most])
        # The text alone might stand in a note; what was read back decides.
        devices = (decode(Device, payload) for payload in payloads)
        return tuple(device for device in devices if device.parent == device_id)

    def titles(self, site_id: str, device_ids: Iterable[str]) -> Mapping[str, str]:
        """What to call these devices of a site, as far as they are on record; one query."""
        with self._link.reading():
            found = device_titles(self._link, ((site_id, device) for device in device_ids))
        return {device: title for (_, device), title in found.items()}

    def drop(self, site_id: str, device_id: str) -> None:
        """Take a device off the record; its sheets and inspections stay. Nothing happens where there is none."""
        with self._link.writing():
            found = self._rows.filter(site_id=site_id, device=device_id)
            for seal in found.values_list("seal", flat=True):
                self._link.audit.sealed("devices", site_id, (), (seal,))
                self._link.audit.changed("device.dropped", "devices", site_id, {"device": device_id})
            found.delete()
            self._index.drop(site_id, HitKind.DEVICE, device_id)
            self._counters.recount([site_id], clock.now())

    def ignore(self, site_id: str, device_id: str, ignored: bool = True) -> None:
        """Set a device aside, or take it back."""
        with self._link.writing():
            row = self._rows.select_for_update().filter(site_id=site_id, device=device_id).first()
            if row is None:
                raise StoreError(say("record.no-device", id=device_id))
            _row(row, replace(decode(Device, row.payload), ignored=ignored))
            self._seal([row])
            row.save(using=self._link.alias)
            action = "device.ignored" if ignored else "device.taken-back"
            self._link.audit.changed(action, "devices", site_id, {"device": device_id})
            self._counters.recount([site_id], clock.now())

    def know_key(self, site_id: str, device_id: str, host_key: str) -> None:
        """From now on the SSH server of a device must show this key; empty: whichever it shows next is remembered."""
        with self._link.writing():
            row = self._rows.select_for_update().filter(site_id=site_id, device=device_id).first()
            if row is None:
                raise StoreError(say("record.no-device", id=device_id))
            before = decode(Device, row.payload)
            _row(row, replace(before, host_key=host_key))
            self._seal([row])
            row.save(using=self._link.alias)
            action = "device.key-accepted" if host_key else "device.key-forgotten"
            said = {"device": device_id, "before": before.host_key, "now": host_key}
            self._link.audit.changed(action, "devices", site_id, said)

    def search(
        self, scope: SiteScope, query: DevicesQuery | None = None, *, cursor: str | None = None, most: int = USUAL_PAGE
    ) -> Page[DeviceLine]:
        """One page of the devices inside the scope, by site and id, with their counters; with a text in the order in
        which they came on record. Raises InputError for a wrong cursor."""
        self._upkeep.settle()
        with self._link.reading():
            return self._search.page(scope, query or DevicesQuery(), cursor, page_size(most))

    def line(self, scope: SiteScope, site_id: str, device_id: str) -> DeviceLine | None:
        """One device with its counters and names; None where there is none inside the scope."""
        self._upkeep.settle()
        with self._link.reading():
            return self._search.one(scope, site_id, device_id)

    def makers(self, scope: SiteScope) -> tuple[str, ...]:
        """The makers' names there are inside the scope, for choosing one."""
        with self._link.reading():
            return self._search.makers(scope)


def _row(row: DeviceRow, device: Device) -> DeviceRow:
    """The row with the device's values; the times it was seen never shrink."""
    first, last = _first(row.first_seen, device.first_seen), _last(row.last_seen, device.last_seen)
    kept = replace(device, first_seen=first, last_seen=last)
    row.site_id, row.device, row.kind = kept.site, kept.id, kept.kind.value
    row.maker, row.model, row.firmware = cut(kept.maker, 200), cut(kept.model, 200), cut(kept.firmware, 200)
    row.address, row.mac = cut(kept.address, 100), cut(kept.mac, 40)
    row.ignored, row.first_seen, row.last_seen = kept.ignored, first, last
    row.payload = encode(kept)
    return row


def _set_aside(row: DeviceRow, device: Device) -> Device:
    return device if device.listed else replace(device, ignored=device.ignored or row.ignored)


def _first(known: datetime | None, seen: datetime | None) -> datetime | None:
    return min((m for m in (known, seen) if m is not None), default=None)


def _last(known: datetime | None, seen: datetime | None) -> datetime | None:
    return max((m for m in (known, seen) if m is not None), default=None)
