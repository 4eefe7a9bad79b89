"""Parameter sheets on record, per site, device and stage, with their history."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from fushinban.model.sheet import ParameterSheet, Stage
from fushinban.record._packed import PackedSheets, unpack_sheet
from fushinban.record.codec import unpack
from fushinban.record.connection import Link
from fushinban.record.models import SheetRow
from fushinban.record.values import SheetEntry

_COLUMNS = ("site", "device", "stage", "taken_at", "last_confirmed", "digest", "payload", "seal")


@dataclass(slots=True, kw_only=True)
class _Newest:
    """The newest sheet of one device and stage; `sheet` is there while it has no row, `row` when it has one."""

    digest: str
    taken_at: datetime
    confirmed: datetime
    row: int | None = None
    sheet: ParameterSheet | None = None
    seal: bytes | None = None


class Sheets:
    """Save and find parameter sheets. A stage only ever follows itself: what was observed (actual) never takes the
    place of what was intended (planned, installed) or of the factory state. Every method may raise StoreError.
    """

    def __init__(self, link: Link, packed: PackedSheets) -> None:
        self._link = link
        self._packed = packed
        self._rows = SheetRow._base_manager.using(link.alias)

    def save(self, site_id: str, sheet: ParameterSheet) -> bool:
        """Keep a sheet; True when it is new. One equal to the newest of its stage only moves `last_confirmed`."""
        return self.save_many(site_id, (sheet,)) == 1

    def save_many(self, site_id: str, sheets: Iterable[ParameterSheet]) -> int:
        """`save` for several sheets of a site in one go, in this order; how many were new."""
        given = tuple(sheets)
        with self._link.joining():
            newest = self._newest_rows(site_id, given)
            fresh: list[_Newest] = []
            confirmed: dict[int, _Newest] = {}
            for sheet in given:
                held = newest.get((sheet.device, sheet.stage))
                if held is not None and held.digest == sheet.digest:
                    held.confirmed = max(held.confirmed, sheet.taken_at)
                    if held.row is not None:
                        confirmed[held.row] = held
                    continue
                moment = sheet.taken_at
                new = _Newest(digest=sheet.digest, taken_at=moment, confirmed=moment, sheet=sheet)
                fresh.append(new)
                if held is None or held.taken_at <= moment:
                    newest[sheet.device, sheet.stage] = new
            moment_of = self._link.moment
            rows = [self._row(site_id, n.sheet, n.confirmed) for n in fresh if n.sheet]
            self._link.insert(SheetRow, _COLUMNS, rows)
            audit = self._link.audit
            seals = {row: audit.moved("sheets", held.seal, (held.confirmed,)) for row, held in confirmed.items()}
            changed = [(moment_of(held.confirmed), seals[row], row) for row, held in confirmed.items()]
            self._link.update(SheetRow, ("last_confirmed", "seal"), changed)
            old = [held.seal for held in confirmed.values()]
            audit.sealed("sheets", site_id, [*(row[-1] for row in rows), *seals.values()], old)
            self._intended(site_id, [n.sheet for n in fresh if n.sheet])
        return len(fresh)

    def _intended(self, site_id: str, fresh: Collection[ParameterSheet]) -> None:
        """What is intended is a person's decision, and is in the audit log at once; what was observed, later."""
        devices = sorted({f"{s.device} {s.stage.value}" for s in fresh if s.stage is not Stage.ACTUAL})
        if devices:
            said = {"sheets": len(devices), "first": devices[:20]}
            self._link.audit.changed("sheet.saved", "sheets", site_id, said)

    def _newest_rows(self, site_id: str, sheets: Collection[ParameterSheet]) -> dict[tuple[str, Stage], _Newest]:
        """What is newest on record for the devices and stages of these sheets, locked until the end of the writing."""
        devices = sorted({s.device for s in sheets})
        stages = {s.stage.value for s in sheets}
        newest = {}
        for start in range(0, len(devices), 500):
            rows = self._rows.filter(site=site_id, device__in=devices[start : start + 500], stage__in=stages)
            columns = ("device", "stage", "id", "digest", "taken_at", "last_confirmed", "seal")
            for device, stage, row, digest, taken_at, confirmed, seal in (
                rows.order_by("taken_at", "id").select_for_update().values_list(*columns)
            ):
                newest[device, Stage(stage)] = _Newest(digest=digest, taken_at=taken_at, confirmed=confirmed, row=row)
                newest[device, Stage(stage)].seal = bytes(seal) if seal is not None else None
        return newest

    def _row(self, site_id: str, sheet: ParameterSheet, confirmed: datetime) -> tuple[Any, ...]:
        """Values in the order of `_COLUMNS`."""
        moment, stage, packed = self._link.moment, sheet.stage.value, self._packed.of(sheet)
        seal = self._link.audit.seal(
            "sheets", (site_id, sheet.device, stage, sheet.taken_at, sheet.digest, packed, confirmed)
        )
        return (
            site_id, sheet.device, stage, moment(sheet.taken_at), moment(confirmed), sheet.digest, packed, seal,
        )  # fmt: skip

    def newest(self, site_id: str, device_id: str) -> Mapping[Stage, ParameterSheet]:
        """The newest sheet of every stage that the device has."""
        return self._newest(self._rows.filter(site=site_id, device=device_id)).get(device_id, {})

    def intended(self, site_id: str, devices: Iterable[str]) -> Mapping[str, Mapping[Stage, ParameterSheet]]:
        """The newest sheet of every stage but the actual one, for these devices of a site by device id."""
        rows = self._rows.filter(site=site_id, device__in=sorted(set(devices)))
        return self._newest(rows.exclude(stage=Stage.ACTUAL.value))

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
                    packed = bytes(payload)
                    sheet = unpack_sheet(packed)
                    self._packed.remember(sheet, packed)
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
