"""What breaks in the middle: kill -9, Ctrl-C, a full disk, a database in use. Nothing collected is lost."""

import resource
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from real_inspector import Ended, end, start
from real_lab import RunningLab, lab_process
from real_programs import missing, wait_until

from fushinban.lab.plan import DevicePlan, LabPlan, LabUser
from fushinban.record.setup import BUSY_SECONDS, open_store

COUNT = 20
METHODS, QUICK = 'methods = ["listed", "ws-discovery"]', 'methods = ["listed"]'
FAST = "\n[limits]\nport_gap = 0.0\n"
#: Two devices at a time, so that some are on record long before the others.
SLOW = FAST + "site_connections = 4\n"


def slow_plan(address: str) -> LabPlan:
    """Twenty cameras that take their time; they stand on addresses of their own beside the test's."""
    _, _, worker, number = address.split(".")
    devices = tuple(
        DevicePlan(
            id=f"cam-{n:02d}",
            address=f"127.84.{int(worker) * 8 % 250}.{(int(number) * COUNT + n) % 250 + 1}",
            serial=f"T{n:04d}",
            services=frozenset({"http", "rtsp"}),
            users=(LabUser(name="audit", password=f"made-up-Kujaku-{n:02d}!"),),
            login="audit",
            answer_ms=15,
            certificate_group="breaks",
        )
        for n in range(COUNT)
    )
    return LabPlan(id="breaks", name="中断試験", devices=devices, base_port=0)


class Slow:
    """A running lab of slow cameras, its site file, and an inspector with records of its own."""

    def __init__(self, lab: RunningLab, folder: Path) -> None:
        self.lab = lab
        self.folder = folder
        self.site = folder / "SITE.toml"
        self.data = folder / "records"
        assert METHODS in lab.site_toml

    def start(self, *, data: Path | None = None, limits: str = SLOW) -> "subprocess.Popen[str]":
        """Begin an inspection."""
        self.site.write_text(self.lab.site_toml.replace(METHODS, QUICK) + limits, encoding="utf-8")
        chosen = data or self.data
        chosen.mkdir(parents=True, exist_ok=True)
        return start("inspect", self.site, "--json", "-", data=chosen, environ=self.lab.environment)

    def check_whole(self, *, data: Path | None = None) -> None:
        """Another inspection is whole: every camera is reached and read with its login."""
        check_whole(end(self.start(data=data, limits=FAST)))

    def kept(self, data: Path | None = None) -> int:
        """How many devices of unfinished inspections are on record, found without writing anything."""
        file = (data or self.data) / "fushinban.sqlite3"
        if not file.exists():
            return 0
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=5)) as db:
            try:
                (count,) = db.execute("SELECT coalesce(sum(device_count), 0) FROM record_inspectionrow").fetchone()
            except sqlite3.OperationalError:
                return 0
        return int(count)

    def wait_for_some(self, data: Path | None = None) -> None:
        """Until some, not all, devices are on record."""
        wait_until(lambda: self.kept(data) > 0, 30, "nothing was kept")


@pytest.fixture
def slow(address: str, tmp_path: Path) -> Iterator[Slow]:
    with lab_process(slow_plan(address), tmp_path) as lab:
        yield Slow(lab, tmp_path)


def unfinished_serials(data: Path) -> list[set[str]]:
    """The serial numbers on record of each inspection that was broken off, the newest first."""
    with open_store(data_dir=data) as store:
        return [{r.device.serial for r in i.records} for i in store.inspections.unfinished("breaks")]


def check_whole(ended: Ended) -> None:
    """A whole inspection: every camera was reached and read with its login."""
    assert ended.code in (0, 1), ended.errors
    devices = ended.json()["devices"]
    assert {d["serial"] for d in devices} == {f"T{n:04d}" for n in range(COUNT)}
    assert all(d["accounts"] for d in devices)


