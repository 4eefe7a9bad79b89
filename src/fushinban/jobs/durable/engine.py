"""The engine of durable workflows: DBOS, on the database of the store. The only module that imports it.

One workflow function runs every kind of job. Its steps are recorded by DBOS; what a step found is kept by us, so a
step that is repeated after a crash finds it there. A workflow that must be left as it is (the process stops) is left
by `Interrupted`, which DBOS does not take for an outcome.
"""

import logging
import threading
from collections.abc import Callable, Iterable

import sqlalchemy
from dbos import DBOS, DBOSConfig, Queue, SetWorkflowID
from dbos import error as dbos_error

from fushinban.errors import StoreError
from fushinban.messages import say
from fushinban.model.job import JobKind, JobSettings
from fushinban.record.job_values import DatabasePlace

#: Raise it when running workflows of the version before must not go on with this program.
_VERSION = "1"
_SCHEMA = "fushinban_jobs"
#: A job that has brought its process down this often is not tried again.
_MOST_ATTEMPTS = 200
_POOL = 12

_UNDER_WAY = frozenset({"PENDING", "ENQUEUED", "DELAYED"})

#: Inspections have limits of their own; everything else is light, and parents must never take their children's place.
_INSPECTIONS, _OTHERS = "inspections", "others"
_OTHERS_PER_WORKER = 8


class Interrupted(BaseException):
    """The process stops, or the job is another worker's now: leave the workflow as it is."""


class Lost(Interrupted):
    """The job must begin anew from what is on record: put it back."""


class _Carried(BaseException):
    """Carries an error of ours out of a step, past DBOS, which would record it as the step's outcome."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


Work = Callable[[str], None]
_work: list[Work] = []
_turn = threading.Lock()


@DBOS.workflow(name="job", max_recovery_attempts=_MOST_ATTEMPTS)
def _job(job_id: str) -> None:
    _work[-1](job_id)


class Engine:
    """DBOS of this process, launched. There is one per process at a time."""

    def __init__(self, place: DatabasePlace, worker: str, settings: JobSettings, work: Work, poll: float) -> None:
        if not _turn.acquire(blocking=False):
            raise StoreError(say("jobs.engine-twice"))
        self._poll = poll
        self._server = _server(place)
        _work.append(work)
        logging.getLogger("dbos").setLevel(logging.ERROR)
        try:
            DBOS(config=_config(place, worker, self._server))
            DBOS.launch()
            self._queues = self._registered(settings)
        except sqlalchemy.exc.SQLAlchemyError as error:
            self.close()
            raise StoreError(say("jobs.engine-failed", reason=type(error).__name__)) from error
        except BaseException:
            self.close()
            raise

    def _registered(self, settings: JobSettings) -> dict[str, Queue]:
        rate = settings.starts_per_minute
        inspections = DBOS.register_queue(
            _INSPECTIONS,
            worker_concurrency=min(settings.per_worker, settings.inspections),
            global_concurrency=settings.inspections,
            limiter={"limit": rate, "period": 60.0} if rate else None,
            polling_interval_sec=self._poll,
            on_conflict="always_update",
        )
        others = DBOS.register_queue(
            _OTHERS,
            worker_concurrency=_OTHERS_PER_WORKER,
            polling_interval_sec=self._poll,
            on_conflict="always_update",
        )
        return {_INSPECTIONS: inspections, _OTHERS: others}

    def apply(self, settings: JobSettings) -> None:
        """Change the limits for all workers."""
        self._queues = self._registered(settings)

    def enqueue(self, kind: JobKind, job_id: str) -> None:
        """Hand a job over; one that was handed over before is not run again."""
        with SetWorkflowID(job_id):
            self._queues[_queue_of(kind)].enqueue(_job, job_id)

    def put_back(self, kind: JobKind, job_id: str) -> None:
        """Let a job that this worker had taken up be taken up again, by any. Not to be called inside a workflow."""
        DBOS.resume_workflow(job_id, queue_name=_queue_of(kind))

    def is_over(self, job_id: str) -> bool:
        """Whether nothing will work on a job any more: it has an outcome, or has brought down too many processes."""
        status = DBOS.get_workflow_status(job_id)
        return status is not None and status.status not in _UNDER_WAY

    def workers(self) -> frozenset[str]:
        """The workers that have taken up something which is not over."""
        under_way = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        return frozenset(w.executor_id for w in under_way if w.executor_id)

    def take_over(self, dead: Iterable[str]) -> int:
        """Put what dead workers had taken up back into the queues; how many."""
        names = list(dead)
        # There is no public call for it without DBOS's own service; the claim inside is atomic, so several living
        # workers may ask at once.
        return len(DBOS._recover_pending_workflows(names)) if names else 0

    def close(self) -> None:
        """Stop. What is under way must have been stopped before."""
        DBOS.destroy()
        if self._server is not None:
            self._server.dispose()
        if _work:
            _work.pop()
        _turn.release()


def step(name: str, work: Callable[[], None], errors: tuple[type[Exception], ...]) -> None:
    """One step of a workflow: recorded once it is done, and not repeated then.

    One of `errors` is raised and not recorded: the step is made again when the workflow is. Raises Interrupted when
    the workflow is another worker's by now.
    """

    def carrying() -> None:
        try:
            work()
        except errors as error:
            raise _Carried(error) from error

    try:
        DBOS.run_step({"name": name}, carrying)
    except _Carried as carried:
        raise carried.error from carried.error.__cause__
    except (dbos_error.DBOSWorkflowConflictIDError, dbos_error.DBOSWorkflowCancelledError) as error:
        raise Interrupted from error


def _queue_of(kind: JobKind) -> str:
    return _INSPECTIONS if kind is JobKind.INSPECTION else _OTHERS


def _config(place: DatabasePlace, worker: str, server: sqlalchemy.Engine | None) -> DBOSConfig:
    config: DBOSConfig = {
        "name": "fushinban",
        "application_version": _VERSION,
        "executor_id": worker,
        "log_level": "ERROR",
        "use_listen_notify": False,
        "dbos_system_schema": _SCHEMA,
        "enable_otlp": False,
        "scheduler_polling_interval_sec": 3600.0,  # our own schedules know the calendar
    }
    if server is not None:
        config["system_database_engine"] = server
    else:
        config["system_database_url"] = sqlalchemy.URL.create("sqlite", database=str(place.file)).render_as_string()
    return config


def _server(place: DatabasePlace) -> sqlalchemy.Engine | None:
    """The engine on PostgreSQL, so that the password stands in no text; None on SQLite."""
    if place.file is not None:
        return None
    return sqlalchemy.create_engine(
        "postgresql+psycopg://",
        connect_args=dict(place.connect),
        pool_size=_POOL,
        max_overflow=0,
        pool_pre_ping=True,
    )
