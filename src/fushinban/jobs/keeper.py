"""Writes collected devices down in a thread of its own, as many at once as are waiting."""

import asyncio
import contextvars
import queue
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from types import TracebackType

from fushinban.model.inspection import DeviceRecord

Keep = Callable[[Sequence[DeviceRecord]], Sequence[DeviceRecord]]


class Keeper:
    """`keep` is called with all records that wait at that moment, inside one `together`; it gives them back as kept.

    `begin` and `end` are called once each in its thread, before the first work and after the last.
    Use it in a `with` block. An error of the store is raised to everybody whose record was in that batch.
    """

    def __init__(
        self,
        keep: Keep,
        together: Callable[[], AbstractContextManager[None]],
        begin: Callable[[], None] = lambda: None,
        end: Callable[[], None] = lambda: None,
    ) -> None:
        self._keep = keep
        self._together = together
        self._waiting: queue.SimpleQueue[tuple[DeviceRecord, Future[DeviceRecord]]] = queue.SimpleQueue()
        self._end = end
        # Whoever acts here acts in that thread too.
        self._context = contextvars.copy_context()
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="keeper", initializer=begin)

    async def kept(self, record: DeviceRecord) -> DeviceRecord:
        """Wait until the record is on disk; the record as it was kept."""
        done: Future[DeviceRecord] = Future()
        self._waiting.put((record, done))
        self._pool.submit(self._context.run, self._work)
        return await asyncio.wrap_future(done)

    def _work(self) -> None:
        batch = []
        while not self._waiting.empty():
            record, done = self._waiting.get()
            # Whoever was cancelled waits no more, but what was collected is kept all the same.
            batch.append((record, done, done.set_running_or_notify_cancel()))
        if not batch:
            return  # an earlier turn took this record along
        try:
            with self._together():
                results = self._keep([record for record, _, _ in batch])
        except BaseException as error:  # noqa: BLE001 - handed over to those who wait, whatever it is
            for _, done, waited in batch:
                if waited:
                    done.set_exception(error)
            return
        for (_, done, waited), result in zip(batch, results, strict=True):
            if waited:
                done.set_result(result)

    def __enter__(self) -> "Keeper":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.submit(self._end)
        self._pool.shutdown(wait=True)
