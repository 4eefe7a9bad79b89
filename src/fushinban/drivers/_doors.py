"""The web interface of a device: at which of its ports it answers, and what an answer means besides its content."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from fushinban.errors import Denied, DeviceError, Locked, Malformed, NotSupported, Unreachable
from fushinban.messages import say
from fushinban.transport.faults import LOCK_STATUSES, is_locked
from fushinban.transport.session import Session
from fushinban.transport.transcript import without_secrets
from fushinban.transport.values import HttpAnswer, HttpRequest

_LONGEST = 160
_ABSENT = frozenset({404, 405, 410, 501})


@dataclass(frozen=True, slots=True, kw_only=True)
class WebDoor:
    """A port at which a web interface may answer, by its service name."""

    service: str
    tls: bool = False

    def get(self, path: str) -> HttpRequest:
        """A GET at this port."""
        return HttpRequest(path=path, service=self.service, tls=self.tls)

    def post(self, path: str, body: bytes, kind: str) -> HttpRequest:
        """A POST at this port; `kind` is the media type of the body."""
        headers = {"Content-Type": kind}
        return HttpRequest(path=path, service=self.service, tls=self.tls, method="POST", headers=headers, body=body)


#: Where web interfaces stand, in the order in which they are tried.
WEB_DOORS = (WebDoor(service="http"), WebDoor(service="https", tls=True))


async def first_answer(
    session: Session, question: Callable[[WebDoor], HttpRequest], *, login: bool
) -> tuple[WebDoor, HttpAnswer]:
    """The first door that answers HTTP, and what it says to the question.

    A door that only sends on to TLS of the same device is passed over. Raises what the first door said where none
    answers; a refused or locked login is raised at once.
    """
    first: DeviceError | None = None
    for door in WEB_DOORS:
        try:
            answer = await session.http(question(door), login=login)
        except (Unreachable, NotSupported, Malformed) as error:
            first = first or error
            continue
        if door.tls or not _sends_to_tls(answer, session.target.address):
            return door, answer
        first = _redirect(answer)
    raise first or NotSupported(say("transport.port-unknown", service="http", address=session.target.address))


def _sends_to_tls(answer: HttpAnswer, address: str) -> bool:
    if not 300 <= answer.status < 400:
        return False
    try:
        place = urlsplit(answer.headers.get("location", "").strip())
        return place.scheme == "https" and (place.hostname or "") == address
    except ValueError:
        return False


def _redirect(answer: HttpAnswer) -> Malformed:
    place = without_secrets(answer.headers.get("location", ""))[:_LONGEST]
    return Malformed(say("transport.redirect", location=place))


def body_of(answer: HttpAnswer, what: str, *, read: tuple[int, ...] = (200,)) -> bytes:
    """The body of an answer with one of the statuses `read`; `what` names the question.

    Raises NotSupported (404, 405, 410, 501), Denied, Locked, Unreachable (503) and Malformed (a redirect, a body that
    was cut off, any other status).
    """
    status, asked = answer.status, f"{what}, HTTP {answer.status}"
    if status in read:
        if answer.truncated:
            raise Malformed(say("driver.too-large", what=what))
        return answer.body
    if status in LOCK_STATUSES or is_locked(status, answer.body):
        raise Locked(say("transport.locked-device", what=asked))
    if status == 401:
        raise Denied(say("transport.denied-anonymous", what=asked))
    if status == 403:
        raise Denied(say("transport.denied-forbidden", what=asked))
    if status in _ABSENT:
        raise NotSupported(say("driver.absent", what=asked))
    if status == 503:
        raise Unreachable(say("transport.busy", address=what, status=status))
    raise _redirect(answer) if 300 <= status < 400 else Malformed(say("driver.status", what=what, status=status))
