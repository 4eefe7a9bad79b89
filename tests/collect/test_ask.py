"""Every error of a getter becomes the reading it stands for; nothing escapes."""

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Any

import pytest

from fushinban.collect.ask import ask_driver
from fushinban.drivers import Driver, Getter, Quality
from fushinban.errors import Denied, DeviceError, Locked, Malformed, NotSupported, OutOfScope, Unreachable
from fushinban.messages import Text
from fushinban.model.facts import Dns, Hostname
from fushinban.model.reading import Answer
from fushinban.model.site import TestKind
from fushinban.transport.footprint import note_answer

SAID = Text("理由", "reason")


@dataclass
class Answering:
    """A session that only knows which tests are allowed."""

    allowed: frozenset[TestKind] = frozenset(TestKind)

    def allows(self, test: TestKind) -> bool:
        return test in self.allowed


def driver(ask: Any, *, test: TestKind = TestKind.READ, opened: Exception | None = None) -> Driver[Any]:
    async def open_(session: Any) -> Any:
        if opened:
            raise opened
        return session

    getters = {Hostname: Getter(ask=ask, request="GetHostname", test=test)}
    return Driver(name="d", quality=Quality.BRONZE, open=open_, getters=getters)


def ask(driver: Driver[Any], session: Answering) -> list[Any]:
    told: list[str] = []
    return asyncio.run(ask_driver(driver, session, told.append))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (Denied(SAID), Answer.DENIED),
        (Locked(SAID), Answer.LOCKED),
        (NotSupported(SAID), Answer.NOT_SUPPORTED),
        (Malformed(SAID), Answer.MALFORMED),
        (Unreachable(SAID), Answer.UNREACHABLE),
        (OutOfScope(SAID), Answer.NOT_ASKED),
    ],
)
def test_an_error_becomes_its_answer(error: DeviceError | OutOfScope, answer: Answer) -> None:
    async def get(context: Any) -> Hostname:
        raise error

    for subject in (driver(get), driver(get, opened=error)):
        (reading,) = ask(subject, Answering())
        assert reading.answer is answer
        assert reading.value is None
        assert reading.detail == SAID


def test_an_answer_carries_the_digest_of_what_was_received() -> None:
    async def get(context: Any) -> Hostname:
        note_answer(b"raw")
        return Hostname(name="cam")

    (reading,) = ask(driver(get), Answering())
    assert reading.answer is Answer.OK
    assert reading.value == Hostname(name="cam")
    assert reading.source.digest == hashlib.sha256(b"raw").hexdigest()


def test_a_test_that_is_not_allowed_is_not_asked() -> None:
    async def get(context: Any) -> Dns:
        raise AssertionError("must not be asked")

    (reading,) = ask(driver(get, test=TestKind.ANONYMOUS), Answering(frozenset({TestKind.READ})))
    assert reading.answer is Answer.NOT_ASKED
    assert "ログインなし" in reading.detail.ja
