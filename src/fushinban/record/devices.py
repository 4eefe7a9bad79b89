"""Devices on record: what was last known of each, first and last seen, and which a person set aside."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from fushinban.errors import StoreError
from fushinban.messages import say
from fushinban.model.device import Device
from fushinban.record.codec import decode, encode
from fushinban.record.connection import Link, cut
from fushinban.record.models import DeviceRow

_COLUMNS = ("kind", "maker", "model", "firmware", "address", "mac", "ignored", "first_seen", "last_seen", "payload")


class Devices:
    """Save and find the devices of a site. Every method may raise StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rows = DeviceRow._base_manager.using(link.alias)

    def save(self, devices: Iterable[Device]) -> None:
        """Keep these devices of sites that are on record; other devices stay as they are.

        The earliest `first_seen` and the latest `last_seen` are kept. A device that a person set aside stays so,
        unless the device is listed in the site file, which then decides.
        """
        given = {(device.site, device.id): device for device in devices}
        sites = {site for site, _ in given}
        with self._link.writing():
            known = {(r.site_id, r.device): r for r in self._rows.select_for_update().filter(site_id__in=sites)}
            fresh = [_row(DeviceRow(), d) for key, d in given.items() if key not in known]
            old = [_row(known[key], _set_aside(known[key], d)) for key, d in given.items() if key in known]
            self._rows.bulk_create(fresh, batch_size=500)
            self._link.update(DeviceRow, _COLUMNS, [self._values(row) for row in old])

    def _values(self, row: DeviceRow) -> tuple[object, ...]:
        """Values in the order of `_COLUMNS`, then the id."""
        first, last = (m and self._link.moment(m) for m in (row.first_seen, row.last_seen))
        return (
            row.kind, row.maker, row.model, row.firmware, row.address, row.mac, row.ignored, first, last, row.payload,
            row.pk,
        )  # fmt: skip

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

    def drop(self, site_id: str, device_id: str) -> None:
        """Take a device off the record; its sheets and inspections stay. Nothing happens where there is none."""
        with self._link.writing():
            self._rows.filter(site_id=site_id, device=device_id).delete()

    def ignore(self, site_id: str, device_id: str, ignored: bool = True) -> None:
        """Set a device aside, or take it back."""
        with self._link.writing():
            row = self._rows.select_for_update().filter(site_id=site_id, device=device_id).first()
            if row is None:
                raise StoreError(say("record.no-device", id=device_id))
            _row(row, replace(decode(Device, row.payload), ignored=ignored)).save(using=self._link.alias)


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
