"""Plain HTTP recordings served over real HTTP and read by a driver through the real door."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any, TypeVar

from fushinban import clock
from fushinban.collect.ask import ask_driver
from fushinban.drivers import drivers
from fushinban.lab.http_recording import serve_http_recording
from fushinban.lab.plan import LabUser
from fushinban.model.credential import Credential
from fushinban.model.device import Target
from fushinban.model.facts.base import Fact
from fushinban.model.reading import Answer, Reading
from fushinban.model.site import Authorisation, Limits
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.door import Door
from fushinban.transport.http_recording import HttpRecording
from fushinban.transport.transcript import Transcript

F = TypeVar("F", bound=Fact)

#: Invented.
USER = LabUser(name="test-auditor", password="Invented-Secret-of-Tests-8")
LOGIN = Credential(username=USER.name, secret=USER.password, origin="invented")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Readings of one recording by fact, and what was asked (with a right login or without)."""

    readings: Mapping[type[Fact], Reading[Any]]
    asked: tuple[tuple[str, bool], ...]

    def fact(self, kind: type[F]) -> F:
        """A fact that was told."""
        reading = self.readings[kind]
        assert reading.answer is Answer.OK, f"{kind.key}: {reading.answer} {reading.detail}"
        assert isinstance(reading.value, kind)
        return reading.value

    def told(self) -> set[type[Fact]]:
        """All facts that were told."""
        return {fact for fact, reading in self.readings.items() if reading.answer is Answer.OK}

    def answer(self, kind: type[Fact]) -> Answer:
        """How a question ended."""
        return self.readings[kind].answer


def read(recording: HttpRecording, driver: str, folder: Path, credential: Credential | None = LOGIN) -> Read:
    """Serve a recording on loopback and let a driver read it."""
    now = clock.now()
    allowed = Authorisation(
        by="a test", start=now - timedelta(hours=1), end=now + timedelta(hours=1), networks=(ip_network("127.0.0.0/8"),)
    )

    async def story() -> Read:
        budget = AttemptBudget(folder / "attempts")
        async with (
            serve_http_recording(recording, USER) as served,
            Door("s", allowed, Limits(), budget, Transcript()) as door,
            door.session(Target(address="127.0.0.1", ports={"http": served.port}), credential) as session,
        ):
            readings = await ask_driver(drivers()[driver], session, lambda _: None)
        return Read(readings={r.fact: r for r in readings}, asked=tuple(served.asked))

    return asyncio.run(story())
