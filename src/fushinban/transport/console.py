"""A dialogue at a device's command line: checked, paced, within the attempt budget, and recorded like everything else.

Nothing but the commands that the dialect lists is ever asked. The door opens the connection; netmiko speaks over it in
a thread of its own, which ends with its time limit, or with the connection that is cut then. A log-in is one attempt of
the budget; the password of the administrator's level is another, of an account of its own. Neither leaves twice.
"""

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from fushinban.errors import Denied, DeviceError
from fushinban.messages import say
from fushinban.transport import console_text
from fushinban.transport.console_wire import LEAST_LOG_IN, PATIENCE, ConsoleWire, OtherKey, Refused, Unclear, cut
from fushinban.transport.dialects import DIALECTS, Dialect
from fushinban.transport.footprint import note_answer
from fushinban.transport.http import NotSent, connect_error
from fushinban.transport.line import READING, Line
from fushinban.transport.login import ACCEPTED, Login, Verdict
from fushinban.transport.ports import socket_address
from fushinban.transport.transcript import outcome_of
from fushinban.transport.values import ConsoleAnswer, ConsoleTalk, Kind

R = TypeVar("R")

#: Seconds beyond a step's own limits until its connection is cut.
_GRACE = 1.0
#: Seconds that a farewell may take.
_FAREWELL = 2.0


class _Open(NotSent):
    """The device let us in without asking for any password."""


class _Stranger(Denied):
    """It showed another key than before."""


class _Before(NotSent):
    """It ended before any password left; `error` says how."""

    def __init__(self, error: DeviceError) -> None:
        super().__init__(error.text)
        self.error = error


async def talk(line: Line, login: Login, above: Login | None, asked: ConsoleTalk, host_key: str = "") -> ConsoleAnswer:
    """One dialogue, as `Session.console` promises it. `above`: the budget of the administrator's password; `host_key`:
    the one that the device must show, empty: whichever."""
    dialect = _checked(asked)
    line.port(asked.service)
    line.guard(READING)()
    kind = Kind.SSH if asked.service == "ssh" else Kind.TELNET
    await line.lane.visit()
    dialogue = _Dialogue(line, kind, asked, dialect, host_key)
    try:
        try:
            await login.run(asked.service, lambda _: dialogue.log_in(login))
        except _Before as error:
            if isinstance(error.error, _Stranger):
                return ConsoleAnswer(printed=(), refused=error.error, host_key=dialogue.host_key)
            raise error.error from None
        except _Open:
            pass
        return await dialogue.questions(above)
    finally:
        try:
            await dialogue.close()
        finally:
            line.lane.leave()


def _checked(asked: ConsoleTalk) -> Dialect:
    """The dialect of a talk that asks for nothing else than may be asked."""
    dialect = DIALECTS[asked.dialect]
    if not dialect.reads.issuperset((*asked.commands, *asked.above)):
        raise ValueError(f"not a reading command of {asked.dialect}")
    return dialect


