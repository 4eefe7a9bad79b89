"""HTTP requests with and without a login: challenges, protection spaces, and what a refusal means."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple

from fushinban.errors import Denied, DeviceError, Locked
from fushinban.messages import say
from fushinban.model.site import TestKind
from fushinban.transport.digest import Basic, Challenge, Digest, best_challenge, next_nonce_of, parse_challenges
from fushinban.transport.faults import LOCK_STATUSES, is_locked
from fushinban.transport.http import Sending, clean_path, head_of, host_header
from fushinban.transport.line import READING, WITHOUT_LOGIN, Line
from fushinban.transport.login import ACCEPTED, Login, Verdict
from fushinban.transport.values import HttpAnswer, HttpRequest, Kind

#: Sends one request; takes what makes the Authorization value (or None) and whether a new connection is wanted.
Exchange = Callable[[Callable[[], str] | None, bool], Awaitable[HttpAnswer]]
Judged = tuple[HttpAnswer, Verdict]
#: Judges an answer that came with a login; the flag says that it was the first login.
Judge = Callable[[HttpAnswer, bool], Verdict]


#: Hanwha's own status: an operation that wants a second password besides the login. As an answer to a first login it
#: cannot be told from a lock, and is taken for one.
SECOND_PASSWORD = 491

#: A request that succeeds at its third try only: the device spends a nonce per request without saying "stale".
_LAST_TRY = 3


def exchange_of(line: Line, sending: Sending) -> Exchange:
    """Sends this request any number of times, each time checked, paced and recorded."""
    return partial(line.send, sending)


def web_exchange(line: Line, request: HttpRequest, tests: tuple[TestKind, ...], username: str) -> Exchange:
    """The exchange of a plain HTTP request."""
    port = line.port(request.service, request.port)
    host = host_header(line.target.address, port, request.tls)
    head, tail = head_of(request, host), b"\r\n\r\n" + request.body

    def payload(authorisation: str | None) -> bytes:
        if authorisation is None:
            return head + tail
        return head + b"\r\nAuthorization: " + authorisation.encode("utf-8") + tail

    return exchange_of(
        line,
        Sending(
            use=(port, request.tls),
            payload=payload,
            tests=tests,
            kind=Kind.HTTP,
            name=f"{request.method} {host}{request.path} {request.operation}".rstrip(),
            username=username,
            outcome=lambda answer: str(answer.status),
            head_only=request.head_only,
            bodiless=request.method == "HEAD",
        ),
    )


class Place(NamedTuple):
    """What a digest is made for, and where its protection space is looked up.

    `uri`: the path as it is sent; `key`: the path without its query, with and without TLS apart.
    """

    method: str
    uri: str
    tls: bool
    key: tuple[bool, str]


@lru_cache(maxsize=512)  # the same paths are asked of every device
def place_of(method: str, path: str, tls: bool) -> Place:
    """The place of a request. Raises Malformed for a path that cannot be sent."""
    return Place(method, clean_path(path), tls, (tls, path.partition("?")[0]))


@dataclass(slots=True)
class _Space:
    """One protection space: its layer, and what answers its challenges."""

    layer: str
    answerer: Digest | Basic
    tls: bool
    one_use: bool = False
    shared: bool = False


class _ElsewhereError(Exception):
    """A path that was taken for part of a known space asks with a challenge of its own."""

    def __init__(self, refusal: HttpAnswer) -> None:
        super().__init__("another protection space")
        self.refusal = refusal


class WebLogin:
    """HTTP authentication of one session."""

    def __init__(self, login: Login) -> None:
        self.login = login
        self._spaces: dict[str, _Space] = {}
        self._by_path: dict[tuple[bool, str], _Space] = {}
        self._visited: set[tuple[bool, str]] = set()
        self._shares = False
        self.scout = asyncio.Lock()

    def known(self, place: Place) -> bool:
        """Whether this path lies in a space that accepted the login, or may be taken to."""
        space = self._space_of(place)
        return space is not None and self.login.proven(space.layer)

    def undecided(self, place: Place) -> bool:
        """Whether a first visit to this path may tell that the space of another one covers the whole server.

        Then paths are visited one after the other (`scout`): what the first tells spares the others a request.
        """
        if self._shares or place.key in self._by_path or place.key in self._visited:
            return False
        return self.login.accepted

    def visited(self, place: Place) -> None:
        """A first visit to this path is over, whatever it told."""
        self._visited.add(place.key)

    def _space_of(self, place: Place) -> _Space | None:
        """The space of a path; that of the device's other paths once two of them were seen to share one."""
        found = self._by_path.get(place.key)
        if found is None and self._shares:
            found = next((s for s in self._spaces.values() if s.shared and s.tls == place.tls), None)
        return found

    async def send(self, exchange: Exchange, place: Place, judge: Judge, first: HttpAnswer | None = None) -> HttpAnswer:
        """Send with the login. `first`: the 401 that came without it; it may be left out where the path is `known`.

        Raises Denied where no scheme of the challenge can be used, and what `Login.run` raises.
        """
        space = self._space_of(place)
        assumed = first is None and place.key not in self._by_path
        if first is not None or space is None:
            assert first is not None
            space = self._answer_to(first, place.tls)
            self._by_path[place.key] = space
        authorise = partial(space.answerer.authorise, place.method, place.uri)
        tries = 0

        async def attempt(fresh: bool) -> Judged:
            nonlocal tries
            tries += 1
            answer = await exchange(authorise, fresh)
            challenge = self._renewed(space, answer)
            if assumed and challenge is None and answer.status == 401:
                raise _ElsewhereError(answer)
            if challenge is not None and (challenge.stale or space.one_use):
                answer = await exchange(authorise, False)
                self._renewed(space, answer)
            elif challenge is None and tries == _LAST_TRY:
                space.one_use = True
            return answer, judge(answer, fresh)

        try:
            found = await self.login.run(space.layer, attempt)
        except _ElsewhereError as other:
            return await self.send(exchange, place, judge, other.refusal)
        self._by_path[place.key] = space
        return found

    def _answer_to(self, refusal: HttpAnswer, tls: bool) -> _Space:
        challenge = usable_challenge(refusal, tls)
        layer = f"http {challenge.scheme} {challenge.get('algorithm').lower()} {challenge.get('realm')}"[:200]
        space = self._spaces.get(layer)
        credential = self.login.credential
        if space is None:
            answerer: Digest | Basic
            if challenge.scheme == "basic":
                answerer = Basic(credential.username, credential.secret)
            else:
                answerer = Digest(challenge, credential.username, credential.secret)
            space = self._spaces[layer] = _Space(layer, answerer, tls)
        elif not self.login.proven(layer):
            space.answerer.renew(challenge)
        else:
            # A second path asks with the same challenge: RFC 7616 lets a space cover the whole server.
            space.shared = self._shares = True
        return space

    @staticmethod
    def _renewed(space: _Space, answer: HttpAnswer) -> Challenge | None:
        """Take over what the device says about the next nonce; its challenge, if it refused."""
        if isinstance(space.answerer, Basic):
            return None
        if answer.status != 401:
            if "authentication-info" in answer.headers:
                space.answerer.next_nonce(next_nonce_of(answer.headers))
            return None
        answerer = space.answerer
        challenges = parse_challenges(answer.headers.get("www-authenticate", ""))
        challenge = next((c for c in challenges if c.get("nonce") and answerer.fits(c)), None)
        if challenge is not None:
            answerer.renew(challenge)
        return challenge


