"""What a running job must not lose: results of its steps, and readings of devices that are not yet read whole."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from fushinban.model.reading import Reading
from fushinban.record._job_rows import JobNoteRow, JobReadingRow
from fushinban.record.codec import pack, unpack
from fushinban.record.connection import Link
from fushinban.record.job_values import DeviceReadings

T = TypeVar("T")


class JobNotes:
    """Notes and readings by job. Every method may raise StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._notes = JobNoteRow._base_manager.using(link.alias)
        self._readings = JobReadingRow._base_manager.using(link.alias)

    def keep(self, job_id: str, name: str, value: object) -> None:
        """Keep a result; one kept before under this name is replaced."""
        payload = pack(value)
        with self._link.writing():
            self._notes.update_or_create(job=job_id, name=name, defaults={"payload": payload})

    def get(self, job_id: str, name: str, kind: type[T]) -> T | None:
        """A result that was kept, or None."""
        with self._link.reading():
            payload = self._notes.filter(job=job_id, name=name).values_list("payload", flat=True).first()
        return unpack(kind, payload) if payload is not None else None

    def add_readings(self, job_id: str, parts: Iterable[DeviceReadings]) -> None:
        """Keep more readings of devices that are being read."""
        values = [(job_id, part.device, pack(part)) for part in parts]
        if values:
            with self._link.writing():
                self._link.insert(JobReadingRow, ("job", "device", "payload"), values)

    def readings(self, job_id: str) -> Mapping[str, tuple[Reading[Any], ...]]:
        """All readings kept, by device."""
        found: dict[str, tuple[Reading[Any], ...]] = {}
        with self._link.reading():
            payloads = tuple(self._readings.filter(job=job_id).order_by("id").values_list("payload", flat=True))
        for part in (unpack(DeviceReadings, payload) for payload in payloads):
            found[part.device] = found.get(part.device, ()) + part.readings
        return found

    def drop_readings(self, job_id: str, devices: Iterable[str]) -> None:
        """Forget the readings of devices that are on record whole."""
        given = list(devices)
        with self._link.writing():
            for start in range(0, len(given), 500):
                self._readings.filter(job=job_id, device__in=given[start : start + 500]).delete()

    def clear(self, job_id: str) -> None:
        """The job is over: nothing of this is needed any more."""
        with self._link.writing():
            self._notes.filter(job=job_id).delete()
            self._readings.filter(job=job_id).delete()
