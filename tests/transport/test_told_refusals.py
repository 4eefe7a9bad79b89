"""A 403 that says in its body what it means, and a lock that is told to strangers."""

import asyncio
from pathlib import Path

import pytest
from pretend_device import GOOD, door_for, message, read_request, target
from pretend_device import serving as serve

from fushinban.errors import Denied, Locked
from fushinban.transport.values import HttpAnswer, HttpRequest

CHALLENGE = 'WWW-Authenticate: Digest realm="r", nonce="n{n}", qop="auth"'
LOCKED = b"<userCheck><lockStatus>lock</lockStatus><unlockTime>1800</unlockTime></userCheck>"


class _Device:
    """Takes any login; refuses `/refused` with a body, as a right that is missing or a function that is."""

    def __init__(self, *, first: str = "/fine", locked: bool = False) -> None:
        self.first = first
        self.locked = locked
        self.logins: list[str] = []

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            request = await read_request(reader)
            if "authorization" not in request.headers:
                body = LOCKED if self.locked else b""
                writer.write(message(401, body, CHALLENGE.format(n=len(self.logins))))
            else:
                self.logins.append(request.uri)
                refused = request.uri == "/refused"
                writer.write(message(403, b"not supported") if refused else message(200, b"fine"))
            await writer.drain()


def ask(folder: Path, device: _Device, *requests: HttpRequest) -> list[HttpAnswer]:
    async def story() -> list[HttpAnswer]:
        async with (
            serve(device.handle) as port,
            door_for(folder) as door,
            door.session(target(port), GOOD) as session,
        ):
            return [await session.http(request) for request in requests]

    return asyncio.run(story())


FINE = HttpRequest(path="/fine")
TOLD = HttpRequest(path="/refused", told=frozenset({403}))


def test_a_told_refusal_is_an_answer_once_the_login_is_good(tmp_path: Path) -> None:
    answers = ask(tmp_path, _Device(), FINE, TOLD)
    assert [(a.status, a.body) for a in answers] == [(200, b"fine"), (403, b"not supported")]


def test_otherwise_it_is_a_missing_right(tmp_path: Path) -> None:
    with pytest.raises(Denied):
        ask(tmp_path, _Device(), FINE, HttpRequest(path="/refused"))


def test_as_the_answer_to_a_first_login_it_may_be_a_lock(tmp_path: Path) -> None:
    device = _Device()
    with pytest.raises(Locked):
        ask(tmp_path, device, TOLD, FINE)
    assert device.logins == ["/refused"]


def test_no_login_is_made_while_the_device_says_that_it_is_locked(tmp_path: Path) -> None:
    device = _Device(locked=True)
    with pytest.raises(Locked):
        ask(tmp_path, device, FINE)
    assert device.logins == []