def usable_challenge(refusal: HttpAnswer, tls: bool) -> Challenge:
    """The challenge that will be answered. Raises Denied where none may or can be."""
    challenges = parse_challenges(refusal.headers.get("www-authenticate", ""))
    challenge = best_challenge(challenges, basic=tls)
    if challenge is not None:
        return challenge
    schemes = ", ".join(sorted({c.scheme for c in challenges}))
    if schemes == "basic":
        raise Denied(say("transport.denied-basic"))
    raise Denied(say("transport.denied-scheme", scheme=schemes or "-"))


def judge_web(login: Login, what: str, told: frozenset[int] = frozenset()) -> Judge:
    """How plain HTTP answers are judged; `told`: see HttpRequest."""

    def judge(answer: HttpAnswer, first: bool) -> Verdict:
        if not first and answer.status in told and not is_locked(answer.status, answer.body):
            return ACCEPTED
        refusal = judge_status(login, answer, what, first)
        if refusal is not None:
            return refusal
        return ACCEPTED if answer.status < 500 else Verdict(accepted=None)

    return judge


def judge_status(login: Login, answer: HttpAnswer, what: str, first: bool) -> Verdict | None:
    """What the status alone says about the login: locked, refused, forbidden; None where it says nothing."""
    if answer.status < 400:
        return None
    what = f"{what}, HTTP {answer.status}"
    if answer.status == SECOND_PASSWORD and not first:
        # The login has been good until now: it is this one operation that wants more.
        return Verdict(accepted=True, error=Denied(say("transport.denied-second-password", what=what)))
    if is_locked(answer.status, answer.body):
        return Verdict(accepted=None, error=Locked(say("transport.locked-device", what=what)), stop=True)
    if answer.status == 401:
        error: DeviceError = login.refused() if first else login.lacking(what)
        return Verdict(accepted=False, error=error, doubt=True, again=True)
    if answer.status == 403:
        # As an answer to the first login it may be a lock as well as a missing right: no further login is made.
        if first:
            return Verdict(accepted=None, error=Locked(say("transport.locked-device", what=what)), stop=True)
        return Verdict(accepted=True, error=login.lacking(what))
    return None


