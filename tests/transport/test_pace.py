"""Caps and gaps hold whatever comes at once; a kept connection gives way."""

import asyncio
import time

import pytest

from fushinban.model.facts import PortState
from fushinban.model.site import Limits
from fushinban.transport.pace import DeviceLane, SitePace


class Kept:
    def __init__(self) -> None:
        self.alive = True

    def close(self) -> None:
        self.alive = False


USE, OTHER = (80, False), (443, True)


def test_device_and_site_caps() -> None:
    site = SitePace(Limits(device_connections=2, site_connections=5))
    now: dict[str, int] = {}
    most: dict[str, int] = {"site": 0}

    async def one(key: str) -> None:
        lane = site.lane(key)
        await lane.lease(USE)
        now[key] = now.get(key, 0) + 1
        most[key] = max(most.get(key, 0), now[key])
        most["site"] = max(most["site"], sum(now.values()))
        await asyncio.sleep(0.002)
        now[key] -= 1
        lane.release()

    async def run() -> None:
        await asyncio.gather(*(one(f"d{i % 7}") for i in range(140)))

    asyncio.run(run())
    assert most.pop("site") == 5
    assert max(most.values()) == 2
    assert site._free == 5


def test_a_kept_connection_is_given_to_who_waits_for_it() -> None:
    async def run() -> None:
        lane = SitePace(Limits(device_connections=1)).lane("d")
        assert await lane.lease(USE) is None
        waiting = asyncio.create_task(lane.lease(USE))
        await asyncio.sleep(0)
        kept = Kept()
        lane.rest(USE, kept)
        assert await waiting is kept

    asyncio.run(run())


def test_a_kept_connection_gives_way_to_another_use() -> None:
    async def run() -> None:
        lane = SitePace(Limits(device_connections=1)).lane("d")
        await lane.lease(USE)
        kept, second = Kept(), Kept()
        lane.rest(USE, kept)
        assert await lane.lease(OTHER) is None
        assert not kept.alive
        waiting = asyncio.create_task(lane.lease(USE))
        await asyncio.sleep(0)
        lane.rest(OTHER, second)
        assert await waiting is None
        assert not second.alive

    asyncio.run(run())


def test_who_asks_on_at_once_keeps_its_connection_but_not_for_ever() -> None:
    async def run() -> int:
        lane = SitePace(Limits(device_connections=1)).lane("d")
        assert await lane.lease(USE) is None
        other = asyncio.create_task(lane.lease(OTHER))
        await asyncio.sleep(0)
        kept = Kept()
        asked_on = 0
        while kept.alive:
            lane.rest(USE, kept)
            if kept.alive:
                assert await lane.lease(USE) is kept
                asked_on += 1
        assert await other is None
        return asked_on

    assert asyncio.run(run()) == 16


def test_a_connection_that_nobody_takes_up_gives_way_at_once() -> None:
    async def run() -> None:
        lane = SitePace(Limits(device_connections=1)).lane("d")
        assert await lane.lease(USE) is None
        other = asyncio.create_task(lane.lease(OTHER))
        await asyncio.sleep(0)
        kept = Kept()
        lane.rest(USE, kept)
        assert await asyncio.wait_for(other, 1.0) is None
        assert not kept.alive

    asyncio.run(run())


def test_a_kept_connection_gives_way_to_another_device() -> None:
    async def run() -> None:
        site = SitePace(Limits(site_connections=1))
        first, second = site.lane("a"), site.lane("b")
        await first.lease(USE)
        kept = Kept()
        first.rest(USE, kept)
        assert await asyncio.wait_for(second.lease(USE), 1) is None
        assert not kept.alive
        waiting = asyncio.create_task(first.lease(USE))
        await asyncio.sleep(0)
        later = Kept()
        second.rest(USE, later)
        assert await asyncio.wait_for(waiting, 1) is None
        assert not later.alive

    asyncio.run(run())


def test_cancelled_waiters_lose_no_place() -> None:
    async def run() -> None:
        site = SitePace(Limits(device_connections=1, site_connections=1))
        lane, other = site.lane("a"), site.lane("b")
        await lane.lease(USE)
        tasks = [asyncio.create_task(lane.lease(USE)), asyncio.create_task(other.lease(USE))]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        lane.release()
        await asyncio.gather(*tasks, return_exceptions=True)
        for _ in range(2):
            assert await asyncio.wait_for(lane.lease(USE), 1) is None
            lane.release()
            assert await asyncio.wait_for(other.lease(USE), 1) is None
            other.release()

    asyncio.run(run())


