"""SNMP with one device: one question at a time over one UDP socket, checked, paced and recorded like everything else.

v2c: the community of the site's rule and no other, whatever the device answers. A community is no account, and no
agent locks anything after a wrong one: it answers nothing. So silence is no failed login; after a silent first
question nothing more is sent. v3: the user's first message is an attempt of the device's login budget, and leaves
once; a report that the user or the password is wrong ends it for good. Nothing can be set: `snmp_message` has no such
message.
"""

import asyncio
import secrets
from collections.abc import Callable
from typing import TypeVar

from fushinban.clock import monotonic
from fushinban.errors import Denied, DeviceError, Malformed, NotSupported, Unreachable
from fushinban.messages import say
from fushinban.model.credential import SnmpAccess
from fushinban.transport import usm
from fushinban.transport.footprint import note_answer
from fushinban.transport.line import READING, Line
from fushinban.transport.login import ACCEPTED, Login, Verdict
from fushinban.transport.snmp_message import (
    Answered,
    Pdu,
    Status,
    question_pdu,
    read_bindings,
    read_v2c,
    v2c_message,
)
from fushinban.transport.snmp_wire import Nothing, Wire, unsent
from fushinban.transport.transcript import outcome_of
from fushinban.transport.values import Kind, SnmpQuestion

T = TypeVar("T")

#: Seconds for the answer to the first question, at most: most devices have no agent, and a datagram may get lost.
_FIRST = 2.0
#: How often a question leaves where nothing comes back.
_TRIES = 2
#: How often a question is made smaller because the agent cannot answer it whole.
_SMALLER = 6
_LAYER = "snmp v3"

_REFUSALS = frozenset({usm.UNKNOWN_USER, usm.WRONG_PROOF, usm.NOT_DECRYPTED})


class SnmpAsker:
    """SNMP questions of one session. `login`: the budget of a v3 user; None for v2c."""

    def __init__(self, line: Line, access: SnmpAccess, login: Login | None) -> None:
        self._line = line
        self._access = access
        self._login = login
        self._turn = asyncio.Lock()
        self._wire: Wire | None = None
        self._engine: usm.Engine | None = None
        self._keys: usm.Keys | None = None
        self._at = 0.0
        self._heard = False
        self._answered = False
        self._silent: DeviceError | None = None

    async def ask(self, question: SnmpQuestion) -> bytes:
        """The list of objects that answers a question, as `Session.snmp` promises it."""
        async with self._turn:
            if self._silent is not None:
                raise self._silent
            try:
                return await self._whole(question, _SMALLER)
            except (Unreachable, Malformed) as error:
                if not self._answered:
                    self._silent = error
                raise

    def close(self) -> None:
        """Drop the socket."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    async def _whole(self, question: SnmpQuestion, left: int) -> bytes:
        """The answer, also of an agent that cannot give it at once or stumbles over one object."""
        answered = await self._once(question)
        note_answer(answered.bindings)
        if answered.status == Status.OK:
            return answered.bindings
        smaller = _smaller(question, answered) if left else None
        if smaller is None:
            raise _failure(answered.status, _words(question))
        parts = [await self._whole(part, left - 1) for part in smaller]
        return b"".join(parts)

    async def _once(self, question: SnmpQuestion) -> Answered:
        if self._login is None:
            answered = await self._over_v2c(question)
        else:
            if self._engine is None:
                await self._discover()
            answered = await self._login.run(_LAYER, lambda _: self._over_v3(question))
        self._answered = True
        return answered

    async def _over_v2c(self, question: SnmpQuestion) -> Answered:
        request = _number()
        data = v2c_message(self._access.secret, question_pdu(question, request))

        def mine(answer: bytes) -> Answered | None:
            found = read_v2c(answer)
            return found if found.kind == Pdu.RESPONSE and found.request == request else None

        return await self._exchange(data, mine, _words(question))

    async def _discover(self) -> None:
        """Learn who the agent is; no user is named and no secret used."""
        message = _number()
        data = usm.discovery_message(message, question_pdu(SnmpQuestion(oids=()), message))

        def mine(answer: bytes) -> usm.V3Answer | None:
            found = usm.read_v3(answer, None)
            return found if found.message == message and found.engine.id else None

        found = await self._exchange(data, mine, "discovery")
        self._know(found.engine)
        self._keys = await asyncio.to_thread(usm.make_keys, self._access, found.engine.id)

    def _know(self, engine: usm.Engine) -> None:
        self._engine, self._at = engine, monotonic()

    async def _over_v3(self, question: SnmpQuestion) -> tuple[Answered, Verdict]:
        """One question of the user, and what the answer says of the login; once more where the clocks were apart."""
        found = await self._proved(question)
        answered = found.answered
        if answered is not None and answered.kind == Pdu.REPORT and _reported(answered) == usm.NOT_IN_TIME:
            if not found.proved:
                return answered, Verdict(accepted=None, error=self._unproved())
            self._know(found.engine)
            found = await self._proved(question)
            answered = found.answered
        if answered is None:
            raise self._unproved()
        if answered.kind == Pdu.REPORT:
            return answered, self._judged(_reported(answered))
        return answered, ACCEPTED

    async def _proved(self, question: SnmpQuestion) -> usm.V3Answer:
        """Send one proved message. Its answer is proved too, or is a report."""
        engine, keys = self._engine, self._keys
        assert engine is not None
        assert keys is not None
        now = engine._replace(seconds=engine.seconds + int(monotonic() - self._at))
        message = _number()
        data = usm.proved_message(message, self._access.username, now, keys, question_pdu(question, message))

        def mine(answer: bytes) -> usm.V3Answer | None:
            found = usm.read_v3(answer, keys)
            if found.message != message or (found.answered is None and not found.proved):
                return None
            report = found.answered is not None and found.answered.kind == Pdu.REPORT
            same = found.engine.id == engine.id
            return found if same and (report or found.proved) else None

        return await self._exchange(data, mine, _words(question))

    def _judged(self, reported: tuple[int, ...]) -> Verdict:
        """What a report instead of an answer means for the login."""
        login = self._login
        assert login is not None
        if reported in _REFUSALS:
            return Verdict(accepted=False, error=login.refused())
        if reported == usm.UNSUPPORTED_LEVEL:
            error = Denied(say("snmp.level", username=self._access.username))
            return Verdict(accepted=None, error=error, stop=True)
        return Verdict(accepted=None, error=self._unproved())

    def _unproved(self) -> Malformed:
        return Malformed(say("snmp.unproved", address=self._line.target.address))

    async def _exchange(self, data: bytes, mine: Callable[[bytes], T | None], words: str) -> T:
        """Send until an answer to this very question comes; every datagram is checked, paced and recorded."""
        username, limits = self._access.username, self._line.limits
        patience = limits.read_timeout if self._heard else min(limits.read_timeout, _FIRST)
        guard = self._line.guard(READING)
        last: DeviceError = Unreachable(say("snmp.silent", address=self._line.target.address))
        # A login that nobody has taken yet leaves once: its silence counts as a failure.
        once = self._engine is not None and not self._answered
        for _ in range(1 if once else _TRIES):
            try:
                await self._line.lane.before_request()
                guard()
                wire = await self._open()
                found = await wire.exchange(data, mine, patience)
            except BaseException as error:
                self._line.record(Kind.SNMP, words, username, outcome_of(error))
                if not isinstance(error, Nothing):
                    raise
                last = error.reason or last
                continue
            self._heard = True
            self._line.record(Kind.SNMP, words, username, "ok")
            return found
        raise last

    async def _open(self) -> Wire:
        if self._wire is None:
            address, port = self._line.target.address, self._line.port("snmp")
            loop = asyncio.get_running_loop()
            try:
                _, wire = await loop.create_datagram_endpoint(lambda: Wire(address, port), remote_addr=(address, port))
            except OSError as error:
                raise unsent(address, port, error) from None
            self._wire = wire
        return self._wire


def _number() -> int:
    """A number that nobody can guess, so that nobody else's answer fits."""
    return secrets.randbelow(2**31 - 1) + 1


