"""What the tests of durable jobs stand on: a lab in a thread, workers in processes, and what the lab counted."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from fushinban.lab import Lab, LabPlan
from fushinban.lab.benchmark import make_plan

_WORKER = Path(__file__).with_name("durable_worker.py")

#: A site that is read quickly, but long enough to be interrupted.
LIMITS = "\n[limits]\nport_gap = 0.002\nsite_connections = {connections}\n"


class RunningLab:
    """A lab served by a thread of this process, so that a test can look at what it counted."""

    def __init__(self, plan: LabPlan) -> None:
        self.plan = plan
        self._ready = threading.Event()
        self._lab: Lab | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = asyncio.Event()
        async with Lab(self.plan) as self._lab:
            self._ready.set()
            await self._end.wait()

    @property
    def lab(self) -> Lab:
        assert self._lab is not None
        return self._lab

    def site_toml(self, connections: int = 8, methods: str = '"listed"') -> str:
        """Its site file, without the wait for multicast, at a gentle pace."""
        lines = []
        for line in self.lab.site_toml().splitlines():
            lines.append(f"methods = [{methods}]" if line.startswith("methods") else line)
        return "\n".join(lines) + LIMITS.format(connections=connections)

    def counts(self) -> dict[str, int]:
        """Requests by device."""
        return {id_: sum(state.counts.values()) for id_, state in self.lab.devices.items()}

    def logins(self) -> dict[str, int]:
        """Failed logins by device."""
        return {id_: state.failed_logins for id_, state in self.lab.devices.items()}

    def __enter__(self) -> "RunningLab":
        self._thread.start()
        assert self._ready.wait(30)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(20)


def plan_of(count: int, answer_ms: int = 5) -> LabPlan:
    """`count` equal cameras."""
    return make_plan(count, answer_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where a test's records are."""

    url: str
    data: Path
    environ: Mapping[str, str]


class Worker:
    """A process that works on jobs."""

    def __init__(self, ground: Ground, *options: str) -> None:
        source = str(Path(__file__).resolve().parents[2] / "src")
        paths = os.environ.get("PYTHONPATH", source)
        self._process = subprocess.Popen(
            [sys.executable, str(_WORKER), ground.url, str(ground.data), *options],
            env={**os.environ, **ground.environ, "PYTHONPATH": paths},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.name = ""

    def ready(self) -> "Worker":
        """Wait until it works."""
        assert self._process.stdout is not None
        self.name = self._process.stdout.readline().strip()
        assert self.name, "the worker did not start"
        return self

    def kill(self) -> None:
        """SIGKILL: nothing of the process runs any more."""
        self._process.send_signal(signal.SIGKILL)
        self._gone()

    def stop(self) -> int:
        """SIGTERM, as a service manager does; the exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._gone()

    def signal(self, number: int) -> None:
        """Any other signal."""
        self._process.send_signal(number)

    def wait(self, seconds: float = 30.0) -> int:
        """Wait for its own end."""
        self._process.wait(seconds)
        return self._gone()

    def _gone(self) -> int:
        code = self._process.wait(40)
        self.close()
        return code

    def close(self) -> None:
        """Close our end of its output."""
        if self._process.stdout is not None:
            self._process.stdout.close()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None


@contextmanager
def worker(ground: Ground, *options: str) -> Iterator[Worker]:
    """A worker for the time of the block."""
    made = Worker(ground, *options)
    try:
        yield made.ready()
    finally:
        if made.alive:
            made.kill()
        made.close()


def until(what: Callable[[], object], seconds: float = 40.0, pause: float = 0.03) -> None:
    """Wait until it is so, or fail."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(pause)
