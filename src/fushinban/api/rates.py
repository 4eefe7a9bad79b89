"""Limits of requests per caller and address, over all workers of one database."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from fushinban import clock
from fushinban.api.problems import ProblemError
from fushinban.errors import InputError
from fushinban.messages import say
from fushinban.record.request_counts import WINDOW, window_of
from fushinban.record.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Requests in one window: of one token or person, of one address signed in, of one that is not."""

    caller: int = 1200
    address: int = 3000
    stranger: int = 120

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Limits":
        """`FUSHINBAN_API_RATE`: requests a minute of one caller; one address may make two and a half times as many."""
        given = environ.get("FUSHINBAN_API_RATE", "")
        if not given:
            return cls()
        if not given.isdecimal() or not 10 <= int(given[:9]) <= 1_000_000:
            raise InputError(say("api.bad-rate", given=given[:20]))
        return cls(caller=int(given), address=int(given) * 5 // 2, stranger=max(1, int(given) // 10))


@dataclass(slots=True)
class _Share:
    window: int
    left: int


class Rates:
    """Takes shares of a limit from the database and counts them down here, so that few requests write anything.

    Over all workers never more than the limit pass in one window. A worker may hold a share that it does not use:
    with many workers somebody may be refused up to a tenth of the limit per worker early.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shares: dict[str, _Share] = {}

    def take(self, store: Store, who: str, limit: int) -> None:
        """Count one request of `who`. Raises ProblemError 429 with Retry-After when the limit is reached."""
        now = clock.now()
        window = window_of(now)
        with self._lock:
            share = self._shares.get(who)
            if share is None or share.window != window:
                self._forget_old(window)
                share = self._shares[who] = _Share(window, 0)
            if share.left <= 0:
                share.left = store.request_counts.take(who, window, max(1, limit // 10), limit)
            if share.left <= 0:
                wait = max(1, WINDOW - int(now.timestamp()) % WINDOW)
                raise ProblemError(
                    "too-many-requests", say("api.too-many", seconds=wait), headers={"Retry-After": str(wait)}
                )
            share.left -= 1

    def _forget_old(self, window: int) -> None:
        if len(self._shares) > 10_000:
            self._shares = {who: s for who, s in self._shares.items() if s.window == window}