def _words(question: SnmpQuestion) -> str:
    """What the transcript says: the first object, and how many more."""
    kind = "bulk" if question.repetitions else "get"
    first = ".".join(map(str, question.oids[0])) if question.oids else "-"
    more = f" +{len(question.oids) - 1}" if len(question.oids) > 1 else ""
    return f"{kind} {first}{more}"


def _reported(answered: Answered) -> tuple[int, ...]:
    """The counter that a report names."""
    try:
        bound = read_bindings(answered.bindings)
    except Malformed:
        return ()
    return bound[0].oid if bound else ()


def _smaller(question: SnmpQuestion, answered: Answered) -> tuple[SnmpQuestion, ...] | None:
    """What to ask instead of a question that the agent cannot answer whole; None where there is nothing."""
    oids, status = question.oids, answered.status
    if status == Status.TOO_BIG and question.repetitions > 1:
        return (SnmpQuestion(oids=oids, repetitions=question.repetitions // 2),)
    if status == Status.TOO_BIG and not question.repetitions and len(oids) > 1:
        half = len(oids) // 2
        return SnmpQuestion(oids=oids[:half]), SnmpQuestion(oids=oids[half:])
    if status in (Status.NO_SUCH_NAME, Status.GEN_ERR) and not question.repetitions and len(oids) > 1:
        at = answered.index - 1
        if 0 <= at < len(oids):
            return (SnmpQuestion(oids=oids[:at] + oids[at + 1 :]),)
    return None


def _failure(status: int, words: str) -> DeviceError:
    if status in (Status.NO_ACCESS, Status.AUTHORIZATION):
        return Denied(say("snmp.no-right", what=words))
    if status == Status.NO_SUCH_NAME:
        return NotSupported(say("driver.absent", what=words))
    if status == Status.RESOURCE_UNAVAILABLE:
        return Unreachable(say("snmp.busy", what=words))
    return Malformed(say("snmp.status", what=words, status=status))
