"""One job while it runs: its order, its means, and who asks it to stop."""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from fushinban.errors import FushinbanError, StoreError
from fushinban.jobs.durable.attendant import Attendant, Cancelled
from fushinban.jobs.durable.engine import step
from fushinban.jobs.loop import run
from fushinban.jobs.means import Means
from fushinban.model.job import Job, JobOrder
from fushinban.record.store import Store
from fushinban.record.vault import Vault

T = TypeVar("T")

_LOG = logging.getLogger("fushinban.jobs")

#: How often a step is tried when the record fails under it, and how long to wait before, seconds.
_TRIES, _BACK_OFF = 5, 2.0

#: How often work in an event loop looks whether it should stop, seconds.
_LOOK = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What all jobs of a process work with. `closing` is set when the process stops."""

    store: Store
    vault: Vault
    environ: Mapping[str, str]
    data_dir: Path
    closing: threading.Event


class Task:
    """A job that was taken up. Whatever it does may raise Cancelled or Interrupted."""

    def __init__(self, workshop: Workshop, job: Job, attendant: Attendant) -> None:
        self.workshop = workshop
        self.store = workshop.store
        self.job = job
        self.attendant = attendant

    @property
    def id(self) -> str:
        """The job's id."""
        return self.job.id

    @property
    def order(self) -> JobOrder:
        """What was asked for."""
        return self.job.order

    @property
    def means(self) -> Means:
        """Store, vault, environment and progress, as the stages want them."""
        shop = self.workshop
        return Means(
            store=shop.store, vault=shop.vault, environ=shop.environ, progress=self.attendant, folder=shop.data_dir
        )

    def step(self, name: str, work: Callable[[], None]) -> None:
        """One step; not repeated once it is done, whatever happens to this process."""
        self.attendant.check()
        step(name, lambda: self._patiently(work), (FushinbanError, Cancelled))

    def _patiently(self, work: Callable[[], None]) -> None:
        """Again, a little later, when the record fails under it: what was done is on record and not done twice."""
        for trial in range(1, _TRIES):
            try:
                work()
            except StoreError as error:
                _LOG.warning("job %s: %s", self.id, error.text.en)
                self.wait(_BACK_OFF * trial)
            else:
                return
        work()

    def wait(self, seconds: float) -> None:
        """Wait a little; raises as soon as the job is to stop."""
        self.attendant.stopped.wait(seconds)
        self.attendant.check()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run the network part in an event loop until it is done or the job is to stop; what was read is kept."""
        return run(self._until_stopped(work))

    async def _until_stopped(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.ensure_future(work)
        while not task.done() and not self.attendant.stopped.is_set():
            await asyncio.wait({task}, timeout=_LOOK)
        if task.done():
            return task.result()
        task.cancel()
        await asyncio.wait({task})
        self.attendant.check()
        raise AssertionError("unreachable: whoever stops a job says why")
