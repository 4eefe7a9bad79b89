"""SOAP 1.2 over HTTP: envelopes from byte templates, and the login that the device asks for.

The scheme is learned per session: HTTP digest where a 401 brings a challenge, WS-UsernameToken where a fault says
"not authorised". Never both, and never the second after the first was refused.
"""

import base64
import hashlib
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import NamedTuple
from xml.sax.saxutils import escape

from fushinban.clock import now
from fushinban.errors import Denied, DeviceError, Locked, Malformed, Unreachable
from fushinban.messages import say
from fushinban.model.credential import Credential
from fushinban.model.site import TestKind
from fushinban.transport.digest import best_challenge, parse_challenges
from fushinban.transport.faults import Closed, SoapReply, judge_soap
from fushinban.transport.footprint import note_answer
from fushinban.transport.http import USER_AGENT, Sending, clean_path
from fushinban.transport.line import READING, WITHOUT_LOGIN, Line
from fushinban.transport.login import ACCEPTED, Login, Verdict
from fushinban.transport.transcript import outcome_of
from fushinban.transport.values import HttpAnswer, Kind, SoapCall
from fushinban.transport.web import Exchange, Judged, Place, WebLogin, exchange_of, judge_status, place_of
from fushinban.transport.xml import child, parse, text

#: Operations that the specification opens to everybody (ONVIF Core, access class PRE_AUTH).
PRE_AUTH = frozenset(
    (
        "GetWsdlUrl", "GetServices", "GetServiceCapabilities", "GetCapabilities", "GetHostname",
        "GetSystemDateAndTime", "GetEndpointReference",
    )
)  # fmt: skip

_DEVICE = "http://www.onvif.org/ver10/device/wsdl"
CLOCK_CALL = SoapCall(
    operation="GetSystemDateAndTime",
    action=f"{_DEVICE}/GetSystemDateAndTime",
    body=f'<GetSystemDateAndTime xmlns="{_DEVICE}"/>'.encode(),
)
USERS_CALL = SoapCall(
    operation="GetUsers", action=f"{_DEVICE}/GetUsers", body=f'<GetUsers xmlns="{_DEVICE}"/>'.encode()
)

_OPEN = b'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">'
_BODY = b"<s:Body>"
_CLOSE = b"</s:Body></s:Envelope>"
_WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
_TOKEN = (
    f'<s:Header><wsse:Security s:mustUnderstand="1" xmlns:wsse="{_WSS}wssecurity-secext-1.0.xsd"'
    f' xmlns:wsu="{_WSS}wssecurity-utility-1.0.xsd"><wsse:UsernameToken><wsse:Username>%s</wsse:Username>'
    f'<wsse:Password Type="{_WSS}username-token-profile-1.0#PasswordDigest">%s</wsse:Password>'
    f'<wsse:Nonce EncodingType="{_WSS}soap-message-security-1.0#Base64Binary">%s</wsse:Nonce>'
    f"<wsu:Created>%s</wsu:Created></wsse:UsernameToken></wsse:Security></s:Header>"
)
_NOT_IN_HEADER = re.compile(r'[\x00-\x1f\x7f"\\]')
_WSSE = "wsse"


def password_digest(nonce: bytes, created: str, secret: str) -> str:
    """Base64 of SHA-1 over nonce, time and password (WS-Security UsernameToken profile 1.0)."""
    return base64.b64encode(hashlib.sha1(nonce + created.encode() + secret.encode()).digest()).decode()  # noqa: S324  # the protocol says SHA-1


def username_token(username: str, secret: str, offset: float) -> bytes:
    """A header with a fresh 20-byte nonce; `Created` in whole seconds of the device's clock, always with Z."""
    nonce = os.urandom(20)
    created = (now() + timedelta(seconds=offset)).strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = password_digest(nonce, created, secret)
    return (_TOKEN % (escape(username), digest, base64.b64encode(nonce).decode(), created)).encode("utf-8")


def envelope(body: bytes, header: bytes = b"") -> bytes:
    """A whole SOAP 1.2 envelope."""
    return b"".join((_OPEN, header, _BODY, body, _CLOSE))


