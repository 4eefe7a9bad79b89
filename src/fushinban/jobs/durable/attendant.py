"""Stands beside one running job in a thread of its own: writes down how far it is and what it has read, and hears
whether it is to stop. Nothing here is called for every exchange with a device, so the job itself never waits."""

import logging
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from fushinban.collect.ask import Memory
from fushinban.errors import StoreError
from fushinban.jobs.durable.engine import Interrupted, Lost
from fushinban.model.device import Device
from fushinban.model.inspection import DeviceRecord
from fushinban.model.reading import Answer, Reading
from fushinban.model.text import Text
from fushinban.record.job_values import DeviceReadings, SiteTurn
from fushinban.record.store import Store
from fushinban.transport.transcript import Transcript

_LOG = logging.getLogger("fushinban.jobs")

#: Looks in a row at which the record may fail before the job is stopped.
_MOST_FAILURES = 5
#: Between two looks, seconds: so much of what was just read is asked again after a crash.
_PAUSE = 0.2
#: Every so many looks: whether somebody cancels, whether the turn is still ours.
_CANCEL_LOOKS, _TURN_LOOKS = 4, 20


class Cancelled(Exception):
    """A person asked for the end of the job."""


class Attendant:
    """Satisfies `jobs.progress.Progress`. Use it in a `with` block around the job."""

    def __init__(self, store: Store, job_id: str, closing: threading.Event) -> None:
        self._store = store
        self._job = job_id
        self._closing = closing
        self._lock = threading.Lock()
        self._flushing = threading.Lock()
        self._guarding = threading.Lock()
        self._readings: dict[str, list[Reading[Any]]] = {}
        self._stage: Text | None = None
        self._total = self._done = self._missed = 0
        self._changed = False
        self._transcript: Transcript | None = None
        self._turn: SiteTurn | None = None
        self._reason: BaseException | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._attend, name=f"attendant-{job_id}", daemon=True)
        #: Set as soon as the job is to stop; `check` says why.
        self.stopped = threading.Event()

    # What the job tells; called from its event loop.

    def stage(self, title: Text, total: int = 0) -> None:
        """A new stage begins."""
        with self._lock:
            self._stage, self._total, self._done, self._missed = title, total, 0, 0
            self._changed = True

    def step(self, device: Device, doing: str) -> None:
        """Too fine to be written down."""

    def done(self, device: Device, reached: bool) -> None:  # noqa: ARG002 - the same
        """A device is finished."""
        self.advance(reached)

    def advance(self, reached: bool) -> None:
        """One of the steps ahead is finished."""
        with self._lock:
            self._done += 1
            self._missed += not reached
            self._changed = True

    def counted(self, done: int, missed: int) -> None:
        """So many steps are finished, so many of them gave nothing."""
        with self._lock:
            self._changed = self._changed or (done, missed) != (self._done, self._missed)
            self._done, self._missed = done, missed

    def settled(self, total: int, missed: int) -> None:
        """All steps are finished: what the job shows from now on."""
        with self._lock:
            self._total, self._done, self._missed = total, total, missed
            self._changed = True

    def memory(self, device: str, known: Sequence[Reading[Any]]) -> Memory:
        """What is remembered of a device, and where its next readings go.

        A connection that failed is tried again later; it is no answer of the device.
        """

        def note(reading: Reading[Any]) -> None:
            if reading.answer is not Answer.UNREACHABLE:
                with self._lock:
                    self._readings.setdefault(device, []).append(reading)

        return Memory(known={(r.source.driver, r.fact): r for r in known}, note=note)

    def kept(self, records: Sequence[DeviceRecord]) -> None:
        """These devices are on record whole; called in the piece of work that keeps them."""
        devices = [r.device.id for r in records]
        with self._lock:
            for device in devices:
                self._readings.pop(device, None)
        self._store.job_notes.drop_readings(self._job, devices)

    def flush_too(self, transcript: Transcript | None) -> None:
        """Hand this transcript over regularly, so that a crash loses no footprint but the newest; None: no more."""
        with self._flushing:
            self._transcript = transcript

    def guard(self, turn: SiteTurn | None) -> None:
        """Stop the job when the turn of its site is lost; None: it is given back."""
        with self._guarding:
            self._turn = turn

    def check(self) -> None:
        """Raise Cancelled, Interrupted or StoreError when the job is to stop."""
        if self._closing.is_set():
            raise Interrupted
        match self._reason:
            case None:
                return
            case StoreError() as error:
                raise StoreError(error.text)
            case reason:
                raise type(reason)

    # The thread.

    def __enter__(self) -> "Attendant":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _attend(self) -> None:
        self._store.hold()
        looks = failures = 0
        try:
            while not self._over.wait(_PAUSE) and not self.stopped.is_set():
                looks += 1
                try:
                    self._look(looks)
                    failures = 0
                except StoreError as error:
                    failures += 1
                    if failures == _MOST_FAILURES:
                        self._stop(error)
            self._last_words()
        finally:
            self._store.let_go()

    def _look(self, looks: int) -> None:
        if self._closing.is_set():
            self._stop(Interrupted())
            return
        if looks % _TURN_LOOKS == 0:
            with self._guarding:
                if self._turn is not None and not self._turn.held():
                    self._stop(Lost())
        self._write()
        if looks % _CANCEL_LOOKS == 1 and self._store.jobs.cancelling(self._job):
            self._stop(Cancelled())

    def _last_words(self) -> None:
        try:
            self._write()
        except StoreError as error:
            _LOG.warning("job %s: %s", self._job, error.text.en)  # what was not written is asked again

    def _stop(self, reason: BaseException) -> None:
        self._reason = self._reason or reason
        self.stopped.set()

    def _write(self) -> None:
        with self._lock:
            parts = {device: tuple(readings) for device, readings in self._readings.items()}
            progress = (self._stage, self._total, self._done, self._missed) if self._changed else None
            self._changed = False
        with self._flushing:
            if self._transcript is not None:
                self._transcript.flush()
        if progress is not None:
            self._store.jobs.progress(self._job, *progress)
        if parts:
            self._store.job_notes.add_readings(
                self._job, [DeviceReadings(device=d, readings=r) for d, r in parts.items()]
            )
            self._written(parts)

    def _written(self, parts: Mapping[str, Sequence[Reading[Any]]]) -> None:
        with self._lock:
            for device, readings in parts.items():
                rest = self._readings.get(device, [])[len(readings) :]
                if rest:
                    self._readings[device] = rest
                else:
                    self._readings.pop(device, None)
