"""Runs the console: one process on SQLite, several on PostgreSQL, each with the same pages, API and jobs."""

import asyncio
import gc
import logging
import multiprocessing
import os
import signal
import socket
import threading
from dataclasses import dataclass
from multiprocessing.context import SpawnProcess
from pathlib import Path
from threading import Event
from types import FrameType

from fushinban.journal import open_journal
from fushinban.web.listen import Listening

_LOG = logging.getLogger("fushinban.serve")
#: A worker that ended by itself is started anew after this pause, seconds.
_PAUSE = 1.0
_GRACE = 20
#: New objects after which the collector looks at the youngest (Python's own: 700; one page makes thousands).
_GARBAGE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """All that a worker process needs to begin; can be sent to it."""

    database_url: str
    data_dir: Path
    place: Listening


def run_here(work: Work, opened: socket.socket) -> None:
    """Serve in this process until SIGTERM or Ctrl-C."""
    import uvicorn
    import uvloop

    from fushinban.web.gate import Console, Gate
    from fushinban.web.installation import current
    from fushinban.web.jobs import started, stopped
    from fushinban.web.settings import open_console
    from fushinban.web.wire import MOST_OF_ALL, wire

    open_console(work.database_url, data_dir=work.data_dir, reach=work.place.reach)
    console = Console()
    _settle_memory()
    config = uvicorn.Config(
        Gate(console, work.place.reach),
        http=wire(work.place.reach.proxies),
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(work.place.reach.proxies),
        forwarded_allow_ips=list(work.place.reach.proxies),
        limit_concurrency=MOST_OF_ALL,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=_GRACE,
        ssl_certfile=work.place.certificate,
        ssl_keyfile=work.place.key,
    )
    server = uvicorn.Server(config)
    # uvicorn takes these signals over while it serves, and raises them again when it has ended in good order.
    signal.signal(signal.SIGTERM, _nothing)
    signal.signal(signal.SIGINT, _nothing)
    try:
        started()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(server.serve([opened]))
    finally:
        stopped()
        console.close()
        current().store.close()


def _settle_memory() -> None:
    """What was loaded so far stays: the collector need not look at it again, and seldom at what pages leave behind."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE, 20, 50)


def _nothing(_signal: int, _frame: FrameType | None) -> None:
    """The signal has done its work."""


def run_workers(work: Work, opened: socket.socket, count: int) -> None:
    """Serve in several processes that share the listening socket; one that dies is replaced."""
    ending = Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ending.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    workers = [_start(work, opened) for _ in range(count)]
    while not ending.wait(_PAUSE):
        for place, worker in enumerate(workers):
            if not worker.is_alive():
                _LOG.warning("worker %s ended with %s and is replaced", worker.pid, worker.exitcode)
                workers[place] = _start(work, opened)
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(_GRACE + 10)
        if worker.is_alive():
            worker.kill()


def _start(work: Work, opened: socket.socket) -> SpawnProcess:
    process = multiprocessing.get_context("spawn").Process(target=_worker, args=(work, opened), daemon=False)
    process.start()
    return process


def _worker(work: Work, opened: socket.socket) -> None:
    open_journal()
    # Ctrl-C reaches the whole group: a worker that hears it ends in good order by itself.
    threading.Thread(target=_end_with_parent, daemon=True, name="parent").start()
    run_here(work, opened)


def _end_with_parent() -> None:
    """A worker whose first process was killed would go on unseen, and keep the port."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
