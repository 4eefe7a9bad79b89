"""A process that works on jobs."""

import logging
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import TypeVar

from fushinban.clock import monotonic
from fushinban.errors import FushinbanError, StoreError
from fushinban.jobs.durable import asking
from fushinban.jobs.durable.attendant import Attendant, Cancelled
from fushinban.jobs.durable.engine import Engine, Interrupted, Lost
from fushinban.jobs.durable.kinds import Kind, kinds
from fushinban.jobs.durable.rounds import DEAD, Rounds
from fushinban.jobs.durable.task import Task, Workshop
from fushinban.jobs.durable.worker import Place, take_place
from fushinban.model.audit import SYSTEM, Actor, ActorKind
from fushinban.model.job import Job, JobState
from fushinban.model.site import InspectionKind
from fushinban.model.text import Lang, Text, say
from fushinban.record.store import Store
from fushinban.record.vault import Vault

_LOG = logging.getLogger("fushinban.jobs")

T = TypeVar("T")

#: Until the record is tried again, seconds.
_PAUSE = 3.0


class JobRunner:
    """Works on the jobs of a store, with as many others as there are processes and machines on it.

    In a process that serves the console, once per worker process::

        runner = JobRunner(store, vault)
        runner.launch()          # takes up what an earlier process left; returns within a second or two
        try:
            serve()              # pages and the API call `runner.start_inspection(...)`, `runner.cancel(...)`
        finally:
            runner.close()       # what is under way stops within a second and goes on at the next start

    Pages watch with the store alone: `store.jobs.version()` (one row) until it has grown, then
    `store.jobs.changed(after, scope)`.
    """

    def __init__(
        self,
        store: Store,
        vault: Vault,
        *,
        environ: Mapping[str, str] = os.environ,
        poll_seconds: float = 1.0,
        dead_after: float = DEAD,
    ) -> None:
        self._store = store
        self._closing = threading.Event()
        self._shop = Workshop(store=store, vault=vault, environ=environ, data_dir=store.data_dir, closing=self._closing)
        self._poll = poll_seconds
        self._dead_after = dead_after
        self._kinds: Mapping[str, Kind] = {}
        self._place: Place | None = None
        self._engine: Engine | None = None
        self._rounds: Rounds | None = None
        self._busy = 0
        self._idle = threading.Condition()

    @property
    def name(self) -> str:
        """This worker's name; empty while it is not launched."""
        return self._place.name if self._place is not None else ""

    def launch(self) -> None:
        """Begin to work. Raises StoreError where the database or the data folder cannot be used."""
        self._closing.clear()
        self._kinds = kinds()
        self._place = take_place(self._store.data_dir)
        try:
            self._store.jobs.beat(self._place.name)
            settings = self._store.job_settings.get().settings
            self._engine = Engine(self._store.database, self._place.name, settings, self._work, self._poll)
            self._rounds = Rounds(self._store, self._engine, self._place.name, self._poll, self._dead_after)
            self._rounds.start()
        except BaseException:
            self.close()
            raise

    def close(self, patience: float = 30.0) -> None:
        """Stop what is under way, so that it goes on at the next start, and end. May be called twice."""
        self._closing.set()
        if self._rounds is not None:
            self._rounds.close()
            self._rounds = None
        end = monotonic() + patience
        with self._idle:
            while self._busy and (left := end - monotonic()) > 0:
                self._idle.wait(left)
        if self._engine is not None:
            self._engine.close()
            self._engine = None
        if self._place is not None:
            self._leave(self._place)
            self._place = None

    def _leave(self, place: Place) -> None:
        try:
            self._store.jobs.leave(place.name)
        except StoreError as error:
            _LOG.warning("%s", error.text.en)  # others find out by the silence
        finally:
            place.close()

    def __enter__(self) -> "JobRunner":
        self.launch()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Asking. Each may raise InputError, OutOfScope, StoreError.

    def start_inspection(
        self,
        site_id: str,
        kind: InspectionKind | None,
        asked_by: str,
        *,
        documents: bool = True,
        lang: Lang = "ja",
    ) -> Job:
        """Inspect a site soon; the job that waits or runs for it already, where there is one."""
        order = asking.inspection_order(site_id, kind, documents=documents, lang=lang)
        return self._asked(asking.ask_inspection(self._store, order, asked_by).job)

    def start_inspections(
        self,
        site_ids: Iterable[str],
        kind: InspectionKind | None,
        asked_by: str,
        *,
        documents: bool = True,
        lang: Lang = "ja",
    ) -> Job:
        """Inspect several sites, one job each; the job that stands for all of them."""
        asked = asking.ask_selection(self._store, site_ids, kind, asked_by, documents=documents, lang=lang)
        return self._asked(asked.job)

    def make_documents(self, inspection_id: str, lang: Lang, asked_by: str) -> Job:
        """Make the documents of a finished inspection."""
        return self._asked(asking.ask_documents(self._store, inspection_id, lang, asked_by).job)

    def start_retention(self, asked_by: str) -> Job:
        """Delete now what has been kept long enough."""
        return self._asked(asking.ask_retention(self._store, asked_by).job)

    def cancel(self, job_id: str) -> Job:
        """Ask for the end of a job; what was read is kept."""
        return self._store.jobs.cancel(job_id)

    def _asked(self, job: Job) -> Job:
        if self._rounds is not None:
            self._rounds.wake()
        return job

    # Working: called by the engine, in a thread per job.

    def _work(self, job_id: str) -> None:
        with self._idle:
            self._busy += 1
        self._store.hold()
        try:
            self._do(job_id)
        finally:
            self._store.let_go()
            with self._idle:
                self._busy -= 1
                self._idle.notify_all()

    def _do(self, job_id: str) -> None:
        job = self._insist(lambda: self._store.jobs.begin(job_id, self.name))
        if job is None:
            return
        ended: tuple[JobState, Text] | None = None
        try:
            by = Actor(kind=ActorKind.SYSTEM, name=job.asked_by)
            with self._store.audit.acting(by), Attendant(self._store, job_id, self._closing) as attendant:
                ended = _outcome(self._kinds[job.kind.value], Task(self._shop, job, attendant))
        except Lost:
            if self._rounds is not None:
                self._rounds.put_back(job)
            raise
        except Exception:
            # A fault of the program: told to the log by the engine, and the job does not stay "running" for ever.
            ended = JobState.FAILED, say("jobs.fault")
            raise
        finally:
            if ended is not None:
                self._end(job_id, *ended)

    def _end(self, job_id: str, state: JobState, text: Text) -> None:
        self._insist(lambda: self._finish(job_id, state, text))

    def _finish(self, job_id: str, state: JobState, text: Text) -> None:
        """The end, its entry in the audit log and the news of it: all or none."""
        from fushinban.jobs.webhooks import tell_ended  # noqa: PLC0415 - its tables are there once a store is open

        with self._store.together():
            job = self._store.jobs.end(job_id, state, text)
            self._store.job_notes.clear(job_id)
            if job is not None:
                _note(self._store, job)
                tell_ended(self._store, job)

    def _insist(self, work: Callable[[], T]) -> T:
        """Until the record can be written, or the process stops and the next one does it."""
        while not self._closing.is_set():
            try:
                return work()
            except StoreError as error:
                _LOG.warning("%s", error.text.en)
                self._closing.wait(_PAUSE)
        try:
            return work()
        except StoreError as error:
            raise Interrupted from error


def _note(store: Store, job: Job) -> None:
    """The end of a job, for the audit log."""
    detail = {
        "kind": job.kind.value,
        "state": job.state.value,
        "site": job.site,
        "asked_by": job.asked_by,
        "inspection": job.inspection,
        "summary": job.summary.ja if job.summary is not None else "",
    }
    store.audit.write(SYSTEM, "job.ended", "job", job.id, detail)


def _outcome(kind: Kind, task: Task) -> tuple[JobState, Text]:
    """How a job ended."""
    try:
        return _run(kind, task)
    except StoreError as error:
        return JobState.FAILED, error.text


def _run(kind: Kind, task: Task) -> tuple[JobState, Text]:
    try:
        return JobState.DONE, kind.run(task)
    except Cancelled:
        return JobState.CANCELLED, kind.broken_off(task, say("jobs.cancelled"))
    except StoreError:
        raise
    except FushinbanError as error:
        return JobState.FAILED, kind.broken_off(task, error.text)
