"""Collected devices are written down at once, in batches, and an error reaches whoever waits."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from fushinban.errors import StoreError
from fushinban.jobs.keeper import Keeper
from fushinban.messages import Text
from fushinban.model.device import Device, Target
from fushinban.model.inspection import DeviceRecord


def record(number: int) -> DeviceRecord:
    device = Device(id=f"d{number}", site="s", target=Target(address=f"192.0.2.{number}"))
    return DeviceRecord(device=device, readings=(), reached=True)


class Disk:
    """What was written, and in how many pieces of work."""

    def __init__(self, error: Exception | None = None) -> None:
        self.kept: list[str] = []
        self.pieces = 0
        self.error = error

    @contextmanager
    def together(self) -> Iterator[None]:
        self.pieces += 1
        yield

    def keep(self, records: Sequence[DeviceRecord]) -> Sequence[DeviceRecord]:
        if self.error is not None:
            raise self.error
        self.kept += [r.device.id for r in records]
        return records


def test_every_record_is_kept_and_given_back() -> None:
    disk = Disk()

    async def work() -> list[DeviceRecord]:
        with Keeper(disk.keep, disk.together) as keeper:
            return list(await asyncio.gather(*(keeper.kept(record(n)) for n in range(50))))

    kept = asyncio.run(work())
    assert [r.device.id for r in kept] == [f"d{n}" for n in range(50)]
    assert sorted(disk.kept) == sorted(f"d{n}" for n in range(50))
    assert 1 <= disk.pieces <= 50


def test_an_error_of_the_store_reaches_everybody_who_waits() -> None:
    disk = Disk(StoreError(Text("満杯", "full")))

    async def work() -> list[object]:
        with Keeper(disk.keep, disk.together) as keeper:
            return list(await asyncio.gather(*(keeper.kept(record(n)) for n in range(3)), return_exceptions=True))

    assert all(isinstance(r, StoreError) for r in asyncio.run(work()))


def test_what_was_collected_is_kept_even_if_nobody_waits_any_more() -> None:
    disk = Disk()

    async def work() -> None:
        with Keeper(disk.keep, disk.together) as keeper:
            task = asyncio.create_task(keeper.kept(record(1)))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(work())
    assert disk.kept == ["d1"]


def test_the_thread_is_told_when_it_begins_and_ends() -> None:
    disk, told = Disk(), []

    def tell(what: str) -> None:
        told.append((what, threading.current_thread().name, len(disk.kept)))

    async def work() -> None:
        with Keeper(disk.keep, disk.together, lambda: tell("begin"), lambda: tell("end")) as keeper:
            await asyncio.gather(*(keeper.kept(record(n)) for n in range(5)))

    asyncio.run(work())
    (first, thread, _), (last, same, kept) = told
    assert (first, last, kept) == ("begin", "end", 5)
    assert thread == same != threading.current_thread().name
