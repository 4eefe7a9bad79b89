"""One reading of a pretend device by its driver, through a real door on loopback."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from fake_device import PASSWORD, USERNAME, Mood, Seen, WebDevice

from fushinban import clock
from fushinban.collect.ask import ask_driver
from fushinban.drivers import AnyDriver
from fushinban.model.credential import Credential
from fushinban.model.facts import Fact
from fushinban.model.reading import Answer, Reading
from fushinban.model.site import Authorisation, Limits
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.door import Door
from fushinban.transport.transcript import Transcript
from fushinban.transport.values import Asked

RIGHT = Credential(username=USERNAME, secret=PASSWORD)
WRONG = Credential(username=USERNAME, secret="Invented-Wrong-Word")


@dataclass(frozen=True)
class Told:
    """What a reading gave, what the device saw, what the transcript keeps, and failures that the budget counts."""

    readings: dict[type[Any], Reading[Any]]
    seen: list[Seen]
    lines: tuple[Asked, ...]
    failures: int

    def value(self, fact: type[Fact]) -> Any:
        """The fact; the test fails where it was not answered."""
        reading = self.readings[fact]
        assert reading.answer is Answer.OK, (fact.key, reading.answer, reading.detail)
        return reading.value

    def answers(self) -> set[Answer]:
        """All answers."""
        return {r.answer for r in self.readings.values()}


def ask(
    driver: AnyDriver, device: WebDevice, folder: Path, credential: Credential | None = RIGHT, mood: Mood = Mood.GOOD
) -> Told:
    """Read the device once."""

    async def run() -> Told:
        now, transcript = clock.now(), Transcript()
        allowed = Authorisation(
            by="a test", start=now - timedelta(hours=1), end=now + timedelta(hours=1),
            networks=(ip_network("127.0.0.0/8"),),
        )  # fmt: skip
        budget = AttemptBudget(folder / "attempts")
        limits = Limits(port_gap=0.0, connect_timeout=1.0, read_timeout=1.0)
        async with device.serve(mood) as served, Door("s", allowed, limits, budget, transcript) as door:
            async with door.session(served.target, credential) as session:
                readings = await ask_driver(driver, session, lambda _: None)
            failures = budget.failures(door.device_key(served.target), None, clock.now())
        return Told({r.fact: r for r in readings}, served.seen, transcript.lines(), failures)

    return asyncio.run(run())
