"""Durable jobs are tested on SQLite and on PostgreSQL, like the store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from durable.durable_bench import Ground, RunningLab, plan_of
from fushinban.jobs.site_setup import import_site_file
from fushinban.record.setup import open_store
from fushinban.record.store import Store
from record.conftest import database_url, postgres

__all__ = ["database_url", "postgres"]


@pytest.fixture(scope="module")
def small_lab() -> Iterator[RunningLab]:
    """Six cameras."""
    with RunningLab(plan_of(6)) as lab:
        yield lab


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    """An open store on a new database."""
    with open_store(database_url, data_dir=tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """An open store on SQLite, for what does not depend on the database."""
    with open_store(f"sqlite:///{tmp_path / 'data' / 'fushinban.sqlite3'}", data_dir=tmp_path / "data") as opened:
        yield opened


def prepared(lab: RunningLab, store: Store, url: str, tmp_path: Path, **site: object) -> Ground:
    """The lab's site in the store; the ground for workers on it."""
    path = tmp_path / "SITE.toml"
    path.write_text(lab.site_toml(**site), encoding="utf-8")  # type: ignore[arg-type]
    import_site_file(store, path)
    return Ground(url=url, data=store.data_dir, environ=lab.lab.environment())