class _Dialogue:
    """One connection from its log-in to its end."""

    def __init__(self, line: Line, kind: Kind, asked: ConsoleTalk, dialect: Dialect, expected: str) -> None:
        self._line = line
        self._expected = expected
        self._kind = kind
        self._asked = asked
        self._dialect = dialect
        self._username = ""
        self._wire: ConsoleWire | None = None
        # Of its own: a slow router must not take the threads that others wait for.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="console")
        self._levels = 0

    async def log_in(self, login: Login) -> tuple[None, Verdict]:
        """Connect and log in; what that says of the login. Raises NotSent where no password has left."""
        credential = login.credential
        self._username = credential.username
        patience = max(LEAST_LOG_IN, PATIENCE * self._line.limits.read_timeout)
        try:
            wire = await self._connected(clear_text=credential.clear_text)
            self._wire = wire
            await self._step(
                "log-in", patience, lambda: wire.log_in(credential.username, credential.secret), shows_key=True
            )
        except Refused:
            return None, Verdict(accepted=False, error=login.refused())
        except OtherKey:
            values = {"address": self._line.target.address, "before": self._expected, "now": self.host_key}
            raise _Before(_Stranger(say("dialogue.other-key", **values))) from None
        except Unclear as error:
            return None, Verdict(accepted=None, error=error.error, stop=True)
        except DeviceError as error:
            raise _Before(error) from None
        self._levels = 1
        if not wire.told:
            raise _Open(say("dialogue.open", address=self._line.target.address))
        return None, ACCEPTED

    async def questions(self, above: Login | None) -> ConsoleAnswer:
        """Ask all commands, those of the administrator's level there if it can be reached."""
        wire, asked = self._there, self._asked
        printed = tuple([await self._ask(command) for command in asked.commands])
        refused: DeviceError | None = None
        higher: list[bytes] = []
        if asked.above and wire.prompt.endswith(">"):
            refused = await self._climb(above)
        try:
            for command in asked.above:
                said = await self._ask(command)
                if console_text.complaint(said) and self._levels == 1 and refused is None:
                    # Where the prompt does not tell one level from another, the complaint does.
                    refused = await self._climb(above)
                    said = said if refused is not None else await self._ask(command)
                higher.append(said)
        except DeviceError as error:
            refused = error
        return ConsoleAnswer(printed=printed, above=tuple(higher), refused=refused, host_key=wire.host_key)

    async def _climb(self, above: Login | None) -> DeviceError | None:
        """Reach the administrator's level; why not, where it cannot be reached."""
        if above is None:
            return Denied(say("dialogue.no-administrator", address=self._line.target.address))
        wire = self._there
        try:
            await above.run(f"{self._asked.service} level", lambda _: self._climbing(wire, above))
        except _Before as error:
            return error.error
        except DeviceError as error:
            return error
        self._levels = 2
        return None

    async def _climbing(self, wire: ConsoleWire, above: Login) -> tuple[None, Verdict]:
        try:
            await self._step(self._dialect.climb, self._patience, lambda: wire.climb(above.credential.secret))
        except Refused:
            return None, Verdict(accepted=False, error=Denied(say("dialogue.administrator-refused")))
        except Unclear as error:
            return None, Verdict(accepted=None, error=error.error, stop=True)
        except DeviceError as error:
            raise _Before(error) from None
        return None, ACCEPTED

    async def _ask(self, command: str) -> bytes:
        wire = self._there
        printed = await self._step(command, self._patience, lambda: wire.ask(command))
        note_answer(printed)
        return printed

    async def close(self) -> None:
        """Take leave where somebody is logged in, and end the connection in any case."""
        wire, levels = self._wire, self._levels
        if wire is None:
            return
        try:
            if levels:
                await self._within(_FAREWELL, lambda: wire.leave(levels))
        finally:
            await self._within(_FAREWELL, wire.close)
            self._wire = None
            self._thread.shutdown(wait=False)

    async def _connected(self, *, clear_text: bool) -> ConsoleWire:
        """The connection, checked and paced. Raises NotSent, and Denied for Telnet that the site does not allow."""
        line, service = self._line, self._asked.service
        address, port, seconds = line.target.address, line.port(service), line.limits.connect_timeout
        loop, family = asyncio.get_running_loop(), socket.AF_INET6 if ":" in address else socket.AF_INET
        await line.lane.before_request()
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.setblocking(False)
            where = await socket_address(loop, address, port, family)
            line.guard(READING)()
            async with asyncio.timeout(seconds):
                await loop.sock_connect(sock, where)
            if service == "telnet" and self._expected:
                # Whoever keeps SSH from us would else be told the password.
                raise Denied(say("dialogue.had-ssh", address=address))
            if service == "telnet" and not clear_text:
                raise Denied(say("dialogue.clear-text", address=address))
            sock.settimeout(line.limits.read_timeout)
        except BaseException as error:
            sock.close()
            self._record(f"connect {port}", outcome_of(error))
            if isinstance(error, OSError):
                raise connect_error(error, address, port, seconds) from None
            raise
        return ConsoleWire(
            dialect=self._dialect, service=service, sock=sock, limits=line.limits, address=line.target.address,
            expected=self._expected,
        )  # fmt: skip

    async def _step(self, words: str, seconds: float, work: Callable[[], R], *, shows_key: bool = False) -> R:
        """One step in its thread, checked, paced and recorded, however it ends."""
        wire = self._there
        try:
            await self._line.lane.before_request()
            self._line.guard(READING)()
            result = await self._within(seconds, work)
        except (Refused, OtherKey) as error:
            other = isinstance(error, OtherKey)
            self._record(f"{words} {wire.host_key}" if other else words, "other key" if other else "denied")
            raise
        except BaseException as error:
            self._record(words, outcome_of(error.error if isinstance(error, Unclear) else error))
            raise
        self._record(f"{words} {wire.host_key}".rstrip() if shows_key else words, "ok")
        return result

    async def _within(self, seconds: float, work: Callable[[], R]) -> R:
        """Work in the thread. Its connection is cut after so many seconds, or when the caller is cancelled: it always
        ends."""
        wire = self._there
        task = asyncio.get_running_loop().run_in_executor(self._thread, work)
        try:
            await asyncio.wait({task}, timeout=seconds + _GRACE)
        finally:
            if not task.done():
                cut(wire.sock)
                await asyncio.wait({task})
        return task.result()

    @property
    def host_key(self) -> str:
        """The key that the device showed."""
        return self._there.host_key

    def _record(self, words: str, outcome: str) -> None:
        self._line.record(self._kind, words, self._username, outcome)

    @property
    def _there(self) -> ConsoleWire:
        assert self._wire is not None
        return self._wire

    @property
    def _patience(self) -> float:
        return PATIENCE * self._line.limits.read_timeout
