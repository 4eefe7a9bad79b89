"""Asks many small things of one device, a few at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

#: A device takes two connections, so that more would only wait for one of them.
AT_ONCE = 2


async def side_by_side(ask: Callable[[K], Awaitable[V]], keys: Iterable[K], at_once: int = AT_ONCE) -> dict[K, V]:
    """What `ask` says to each key. A task for every key would mostly wait for its turn at the device."""
    waiting, answers = iter(keys), dict[K, V]()

    async def go_on() -> None:
        for key in waiting:
            answers[key] = await ask(key)

    await asyncio.gather(*(go_on() for _ in range(at_once)))
    return answers
