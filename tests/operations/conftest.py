"""Both kinds of databases, as the store tests have them, and another empty one of the same kind to restore into."""

from collections.abc import Callable
from pathlib import Path

import pytest

from record.conftest import database_url, made, postgres, ready_url, store

__all__ = ["database_url", "made", "postgres", "ready_url", "store"]


@pytest.fixture
def another_url(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], str]:
    """Makes URLs of empty databases of the same kind (SQLite: below `tmp_path / "other"`)."""

    def make() -> str:
        if database_url.startswith("sqlite"):
            return f"sqlite:///{tmp_path / 'other' / 'fushinban.sqlite3'}"
        made: str = request.getfixturevalue("postgres").database()
        return made

    return make