def test_a_place_handed_over_while_cancelled_comes_back() -> None:
    async def run() -> None:
        site = SitePace(Limits(device_connections=1, site_connections=1))
        lane = site.lane("a")
        await lane.lease(USE)
        waiting = asyncio.create_task(lane.lease(USE))
        await asyncio.sleep(0)
        kept = Kept()
        lane.rest(USE, kept)  # handed to the waiter ...
        waiting.cancel()  # ... which is cancelled before it runs
        await asyncio.gather(waiting, return_exceptions=True)
        assert not kept.alive
        assert await asyncio.wait_for(lane.lease(USE), 1) is None

    asyncio.run(run())


def test_a_lost_connection_frees_its_place() -> None:
    async def run() -> None:
        site = SitePace(Limits(device_connections=1, site_connections=1))
        lane = site.lane("a")
        await lane.lease(USE)
        kept = Kept()
        lane.rest(USE, kept)
        lane.lost(kept)
        lane.lost(kept)
        assert site._free == 1
        assert await lane.lease(USE) is None

    asyncio.run(run())


async def _thrice(lane: DeviceLane) -> float:
    began = time.monotonic()
    await asyncio.gather(*(lane.before_probe() for _ in range(3)))
    return time.monotonic() - began


def test_gaps() -> None:
    async def run() -> tuple[float, float]:
        site = SitePace(Limits(port_gap=0.05, request_gap=0.04))
        probes = await _thrice(site.lane("a"))
        began = time.monotonic()
        for _ in range(3):
            await site.lane("a").before_request()
        return probes, time.monotonic() - began

    probes, requests = asyncio.run(run())
    assert 0.095 < probes < 0.4
    assert 0.075 < requests < 0.4


def test_visits_take_turns_at_one_place_and_leave_the_other_to_requests() -> None:
    async def run() -> int:
        lane = SitePace(Limits(device_connections=2)).lane("d")
        kept = Kept()
        assert await lane.lease(USE) is None

        async def look() -> None:
            await lane.visit()
            await asyncio.sleep(0.002)
            lane.leave()

        looks = asyncio.gather(*(look() for _ in range(8)))
        asked = 0
        while not looks.done():
            await asyncio.sleep(0.001)
            lane.rest(USE, kept)
            await asyncio.sleep(0.0)
            assert await lane.lease(USE) is kept
            asked += 1
        await looks
        assert kept.alive
        assert lane._visits == 0
        return asked

    assert asyncio.run(run()) > 8


def test_an_idle_connection_gives_its_place_to_visits_that_wait() -> None:
    async def run() -> None:
        lane = SitePace(Limits(device_connections=2)).lane("d")
        kept = Kept()
        assert await lane.lease(USE) is None
        await lane.visit()
        waiting = asyncio.create_task(lane.visit())
        await asyncio.sleep(0)
        lane.rest(USE, kept)
        await asyncio.sleep(0)
        assert kept.alive
        await asyncio.wait_for(waiting, 1.0)
        assert not kept.alive
        lane.leave()
        lane.leave()
        assert lane._visits == lane._used == 0

    asyncio.run(run())


def test_requests_are_not_shut_out_by_visits() -> None:
    async def run() -> None:
        lane = SitePace(Limits(device_connections=2)).lane("d")
        await lane.visit()
        await lane.visit()
        more = [asyncio.create_task(lane.visit()) for _ in range(3)]
        await asyncio.sleep(0)
        request = asyncio.create_task(lane.lease(USE))
        await asyncio.sleep(0)
        lane.leave()
        assert await asyncio.wait_for(request, 1.0) is None
        assert not any(task.done() for task in more)
        for task in more:
            task.cancel()
        await asyncio.gather(*more, return_exceptions=True)
        lane.leave()
        lane.release()
        assert lane._used == 0

    asyncio.run(run())


def test_a_look_is_taken_over_once() -> None:
    lane = SitePace(Limits()).lane("d")
    lane.note_look(80, PortState.OPEN)
    assert lane.recent_look(554) is None
    assert lane.recent_look(80) is PortState.OPEN
    assert lane.recent_look(80) is None


def test_an_old_look_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    lane = SitePace(Limits()).lane("d")
    lane.note_look(80, PortState.CLOSED)
    later = time.monotonic() + 31
    monkeypatch.setattr("fushinban.transport.pace.monotonic", lambda: later)
    assert lane.recent_look(80) is None
