"""Inspections on record. Each device is kept as soon as it was read, so that nothing collected is lost."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q

from fushinban import clock
from fushinban.errors import StoreError
from fushinban.messages import say
from fushinban.model.control import Outcome
from fushinban.model.inspection import DeviceRecord, Inspection
from fushinban.model.listing import Comparison, InspectionLine, InspectionsQuery, InspectionSummary, RecordLine
from fushinban.model.paging import USUAL_PAGE, Page, page_size
from fushinban.model.rights import EVERYTHING, SiteScope
from fushinban.model.site import Authorisation, InspectionKind, Site
from fushinban.record._accepted import settle
from fushinban.record._counters import Counters, coverage_json
from fushinban.record._inspection_pages import InspectionPages
from fushinban.record._inspection_result import pack_result, result_of
from fushinban.record._packed import PackedSheets, pack_record, unpack_record
from fushinban.record.codec import decode, encode
from fushinban.record.connection import Link
from fushinban.record.findings import Findings, Setting
from fushinban.record.models import DeviceRecordRow, InspectionRow
from fushinban.record.sites import Sites
from fushinban.record.upkeep import Upkeep
from fushinban.record.values import InspectionEntry, UnfinishedInspection

#: Columns that a list of inspections does not need.
_LARGE = ("site_payload", "authorisation", "result")
_COLUMNS = ("inspection_id", "position", "device", "reached", "payload", "seal")


class Inspections:
    """Begin, fill, finish and find inspections. Every method may raise StoreError."""

    def __init__(  # noqa: PLR0917 - the stores it works with
        self, link: Link, sites: Sites, findings: Findings, packed: PackedSheets, counters: Counters, upkeep: Upkeep
    ) -> None:
        self._link = link
        self._counters = counters
        self._pages = InspectionPages(link, upkeep)
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
                owner=self._sites.customers.of_site(site.id),
                kind=kind.value,
                started_at=started_at,
                site_payload=encode(site),
                authorisation=encode(authorisation),
            )
            said = {"site": site.id, "kind": kind}
            self._link.audit.changed("inspection.started", "inspection", inspection_id, said)
        return inspection_id

    def keep_device(self, inspection_id: str, record: DeviceRecord) -> None:
        """Keep one device of an inspection that is under way; given again, the later one counts."""
        self.keep_devices(inspection_id, (record,))

    def keep_devices(self, inspection_id: str, records: Iterable[DeviceRecord]) -> None:
        """Keep several devices in one go."""
        given = {record.device.id: record for record in records}
        packed = {device: pack_record(record, self._packed) for device, record in given.items()}
        with self._link.joining():
            count, ended_at = self._locked(inspection_id)
            if ended_at is not None:
                raise StoreError(say("record.already-finished", id=inspection_id))
            known = self._known(inspection_id, tuple(given))
            changed = []
            for device, (row, position, old) in known.items():
                seal = self._seal(inspection_id, given[device], packed[device], position)
                self._link.audit.sealed("records", inspection_id, (seal,), (old,))
                changed.append((given[device].reached, packed[device], seal, row))
            self._link.update(DeviceRecordRow, ("reached", "payload", "seal"), changed)
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
        result = pack_result(inspection)
        with self._link.writing():
            self._link.make_room()
            self._locked(inspection.id)
            self._replace(inspection, kept)
            seen = self._judged(inspection)
            self._rows.filter(id=inspection.id).update(
                kind=inspection.kind.value,
                started_at=inspection.started_at,
                ended_at=inspection.ended_at,
                device_count=len(inspection.records),
                fail_count=sum(f.outcome is Outcome.FAIL for f in inspection.findings),
                site_payload=encode(inspection.site),
                authorisation=encode(inspection.authorisation),
                result=result,
                change_count=sum(len(record.changes) for record in inspection.records),
                outcomes=coverage_json(inspection.coverage),
            )
            if seen is not None:
                self._counters.recount([inspection.site.id], clock.now(), seen)
            self._sealed(inspection)
        for record in inspection.records:
            self._kept.pop((inspection.id, record.device.id), None)

    def _sealed(self, inspection: Inspection) -> None:
        """The inspection with all its rows, and its site's devices and sheets as they are now, into the audit log."""
        audit, site = self._link.audit, inspection.site.id
        for part in ("records", "findings", "requests"):
            audit.over(part, inspection.id)
        said = {"site": site, "devices": len(inspection.records), "findings": len(inspection.findings)}
        audit.changed("inspection.finished", "inspection", inspection.id, said)
        for group in ("devices", "sheets"):
            audit.changed("seal.pinned", group, site, quiet=True)

    def _judged(self, inspection: Inspection) -> list[tuple[str, str, str, int]] | None:
        """Keep the findings; of the site's newest inspection they become the current ones: what they count, or None."""
        site, now = inspection.site.id, clock.now()
        states = self._counters.lock([site])
        newer = self._rows.filter(site_id=site, ended_at__isnull=False).exclude(id=inspection.id)
        later = Q(started_at__gt=inspection.started_at) | Q(started_at=inspection.started_at, id__gt=inspection.id)
        if not states or newer.filter(later).exists():
            self._findings.replace(inspection.id, inspection.findings)
            return None
        self._findings.retire(site, but=inspection.id)
        setting = Setting(
            current=True, owner=states[0].owner, place=states[0].kind,
            makers={record.device.id: record.device.maker for record in inspection.records},
            accepted=settle(self._link, site, inspection.findings, now),
        )  # fmt: skip
        return self._findings.replace(inspection.id, inspection.findings, setting)

    def _replace(self, inspection: Inspection, kept: set[str]) -> None:
        """Make the records of a finished inspection all there are; those `kept` on the way only take their place."""
        rows = self._records.filter(inspection_id=inspection.id)
        columns = ("id", "device", "position", "seal")
        stored = {device: (row, place, seal) for row, device, place, seal in rows.values_list(*columns)}
        if old := stored.keys() - kept:
            self._link.audit.sealed("records", inspection.id, (), [stored[device][2] for device in old])
            rows.filter(device__in=old).delete()
        moved, fresh = [], []
        for position, record in enumerate(inspection.records):
            device = record.device.id
            if device not in kept or device not in stored:
                fresh.append((position, record, pack_record(record, self._packed)))
            elif stored[device][1] != position:
                row, _, before = stored[device]
                seal = self._link.audit.moved("records", before, (position,))
                self._link.audit.sealed("records", inspection.id, (seal,), (before,))
                moved.append((position, seal, row))
        self._link.update(DeviceRecordRow, ("position", "seal"), moved)
        self._insert(inspection.id, fresh)

    def get(self, inspection_id: str, *, sheets: bool = True) -> Inspection:
        """A finished inspection; `sheets` False: without the sheets of its devices, which are most of it.

        Raises StoreError when there is none or it was not finished.
        """
        with self._link.reading():
            row = self._row(inspection_id)
            if row.ended_at is None or row.result is None:
                raise StoreError(say("record.not-finished", id=inspection_id))
            records = self._records_of(inspection_id, sheets=sheets)
            findings = self._findings.of(inspection_id)
        result = result_of(row.result)
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

    def entry(self, inspection_id: str) -> InspectionEntry | None:
        """One line of the list, finished or not; None where there is no such inspection."""
        with self._link.reading():
            row = self._rows.defer(*_LARGE).filter(id=inspection_id).first()
        return _entry(row) if row is not None else None

    def collected(self, inspection_id: str) -> tuple[DeviceRecord, ...]:
        """The devices of an inspection that are on record so far, in the order collected."""
        with self._link.reading():
            return self._records_of(inspection_id)

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

    def page(
        self,
        scope: SiteScope,
        query: InspectionsQuery | None = None,
        *,
        cursor: str | None = None,
        most: int = USUAL_PAGE,
    ) -> Page[InspectionLine]:
        """One page of the inspections inside the scope, the newest first. Raises InputError for a wrong cursor."""
        return self._pages.page(scope, query or InspectionsQuery(), cursor, page_size(most))

    def line(self, scope: SiteScope, inspection_id: str) -> InspectionLine | None:
        """One inspection, finished or not; None where there is none inside the scope."""
        return self._pages.line(scope, inspection_id)

    def summary(self, scope: SiteScope, inspection_id: str) -> InspectionSummary | None:
        """The head of a finished inspection, without devices and findings; None: there is none inside the scope."""
        return self._pages.summary(scope, inspection_id)

    def records(
        self, scope: SiteScope, inspection_id: str, *, cursor: str | None = None, most: int = USUAL_PAGE
    ) -> Page[RecordLine]:
        """One page of the devices of an inspection in their order. Raises InputError for a wrong cursor."""
        return self._pages.records(scope, inspection_id, cursor, page_size(most))

    def record(self, inspection_id: str, device_id: str, scope: SiteScope = EVERYTHING) -> DeviceRecord | None:
        """All that was read of one device in one inspection, without loading the others; None where there is none."""
        return self._pages.record(scope, inspection_id, device_id)

    def compare(self, scope: SiteScope, before: str, after: str, most: int = 100) -> Comparison | None:
        """Failures that came, went and stayed between two finished inspections of one site, at most `most` of each.

        None where one is not inside the scope. Raises InputError for inspections of two sites.
        """
        return self._pages.compare(scope, before, after, page_size(most))

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

    def _records_of(self, inspection_id: str, *, sheets: bool = True) -> tuple[DeviceRecord, ...]:
        rows = self._records.filter(inspection_id=inspection_id).order_by("position", "id")
        return tuple(unpack_record(payload, sheets=sheets) for payload in rows.values_list("payload", flat=True))

    def _known(self, inspection_id: str, devices: Sequence[str]) -> dict[str, tuple[int, int, bytes | None]]:
        """Row id, position and seal of the devices, among these, that the inspection has already."""
        known: dict[str, tuple[int, int, bytes | None]] = {}
        for start in range(0, len(devices), 500):
            rows = self._records.filter(inspection_id=inspection_id, device__in=devices[start : start + 500])
            for device, *row in rows.values_list("device", "id", "position", "seal"):
                known[device] = (row[0], row[1], row[2])
        return known

    def _seal(self, inspection_id: str, record: DeviceRecord, packed: bytes, position: int) -> bytes:
        return self._link.audit.seal("records", (inspection_id, record.device.id, record.reached, packed, position))

    def _insert(self, inspection_id: str, placed: Iterable[tuple[int, DeviceRecord, bytes]]) -> None:
        """Insert records, each with its position and packed bytes."""
        values = [
            (inspection_id, place, r.device.id, r.reached, payload, self._seal(inspection_id, r, payload, place))
            for place, r, payload in placed
        ]
        self._link.audit.sealed("records", inspection_id, [row[-1] for row in values])
        self._link.insert(DeviceRecordRow, _COLUMNS, values)


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
