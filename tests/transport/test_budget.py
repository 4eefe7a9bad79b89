"""The attempt budget: on disk, shared, and always on the careful side."""

import os
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban.errors import Locked
from fushinban.makers import Lockout
from fushinban.transport.budget import AttemptBudget, Busy, failures_allowed

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HERE = Path(__file__).parent


def rule(attempts: int, *, window: float = 60, duration: float = 1800, verified: bool = True) -> Lockout:
    return Lockout(attempts=attempts, window=window, duration=duration, source="test", verified=verified)


@pytest.fixture
def budget(tmp_path: Path) -> AttemptBudget:
    return AttemptBudget(tmp_path / "deep" / "attempts.sqlite3")


def fail(
    budget: AttemptBudget, secret: str, when: datetime = NOW, *, user: str = "u", by: Lockout | None = None
) -> None:
    budget.settle(budget.reserve("d", user, secret, by, when), False)


@pytest.mark.parametrize(
    ("given_rule", "limit"),
    [
        (None, 2), (rule(5), 2), (rule(8), 4), (rule(3), 1), (rule(1), 1), (rule(10, verified=False), 2),
        (rule(3, verified=False), 1), (rule(7), 3),
    ],
)  # fmt: skip
def test_half_of_what_the_maker_allows(budget: AttemptBudget, given_rule: Lockout | None, limit: int) -> None:
    assert failures_allowed(given_rule) == limit
    for number in range(limit):
        fail(budget, f"s{number}", user=f"user{number}", by=given_rule)
    with pytest.raises(Locked, match="on record"):
        budget.reserve("d", "another", "s", given_rule, NOW)
    assert budget.reserve("other device", "another", "s", given_rule, NOW)


def test_the_same_refused_secret_is_never_tried_again(budget: AttemptBudget) -> None:
    fail(budget, "s1")
    for later in (0, 2, 4000):
        with pytest.raises(Locked, match="before"):
            budget.reserve("d", "u", "s1", None, NOW + timedelta(days=later))
    budget.settle(budget.reserve("d", "u", "s2", None, NOW), True)
    with pytest.raises(Locked, match="before"):
        budget.reserve("d", "u", "s1", None, NOW)
    budget.forget("d")
    assert budget.reserve("d", "u", "s1", None, NOW)


def test_failures_age_by_the_longest_of_window_duration_and_a_day(budget: AttemptBudget) -> None:
    long = rule(5, duration=3 * 86_400)
    for by, hours in ((None, 24), (rule(5), 24), (long, 72)):
        budget.forget("d")
        fail(budget, "s1", by=by)
        fail(budget, "s2", by=by)
        with pytest.raises(Locked):
            budget.reserve("d", "u", "s3", by, NOW + timedelta(hours=hours) - timedelta(seconds=1))
        budget.cancel(budget.reserve("d", "u", "s3", by, NOW + timedelta(hours=hours)))


def test_a_lock_that_never_opens_keeps_its_failures(budget: AttemptBudget) -> None:
    for_ever = rule(5, duration=0)
    fail(budget, "s1", by=for_ever)
    fail(budget, "s2", by=for_ever)
    with pytest.raises(Locked):
        budget.reserve("d", "u", "s3", for_ever, NOW + timedelta(days=5000))


def test_a_success_clears_only_its_own_account(budget: AttemptBudget) -> None:
    fail(budget, "s1", user="a")
    budget.settle(budget.reserve("d", "b", "s", None, NOW), True)
    assert budget.failures("d", None, NOW) == 1
    budget.settle(budget.reserve("d", "a", "s", None, NOW), True)
    assert budget.failures("d", None, NOW) == 0


def test_unclear_counts_but_may_be_tried_again(budget: AttemptBudget) -> None:
    budget.settle(budget.reserve("d", "u", "s", None, NOW), None)
    assert budget.failures("d", None, NOW) == 1
    budget.settle(budget.reserve("d", "u", "s", None, NOW), None)
    with pytest.raises(Locked, match="on record"):
        budget.reserve("d", "u", "s", None, NOW)


def test_a_login_under_way_is_not_doubled(budget: AttemptBudget) -> None:
    ticket = budget.reserve("d", "u", "s", None, NOW)
    with pytest.raises(Busy):
        budget.reserve("d", "u", "s", None, NOW)
    budget.cancel(ticket)
    assert budget.reserve("d", "u", "s", None, NOW)
    assert budget.failures("d", None, NOW) == 1


def test_attempts_under_way_make_others_wait_not_lock(budget: AttemptBudget) -> None:
    budget.reserve("d", "a", "s", rule(3), NOW)
    with pytest.raises(Busy):
        budget.reserve("d", "b", "s", rule(3), NOW)


def test_layers(budget: AttemptBudget) -> None:
    budget.settle(budget.reserve("d", "u", "s", None, NOW, layer="http"), False)
    with pytest.raises(Locked, match="before"):
        budget.reserve("d", "u", "s", None, NOW, layer="wsse")
    budget.forget("d")
    budget.settle(budget.reserve("d", "u", "s", None, NOW, layer="http"), True)
    budget.settle(budget.reserve("d", "u", "s", None, NOW, layer="rtsp"), False)
    with pytest.raises(Locked, match="before"):
        budget.reserve("d", "u", "s", None, NOW, layer="rtsp")
    budget.settle(budget.reserve("d", "u", "s", None, NOW, layer="http"), True)
    assert budget.failures("d", None, NOW) == 1


