"""Opening the store: quick, private, safe for several processes, and clear when it cannot be used."""

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest

from fushinban.errors import InputError, StoreError
from fushinban.model.site import InspectionKind
from fushinban.record.setup import open_store
from fushinban.record.store import Store
from record.samples import AUTHORISATION, SITE, START, record

FILE = "fushinban.sqlite3"


def _python(code: str, *arguments: object) -> subprocess.Popen[str]:
    source = str(Path(__file__).resolve().parents[2] / "src")
    tests = str(Path(__file__).resolve().parents[1])
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([source, tests, os.environ.get("PYTHONPATH", "")])},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_file_and_folder_are_private(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "data"
    with open_store(data_dir=folder) as store:
        store.sites.save(SITE)
        assert _mode(folder) == 0o700
        assert {path.name: _mode(path) for path in folder.iterdir()}.keys() >= {FILE, f"{FILE}-wal"}
        assert all(_mode(path) == 0o600 for path in folder.iterdir())
        assert store.budget_path == folder / "attempts.sqlite3"
        assert store.place == str(folder / FILE)


def test_rights_of_others_are_taken_away(tmp_path: Path) -> None:
    open_store(data_dir=tmp_path).close()
    (tmp_path / FILE).chmod(0o644)
    open_store(data_dir=tmp_path).close()
    assert _mode(tmp_path / FILE) == 0o600


def test_wal_and_foreign_keys_are_on(tmp_path: Path) -> None:
    with open_store(data_dir=tmp_path) as store, store._link.connection.cursor() as cursor:
        settings = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "foreign_keys")]
        assert settings == ["wal", 1]
        assert cursor.execute("PRAGMA busy_timeout").fetchone()[0] == 15000


def test_the_environment_names_folder_and_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUSHINBAN_DATA", str(tmp_path / "here"))
    monkeypatch.setenv("FUSHINBAN_DATABASE", f"sqlite:///{tmp_path}/there.db")
    with open_store() as store:
        assert store.data_dir == tmp_path / "here"
        assert store.place == f"{tmp_path}/there.db"


def test_django_is_loaded_only_when_a_store_is_opened() -> None:
    code = """
        import sys
        from fushinban.record.setup import Store, open_store
        from fushinban.record import store, values, codec
        print(any(name.partition(".")[0] == "django" for name in sys.modules))
    """
    out, errors = _python(code).communicate(timeout=20)
    assert (out.strip(), errors) == ("False", "")


def test_several_processes_may_start_at_once(tmp_path: Path, database_url: str) -> None:
    code = """
        import sys
        from pathlib import Path
        from record.samples import SITE, device
        from fushinban.record.setup import open_store
        with open_store(sys.argv[1], data_dir=Path(sys.argv[2])) as store:
            store.sites.save(SITE)
            store.devices.save([device(int(sys.argv[3]))])
            print("fine")
    """
    started = [_python(code, database_url, tmp_path / "data", number) for number in range(4)]
    ended = [process.communicate(timeout=60) for process in started]
    assert [out.strip() for out, _ in ended] == ["fine"] * 4, ended
    with open_store(database_url, data_dir=tmp_path / "data") as store:
        assert [d.id for d in store.devices.of(SITE.id)] == [f"cam-00{n}" for n in range(4)]


