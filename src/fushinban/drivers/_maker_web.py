"""A maker's own web interface that is read by GETs: opened once, and everything asked once for all getters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from fushinban import clock
from fushinban.drivers._doors import WEB_DOORS, WebDoor, body_of, first_answer
from fushinban.drivers.services._once import Once
from fushinban.errors import Denied, DeviceError, Unreachable
from fushinban.transport.session import Session
from fushinban.transport.values import HttpAnswer, HttpRequest


@dataclass(slots=True, eq=False)
class MakerWeb:
    """One device's web interface. `gate`: why nothing that needs a login is asked of it, found at its opening.

    `headers`: sent with every request. `read`: statuses whose bodies the maker's parsers read. `times`: our own UTC in
    the middle of each request that was answered.
    """

    session: Session
    door: WebDoor = WEB_DOORS[0]
    headers: Mapping[str, str] = field(default_factory=dict)
    read: tuple[int, ...] = (200,)
    gate: DeviceError | None = None
    times: dict[str, datetime] = field(default_factory=dict)
    _kept: dict[str, Once[bytes]] = field(default_factory=dict)

    async def ask(self, path: str, *, login: bool = True) -> bytes:
        """The body of a GET, asked once however many getters need it.

        Raises what kept the interface from being opened, and what the session and `body_of` raise.
        """
        if path not in self._kept:
            if login and self.gate is not None:
                raise self.gate
            self._kept[path] = Once(lambda: self.ask_anew(path, login=login))
        return await self._kept[path].value()

    async def ask_anew(self, path: str, *, login: bool = True) -> bytes:
        """The body of a GET whose answer differs each time (the next page)."""
        before = clock.now()
        answer = await self.session.http(self._request(self.door, path), login=login)
        self.times[path] = before + (clock.now() - before) / 2
        return self._body(answer, path)

    async def knock(self, path: str, *, login: bool) -> bytes:
        """As `ask`, at the first usual port that answers; the others are asked at the same one."""

        async def first() -> bytes:
            self.door, answer = await first_answer(self.session, lambda door: self._request(door, path), login=login)
            return self._body(answer, path)

        self._kept[path] = Once(first)
        return await self._kept[path].value()

    def _request(self, door: WebDoor, path: str) -> HttpRequest:
        return replace(door.get(path), headers=self.headers)

    def _body(self, answer: HttpAnswer, path: str) -> bytes:
        return body_of(answer, path.rpartition("/")[2], read=self.read)


async def open_web(web: MakerWeb, first: str, recognise: Callable[[bytes], object]) -> MakerWeb:
    """Open it. What is wrong with it becomes its `gate`.

    `first`: the request that proves interface and login, alone and before all others; `recognise` parses its answer.
    """
    try:
        recognise(await web.knock(first, login=True))
    except DeviceError as error:
        web.gate = error
    return web


async def open_web_as_stranger(
    web: MakerWeb,
    stranger: str,
    first: str,
    recognise: Callable[[bytes], object],
    may_log_in: Callable[[bytes], None] | None = None,
) -> MakerWeb:
    """As `open_web`, for interfaces that tell one thing to strangers: it is asked before, and kept whatever it says.

    `may_log_in` looks at that answer, and raises Denied where no login may be sent.
    """
    try:
        told = await web.knock(stranger, login=False)
        if may_log_in is not None:
            may_log_in(told)
    except (Denied, Unreachable) as error:
        web.gate = error
        return web
    except DeviceError:
        pass  # it may be too old for this
    try:
        recognise(await web.ask(first))
    except DeviceError as error:
        web.gate = error
    return web
