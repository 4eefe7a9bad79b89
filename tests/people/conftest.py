"""Consoles of both kinds of database, made once for each run and copied for each test."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from django.test import override_settings

import record.conftest
from fushinban.record.store import Store
from fushinban.web import installation
from fushinban.web.settings import open_console
from record.conftest import Server

#: A fixture.
postgres = record.conftest.postgres

FILE = "fushinban.sqlite3"
TEMPLATE = "people_template"


@pytest.fixture(autouse=True)
def quick_hashes() -> Iterator[None]:
    """How slow the real hash is has a test of its own."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file that is up to date, and nothing else."""
    folder = tmp_path_factory.mktemp("people-console")
    _closed(open_console(f"sqlite:///{folder / FILE}", data_dir=folder))
    with sqlite3.connect(folder / FILE) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return folder / FILE


@pytest.fixture(scope="session")
def postgres_template(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A server with such a database to copy from."""
    url = postgres.database()
    _closed(open_console(url, data_dir=tmp_path_factory.mktemp("people-server")))
    postgres.run("psql", "-h", str(postgres.folder), "-U", "tester", "-d", "postgres", "-c",
                 f"ALTER DATABASE {url.rpartition('/')[2]} RENAME TO {TEMPLATE}")  # fmt: skip
    return postgres


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def new_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> "NewDatabase":
    """Makes databases of each kind."""
    return NewDatabase(request, tmp_path_factory)


class NewDatabase:
    """Makes databases of one kind, each in a data folder of its own."""

    def __init__(self, request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> None:
        self._folders = folders
        self._kind = request.param
        self._template = request.getfixturevalue(f"{request.param}_template")
        self.last = ""

    def make(self) -> tuple[str, Path]:
        """Its URL and its data folder."""
        self.last, folder = self._made()
        return self.last, folder

    def _made(self) -> tuple[str, Path]:
        folder = self._folders.mktemp("console")
        if self._kind == "sqlite":
            shutil.copy(self._template, folder / FILE)
            return f"sqlite:///{folder / FILE}", folder
        server: Server = self._template
        start, _, name = server.database().rpartition("/")
        for program, *more in (("dropdb", name), ("createdb", "-T", TEMPLATE, name)):
            server.run(program, "-h", str(server.folder), "-U", "tester", *more)
        return f"{start}/{name}", folder


@pytest.fixture
def console(new_url: NewDatabase) -> Iterator[Store]:
    """An open console without anything in it."""
    url, folder = new_url.make()
    store = open_console(url, data_dir=folder)
    yield store
    _closed(store)


def _closed(store: Store) -> None:
    store.close()
    connections["default"].close()
    installation.use(None)
