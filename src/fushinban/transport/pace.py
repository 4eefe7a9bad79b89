"""How gently the network is touched: connections per device and per site, and gaps between probes and requests.

A connection that is kept open counts against the caps; when another purpose needs its place, it is closed. Visits that
keep no connection (a look at a port) have one place of a device as long as they want it and requests have the other, so
that neither makes the other open its connections again and again.
"""

import asyncio
from collections import deque
from typing import NamedTuple, Protocol

from fushinban.clock import monotonic
from fushinban.model.facts.services import PortState
from fushinban.model.site import Limits

#: Requests that may go on over a kept connection before it is closed for another purpose that waits.
_MOST_OVERTAKEN = 16
#: A connection that nobody used so long (s) is closed for visits that already have a place and could use another.
_IDLE = 0.1
#: So long (s) a look at a port counts as one of now.
_RECENT = 30.0

#: What a kept connection is good for: port and TLS.
Use = tuple[int, bool]


class Kept(Protocol):
    """A connection that can wait for its next use."""

    @property
    def alive(self) -> bool:
        """Whether it can still be used."""

    def close(self) -> None:
        """Drop it at once."""


class _Waiter(NamedTuple):
    """Who waits for a place: for a connection of this use, for any (`use` None), or for a `visit` that keeps none."""

    use: Use | None
    visit: bool
    turn: "asyncio.Future[Kept | None]"


class SitePace:
    """Places for connections of one site, and the lanes of its devices."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._free = max(1, limits.site_connections)
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._lanes: dict[str, DeviceLane] = {}
        self._resting: dict[DeviceLane, None] = {}

    def lane(self, key: str) -> "DeviceLane":
        """The lane of one device; the same key always gives the same lane."""
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = DeviceLane(self)
        return lane

    def close(self) -> None:
        """Close every connection that rests."""
        for lane in list(self._resting):
            lane.drop_resting()
        self._lanes.clear()

    async def take(self) -> None:
        """Wait for a place of the site."""
        if self._free == 0 and self._resting:
            next(iter(self._resting)).drop_oldest()
        if self._free > 0 and not self._waiting:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give()
            raise

    def give(self) -> None:
        """Hand a place to who waits longest, or put it back."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    @property
    def wanted(self) -> bool:
        """Whether somebody waits for a place."""
        return bool(self._waiting) and any(not turn.done() for turn in self._waiting)

    def note_resting(self, lane: "DeviceLane", resting: bool) -> None:
        """Remember which lanes hold connections that could be closed for others."""
        if resting:
            self._resting[lane] = None
        else:
            self._resting.pop(lane, None)


