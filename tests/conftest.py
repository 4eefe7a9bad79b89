"""Shared fixtures: where the corpora are, and which system programs are there."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fushinban.web.settings import configure

# Django can be configured once in a process: with all applications of the console, which take in those of the store.
# Runs of the command line in processes of their own test the smaller set.
configure()

ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that kill processes or drive browsers take minutes: they run where nothing may be skipped."""
    if "1" in (os.environ.get("FUSHINBAN_REQUIRE_PROGRAMS"), os.environ.get("FUSHINBAN_SLOW")):
        return
    later = pytest.mark.skip(reason="slow: run with FUSHINBAN_SLOW=1")
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(later)


def _missing(reason: str, switch: str) -> None:
    if os.environ.get(switch) == "1":
        pytest.fail(f"{reason} ({switch}=1 forbids skipping)")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real recordings that stands beside a development checkout (`FUSHINBAN_CORPORA` elsewhere)."""
    path = Path(os.environ.get("FUSHINBAN_CORPORA") or ROOT.parent / "shared" / "corpora")
    if not path.is_dir():
        _missing(f"no corpora at {path}", "FUSHINBAN_REQUIRE_CORPORA")
    return path


@pytest.fixture(scope="session")
def needs_program() -> Callable[[str], str]:
    """Path of a system program by name; skips the test where it is missing."""

    def find(name: str) -> str:
        path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if path is None:
            _missing(f"the program {name} is not installed", "FUSHINBAN_REQUIRE_PROGRAMS")
        assert path is not None
        return path

    return find


@pytest.fixture(autouse=True)
def own_data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test touches the user's own data folder."""
    monkeypatch.setenv("FUSHINBAN_DATA", str(tmp_path / "data"))