def parse_clock(raw: bytes) -> datetime:
    """The device's UTC time out of a GetSystemDateAndTime answer. Raises Malformed."""
    utc = child(parse(raw), "Body", "GetSystemDateAndTimeResponse", "SystemDateAndTime", "UTCDateTime")
    try:
        day = [int(text(utc, "Date", part)) for part in ("Year", "Month", "Day")]
        hour, minute, second = (int(text(utc, "Time", part)) for part in ("Hour", "Minute", "Second"))
        return datetime(day[0], day[1], day[2], hour, minute, min(second, 59), tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Malformed(say("transport.xml-broken", reason="UTCDateTime")) from None


class _Way(NamedTuple):
    """One call and the way it takes."""

    call: SoapCall
    service: str
    tls: bool
    tests: tuple[TestKind, ...]
    place: Place


class SoapAsker:
    """SOAP operations of one session."""

    def __init__(self, line: Line, web: WebLogin | None) -> None:
        self._line = line
        self._web = web
        # What came of requests that should carry the login but went ahead without it, to learn how to log in.
        self._scouted: dict[tuple[SoapCall, str, bool], HttpAnswer] = {}
        self._closed: Closed | None = None
        self.offset: float | None = None

    async def ask(
        self, call: SoapCall, *, login: bool, service: str, tls: bool, tests: tuple[TestKind, ...] | None = None
    ) -> bytes:
        """The envelope of the answer, as `Session.soap` promises it."""
        if login and self._closed is not None:
            raise self._closed
        try:
            return await self._asked(call, login=login, service=service, tls=tls, tests=tests)
        except Closed as error:
            if login and self._web is not None and self._web.login.tried:
                self._closed = error  # the login is kept for the device's other interfaces
            raise

    async def _asked(
        self, call: SoapCall, *, login: bool, service: str, tls: bool, tests: tuple[TestKind, ...] | None
    ) -> bytes:
        place = place_of("POST", call.path, tls)
        way = _Way(call, service, tls, tests or (READING if login else WITHOUT_LOGIN), place)
        web = self._web if login else None
        if web is not None and web.login.proven(_WSSE):
            answer = await self._with_token(web.login, way)
        elif web is not None:
            answer = await self._over_web(web, way)
        elif not login and (scouted := self._scouted.pop((call, service, tls), None)) is not None:
            # The very same request was answered a moment ago: the device need not be asked again.
            answer = scouted
        else:
            answer = await self._from_anonymous(way, None, login)
        reply = _reply(answer, call.operation)
        note_answer(answer.body)
        if reply.error is not None:
            raise reply.error
        return reply.body

    async def _over_web(self, web: WebLogin, way: _Way) -> HttpAnswer:
        place = way.place
        if web.undecided(place):
            async with web.scout:
                if web.undecided(place):
                    try:
                        return await self._from_anonymous(way, web, True)
                    finally:
                        web.visited(place)
        if not web.known(place):
            return await self._from_anonymous(way, web, True)
        return await web.send(self._exchange(way, web.login), place, judge_digest(web.login, way.call.operation))

    async def _from_anonymous(self, way: _Way, web: WebLogin | None, login: bool) -> HttpAnswer:
        """First without a login; then with the one that the answer asks for."""
        operation = way.call.operation
        exchange = self._exchange(way, web.login if web else None)
        answer = await exchange(None, False)
        if web is not None:
            self._scouted[way.call, way.service, way.tls] = answer
        reply = _reply(answer, operation)
        if not (reply.asks_login or answer.status == 401):
            return answer
        if web is None:
            if login:
                raise Denied(say("transport.denied-no-credential", what=operation))
            return answer
        challenges = parse_challenges(answer.headers.get("www-authenticate", ""))
        usable = best_challenge(challenges, basic=way.tls) is not None
        if answer.status == 401 and (usable or not reply.asks_login):
            return await web.send(exchange, way.place, judge_digest(web.login, operation), answer)
        return await self._with_token(web.login, way)

    async def _with_token(self, login: Login, way: _Way) -> HttpAnswer:
        if self.offset is None:
            await self._read_clock(way)
        exchange = self._exchange(way, login, token=True)
        judge = judge_token(login, way.call.operation)

        async def attempt(fresh: bool) -> Judged:
            # The token goes into the envelope; "authorise" only says that this request carries the login.
            answer = await exchange(str, fresh)
            return answer, judge(answer, fresh)

        return await login.run(_WSSE, attempt)

    async def _read_clock(self, way: _Way) -> None:
        """The device's clock, asked without a login, so that `Created` is in its time; 0 where it does not tell."""
        asking = _Way(CLOCK_CALL, way.service, way.tls, way.tests, way.place)
        try:
            reply = _reply(await self._exchange(asking, None)(None, False), CLOCK_CALL.operation)
            seen = parse_clock(reply.body) if reply.error is None else None
        except DeviceError:
            seen = None
        self.offset = (seen - now()).total_seconds() if seen is not None else 0.0

    def _exchange(self, way: _Way, login: Login | None, *, token: bool = False) -> Exchange:
        port, call = self._line.port(way.service), way.call
        before, after = _around_host(call.path, call.action)
        head = b"%s%s%s" % (before, self._line.host(port, way.tls), after)
        letter = _Letter(head, call.body, login.credential if token and login else None, self.offset or 0.0)
        username = login.credential.username if login else ""
        use, name, outcome = (port, way.tls), call.operation, partial(_outcome, call.operation)
        return exchange_of(self._line, Sending(use, letter.sealed, way.tests, Kind.SOAP, name, username, outcome))


class _Letter(NamedTuple):
    """One call as it goes out: its head up to the length, its body, and whose token goes into the envelope."""

    head: bytes
    body: bytes
    token_of: Credential | None
    offset: float

    def sealed(self, authorisation: str | None) -> bytes:
        """The bytes of the request; an empty Authorization value says that the login goes as a token."""
        header = login = b""
        if authorisation is not None and self.token_of is not None:
            header = username_token(self.token_of.username, self.token_of.secret, self.offset)
        elif authorisation is not None:
            login = b"\r\nAuthorization: " + authorisation.encode("utf-8")
        content = envelope(self.body, header)
        return b"%s%d%s\r\n\r\n%s" % (self.head, len(content), login, content)


@lru_cache(maxsize=512)  # the same operations are asked of every device
def _around_host(path: str, action: str) -> tuple[bytes, bytes]:
    action = _NOT_IN_HEADER.sub("", action)
    after = (
        f"\r\nUser-Agent: {USER_AGENT}\r\n"
        f'Content-Type: application/soap+xml; charset=utf-8; action="{action}"\r\nContent-Length: '
    )
    return f"POST {clean_path(path)} HTTP/1.1\r\nHost: ".encode(), after.encode()


class _Judged:
    """Remembers the answer judged last: transcript, login and caller ask about the same one in turn."""

    __slots__ = ("_answer", "_reply")

    def __init__(self) -> None:
        self._answer: HttpAnswer | None = None
        self._reply = SoapReply()

    def reply(self, answer: HttpAnswer, operation: str) -> SoapReply:
        """What the answer means. An answer belongs to one operation, so the answer alone is the key."""
        if answer is not self._answer:
            self._reply = judge_soap(answer.status, answer.headers, answer.body, operation, truncated=answer.truncated)
            self._answer = answer
        return self._reply


_reply = _Judged().reply


def _outcome(operation: str, answer: HttpAnswer) -> str:
    error = _reply(answer, operation).error
    return outcome_of(error) if error is not None else "ok"


def judge_digest(login: Login, operation: str) -> Callable[[HttpAnswer, bool], Verdict]:
    """How a SOAP answer to HTTP digest is judged: the digest by the status, the right by the fault."""

    def judge(answer: HttpAnswer, first: bool) -> Verdict:
        refusal = _closed(answer, operation) if first else None
        refusal = refusal or judge_status(login, answer, operation, first)
        if refusal is not None:
            return refusal
        reply = _reply(answer, operation)
        if reply.asks_login:
            if not first:
                return Verdict(accepted=True, error=login.lacking(operation))
            username = login.credential.username
            unclear = Denied(say("transport.denied-unclear", username=username, what=operation))
            return Verdict(accepted=None, error=unclear)
        return _beyond_login(answer, reply)

    return judge


def judge_token(login: Login, operation: str) -> Callable[[HttpAnswer, bool], Verdict]:
    """How a SOAP answer to a UsernameToken is judged."""

    def judge(answer: HttpAnswer, first: bool) -> Verdict:
        refusal = _closed(answer, operation) if first else None
        refusal = refusal or judge_status(login, answer, operation, first)
        if refusal is not None:
            return refusal
        reply = _reply(answer, operation)
        if reply.asks_login:
            error = login.refused() if first else login.lacking(operation)
            return Verdict(accepted=False, error=error, doubt=True)
        return _beyond_login(answer, reply)

    return judge


def _closed(answer: HttpAnswer, operation: str) -> Verdict | None:
    """A first login that the web server answers with 403 and no SOAP: ONVIF may be off, or log-ins may be locked.

    Nothing is concluded from it about the login but that it was tried. No other goes to ONVIF; what else the device
    speaks may be asked with it, as far as the budget lets it.
    """
    error = _reply(answer, operation).error if answer.status == 403 else None
    return Verdict(accepted=None, error=error) if isinstance(error, Closed) else None


def _beyond_login(answer: HttpAnswer, reply: SoapReply) -> Verdict:
    """The login was not the matter: accepted where a SOAP envelope says something else, unclear for the rest."""
    if isinstance(reply.error, Locked):
        return Verdict(accepted=None, error=reply.error, stop=True)
    if answer.status >= 500 and b"Envelope" not in answer.body[:2000]:
        return Verdict(accepted=None)
    if isinstance(reply.error, Unreachable):
        return Verdict(accepted=None)
    return ACCEPTED
