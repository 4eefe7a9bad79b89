"""A worker process for tests: `durable_worker.py DATABASE DATA [--die-before STEP | --die-after STEP]`.

`--die-*` makes it kill itself at one exact moment of an inspection, as `kill -9` would.
"""

import os
import signal
import sys
import threading
from pathlib import Path

from fushinban.jobs.durable.runner import JobRunner
from fushinban.jobs.durable.task import Task
from fushinban.record.setup import open_store
from fushinban.record.vault import Vault


def _die_at(where: str, name: str) -> None:
    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    usual = Task._patiently

    def patiently(task: Task, work: object) -> None:
        step = getattr(getattr(work, "func", None), "__name__", "")
        if step == f"_{name}" and where == "--die-before":
            die()
        usual(task, work)  # type: ignore[arg-type]
        if step == f"_{name}" and where == "--die-after":
            die()

    Task._patiently = patiently  # type: ignore[method-assign]


def main(url: str, data: str, *options: str) -> None:
    if options:
        _die_at(options[0], options[1])
    store = open_store(url, data_dir=Path(data))
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    with JobRunner(store, Vault(Path(data)), poll_seconds=0.1, dead_after=3.0) as runner:
        print(runner.name, flush=True)
        over.wait()
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
