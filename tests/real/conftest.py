"""What the tests against real programs share: an address of their own, the door, root."""

import itertools
import os
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from real_programs import missing

from fushinban import clock
from fushinban.model.site import Authorisation, Limits
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.door import Door
from fushinban.transport.transcript import Transcript

_numbers = itertools.count(1)


@pytest.fixture
def address() -> str:
    """A loopback address that no other test uses at the same time."""
    worker = int("".join(c for c in os.environ.get("PYTEST_XDIST_WORKER", "") if c.isdigit()) or 0)
    return f"127.83.{worker % 250}.{next(_numbers) % 250 + 1}"


@pytest.fixture
def open_door(address: str, tmp_path: Path) -> Callable[[], AbstractAsyncContextManager[Door]]:
    """Makes doors of one site to this address; they share one attempt budget."""

    def make() -> Door:
        now = clock.now()
        network = ip_network(f"{address}/32")
        allowed = Authorisation(
            by="試験", start=now - timedelta(days=1), end=now + timedelta(days=1), networks=(network,)
        )
        limits = Limits(port_gap=0.0, connect_timeout=1.0, read_timeout=3.0)
        return Door("real", allowed, limits, AttemptBudget(tmp_path / "budget"), Transcript())

    return make


@pytest.fixture(scope="session")
def needs_root() -> None:
    """Skips the test for an ordinary user; fails where skipping is forbidden."""
    if os.geteuid() != 0:
        missing("this test needs root")