def test_devices_survive_a_kill(tmp_path: Path) -> None:
    code = """
        import sys, time
        from pathlib import Path
        from record.samples import *
        from fushinban.record.setup import open_store
        store = open_store(data_dir=Path(sys.argv[1]))
        inspection = store.inspections.begin(SITE, InspectionKind.PERIODIC, AUTHORISATION, START)
        for number in range(5):
            store.inspections.keep_device(inspection, record(number))
        print("kept", flush=True)
        with store._link.writing():
            store.sites.save(device and SITE)
            time.sleep(60)
    """
    with _python(code, tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "kept\n"
        process.send_signal(signal.SIGKILL)
        process.communicate()
    with open_store(data_dir=tmp_path) as store:
        (unfinished,) = store.inspections.unfinished(SITE.id)
        assert unfinished.records == tuple(record(n) for n in range(5))
        assert store.inspections.begin(SITE, InspectionKind.PERIODIC, AUTHORISATION, START)


def test_the_migrations_say_what_the_models_say() -> None:
    code = """
        import tempfile
        from pathlib import Path
        from fushinban.record.setup import open_store
        with tempfile.TemporaryDirectory() as folder, open_store(data_dir=Path(folder)) as store:
            from django.apps import apps
            from django.db.migrations.autodetector import MigrationAutodetector
            from django.db.migrations.loader import MigrationLoader
            from django.db.migrations.state import ProjectState
            loader = MigrationLoader(store._link.connection)
            found = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(loader.graph)
            print(found)
    """
    out, errors = _python(code).communicate(timeout=60)
    assert (out.strip(), errors) == ("{}", "")


def test_a_locked_database_is_told(tmp_path: Path) -> None:
    with open_store(data_dir=tmp_path, busy_seconds=0.1) as store, closing(sqlite3.connect(tmp_path / FILE)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="in use by another process") as caught:
            store.sites.save(SITE)
        assert "使用中" in caught.value.text.ja
        other.rollback()
        store.sites.save(SITE)
        assert store.sites.get(SITE.id) == SITE


def test_a_full_disk_is_told_and_nothing_before_is_lost(tmp_path: Path) -> None:
    with open_store(data_dir=tmp_path) as store:
        inspection = store.inspections.begin(SITE, InspectionKind.PERIODIC, AUTHORISATION, START)
        store.inspections.keep_device(inspection, record(0))
        with store._link.connection.cursor() as cursor:
            pages = cursor.execute("PRAGMA page_count").fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count = {pages}")
        many = [record(number) for number in range(1, 400)]
        with pytest.raises(StoreError, match="cannot be written"):
            store.inspections.keep_devices(inspection, many)
    with open_store(data_dir=tmp_path) as store:
        (unfinished,) = store.inspections.unfinished(SITE.id)
        assert unfinished.records[0] == record(0)
        store.inspections.keep_device(inspection, record(500))


@pytest.mark.parametrize("content", [b"this is no database" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(StoreError, match="damaged or is no database"):
        open_store(data_dir=tmp_path)
    assert (tmp_path / FILE).read_bytes() == content


def test_a_truncated_database_is_told(tmp_path: Path) -> None:
    with open_store(data_dir=tmp_path) as store:
        store.sites.save(SITE)
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreError):
        open_store(data_dir=tmp_path)


def test_a_newer_database_is_told(database_url: str, tmp_path: Path) -> None:
    with open_store(database_url, data_dir=tmp_path) as store, store._link.connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('record', '0999_later', '2030-01-01 00:00:00')"
        )
    with pytest.raises(StoreError, match="newer version of this program"):
        open_store(database_url, data_dir=tmp_path)


def test_a_strange_database_is_told(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as other:
        other.execute("CREATE TABLE record_siterow (id TEXT)")
    with pytest.raises(StoreError):
        open_store(data_dir=tmp_path)


def test_a_missing_table_is_told(store: Store) -> None:
    with store._link.connection.cursor() as cursor:
        cursor.execute("DROP TABLE record_documentrow")
    with pytest.raises(StoreError, match="do not fit this program"):
        store.documents.of("any")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be used"):
        open_store(data_dir=tmp_path / "file" / "data")


@pytest.mark.parametrize(
    "url",
    [
        "mysql://a:hidden-word@b/c",
        "sqlite://",
        "sqlite:///",
        "sqlite:file",
        "nonsense:hidden-word",
        "postgres://a:hidden-word@b",
        "postgres://a:hidden-word@b:99999999/c",
    ],
)
def test_a_wrong_setting_is_told_without_its_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="database setting is not right") as caught:
        open_store(url, data_dir=tmp_path)
    assert "hidden-word" not in json.dumps([caught.value.text.ja, caught.value.text.en])


def test_a_missing_driver_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(InputError, match="psycopg"):
        open_store("postgres://a@127.0.0.1/c", data_dir=tmp_path)


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    pytest.importorskip("psycopg", reason="the Python package psycopg is not installed")
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        open_store("postgres://a:hidden-word@127.0.0.1:1/c", data_dir=tmp_path)
    assert "hidden-word" not in str(caught.value)
