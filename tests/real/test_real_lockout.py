"""Wrong passwords from several processes never lock a camera, and the right one is read after a person said so."""

import threading
from pathlib import Path

from real_inspector import Ended, run
from real_lab import lab_process

from fushinban.lab.plan import DevicePlan, LabPlan, LabUser, Lockout

RIGHT, WRONG = "made-up-Kujaku-71!", "made-up-but-wrong-Tobi-18!"
ROUNDS, PROCESSES = 5, 2
METHODS, QUICK = 'methods = ["listed", "ws-discovery"]', 'methods = ["listed"]'


def camera(address: str) -> DevicePlan:
    """A camera that locks for good after five failures, on whatever way they come."""
    return DevicePlan(
        id="cam",
        address=address,
        serial="T0001",
        services=frozenset({"http", "https", "rtsp", "ws-discovery"}),
        users=(LabUser(name="audit", password=RIGHT),),
        login="audit",
        lockout=Lockout(attempts=5, window=86_400.0, duration=0.0),
    )


def test_ten_wrong_inspections_from_two_processes_lock_nothing(address: str, tmp_path: Path) -> None:
    plan = LabPlan(id="lockout", name="ロック試験", devices=(camera(address),), base_port=0)
    data = tmp_path / "records"
    data.mkdir()
    with lab_process(plan, tmp_path) as lab:
        site = tmp_path / "SITE.toml"
        assert METHODS in lab.site_toml
        site.write_text(lab.site_toml.replace(METHODS, QUICK) + "\n[limits]\nport_gap = 0.0\n", encoding="utf-8")
        (name,) = lab.environment
        ended: list[Ended] = []

        def inspect(password: str) -> Ended:
            return run("inspect", site, "--json", "-", data=data, environ={name: password})

        def in_a_row() -> None:
            for _ in range(ROUNDS):
                ended.append(inspect(WRONG))

        threads = [threading.Thread(target=in_a_row) for _ in range(PROCESSES)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        after_wrong = lab.states()["cam"]
        right_but_stopped = inspect(RIGHT)
        still_stopped = lab.states()["cam"]
        retry = run("credential", "retry", site, address, data=data)
        read = inspect(RIGHT)
        at_last = lab.states()["cam"]

    assert len(ended) == ROUNDS * PROCESSES
    assert [e.errors for e in ended if e.errors] == []
    assert {e.code for e in ended} <= {0, 1}
    assert all(e.json()["devices"][0]["accounts"] == [] for e in ended)
    assert not after_wrong.locked
    assert 1 <= after_wrong.failed_logins <= 2, "well below the five that lock"
    assert right_but_stopped.json()["devices"][0]["accounts"] == []
    assert still_stopped.failed_logins == after_wrong.failed_logins
    assert still_stopped.accepted_logins == 0, "not even the right password is tried before a person said so"
    assert retry.code == 0, retry.errors
    assert read.code in (0, 1)
    (device,) = read.json()["devices"]
    assert [a["name"] for a in device["accounts"]] == ["audit"]
    assert device["serial"] == "T0001"
    assert at_last.accepted_logins > 0
    assert not at_last.locked
    assert at_last.failed_logins <= after_wrong.failed_logins + 1, "the maker's documented default, at most once"
    assert at_last.max_connections <= 2 * 2, "two per inspection, and two ran at once"
    assert (at_last.write_attempts, at_last.clear_passwords) == ([], [])
