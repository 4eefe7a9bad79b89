"""A device that dribbles for ever does not hold an inspection: it is left, and everything else is on record."""

import asyncio
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from durable.durable_bench import RunningLab, plan_of
from fushinban.jobs.inspect import inspect
from fushinban.jobs.means import Means
from fushinban.jobs.progress import Quiet
from fushinban.jobs.site_file import SiteFile, load_site
from fushinban.model.control import Outcome
from fushinban.model.reading import Answer
from fushinban.model.site import InspectionKind
from fushinban.record.setup import open_store
from fushinban.record.vault import Vault

#: Devices may take this long altogether: 3 seconds.
SHORT = 0.05


class Dribbling:
    """A web port that answers every request with one byte at a time, for ever."""

    def __init__(self, address: str) -> None:
        self.address, self.port = address, 0
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        async with await asyncio.start_server(self._answer, self.address, 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            await self._end.wait()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 100000\r\n\r\n")
            while not self._end.is_set():
                writer.write(b"<")
                await writer.drain()
                await asyncio.sleep(0.05)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def start(self) -> "Dribbling":
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)


@pytest.fixture
def lab() -> Iterator[RunningLab]:
    with RunningLab(plan_of(2)) as running:
        yield running


@pytest.fixture
def dribbling(lab: RunningLab) -> Iterator[Dribbling]:
    """A third device on the lab's network."""
    network = lab.plan.devices[0].address.rpartition(".")[0]
    device = Dribbling(f"{network}.251").start()
    yield device
    device.stop()


def _site(lab: RunningLab, device: Dribbling, folder: Path) -> SiteFile:
    path = folder / "SITE.toml"
    row = f'\n[[device]]\nid = "dribbling"\naddress = "{device.address}"\nports = {{ http = {device.port} }}\n'
    path.write_text(lab.site_toml() + row, encoding="utf-8")
    site_file = load_site(path, {})
    return replace(site_file, limits=replace(site_file.limits, device_minutes=SHORT, read_timeout=300.0))


def test_a_dribbling_device_is_left_and_the_others_are_whole(
    lab: RunningLab, dribbling: Dribbling, tmp_path: Path
) -> None:
    with open_store(f"sqlite:///{tmp_path / 'fushinban.sqlite3'}", data_dir=tmp_path) as store:
        means = Means(
            store=store, vault=Vault(tmp_path), environ=lab.lab.environment(), progress=Quiet(), folder=tmp_path
        )
        begun = time.monotonic()
        inspection = inspect(_site(lab, dribbling, tmp_path), InspectionKind.PERIODIC, means)
        assert time.monotonic() - begun < 60 * SHORT + 12
        records = {r.device.id: r for r in store.inspections.get(inspection.id).records}
    late = records.pop("dribbling")
    said = [r for r in late.readings if r.detail and "not finished within 0.05 minutes" in r.detail.en]
    assert said
    assert {r.answer for r in said} <= {Answer.UNREACHABLE, Answer.NOT_ASKED}
    assert len(records) == 2
    for record in records.values():
        assert record.reached
        assert not [r for r in record.readings if r.detail and "not finished" in r.detail.en]
    found = [f for f in inspection.findings if f.device == "dribbling"]
    assert found
    assert not [f for f in found if f.outcome is Outcome.PASS and f.control == "G-2.1-2"]
    assert any(f.outcome is Outcome.UNKNOWN for f in found), "nobody could tell, and nothing is a pass"
