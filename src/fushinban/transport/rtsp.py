"""RTSP OPTIONS and DESCRIBE: one connection per request, its own digest, Basic never."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fushinban.errors import Denied, Locked, Malformed
from fushinban.messages import say
from fushinban.model.site import TestKind
from fushinban.transport._http_parser import AnswerReader
from fushinban.transport.digest import Challenge, Digest, best_challenge, parse_challenges
from fushinban.transport.faults import LOCK_STATUSES
from fushinban.transport.http import USER_AGENT, Connection, Gone
from fushinban.transport.line import READING, WITHOUT_LOGIN, Line
from fushinban.transport.login import ACCEPTED, Login, Verdict
from fushinban.transport.transcript import outcome_of
from fushinban.transport.values import Kind, RtspAnswer

_LAYER = "rtsp"
_METHODS = frozenset({"OPTIONS", "DESCRIBE"})
_UNSAFE = re.compile(r"[\x00-\x20\x7f]")
_USER_INFO = re.compile(r"(?<=://)[^/@]*@")


@dataclass(frozen=True, slots=True)
class Play:
    """One RTSP request: method, address as given by the device, usual name of the port."""

    method: str
    uri: str
    service: str = "rtsp"


async def ask_rtsp(line: Line, login: Login | None, play: Play, use_login: bool) -> RtspAnswer:
    """One RTSP request, as `Session.rtsp` promises it. User information is cut from the address before it is sent."""
    if play.method not in _METHODS:
        raise ValueError(f"RTSP {play.method} would change the state of the device")
    if _UNSAFE.search(play.uri):
        raise Malformed(say("transport.bad-request", what="RTSP"))
    dialogue = _Dialogue(line, play, READING if use_login else WITHOUT_LOGIN)
    answer = await dialogue.ask()
    if not use_login:
        return answer
    what = f"RTSP {play.method}, {answer.status}"
    if answer.status in LOCK_STATUSES:
        raise Locked(say("transport.locked-device", what=what))
    if answer.status == 403:
        raise Denied(say("transport.denied-forbidden", what=what))
    if answer.status != 401:
        return answer
    if login is None:
        raise Denied(say("transport.denied-no-credential", what=what))
    _usable(answer)
    right_login = login

    async def attempt(first: bool) -> tuple[RtspAnswer, Verdict]:
        logged_in = await dialogue.ask(right_login)
        return logged_in, _judge(right_login, logged_in, what, first)

    return await login.run(_LAYER, attempt)


def _judge(login: Login, answer: RtspAnswer, what: str, first: bool) -> Verdict:
    if answer.status in LOCK_STATUSES or (answer.status == 403 and first):
        return Verdict(accepted=None, error=Locked(say("transport.locked-device", what=what)), stop=True)
    if answer.status == 401:
        return Verdict(accepted=False, error=login.refused() if first else login.lacking(what), doubt=True)
    if answer.status == 403:
        return Verdict(accepted=True, error=login.lacking(what))
    return ACCEPTED if answer.status < 500 else Verdict(accepted=None)


def _usable(answer: RtspAnswer) -> Challenge:
    """The digest challenge that will be answered. Raises Denied for Basic, which would show the password."""
    challenges = parse_challenges(answer.headers.get("www-authenticate", ""))
    challenge = best_challenge(challenges, basic=False)
    if challenge is None:
        schemes = ", ".join(sorted({c.scheme for c in challenges}))
        message = "transport.denied-basic" if schemes == "basic" else "transport.denied-scheme"
        raise Denied(say(message, scheme=schemes or "-"))
    return challenge


class _Dialogue:
    """One request to the RTSP server, without or with an answer to its challenge."""

    def __init__(self, line: Line, play: Play, tests: tuple[TestKind, ...]) -> None:
        self._line = line
        self._method = play.method
        self._uri = _USER_INFO.sub("", play.uri)
        self._port = line.port(play.service)
        self._guard = line.guard(tests)

    async def ask(self, login: Login | None = None) -> RtspAnswer:
        """The answer; with a login, the answer after its challenge was answered.

        Many servers bind the challenge to the connection, so the login repeats the request that brings the challenge
        and answers on the same connection; a server that hangs up in between gets the answer on a new one.
        """
        async with self._connected() as connection:
            answer = await self._send(connection, 1)
            if login is None or answer.status != 401:
                return answer
            digest = Digest(_usable(answer), login.credential.username, login.credential.secret)
            username = login.credential.username
            if connection.alive:
                try:
                    return await self._log_in(connection, digest, username)
                except Gone:
                    pass
        async with self._connected() as connection:
            return await self._log_in(connection, digest, username)

    async def _log_in(self, connection: Connection, digest: Digest, username: str) -> RtspAnswer:
        answer = await self._send(connection, 2, digest, username)
        challenges = parse_challenges(answer.headers.get("www-authenticate", ""))
        stale = next((c for c in challenges if c.stale and c.get("nonce") and digest.fits(c)), None)
        if answer.status == 401 and stale is not None and connection.alive:
            digest.renew(stale)
            answer = await self._send(connection, 3, digest, username)
        return answer

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Connection]:
        lane = self._line.lane
        await lane.visit()
        connection: Connection | None = None
        try:
            await lane.before_request()
            connection = await self._open()
            yield connection
        finally:
            if connection is not None:
                connection.close()
            lane.leave()

    async def _open(self) -> Connection:
        """A connection; only its failure is recorded, because the request that follows records itself."""
        try:
            self._guard()
            return await self._line.wire.open((self._port, False))
        except BaseException as error:
            self._line.record(Kind.RTSP, f"{self._method} {self._uri}", "", outcome_of(error))
            raise

    async def _send(
        self, connection: Connection, sequence: int, digest: Digest | None = None, username: str = ""
    ) -> RtspAnswer:
        self._guard()
        lines = [f"{self._method} {self._uri} RTSP/1.0", f"CSeq: {sequence}", f"User-Agent: {USER_AGENT}"]
        if self._method == "DESCRIBE":
            lines.append("Accept: application/sdp")
        if digest is not None:
            lines.append(f"Authorization: {digest.authorise(self._method, self._uri)}")
        payload = ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")
        limits = self._line.limits
        reader = AnswerReader(limits.body_bytes, rtsp=True)
        work = connection.exchange(payload, reader, limits.read_timeout)
        name = f"{self._method} {self._uri}"
        await self._line.recorded(Kind.RTSP, name, username, work, lambda _: str(reader.status))
        return RtspAnswer(status=reader.status, headers=reader.headers, body=reader.body())
