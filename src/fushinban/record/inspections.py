"""Inspections on record. Each device is kept as soon as it was read, so that nothing collected is lost."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fushinban.errors import StoreError
from fushinban.messages import say
from fushinban.model.control import Outcome
from fushinban.model.discovery import DiscoverySummary
from fushinban.model.finding import Coverage, PersonAnswer
from fushinban.model.inspection import DeviceRecord, Inspection, TranscriptCount
from fushinban.model.site import Authorisation, InspectionKind, Site
from fushinban.record._packed import PackedSheets, pack_record, unpack_record
from fushinban.record.codec import decode, encode, pack, unpack
from fushinban.record.connection import Link
from fushinban.record.findings import Findings
from fushinban.record.models import DeviceRecordRow, InspectionRow
from fushinban.record.sites import Sites
from fushinban.record.values import InspectionEntry, UnfinishedInspection

#: Columns that a list of inspections does not need.
_LARGE = ("site_payload", "authorisation", "result")
_COLUMNS = ("inspection_id", "position", "device", "reached", "payload")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    """What a finished inspection has besides its columns, device records and findings."""

    discovery: DiscoverySummary
    coverage: Coverage
    answers: Mapping[str, PersonAnswer]
    transcript: tuple[TranscriptCount, ...] = ()
    previous_inspection: datetime | None = None


class Inspections:
    """Begin, fill, finish and find inspections. Every method may raise StoreError."""

    def __init__(self, link: Link, sites: Sites, findings: Findings, packed: PackedSheets) -> None:
        self._link = link
        self._packed = packed
        self._sites = sites
        self._findings = findings
        self._rows = InspectionRow._base_manager.using(link.alias)
        self._records = DeviceRecordRow._base_manager.using(link.alias)
        # What this process kept on the way, so that `finish` need not write the same again.
        self._kept: dict[tuple[str, str], DeviceRecord] = {}

    def begin(self, site: Site, kind: InspectionKind, authorisation: Authorisation, started_at: datetime) -> str:
        """Put a new inspection on record (and its site, as it is now); returns its id."""
        inspection_id = f"{started_at:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
        with self._link.writing():
            self._sites.save(site, authorisation)
            self._rows.create(
                id=inspection_id,
                site_id=site.id,
                kind=kind.value,
                started_at=started_at,
                site_payload=encode(site),
                authorisation=encode(authorisation),
            )
        return inspection_id

    def keep_device(self, inspection_id: str, record: DeviceRecord) -> None:
        """Keep one device of an inspection that is under way; given again, the later one counts."""
        self.keep_devices(inspection_id, (record,))

    def keep_devices(self, inspection_id: str, records: Iterable[DeviceRecord]) -> None:
        """Keep several devices in one go."""
        given = {record.device.id: record for record in records}
        packed = {device: pack_record(record, self._packed) for device, record in given.items()}
        with self._link.writing():
            count, ended_at = self._locked(inspection_id)
            if ended_at is not None:
                raise StoreError(say("record.already-finished", id=inspection_id))
            known = self._known(inspection_id, tuple(given))
            changed = [(given[device].reached, packed[device], row) for device, row in known.items()]
            self._link.update(DeviceRecordRow, ("reached", "payload"), changed)
            fresh = [given[device] for device in given if device not in known]
            self._insert(inspection_id, [(count + n, r, packed[r.device.id]) for n, r in enumerate(fresh)])
            if fresh:
                self._rows.filter(id=inspection_id).update(device_count=count + len(fresh))
        self._kept.update({(inspection_id, device): record for device, record in given.items()})

    def finish(self, inspection: Inspection) -> None:
        """Keep the whole result of an inspection that was begun, and mark it finished.

        The device records given here are the final ones: they take the place of what was kept on the way.
        """
        kept = {r.device.id for r in inspection.records if self._kept.get((inspection.id, r.device.id)) is r}
        result = pack(_result(inspection))
        with self._link.writing():
            self._locked(inspection.id)
            self._replace(inspection, kept)
            self._findings.replace(inspection.id, inspection.findings)
            self._rows.filter(id=inspection.id).update(
                kind=inspection.kind.value,
                started_at=inspection.started_at,
                ended_at=inspection.ended_at,
                device_count=len(inspection.records),
                fail_count=sum(f.outcome is Outcome.FAIL for f in inspection.findings),
                site_payload=encode(inspection.site),
                authorisation=encode(inspection.authorisation),
                result=result,
            )
        for record in inspection.records:
            self._kept.pop((inspection.id, record.device.id), None)

    def _replace(self, inspection: Inspection, kept: set[str]) -> None:
        """Make the records of a finished inspection all there are; those `kept` on the way only take their place."""
        rows = self._records.filter(inspection_id=inspection.id)
        stored = {device: (row, place) for row, device, place in rows.values_list("id", "device", "position")}
        if old := stored.keys() - kept:
            rows.filter(device__in=old).delete()
        moved, fresh = [], []
        for position, record in enumerate(inspection.records):
            device = record.device.id
            if device not in kept or device not in stored:
                fresh.append((position, record, pack_record(record, self._packed)))
            elif stored[device][1] != position:
                moved.append((position, stored[device][0]))
        self._link.update(DeviceRecordRow, ("position",), moved)
        self._insert(inspection.id, fresh)

    def get(self, inspection_id: str) -> Inspection:
        """A finished inspection. Raises StoreError when there is none or it was not finished."""
        with self._link.reading():
            row = self._row(inspection_id)
            if row.ended_at is None or row.result is None:
                raise StoreError(say("record.not-finished", id=inspection_id))
            records = self._records_of(inspection_id)
            findings = self._findings.of(inspection_id)
        result = unpack(_Result, row.result)
        return Inspection(
            id=row.id,
            site=decode(Site, row.site_payload),
            authorisation=decode(Authorisation, row.authorisation),
            kind=InspectionKind(row.kind),
            started_at=row.started_at,
            ended_at=row.ended_at,
            records=records,
            discovery=result.discovery,
            findings=findings,
            coverage=result.coverage,
            answers=result.answers,
            transcript=result.transcript,
            previous_inspection=result.previous_inspection,
        )

    def newest(self, site_id: str) -> Inspection | None:
        """The newest finished inspection of a site, or None."""
        entry = self.newest_entry(site_id)
        return self.get(entry.id) if entry is not None else None

    def newest_entry(self, site_id: str) -> InspectionEntry | None:
        """When and how the newest finished inspection was made, without loading its content; None where none is."""
        with self._link.reading():
            finished = self._rows.filter(site_id=site_id, ended_at__isnull=False)
            row = finished.defer(*_LARGE).order_by("-started_at", "-id").first()
        return _entry(row) if row is not None else None

    def list(self, site_id: str | None = None) -> tuple[InspectionEntry, ...]:
        """Inspections of a site (or of all), finished or not, the newest first."""
        with self._link.reading():
            rows = self._rows.all() if site_id is None else self._rows.filter(site_id=site_id)
            found = tuple(rows.defer(*_LARGE).order_by("-started_at", "-id"))
        return tuple(map(_entry, found))

    def unfinished(self, site_id: str) -> tuple[UnfinishedInspection, ...]:
        """Inspections of a site that were broken off, the newest first, with all that they had collected."""
        with self._link.reading():
            rows = tuple(self._rows.filter(site_id=site_id, ended_at__isnull=True).order_by("-started_at", "-id"))
            return tuple(
                UnfinishedInspection(
                    id=row.id,
                    site=decode(Site, row.site_payload),
                    kind=InspectionKind(row.kind),
                    authorisation=decode(Authorisation, row.authorisation),
                    started_at=row.started_at,
                    records=self._records_of(row.id),
                )
                for row in rows
            )

    def _row(self, inspection_id: str) -> InspectionRow:
        row = self._rows.filter(id=inspection_id).first()
        if row is None:
            raise StoreError(say("record.no-inspection", id=inspection_id))
        return row

    def _locked(self, inspection_id: str) -> tuple[int, datetime | None]:
        """Number of devices and the end; locked until the end of this writing: nobody else counts on meanwhile."""
        rows = self._rows.select_for_update().filter(id=inspection_id)
        found: tuple[int, datetime | None] | None = rows.values_list("device_count", "ended_at").first()
        if found is None:
            raise StoreError(say("record.no-inspection", id=inspection_id))
        return found

    def _records_of(self, inspection_id: str) -> tuple[DeviceRecord, ...]:
        rows = self._records.filter(inspection_id=inspection_id).order_by("position", "id")
        return tuple(unpack_record(payload) for payload in rows.values_list("payload", flat=True))

    def _known(self, inspection_id: str, devices: Sequence[str]) -> dict[str, int]:
        """Row ids of the devices, among these, that the inspection has already."""
        known: dict[str, int] = {}
        for start in range(0, len(devices), 500):
            rows = self._records.filter(inspection_id=inspection_id, device__in=devices[start : start + 500])
            known.update(rows.values_list("device", "id"))
        return known

    def _insert(self, inspection_id: str, placed: Iterable[tuple[int, DeviceRecord, bytes]]) -> None:
        """Insert records, each with its position and packed bytes."""
        values = [(inspection_id, place, r.device.id, r.reached, payload) for place, r, payload in placed]
        self._link.insert(DeviceRecordRow, _COLUMNS, values)


def _result(inspection: Inspection) -> _Result:
    return _Result(
        discovery=inspection.discovery,
        coverage=inspection.coverage,
        answers=inspection.answers,
        transcript=inspection.transcript,
        previous_inspection=inspection.previous_inspection,
    )


def _entry(row: InspectionRow) -> InspectionEntry:
    return InspectionEntry(
        id=row.id,
        site=row.site_id,
        kind=InspectionKind(row.kind),
        started_at=row.started_at,
        ended_at=row.ended_at,
        devices=row.device_count,
        failed=row.fail_count,
    )
