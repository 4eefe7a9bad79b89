"""The store tests run on SQLite and, where its server and driver are there, on PostgreSQL."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from fushinban.record.setup import open_store
from fushinban.record.store import Store

_COUNT = iter(range(10_000))


class Server:
    """A PostgreSQL server of the test run's own, on a Unix socket in a temporary folder."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        self.programs = programs
        # PostgreSQL refuses to run as root.
        self._user = "postgres" if os.getuid() == 0 else None

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs."""
        subprocess.run(
            [str(self.programs / program), *arguments],
            check=True, user=self._user, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"}, timeout=60,
        )  # fmt: skip

    def start(self) -> None:
        """Make the data folder and start."""
        if self._user:
            os.chown(self.folder, pwd.getpwnam(self._user).pw_uid, -1)
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' -c fsync=off"
        self.run("initdb", "-D", "data", "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.run("pg_ctl", "-D", "data", "-o", options, "-l", "log", "-w", "start")

    def database(self) -> str:
        """A new empty database; its URL."""
        name = f"store_{next(_COUNT)}"
        self.run("createdb", "-h", str(self.folder), "-U", "tester", name)
        return f"postgres://tester@{quote(str(self.folder), safe='')}/{name}"

    def copy(self, template: str, url: str) -> None:
        """Make an empty database like another."""
        name = url.rpartition("/")[2]
        self.run("dropdb", "-h", str(self.folder), "-U", "tester", name)
        self.run("createdb", "-h", str(self.folder), "-U", "tester", "-T", template.rpartition("/")[2], name)


@pytest.fixture(scope="session")
def postgres(needs_program: Callable[[str], str]) -> Iterator[Server]:
    """A running server, or a skip with the reason."""
    program = Path(needs_program("postgres")).resolve()
    if importlib.util.find_spec("psycopg") is None:
        if os.environ.get("FUSHINBAN_REQUIRE_PROGRAMS") == "1":
            pytest.fail("the Python package psycopg is not installed (FUSHINBAN_REQUIRE_PROGRAMS=1 forbids skipping)")
        pytest.skip("the Python package psycopg is not installed")
    # Not below pytest's own folder: every other pytest that starts closes that to all but its owner.
    with tempfile.TemporaryDirectory(prefix="fushinban-pg-", ignore_cleanup_errors=True) as name:
        server = Server(Path(name), program.parent)
        server.start()
        yield server
        server.run("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'data' / 'fushinban.sqlite3'}"
    server: Server = request.getfixturevalue("postgres")
    return server.database()


@pytest.fixture(scope="session")
def made() -> dict[str, str]:
    """Databases whose tables are there and empty, one of each kind: the tests get copies."""
    return {}


@pytest.fixture
def ready_url(
    request: pytest.FixtureRequest, database_url: str, made: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> str:
    """A new database of each kind whose tables are there and empty."""
    made_in = tmp_path_factory.getbasetemp() / "made"
    if database_url.startswith("sqlite"):
        file, template = Path(database_url.removeprefix("sqlite:///")), made_in / "made.sqlite3"
        if "sqlite" not in made:
            made["sqlite"] = f"sqlite:///{template}"
            open_store(made["sqlite"], data_dir=made_in).close()
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(template, file)
        return database_url
    server: Server = request.getfixturevalue("postgres")
    if "postgres" not in made:
        made["postgres"] = server.database()
        open_store(made["postgres"], data_dir=made_in / "postgres").close()
    server.copy(made["postgres"], database_url)
    return database_url


@pytest.fixture
def store(ready_url: str, tmp_path: Path) -> Iterator[Store]:
    """An open store on a new database."""
    with open_store(ready_url, data_dir=tmp_path / "data") as opened:
        yield opened