class DeviceLane:
    """Places for connections to one device, its resting connections, and its gaps."""

    def __init__(self, site: SitePace) -> None:
        self._site = site
        self._limits = site.limits
        self._used = 0
        self._visits = 0
        self._waiting: deque[_Waiter] = deque()
        self._resting: list[tuple[Use, Kept]] = []
        self._overtaken = 0
        self._ending = False
        self._next_request = 0.0
        self._next_probe = 0.0
        self._looks: dict[int, tuple[float, PortState]] = {}

    def note_look(self, port: int, state: PortState) -> None:
        """A port was just looked at on the way to finding the device: it need not be knocked at again."""
        self._looks[port] = (monotonic(), state)

    def recent_look(self, port: int) -> PortState | None:
        """What was noted of a port a moment ago; it is told once."""
        at, state = self._looks.pop(port, (0.0, None))
        return state if state is not None and monotonic() - at < _RECENT else None

    async def lease(self, use: Use, *, fresh: bool = False) -> Kept | None:
        """Take a place: a resting connection for this use, or None when the caller is to open one.

        Every lease ends in exactly one `rest` or `release`. `fresh` never gives a resting connection.
        """
        kept = self._resting_for(use)
        if kept is not None:
            if not fresh and kept.alive:
                return kept
            self._end(kept)
        elif self._used < self._most:
            await self._take()
        elif self._resting:
            self._end(self._pop(0))
        else:
            return await self._wait(None if fresh else use, visit=False)
        await self._closed(visit=False)
        return None

    async def visit(self) -> None:
        """Take a place for a connection that is not kept. Every visit ends in exactly one `leave`."""
        if self._used < self._most:
            await self._take()
        elif self._resting and self._visits == 0:
            self._end(self._pop(0))
        else:
            await self._wait(None, visit=True)
            return
        self._visits += 1
        await self._closed(visit=True)

    def leave(self, *, closed: bool = False) -> None:
        """End a visit. `closed`: its connection is no more; else the event loop closes it in its next turn."""
        self._visits -= 1
        self._hand_over(ending=not closed)

    def _end(self, connection: Kept) -> None:
        connection.close()
        self._ending = True

    @property
    def _most(self) -> int:
        return max(1, self._limits.device_connections)

    async def _take(self) -> None:
        self._used += 1
        try:
            await self._site.take()
        except asyncio.CancelledError:
            self._used -= 1
            raise

    async def _closed(self, *, visit: bool) -> None:
        """The event loop closes a dropped connection in its next turn; only then may the place be used again."""
        if not self._ending:
            return
        self._ending = False
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            self._give_back(visit)
            raise

    def _give_back(self, visit: bool) -> None:
        if visit:
            self.leave()
        else:
            self.release()

    async def _wait(self, use: Use | None, *, visit: bool) -> Kept | None:
        turn: asyncio.Future[Kept | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiter(use, visit, turn))
        try:
            kept = await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                given = turn.result()
                if given is not None:
                    given.close()
                self._give_back(visit)
            raise
        return kept if kept is None or kept.alive else None

    def rest(self, use: Use, connection: Kept) -> None:
        """End a lease and keep the connection for the next one, unless its place is wanted for something else."""
        waiter = self._waiter_for(use)
        if waiter is not None:
            waiter.turn.set_result(connection)
        elif (self._overtaken >= _MOST_OVERTAKEN and self._wanted) or self._site.wanted:
            connection.close()
            self.release()
        else:
            self._resting.append((use, connection))
            self._site.note_resting(self, True)
            if self._waiting:
                self._expect_use(connection)

    @property
    def _wanted(self) -> bool:
        """Whether somebody waits who has no place yet: visits take turns at theirs."""
        return any(not w.turn.done() and not (w.visit and self._visits) for w in self._waiting)

    def _expect_use(self, connection: Kept) -> None:
        """Whoever used it mostly asks on at once, in this very turn of the loop; who has no place waits no longer."""
        loop = asyncio.get_running_loop()
        if self._wanted:
            self._overtaken += 1
            loop.call_soon(self._give_up, connection)
        else:
            loop.call_later(_IDLE, self._give_up, connection)

    def _give_up(self, connection: Kept) -> None:
        """Close a connection that nobody took up again for whoever waits for its place."""
        if any(kept is connection for _, kept in self._resting) and any(not w.turn.done() for w in self._waiting):
            self.drop_oldest()

    def release(self) -> None:
        """End a lease without a connection to keep."""
        self._hand_over(ending=True)

    def _hand_over(self, *, ending: bool) -> None:
        """A place came free: it is the next one's, or the site's."""
        self._ending |= ending
        waiter = self._next_waiter()
        if waiter is not None:
            self._overtaken = 0
            self._visits += waiter.visit
            waiter.turn.set_result(None)
        else:
            self._used -= 1
            self._site.give()

    def lost(self, connection: Kept) -> None:
        """A resting connection was closed by the device: its place is free."""
        for at, (_, kept) in enumerate(self._resting):
            if kept is connection:
                self._pop(at)
                self.release()
                return

    def drop_oldest(self) -> None:
        """Close one resting connection and free its place."""
        if self._resting:
            self._pop(0).close()
            self.release()

    def drop_resting(self) -> None:
        """Close all resting connections and free their places."""
        while self._resting:
            self.drop_oldest()

    async def before_request(self) -> None:
        """Keep the gap between requests."""
        if self._limits.request_gap > 0:
            start = max(monotonic(), self._next_request)
            self._next_request = start + self._limits.request_gap
            await _until(start)

    async def before_probe(self) -> None:
        """Keep the gap between port probes."""
        start = max(monotonic(), self._next_probe)
        self._next_probe = start + self._limits.port_gap
        await _until(start)

    def _next_waiter(self) -> _Waiter | None:
        """Who is to have the place that came free: the kind that has none, else whoever waits longest."""
        waiting = [w for w in self._waiting if not w.turn.done()]
        if not waiting:
            self._waiting.clear()
            return None
        requests = self._used - 1 - self._visits
        kinds = (True, False) if bool(self._visits) == bool(requests) else (not self._visits,)
        waiter = next((w for w in waiting if w.visit in kinds), waiting[0])
        self._waiting = deque(w for w in waiting if w is not waiter)
        return waiter

    def _waiter_for(self, use: Use) -> _Waiter | None:
        """Whoever waits for such a connection goes first: closing it for another would mean to open it again."""
        for at, waiter in enumerate(self._waiting):
            if waiter.use == use and not waiter.turn.done():
                del self._waiting[at]
                return waiter
        return None

    def _resting_for(self, use: Use) -> Kept | None:
        for at in range(len(self._resting) - 1, -1, -1):
            if self._resting[at][0] == use:
                return self._pop(at)
        return None

    def _pop(self, at: int) -> Kept:
        _, kept = self._resting.pop(at)
        if not self._resting:
            self._site.note_resting(self, False)
        return kept


async def _until(start: float) -> None:
    wait = start - monotonic()
    if wait > 0:
        await asyncio.sleep(wait)
