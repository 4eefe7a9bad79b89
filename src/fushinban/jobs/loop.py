"""Runs the network part of a job on the fastest event loop that is installed."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; Ctrl-C cancels the work and is raised as KeyboardInterrupt."""
    results: list[T] = []

    async def into_results() -> None:
        # The runner writes out its task when it ends; a result with all readings would make that take seconds.
        results.append(await work)

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(into_results())
    return results[0]


def _loop_factory() -> Any:
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ImportError:
        return None
    return uvloop.new_event_loop
