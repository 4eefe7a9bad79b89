"""One visit to a Reolink device: is it one, one login, one request for everything, and out again.

The login sends the password as it is, so it goes over TLS only, and only to an interface that has refused a stranger in
this maker's own words. A session that is left open blocks one of the few places for an hour, so it is always closed.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime

from fushinban import clock
from fushinban.drivers._doors import WEB_DOORS, WebDoor, body_of
from fushinban.drivers.reolink._answers import parse_is_one_error, parse_needs_login, read_token
from fushinban.errors import Denied, DeviceError, Unreachable
from fushinban.messages import say
from fushinban.transport.footprint import footprint, note_digests
from fushinban.transport.session import Session
from fushinban.transport.values import HttpRequest, TokenLogin

#: All that is asked. "CheckFirmware" is not among them: it makes the device call its maker's servers.
COMMANDS = (
    "GetDevInfo",
    "GetTime",
    "GetNtp",
    "GetLocalLink",
    "GetNetPort",
    "GetUser",
    "GetOnline",
    "GetP2p",
    "GetUpnp",
    "GetDdns",
    "GetChannelstatus",
)

_JSON = "application/json"
#: TLS first: only there can a login be made.
_DOORS = tuple(reversed(WEB_DOORS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What the device said to each command, and our own UTC in the middle of the request."""

    answers: dict[str, bytes]
    at: datetime
    digests: list[str] = field(default_factory=list)

    def answer(self, command: str) -> bytes:
        """The bytes of the answer that holds this command, counted among what the running getter stands on."""
        note_digests(self.digests)
        return self.answers[command]


async def visit_reolink(session: Session) -> Visit:
    """Ask everything in one go. Raises why that was not possible."""
    door, needs_login = await _knock(session)
    if not needs_login:
        return await _ask_all(session, door, "")
    if session.credential is not None and not door.tls:
        raise Denied(say("transport.denied-clear"))
    token = await session.token_login(
        TokenLogin(layer="reolink token", make=lambda name, word: _login(door, name, word), read=read_token)
    )
    try:
        return await _ask_all(session, door, token)
    finally:
        await _leave(session, door, token)


async def _knock(session: Session) -> tuple[WebDoor, bool]:
    """The port that answers, and whether it wants a login; asked as a stranger."""
    first: Unreachable | None = None
    for door in _DOORS:
        try:
            answer = await session.http(_request(door, "GetDevInfo", "", ("GetDevInfo",)), login=False)
        except Unreachable as error:
            first = first or error
            continue
        return door, parse_needs_login(body_of(answer, "GetDevInfo"))
    assert first is not None
    raise first


async def _ask_all(session: Session, door: WebDoor, token: str) -> Visit:
    """Every command in one request; one after the other where the device does not take them together."""
    with footprint() as digests:
        before = clock.now()
        together = await _post(session, _request(door, COMMANDS[0], token, COMMANDS))
        at = before + (clock.now() - before) / 2
        answers = dict.fromkeys(COMMANDS, together)
        if parse_is_one_error(together):
            for command in COMMANDS:
                answers[command] = await _post(session, _request(door, command, token, (command,)))
    return Visit(answers=answers, at=at, digests=digests)


async def _leave(session: Session, door: WebDoor, token: str) -> None:
    try:
        await session.http(_request(door, "Logout", token, ("Logout",)), login=False)
    except DeviceError:
        return  # what was read is read; the device ends an old session by itself


async def _post(session: Session, request: HttpRequest) -> bytes:
    return body_of(await session.http(request, login=False), "api.cgi")


def _request(door: WebDoor, name: str, token: str, commands: tuple[str, ...]) -> HttpRequest:
    """Commands in one request. `name` stands in the path for the device's own record; `token` empty: a stranger's."""
    body = [{"cmd": command, "action": 0, "param": {}} for command in commands]
    path = f"/cgi-bin/api.cgi?cmd={name}" + (f"&token={token}" if token else "")
    return door.post(path, json.dumps(body).encode(), _JSON)


def _login(door: WebDoor, username: str, password: str) -> HttpRequest:
    user = {"userName": username, "password": password}
    body = [{"cmd": "Login", "action": 0, "param": {"User": user}}]
    return door.post("/cgi-bin/api.cgi?cmd=Login", json.dumps(body).encode(), _JSON)
