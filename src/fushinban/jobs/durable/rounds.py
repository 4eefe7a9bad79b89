"""What a worker does besides its jobs, round after round: shows that it lives, takes over from the dead, hands what
was asked for to the engine, follows schedules, and asks for the daily clearing."""

import logging
import queue
import threading
from datetime import datetime, timedelta

from fushinban import clock
from fushinban.clock import JST, monotonic, shown
from fushinban.errors import FushinbanError, StoreError
from fushinban.jobs.business_days import due_after, due_between
from fushinban.jobs.durable.asking import ask_retention, due_id
from fushinban.jobs.durable.engine import Engine
from fushinban.jobs.durable.worker import surely_gone
from fushinban.model.job import Job, JobKind, JobOrder, JobSettings, JobState
from fushinban.model.text import say
from fushinban.record.job_values import ScheduleEntry
from fushinban.record.store import Store

_LOG = logging.getLogger("fushinban.jobs")

#: Seconds between two beats, and without a beat until others take over.
BEAT, DEAD = 5.0, 30.0
_SCHEDULES, _SETTINGS, _DAILY, _ORPHANS = 15.0, 20.0, 300.0, 60.0
#: The hour (Japan) after which the daily clearing is asked for.
_CLEARING_HOUR = 3
_SCHEDULER = "schedule"


class Rounds:
    """The thread of one worker. `start`, then `close`."""

    def __init__(self, store: Store, engine: Engine, worker: str, pause: float, dead: float = DEAD) -> None:
        self._store = store
        self._engine = engine
        self._worker = worker
        self._pause = pause
        self._dead = timedelta(seconds=dead)
        self._over = threading.Event()
        self._woken = threading.Event()
        self._left: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._next: dict[str, float] = {}
        self._settings = store.job_settings.get()
        self._thread = threading.Thread(target=self._go, name="job-rounds", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There is something to hand over."""
        self._woken.set()

    def put_back(self, job: Job) -> None:
        """Let a job that this worker had to leave be taken up again."""
        self._left.put(job)
        self._woken.set()

    def close(self) -> None:
        """End, and tell the others that this worker has gone."""
        self._over.set()
        self._woken.set()
        self._thread.join()

    def _go(self) -> None:
        self._store.hold()
        try:
            while not self._over.is_set():
                self._round()
                self._woken.wait(self._pause)
                self._woken.clear()
        finally:
            self._store.let_go()

    def _round(self) -> None:
        try:
            if self._is_time("beat", BEAT):
                self._store.jobs.beat(self._worker)
                self._take_over()
            self._hand_over()
            if self._is_time("orphans", _ORPHANS):
                self._end_orphans()
            if self._is_time("settings", _SETTINGS):
                self._follow_settings()
            if self._settings.settings.schedules and self._is_time("schedules", _SCHEDULES):
                follow_schedules(self._store, self._settings.settings, clock.now())
            if self._is_time("counters", _DAILY):
                self._store.overview.expire()
            if self._is_time("daily", _DAILY):
                self._clear_daily()
        except StoreError as error:
            # The next round tries again; jobs that run have their own way to hear of it.
            _LOG.warning("%s", error.text.en)

    def _is_time(self, what: str, seconds: float) -> bool:
        now = monotonic()
        if now < self._next.get(what, 0.0):
            return False
        self._next[what] = now + seconds
        return True

    def _take_over(self) -> None:
        busy = self._engine.workers() - {self._worker}
        if not busy:
            return
        living = self._store.jobs.living(self._dead)
        folder = self._store.data_dir
        dead = [name for name in busy if name not in living or surely_gone(folder, name)]
        if count := self._engine.take_over(dead):
            _LOG.info("took over %d jobs", count)
        for name in dead:
            self._store.jobs.leave(name)

    def _hand_over(self) -> None:
        while not self._left.empty():
            job = self._left.get()
            self._engine.put_back(job.kind, job.id)
        waiting = self._store.jobs.waiting()
        for job in waiting:
            self._engine.enqueue(job.kind, job.id)
        if waiting:
            self._store.jobs.enqueued(job.id for job in waiting)

    def _end_orphans(self) -> None:
        """A job that shows as running, although nothing works on it any more, is told as what it is."""
        for job in self._store.jobs.list(states=[JobState.RUNNING], limit=500).jobs:
            # The row of a job is closed before its workflow is: only what is looked at in this order is an orphan.
            if self._engine.is_over(job.id) and not self._store.jobs.get(job.id).state.ended:
                self._store.jobs.end(job.id, JobState.FAILED, say("jobs.fault"))

    def _follow_settings(self) -> None:
        saved = self._store.job_settings.get()
        if saved.version != self._settings.version:
            self._engine.apply(saved.settings)
        self._settings = saved

    def _clear_daily(self) -> None:
        here = clock.now().astimezone(JST)
        if here.hour >= _CLEARING_HOUR:
            ask_retention(self._store, _SCHEDULER, job_id=f"retention-{here:%Y%m%d}")


def follow_schedules(store: Store, settings: JobSettings, now: datetime) -> None:
    """Ask for every inspection whose moment has come, once, whichever worker comes first."""
    for entry in store.schedules.due(now):
        try:
            _follow(store, settings, entry, now)
        except StoreError:
            raise
        except FushinbanError as error:
            # A schedule that cannot be read must not keep the others waiting.
            _LOG.warning("schedule of %s: %s", entry.schedule.site, error.text.en)


def _follow(store: Store, settings: JobSettings, entry: ScheduleEntry, now: datetime) -> None:
    assert entry.next_at is not None, "it is due"
    schedule = entry.schedule
    dues = (entry.next_at, *due_between(schedule, entry.next_at, now))
    newest, missed = dues[-1], list(dues[:-1])
    started: tuple[datetime, str] | None = None
    if now - newest <= timedelta(days=settings.late_days):
        asked = store.jobs.ask(due_id(schedule.site, newest), _order(entry, newest), _SCHEDULER)
        started = (newest, asked.job.id)
    else:
        missed.append(newest)
    for due in missed:
        reason = say("jobs.missed", due=shown(due))
        store.jobs.note_over(due_id(schedule.site, due), _order(entry, due), _SCHEDULER, JobState.FAILED, reason)
    store.schedules.move_on(entry, due_after(schedule, now), started, missed[-1] if missed else None)


def _order(entry: ScheduleEntry, due: datetime) -> JobOrder:
    schedule = entry.schedule
    return JobOrder(
        kind=JobKind.INSPECTION,
        site=schedule.site,
        inspection_kind=schedule.kind,
        documents=schedule.documents,
        lang=schedule.lang,
        due=due,
    )
