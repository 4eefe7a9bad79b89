"""What the first release wrote is read back by this one, on both kinds of databases."""

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fushinban.record.setup import open_store
from operations.first_release import account

HERE = Path(__file__).parent


@pytest.fixture
def first_release(tmp_path: Path) -> Path:
    """The database as the first release left it."""
    path = tmp_path / "first.sqlite3"
    path.write_bytes(gzip.decompress((HERE / "first_release.sqlite3.gz").read_bytes()))
    return path


@pytest.fixture
def old_url(database_url: str, first_release: Path, tmp_path: Path) -> Iterator[str]:
    """A database of each kind with the first schema and the rows of the first release."""
    if database_url.startswith("sqlite"):
        target = Path(database_url.removeprefix("sqlite:///"))
        target.parent.mkdir(parents=True, mode=0o700)
        first_release.rename(target)
        yield database_url
        return
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    with open_store(f"sqlite:///{tmp_path / 'unused.sqlite3'}", data_dir=tmp_path / "unused"):
        pass  # Django is set up by now, whatever the first test was
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    given = conninfo_to_dict(database_url)
    connections.databases["first"] = connections.configure_settings(
        {"default": {}, "first": {"ENGINE": "django.db.backends.postgresql", "NAME": given["dbname"],
                                  "USER": given["user"], "HOST": given["host"]}}
    )["first"]  # fmt: skip
    try:
        executor = MigrationExecutor(connections["first"])
        executor.migrate([("record", "0001_initial")])
        with psycopg.connect(database_url) as target, closing(sqlite3.connect(first_release)) as source:
            _copy(source, target)
    finally:
        connections["first"].close()
        del connections["first"]
        del connections.databases["first"]
    yield database_url


def _copy(source: sqlite3.Connection, target: Any) -> None:
    """Every row of the first release, into the tables that its first migration made."""
    tables = [name for (name,) in source.execute("SELECT name FROM sqlite_master WHERE name LIKE 'record_%'"
                                                 " AND type = 'table' ORDER BY rowid")]  # fmt: skip
    assert len(tables) == 9
    target.execute("SET session_replication_role = replica")  # in any order; the keys are checked by the reading
    for table in tables:
        rows = source.execute(f"SELECT * FROM {table}")
        columns = [column[0] for column in rows.description]
        kinds = dict(target.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s", [table]
        ).fetchall())  # fmt: skip
        places = ", ".join(["%s"] * len(columns))
        insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"
        with target.cursor() as cursor:
            cursor.executemany(insert, [_typed(row, columns, kinds) for row in rows])
        if "id" in columns and kinds["id"] == "bigint":
            target.execute(f"SELECT setval(pg_get_serial_sequence(%s, 'id'), max(id)) FROM {table}", [table])


def _typed(row: tuple[Any, ...], columns: list[str], kinds: dict[str, str]) -> list[Any]:
    def one(value: Any, kind: str) -> Any:
        if value is None:
            return None
        if kind == "boolean":
            return bool(value)
        return f"{value}+00" if kind.startswith("timestamp") else value

    return [one(value, kinds[column]) for value, column in zip(row, columns, strict=True)]


def test_the_fixture_is_of_the_first_schema(first_release: Path) -> None:
    with closing(sqlite3.connect(first_release)) as connection:
        names = connection.execute("SELECT name FROM django_migrations WHERE app = 'record'").fetchall()
        tables = ("site", "device", "sheet", "inspection", "finding", "asked", "answer", "document")
        counts = [connection.execute(f"SELECT count(*) FROM record_{table}row").fetchone()[0] for table in tables]
    assert names == [("0001_initial",)]
    assert all(counts)


def test_everything_of_the_first_release_is_read_back(old_url: str, tmp_path: Path) -> None:
    expected = json.loads(gzip.decompress((HERE / "first_release.json.gz").read_bytes()))
    with open_store(old_url, data_dir=tmp_path / "data") as store:
        found = json.loads(json.dumps(account(store)))
        assert found.keys() == expected.keys()
        site = expected["sites"][0][0]
        for part in expected[site]:
            assert found[site][part] == expected[site][part], part
        assert found == expected
        # And it is worked with: what is added stands beside what was there.
        (unfinished,) = store.inspections.unfinished(site)
        store.inspections.keep_devices(unfinished.id, unfinished.records)
        record = store.inspections.get(store.inspections.list(site)[-1].id)
        again = store.inspections.begin(record.site, record.kind, record.authorisation, record.started_at)
        store.inspections.keep_devices(again, record.records)
        assert len(store.inspections.list(site)) == len(expected[site]["inspections"]) + 1
    with open_store(old_url, data_dir=tmp_path / "data") as store:
        assert len(store.inspections.unfinished(site)) == 2
