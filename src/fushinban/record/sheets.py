"""Parameter sheets on record, per site, device and stage, with their history."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet

from fushinban.model.sheet import ParameterSheet, Stage
from fushinban.record.codec import pack, unpack
from fushinban.record.connection import Link
from fushinban.record.models import SheetRow
from fushinban.record.values import SheetEntry


class Sheets:
    """Save and find parameter sheets. A stage only ever follows itself: what was observed (actual) never takes the
    place of what was intended (planned, installed) or of the factory state. Every method may raise StoreError.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rows = SheetRow._base_manager.using(link.alias)

    def save(self, site_id: str, sheet: ParameterSheet) -> bool:
        """Keep a sheet; True when it is new. One equal to the newest of its stage only moves `last_confirmed`."""
        with self._link.writing():
            newest = self._of(site_id, sheet.device, sheet.stage).select_for_update().first()
            if newest is not None and newest.digest == sheet.digest:
                newest.last_confirmed = max(newest.last_confirmed, sheet.taken_at)
                newest.save(using=self._link.alias, update_fields=["last_confirmed"])
                return False
            self._rows.create(
                site=site_id,
                device=sheet.device,
                stage=sheet.stage.value,
                taken_at=sheet.taken_at,
                last_confirmed=sheet.taken_at,
                digest=sheet.digest,
                payload=pack(sheet),
            )
            return True

    def newest(self, site_id: str, device_id: str) -> Mapping[Stage, ParameterSheet]:
        """The newest sheet of every stage that the device has."""
        return self._newest(self._rows.filter(site=site_id, device=device_id)).get(device_id, {})

    def newest_of_site(self, site_id: str) -> Mapping[str, Mapping[Stage, ParameterSheet]]:
        """The newest sheet of every stage, for all devices of a site by device id."""
        return self._newest(self._rows.filter(site=site_id))

    def _newest(self, rows: QuerySet[SheetRow]) -> dict[str, dict[Stage, ParameterSheet]]:
        found: dict[str, dict[Stage, ParameterSheet]] = {}
        with self._link.reading():
            order = rows.order_by("taken_at", "id").values_list("device", "stage", "id")
            newest = sorted({(device, stage): row for device, stage, row in order}.values())
            for start in range(0, len(newest), 500):
                chunk = self._rows.filter(id__in=newest[start : start + 500])
                for device, payload in chunk.values_list("device", "payload"):
                    sheet = unpack(ParameterSheet, payload)
                    found.setdefault(device, {})[sheet.stage] = sheet
        return found

    def history(self, site_id: str, device_id: str, stage: Stage | None = None) -> tuple[SheetEntry, ...]:
        """All kept sheets of a device (of one stage, or of all), the newest first."""
        with self._link.reading():
            rows = tuple(self._of(site_id, device_id, stage))
        return tuple(
            SheetEntry(sheet=unpack(ParameterSheet, row.payload), last_confirmed=row.last_confirmed) for row in rows
        )

    def before(self, site_id: str, device_id: str, stage: Stage, moment: datetime) -> ParameterSheet | None:
        """The sheet of a stage that held just before a moment, or None."""
        with self._link.reading():
            row = self._of(site_id, device_id, stage).filter(taken_at__lt=moment).first()
        return unpack(ParameterSheet, row.payload) if row is not None else None

    def _of(self, site_id: str, device_id: str, stage: Stage | None) -> QuerySet[SheetRow]:
        rows = self._rows.filter(site=site_id, device=device_id)
        if stage is not None:
            rows = rows.filter(stage=stage.value)
        return rows.order_by("-taken_at", "-id")
