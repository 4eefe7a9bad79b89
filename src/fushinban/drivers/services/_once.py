"""A question that several getters share and that is asked once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from fushinban.errors import DeviceError, OutOfScope
from fushinban.transport.footprint import footprint, note_digests

T = TypeVar("T")


class Once(Generic[T]):
    """Calls `ask` at the first wait; every wait gets the same value, or the same error, and its digests."""

    def __init__(self, ask: Callable[[], Awaitable[T]]) -> None:
        self._ask = ask
        self._lock = asyncio.Lock()
        self._values: list[T] = []
        self._digests: list[str] = []
        self._error: DeviceError | OutOfScope | None = None

    async def value(self) -> T:
        """The answer."""
        async with self._lock:
            if not self._values and self._error is None:
                await self._first()
        note_digests(self._digests)
        if self._error is not None:
            raise self._error
        return self._values[0]

    async def _first(self) -> None:
        with footprint() as digests:
            try:
                self._values.append(await self._ask())
            except (DeviceError, OutOfScope) as error:
                self._error = error
        self._digests = digests
