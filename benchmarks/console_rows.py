"""Rows of whole sites, many at once, made by the functions of the store. To be imported when a store is open."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import AutoField, Model

from fushinban.model.control import Outcome
from fushinban.model.inspection import DeviceRecord, Inspection
from fushinban.record import models as m
from fushinban.record._console_rows import SearchRow, SiteStateRow
from fushinban.record._counters import LONG_AGO, coverage_json
from fushinban.record._inspection_result import pack_result
from fushinban.record._packed import PackedSheets, pack_record
from fushinban.record._ranks import rank_of
from fushinban.record._search_index import INDEX_COLUMNS, Entry, device_entry, index_values
from fushinban.record._site_words import site_entry, site_words
from fushinban.record.codec import encode
from fushinban.record.store import Store

_PACKED = PackedSheets()


class Rows:
    """Rows of some sites, collected by table and inserted at once."""

    def __init__(self, store: Store, owners: Mapping[str, int]) -> None:
        self._link = store._link
        self._owners = owners
        self._rows: dict[type[Model], list[dict[str, Any]]] = {}

    def _put(self, table: type[Model], **values: Any) -> None:
        self._rows.setdefault(table, []).append(values)

    def write(self) -> None:
        """Insert them all; columns that were not given have their defaults."""
        for table, rows in self._rows.items():
            fields = [f for f in table._meta.concrete_fields if not isinstance(f, AutoField)]
            known = [(f.attname, f.get_default()) for f in fields]
            values = [tuple(self._plain(row.get(name, default)) for name, default in known) for row in rows]
            self._link.insert(table, [str(f.column) for f in fields], values)

    def _plain(self, value: Any) -> Any:
        return self._link.moment(value) if isinstance(value, datetime) else value

    def add(self, inspection: Inspection, due: datetime) -> None:
        """The rows of a site and its one finished inspection."""
        site, number = inspection.site, f"{inspection.started_at:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
        owner, allowed = self._owners.get(site.id), encode(inspection.authorisation)
        self._put(
            m.SiteRow, id=site.id, name=site.name, customer=site.customer, kind=site.kind.value, payload=encode(site),
            authorisation=allowed, saved_at=inspection.ended_at, owner_id=owner,
        )  # fmt: skip
        self._put(
            SiteStateRow, site_id=site.id, owner=owner, name=site.name, words=site_words(site), kind=site.kind.value,
            next_due=due, due_what="定期点検", inspected_at=LONG_AGO,
        )  # fmt: skip
        self._entry(site_entry(site, owner))
        self._put(
            m.InspectionRow, id=number, site_id=site.id, kind=inspection.kind.value, started_at=inspection.started_at,
            ended_at=inspection.ended_at, device_count=len(inspection.records), site_payload=encode(site),
            fail_count=sum(f.outcome is Outcome.FAIL for f in inspection.findings), authorisation=allowed,
            result=pack_result(inspection), owner=owner, outcomes=coverage_json(inspection.coverage),
        )  # fmt: skip
        for position, record in enumerate(inspection.records):
            self._device(number, position, record, owner)
        makers = {r.device.id: r.device.maker for r in inspection.records}
        for position, f in enumerate(inspection.findings):
            self._put(
                m.FindingRow, inspection_id=number, position=position, site=site.id, device=f.device, control=f.control,
                outcome=f.outcome.value, severity=f.severity.value, at=f.at, payload=encode(f), current=True,
                rank=rank_of(f.outcome, f.severity), maker=makers.get(f.device, ""), owner=owner, place=site.kind.value,
            )  # fmt: skip

    def _device(self, inspection: str, position: int, record: DeviceRecord, owner: int | None) -> None:
        d = record.device
        self._put(
            m.DeviceRow, site_id=d.site, device=d.id, kind=d.kind.value, maker=d.maker, model=d.model,
            firmware=d.firmware, address=d.address, mac=d.mac, first_seen=d.first_seen, last_seen=d.last_seen,
            payload=encode(d), owner=owner,
        )  # fmt: skip
        self._put(
            m.DeviceRecordRow, inspection_id=inspection, device=d.id, position=position, reached=True,
            payload=pack_record(record, _PACKED),
        )  # fmt: skip
        for stage, sheet in record.sheets.items():
            self._put(
                m.SheetRow, site=d.site, device=d.id, stage=stage.value, taken_at=sheet.taken_at, digest=sheet.digest,
                last_confirmed=sheet.taken_at, payload=_PACKED.of(sheet),
            )  # fmt: skip
        self._entry(device_entry(d, owner))

    def _entry(self, entry: Entry) -> None:
        values = index_values(entry)
        self._put(SearchRow, **dict(zip(INDEX_COLUMNS, values, strict=True)))
