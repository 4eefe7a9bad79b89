"""`fushinban doctor` finds what is wrong, says what to do, and changes nothing."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fushinban import clock
from fushinban.record.setup import open_store
from fushinban.record.store import Store
from fushinban.record.vault import Vault
from fushinban.web.doctor import Health, Patient, examine
from fushinban.web.listen import Wanted
from web.serving import environment
from web.test_serve import certificate


def patient(folder: Path, wanted: Wanted | None = None, url: str = "") -> Patient:
    return Patient(
        data_dir=folder,
        database_url=url or f"sqlite:///{folder / 'fushinban.sqlite3'}",
        wanted=wanted or Wanted(listen="127.0.0.1:0"),
        environ={},
    )


def states(found: Patient) -> dict[str, Health]:
    return {line.name: line.health for line in examine(found)}


@pytest.fixture
def folder(console: Store) -> Path:
    Vault(console.data_dir).put("cam", "admin", "an invented secret")
    return console.data_dir


def test_a_sound_installation(folder: Path) -> None:
    found = states(patient(folder))
    assert set(found.values()) <= {Health.FINE, Health.CARE, Health.UNCHECKED}
    assert found["data"] is found["key"] is found["database"] is found["audit"] is found["clock"] is Health.FINE
    assert found["workers"] is Health.CARE  # nobody serves


def test_nothing_there_yet_is_no_fault_and_stays_so(tmp_path: Path) -> None:
    found = states(patient(tmp_path / "none"))
    assert (found["data"], found["key"], found["database"]) == (Health.CARE,) * 3
    assert not (tmp_path / "none").exists()


def test_an_older_database_is_left_as_it_is(tmp_path: Path) -> None:
    open_store(data_dir=tmp_path).close()
    import sqlite3

    with sqlite3.connect(tmp_path / "fushinban.sqlite3") as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'record' AND name LIKE '0004%'")
    assert states(patient(tmp_path))["database"] is Health.CARE
    with sqlite3.connect(tmp_path / "fushinban.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM django_migrations WHERE name LIKE '0004%'").fetchone() == (0,)
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('record', '9999_later', '2030-01-01')"
        )
    database.close()
    assert states(patient(tmp_path))["database"] is Health.WRONG


def test_faults_are_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.chmod(0o755)
    assert states(patient(folder))["data"] is Health.WRONG
    folder.chmod(0o700)
    key = folder / "vault.key"
    content = key.read_bytes()
    key.unlink()
    assert states(patient(folder))["key"] is Health.WRONG
    key.write_bytes(b"A" * 43 + b"=\n")
    key.chmod(0o600)
    assert states(patient(folder))["key"] is Health.WRONG
    key.write_bytes(content)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**12, 10**12, 10**7))
    assert states(patient(folder))["space"] is Health.WRONG
    monkeypatch.setattr(clock, "now", lambda: datetime(1970, 1, 1, tzinfo=UTC))
    assert states(patient(folder))["clock"] is Health.WRONG


def test_a_database_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "fushinban.sqlite3").write_bytes(b"no database at all, but long enough to look" * 100)
    assert states(patient(tmp_path))["database"] is Health.WRONG
    gone = "postgres://tester:invented-secret@127.0.0.1:1/none"
    lines = {line.name: line for line in examine(patient(tmp_path, url=gone))}
    assert lines["database"].health is Health.WRONG
    assert "invented-secret" not in lines["database"].text.en


def test_the_end_of_the_audit_log_and_the_clock_are_compared(console: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    console.audit.write(None, "test.done")
    later = clock.now() - timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert states(patient(console.data_dir))["newest"] is Health.WRONG
    monkeypatch.undo()
    with console._link.connection.cursor() as cursor:
        cursor.execute("UPDATE record_auditheadrow SET number = number - 1")
    assert states(patient(console.data_dir))["audit"] is Health.WRONG


def test_certificates_and_ports(tmp_path: Path) -> None:
    for days, health in ((90, Health.FINE), (10, Health.CARE), (-1, Health.WRONG)):
        made, key = certificate(tmp_path, f"c{days}.example", days)
        found = states(patient(tmp_path, Wanted(listen="127.0.0.1:0", certificate=made, key=key)))
        assert found["certificate"] is health, days
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        taken.settimeout(5)
        assert states(patient(tmp_path, Wanted(listen=f"127.0.0.1:{port}")))["port"] is Health.WRONG


def test_the_command_ends_with_a_meaning(folder: Path) -> None:
    def run(*options: str) -> subprocess.CompletedProcess[str]:
        given = [
            sys.executable,
            "-m",
            "fushinban",
            "--lang",
            "en",
            "doctor",
            "--data",
            str(folder),
            "--listen",
            "127.0.0.1:0",
        ]
        return subprocess.run(
            [*given, *options], env=environment(), capture_output=True, text=True, timeout=60, check=False
        )

    fine = run("--json")
    assert fine.returncode == 0, fine
    assert {line["name"] for line in json.loads(fine.stdout)} >= {"data", "key", "database", "audit"}
    folder.chmod(0o777)
    wrong = run()
    folder.chmod(0o700)
    assert wrong.returncode == 1
    assert "✕ Wrong" in wrong.stdout
    assert "chmod 700" in wrong.stdout
