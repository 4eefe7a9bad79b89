"""One visit to an OpenWrt router: is it one, one login, everything in one request, and out again.

The login sends the password as it is, so it goes over TLS only, and only to an interface that answered a stranger as
ubus does. What is asked depends on which files the router has: those that are not known before are asked afterwards.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from fushinban import clock
from fushinban.drivers._doors import WEB_DOORS, WebDoor, body_of
from fushinban.drivers.openwrt._calls import (
    JSON,
    NOBODY,
    PATH,
    Call,
    body_of_call,
    body_of_calls,
    body_of_login,
    parse_is_ubus,
    parse_together,
    read_token,
)
from fushinban.drivers.openwrt._live import parse_other_files, parse_state
from fushinban.drivers.openwrt._packages import KINDS
from fushinban.errors import Denied, DeviceError, Unreachable
from fushinban.messages import say
from fushinban.model.router import RouterState
from fushinban.transport.footprint import footprint, note_digests
from fushinban.transport.session import Session
from fushinban.transport.values import HttpRequest, TokenLogin

#: Files that are asked of every router. Those of the wireless have no say, and their keys need not travel.
FILES = tuple(package for package in KINDS if package != "wireless")

BOARD = Call(of="system", method="board")
CALLS = (
    BOARD,
    Call(of="system", method="info"),
    Call(of="uci", method="configs"),
    Call(of="luci.upnp", method="get_status"),
    *(Call(of="uci", method="get", values={"config": name}) for name in FILES),
)
_LEAVE = Call(of="session", method="destroy")
#: Other files of one router that are asked; more than that no router has.
_MOST_OTHERS = 60
#: TLS first: only there can a login be made.
_DOORS = tuple(reversed(WEB_DOORS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What the router said. `at`: our own UTC in the middle of the request; `wrong`: why there is no `state`."""

    said: bytes
    at: datetime
    state: RouterState | None = None
    wrong: DeviceError | None = None
    digests: list[str] = field(default_factory=list)

    def answers(self) -> bytes:
        """All answers, counted among what the running getter stands on."""
        note_digests(self.digests)
        return self.said

    def router(self) -> RouterState:
        """The state that the answers describe. Raises why they describe none."""
        note_digests(self.digests)
        if self.state is None:
            assert self.wrong is not None, "one of the two is there"
            raise self.wrong
        return self.state


async def visit_openwrt(session: Session) -> Visit:
    """Ask everything. Raises why that was not possible."""
    door = await _knock(session)
    if session.credential is not None and not door.tls:
        raise Denied(say("transport.denied-clear"))
    login = TokenLogin(
        layer="openwrt ubus",
        make=lambda name, word: _request(door, "session login", body_of_login(name, word)),
        read=read_token,
    )
    token = await session.token_login(login)
    try:
        return await _ask_all(session, door, token)
    finally:
        await _leave(session, door, token)


async def _knock(session: Session) -> WebDoor:
    """The port that answers as ubus does, asked as a stranger."""
    first: Unreachable | None = None
    for door in _DOORS:
        try:
            answer = await session.http(_request(door, BOARD.name, body_of_call(NOBODY, BOARD)), login=False)
        except Unreachable as error:
            first = first or error
            continue
        parse_is_ubus(body_of(answer, PATH))
        return door
    assert first is not None
    raise first


async def _ask_all(session: Session, door: WebDoor, token: str) -> Visit:
    with footprint() as digests:
        before = clock.now()
        bodies = await _ask(session, door, token, CALLS)
        at = before + (clock.now() - before) / 2
        others = parse_other_files(_joined(bodies))[:_MOST_OTHERS]
        if others:
            more = [Call(of="uci", method="get", values={"config": name}) for name in others]
            bodies += await _ask(session, door, token, more)
    said = _joined(bodies)
    try:
        return Visit(said=said, at=at, state=parse_state(said), digests=digests)
    except DeviceError as error:
        return Visit(said=said, at=at, wrong=error, digests=digests)


async def _ask(session: Session, door: WebDoor, token: str, calls: Sequence[Call]) -> list[bytes]:
    """The answers to several calls in one request; one after the other where the router does not take a list."""
    together = await _post(session, _request(door, "several calls", body_of_calls(token, calls)))
    if parse_together(together):
        return [together]
    return [await _post(session, _request(door, call.name, body_of_call(token, call))) for call in calls]


def _joined(bodies: Iterable[bytes]) -> bytes:
    """Answers as one list of replies."""
    inner = (body.strip() for body in bodies)
    return b"[" + b",".join(b[1:-1].strip() if b.startswith(b"[") else b for b in inner if b not in (b"", b"[]")) + b"]"


async def _leave(session: Session, door: WebDoor, token: str) -> None:
    """End our own session."""
    try:
        await session.http(_request(door, _LEAVE.name, body_of_call(token, _LEAVE)), login=False)
    except DeviceError:
        return  # what was read is read; the router ends an old session by itself


async def _post(session: Session, request: HttpRequest) -> bytes:
    return body_of(await session.http(request, login=False), PATH)


def _request(door: WebDoor, operation: str, body: bytes) -> HttpRequest:
    headers = {"Content-Type": JSON}
    return HttpRequest(
        path=PATH, service=door.service, tls=door.tls, method="POST", headers=headers, body=body, operation=operation
    )
