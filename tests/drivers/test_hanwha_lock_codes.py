"""Hanwha's own statuses over the wire: 490 (locked after five failures) and 491 (a second password is wanted)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from fake_device import PASSWORD, USERNAME, Seen, WebDevice, text
from fake_device import Mood as M

from fushinban import clock
from fushinban.collect.ask import ask_driver
from fushinban.drivers.hanwha import DRIVER
from fushinban.drivers.hanwha._ask import STATUS
from fushinban.errors import Denied, Locked
from fushinban.lab.wire import Reply, Request
from fushinban.makers import find_maker
from fushinban.model.credential import Credential
from fushinban.model.facts import Activation
from fushinban.model.reading import Answer
from fushinban.model.site import Authorisation, Limits
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.door import Door
from fushinban.transport.live import LiveSession
from fushinban.transport.transcript import Transcript
from fushinban.transport.values import HttpRequest

RIGHT = Credential(username=USERNAME, secret=PASSWORD)
WRONG = Credential(username=USERNAME, secret="Invented-Wrong-Word")
SECOND = text("Additional Passwords is required for this action", status=491)

Work = Callable[[LiveSession], Awaitable[None]]


def answer(request: Request) -> Reply | None:
    if request.target == STATUS:
        return text("Initialized=True\r\n")
    return SECOND if "guarded" in request.target else text("Model=X\r\n")


DEVICE = WebDevice(answer=answer, open=frozenset({"/init-cgi/pw_init.cgi"}), locked=text("blocked", status=490))


def with_device(folder: Path, mood: M, credential: Credential, work: Work, times: int = 1) -> tuple[list[Seen], int]:
    """All requests, and the failures that the budget counts after so many sessions."""
    maker = find_maker("Hanwha")
    assert maker is not None
    assert maker.lockout is not None

    async def run() -> tuple[list[Seen], int]:
        now, hour = clock.now(), timedelta(hours=1)
        allowed = Authorisation(by="a test", start=now - hour, end=now + hour, networks=(ip_network("127.0.0.0/8"),))
        budget, limits = AttemptBudget(folder / "attempts"), Limits(port_gap=0.0, connect_timeout=1.0, read_timeout=1.0)
        async with DEVICE.serve(mood) as served, Door("s", allowed, limits, budget, Transcript()) as door:
            for _ in range(times):
                async with door.session(served.target, credential, maker.lockout) as session:
                    await work(session)
            failures = budget.failures(door.device_key(served.target), maker.lockout, clock.now())
        return served.seen, failures

    return asyncio.run(run())


def test_a_second_password_is_a_matter_of_that_operation_alone(tmp_path: Path) -> None:
    async def work(session: LiveSession) -> None:
        assert (await session.http(HttpRequest(path="/stw-cgi/system.cgi"))).status == 200
        with pytest.raises(Denied, match="second password"):
            await session.http(HttpRequest(path="/stw-cgi/system.cgi?guarded"))
        assert (await session.http(HttpRequest(path="/stw-cgi/system.cgi?other"))).status == 200

    _, failures = with_device(tmp_path, M.GOOD, RIGHT, work)
    assert failures == 0


def test_as_the_first_answer_it_may_be_a_lock(tmp_path: Path) -> None:
    async def work(session: LiveSession) -> None:
        for _ in range(3):
            with pytest.raises(Locked):
                await session.http(HttpRequest(path="/stw-cgi/guarded"))

    seen, _ = with_device(tmp_path, M.GOOD, RIGHT, work)
    assert sum(s.login for s in seen) == 1


def test_a_blocked_account_is_sent_no_login(tmp_path: Path) -> None:
    async def work(session: LiveSession) -> None:
        readings = await ask_driver(DRIVER, session, lambda _: None)
        assert {r.answer for r in readings if r.fact is not Activation} == {Answer.LOCKED}
        assert next(r for r in readings if r.fact is Activation).answer is Answer.OK

    seen, failures = with_device(tmp_path, M.LOCKED, WRONG, work, times=3)
    assert not [s for s in seen if s.login]
    assert failures == 0


def test_a_wrong_password_stays_far_below_the_five_that_lock(tmp_path: Path) -> None:
    async def work(session: LiveSession) -> None:
        await ask_driver(DRIVER, session, lambda _: None)

    seen, failures = with_device(tmp_path, M.GOOD, WRONG, work, times=6)
    assert sum(s.login for s in seen) == 1
    assert failures == 1


def test_json_is_asked_for_once(tmp_path: Path) -> None:
    wished: list[str] = []

    def note(request: Request) -> Reply:
        wished.append(request.headers["accept"])
        return text("x")

    device = WebDevice(answer=note, open=frozenset({"/"}))

    async def run() -> None:
        now, hour = clock.now(), timedelta(hours=1)
        allowed = Authorisation(by="a test", start=now - hour, end=now + hour, networks=(ip_network("127.0.0.0/8"),))
        async with (
            device.serve(M.GOOD) as served,
            Door("s", allowed, Limits(), AttemptBudget(tmp_path / "attempts"), Transcript()) as door,
            door.session(served.target) as session,
        ):
            await session.http(HttpRequest(path="/"), login=False)
            await session.http(HttpRequest(path="/", headers={"Accept": "application/json"}), login=False)

    asyncio.run(run())
    assert wished == ["*/*", "application/json"]
