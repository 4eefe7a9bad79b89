"""The API of an invented installation, in this process."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from api.api_world import Api, World, build
from fushinban.model.rights import Role
from fushinban.web import installation
from fushinban.web.settings import open_console
from web.serving import running

FILE = "fushinban.sqlite3"


@pytest.fixture(scope="session")
def made_world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """A data folder that was filled once; tests copy it."""
    folder = tmp_path_factory.mktemp("made-world")
    store = open_console(data_dir=folder)
    world = build(store, installation.current().vault)
    store.close()
    connections["default"].close()
    with sqlite3.connect(folder / FILE) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return folder, world


@pytest.fixture
def world(made_world: tuple[Path, World], tmp_path: Path) -> Iterator[World]:
    """The installation, open."""
    made, filled = made_world
    folder = tmp_path / "world"
    shutil.copytree(made, folder)
    store = open_console(f"sqlite:///{folder / FILE}", data_dir=folder)
    try:
        yield World(
            **{n: getattr(filled, n) for n in ("sea", "hill", "webhook", "delivery", "tokens", "people")},
            store=store, vault=installation.current().vault,
        )  # fmt: skip
    finally:
        store.close()
        connections["default"].close()
        installation.use(None)


@pytest.fixture
def admin(world: World) -> Api:
    """The API for the administrator."""
    return Api(world.tokens[Role.ADMINISTRATOR])


@pytest.fixture(scope="session")
def live(made_world: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, World]]:
    """A real console in a process of its own, over a copy of the installation: its address."""
    made, filled = made_world
    folder = tmp_path_factory.mktemp("live") / "world"
    shutil.copytree(made, folder)
    with running(folder, urlconf="api.api_only_urls", FUSHINBAN_API_RATE="1000000") as found:
        yield found.address, filled