def test_kill_in_the_middle_keeps_what_was_read(slow: Slow) -> None:
    process = slow.start()
    slow.wait_for_some()
    process.send_signal(signal.SIGKILL)
    ended = end(process)
    assert ended.code == -signal.SIGKILL
    (serials,) = unfinished_serials(slow.data)
    assert 0 < len(serials) < COUNT
    assert "" not in serials, "what is kept was read with the login"
    slow.check_whole()
    with open_store(data_dir=slow.data) as store:
        newest = store.inspections.newest("breaks")
        assert newest is not None
        assert len(newest.records) == COUNT
        assert len(store.inspections.unfinished("breaks")) == 1, "the broken one stays on record"


def test_interrupt_in_the_middle_is_one_sentence(slow: Slow) -> None:
    process = slow.start()
    slow.wait_for_some()
    process.send_signal(signal.SIGINT)
    ended = end(process)
    assert ended.code == 130
    assert ended.sentence() == "中断しました。ここまでに読み取った内容は記録に残っています。"
    assert ended.output == ""
    (serials,) = unfinished_serials(slow.data)
    assert 0 < len(serials) < COUNT
    assert max(d.max_connections for d in slow.lab.states().values()) <= 2, "never three at once to one device"


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own with 16 MiB."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder], check=False)
    if mounted.returncode != 0:
        missing("no file system can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def fill(disk: Path) -> Path:
    """Fill a file system to its last byte; the file that does it."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 4096, 512, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    return filler


def check_full(ended: Ended) -> None:
    assert ended.code in (2, 3), (ended.code, ended.errors)
    assert "ディスクの空き容量" in ended.sentence()
    assert "Traceback" not in ended.errors + ended.output


def test_a_disk_that_fills_up_in_the_middle(needs_root: None, slow: Slow, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        data = disk / "records"
        process = slow.start(data=data)
        slow.wait_for_some(data)
        filler = fill(disk)
        check_full(end(process))
        filler.unlink()
        (serials,) = unfinished_serials(data)
        assert 0 < len(serials) < COUNT
        slow.check_whole(data=data)


def test_a_disk_that_is_full_from_the_start(needs_root: None, slow: Slow, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        (disk / "records").mkdir()
        filler = fill(disk)
        check_full(end(slow.start(data=disk / "records")))
        assert all(d.requests == 0 for d in slow.lab.states().values()), "no device is bothered for nothing"
        filler.unlink()


def test_a_limit_of_file_size_in_the_middle(slow: Slow) -> None:
    """The same for an ordinary user: the system refuses to let any file grow."""
    process = slow.start()
    slow.wait_for_some()
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (4096, 4096))
    check_full(end(process))
    (serials,) = unfinished_serials(slow.data)
    assert 0 < len(serials) < COUNT
    slow.check_whole()


@contextmanager
def held(database: Path) -> Iterator[None]:
    """Another program writes to the records and takes its time."""
    with closing(sqlite3.connect(database, timeout=20, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        yield
        db.execute("ROLLBACK")


def test_records_in_use_for_a_while_are_waited_for(slow: Slow) -> None:
    with open_store(data_dir=slow.data):
        pass
    with held(slow.data / "fushinban.sqlite3"):
        process = slow.start(limits=FAST)
        time.sleep(3.0)
        assert process.poll() is None
        assert all(d.requests == 0 for d in slow.lab.states().values()), "it waits before it talks to anybody"
    check_whole(end(process))


def test_records_in_use_for_too_long_are_one_sentence(slow: Slow) -> None:
    process = slow.start()
    slow.wait_for_some()
    with held(slow.data / "fushinban.sqlite3"), suppress(subprocess.TimeoutExpired):
        process.wait(BUSY_SECONDS + 5.0)
    ended = end(process)
    assert ended.code == 3
    assert "ほかの処理が使用中です" in ended.sentence()
    (serials,) = unfinished_serials(slow.data)
    assert 0 < len(serials) < COUNT