def refused_without_login(answer: HttpAnswer, what: str, has_credential: bool) -> DeviceError | None:
    """The error for an answer to a request that was meant to be logged in but went without."""
    what = f"{what}, HTTP {answer.status}"
    if answer.status in LOCK_STATUSES:
        return Locked(say("transport.locked-device", what=what))
    if answer.status == 401:
        message = "transport.denied-anonymous" if has_credential else "transport.denied-no-credential"
        return Denied(say(message, what=what))
    if answer.status == 403:
        return Denied(say("transport.denied-forbidden", what=what))
    return None


async def ask_web(line: Line, web: WebLogin | None, request: HttpRequest, login: bool) -> HttpAnswer:
    """One HTTP exchange as `Session.http` promises it."""
    username = web.login.credential.username if web else ""
    exchange = web_exchange(line, request, READING if login else WITHOUT_LOGIN, username)
    if not login:
        return await exchange(None, False)
    what = request.path.partition("?")[0]
    place = place_of(request.method, request.path, request.tls)
    if web is None or not web.undecided(place):
        return await _ask_as_known(web, exchange, place, request.told, what)
    async with web.scout:
        try:
            return await _ask_as_known(web, exchange, place, request.told, what)
        finally:
            web.visited(place)


async def _ask_as_known(
    web: WebLogin | None, exchange: Exchange, place: Place, told: frozenset[int], what: str
) -> HttpAnswer:
    """With the login where its space is known; else without it first, and with it where the answer asks for one."""
    if web is not None and web.known(place):
        return await web.send(exchange, place, judge_web(web.login, what, told))
    answer = await exchange(None, False)
    if answer.status == 401 and is_locked(answer.status, answer.body):
        # It says so to a stranger already: a login now would only lengthen the lock.
        raise Locked(say("transport.locked-device", what=f"{what}, HTTP {answer.status}"))
    if answer.status == 401 and web is not None:
        return await web.send(exchange, place, judge_web(web.login, what, told), answer)
    error = refused_without_login(answer, what, web is not None)
    if error is not None:
        raise error
    return answer