def test_a_killed_process_leaves_its_attempt_as_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite3"
    script = (
        "import os,sys;from pathlib import Path;from datetime import datetime,UTC\n"
        "from fushinban.transport.budget import AttemptBudget\n"
        "AttemptBudget(Path(sys.argv[1])).reserve('d','u','s',None,datetime(2026,11,23,tzinfo=UTC))\n"
        "os.kill(os.getpid(),9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], check=False, timeout=30)
    assert done.returncode == -9
    budget = AttemptBudget(path)
    assert budget.failures("d", None, NOW) == 1
    budget.settle(budget.reserve("d", "u", "s", None, NOW), True)
    assert budget.failures("d", None, NOW) == 0


def test_a_locked_file_means_no_login(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite3"
    budget = AttemptBudget(path, patience=0.1)
    ticket = budget.reserve("d", "u", "s", None, NOW)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(Locked, match="record of login attempts"):
        budget.reserve("d", "u", "s2", None, NOW)
    budget.settle(ticket, True)  # cannot be written: stays a failure, raises nothing
    holder.execute("ROLLBACK")
    holder.close()
    assert budget.failures("d", None, NOW) == 1


@pytest.mark.parametrize("content", [b"this is no database, just text " * 50, b""])
def test_a_damaged_file_means_no_login(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "b.sqlite3"
    path.write_bytes(content)
    if content:
        with pytest.raises(Locked):
            AttemptBudget(path).reserve("d", "u", "s", None, NOW)
    else:
        assert AttemptBudget(path).reserve("d", "u", "s", None, NOW)


def test_a_folder_that_cannot_be_made_means_no_login(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Locked):
        AttemptBudget(tmp_path / "file" / "b.sqlite3").reserve("d", "u", "s", None, NOW)


def test_the_file_holds_no_secret_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite3"
    budget = AttemptBudget(path)
    mark = budget.fingerprint("u", "Invented-Secret-9")
    assert mark == budget.fingerprint("u", "Invented-Secret-9")
    assert mark == AttemptBudget(path).fingerprint("u", "Invented-Secret-9")
    assert mark != AttemptBudget(tmp_path / "other.sqlite3").fingerprint("u", "Invented-Secret-9")
    budget.settle(budget.reserve("d", "u", mark, None, NOW), False)
    budget.close()
    assert b"Invented-Secret-9" not in b"".join(p.read_bytes() for p in tmp_path.iterdir())
    assert path.stat().st_mode & 0o077 == 0


def test_many_threads_make_one_attempt(budget: AttemptBudget) -> None:
    made: list[object] = []

    def one() -> None:
        try:
            made.append(budget.reserve("d", "u", "s", rule(5), NOW))
        except Locked:
            return

    threads = [threading.Thread(target=one) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.sampled_from([True, False, None])), max_size=12
    )
)
def test_whatever_happens_the_device_sees_few_failures_in_a_row(events: list[tuple[str, str, bool | None]]) -> None:
    """A device that counts all accounts together and forgets only on success sees at most the limit, plus none."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        budget = AttemptBudget(Path(folder) / "b")
        failures = {"a": 0, "b": 0}
        for user, secret, accepted in events:
            try:
                ticket = budget.reserve("d", user, secret, rule(5), NOW)
            except Locked:
                continue
            budget.settle(ticket, accepted)
            failures[user] = 0 if accepted else failures[user] + 1
            assert sum(failures.values()) <= 2
        budget.close()


ATTACK = """
import asyncio, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from pretend_device import WRONG, call, door_for, target
from fushinban.errors import DeviceError

async def main():
    for _ in range(10):
        async with door_for(Path(sys.argv[2])) as door, door.session(target(int(sys.argv[3])), WRONG) as session:
            for operation in ("GetUsers", "GetDeviceInformation"):
                try:
                    await session.soap(call(operation))
                    print("in")
                except DeviceError:
                    pass

asyncio.run(main())
"""


@pytest.mark.parametrize("scheme", ["digest", "wsse"])
def test_ten_inspections_from_two_processes_make_one_failed_login(tmp_path: Path, scheme: str) -> None:
    import urllib.request

    camera = subprocess.Popen(
        [sys.executable, str(HERE / "pretend_device.py"), scheme, "5"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ},
    )  # fmt: skip
    try:
        assert camera.stdout is not None
        port, count_port = camera.stdout.readline().decode().split()
        command = [sys.executable, "-c", ATTACK, str(HERE), str(tmp_path), port]
        both = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
        outputs = [process.communicate(timeout=60)[0] for process in both]
        assert [process.returncode for process in both] == [0, 0]
        assert outputs == [b"", b""]
        with urllib.request.urlopen(f"http://127.0.0.1:{count_port}/failures", timeout=5) as counted:
            assert counted.read() == b"1"
    finally:
        camera.kill()
        camera.wait()
        for stream in (camera.stdin, camera.stdout):
            if stream is not None:
                stream.close()
