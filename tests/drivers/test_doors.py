"""At which port a web interface is found, and what its answers mean besides their content."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from fushinban.drivers._doors import WebDoor, body_of, first_answer
from fushinban.errors import Denied, DeviceError, Locked, Malformed, NotSupported, Unreachable
from fushinban.messages import Text
from fushinban.model.device import Target
from fushinban.transport.session import Session
from fushinban.transport.values import HttpAnswer, HttpRequest

CLOSED = Unreachable(Text("閉", "closed"))
NO_HTTP = Malformed(Text("変", "no HTTP"))
FINE = HttpAnswer(200, {}, b"fine")


@dataclass
class Doors:
    """A session whose doors say what is put in here, by service name."""

    says: Mapping[str, HttpAnswer | DeviceError]
    target: Target = field(default_factory=lambda: Target(address="192.0.2.7"))
    asked: list[HttpRequest] = field(default_factory=list)

    async def http(self, request: HttpRequest, *, login: bool = True) -> HttpAnswer:
        self.asked.append(request)
        said = self.says[request.service]
        if isinstance(said, DeviceError):
            raise said
        return said


def knock(doors: Doors) -> tuple[WebDoor, HttpAnswer]:
    session: Session = doors  # type: ignore[assignment] # nothing else of a session is used
    return asyncio.run(first_answer(session, lambda door: door.get("/x"), login=True))


def moved(place: str, status: int = 302) -> HttpAnswer:
    return HttpAnswer(status, {"location": place}, b"")


@pytest.mark.parametrize("http", [CLOSED, NO_HTTP, moved("https://192.0.2.7/x"), moved("https://192.0.2.7:8443/", 308)])
def test_https_where_http_is_of_no_use(http: HttpAnswer | DeviceError) -> None:
    doors = Doors({"http": http, "https": FINE})
    door, answer = knock(doors)
    assert (door.service, door.tls, answer.body) == ("https", True, b"fine")
    assert [(r.service, r.tls) for r in doors.asked] == [("http", False), ("https", True)]


@pytest.mark.parametrize(
    "place", ["http://198.51.100.9/", "https://198.51.100.9/x", "https://192.0.2.77/", "/login", "", "https://[", "//x"]
)
def test_nobody_is_sent_to_another_host(place: str) -> None:
    doors = Doors({"http": moved(place), "https": FINE})
    door, answer = knock(doors)
    assert door.service == "http"
    assert len(doors.asked) == 1
    with pytest.raises(Malformed):
        body_of(answer, "x")


def test_where_nothing_answers_the_first_door_says_why() -> None:
    with pytest.raises(Unreachable, match="closed"):
        knock(Doors({"http": CLOSED, "https": NO_HTTP}))
    with pytest.raises(Malformed):
        knock(Doors({"http": moved("https://192.0.2.7/"), "https": CLOSED}))


@pytest.mark.parametrize("refused", [Denied(Text("否", "no")), Locked(Text("錠", "locked"))])
def test_a_refused_login_is_not_tried_at_the_next_door(refused: DeviceError) -> None:
    doors = Doors({"http": refused, "https": FINE})
    with pytest.raises(type(refused)):
        knock(doors)
    assert len(doors.asked) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (HttpAnswer(404, {}, b""), NotSupported),
        (HttpAnswer(501, {}, b""), NotSupported),
        (HttpAnswer(401, {}, b""), Denied),
        (HttpAnswer(403, {}, b""), Denied),
        (HttpAnswer(429, {}, b""), Locked),
        (HttpAnswer(490, {}, b""), Locked),
        (HttpAnswer(401, {}, b"account is locked"), Locked),
        (HttpAnswer(503, {}, b""), Unreachable),
        (HttpAnswer(500, {}, b""), Malformed),
        (HttpAnswer(204, {}, b""), Malformed),
        (HttpAnswer(200, {}, b"too much", True), Malformed),
    ],
)
def test_what_a_status_means(answer: HttpAnswer, kind: type[DeviceError]) -> None:
    with pytest.raises(kind):
        body_of(answer, "x")


def test_other_statuses_may_carry_what_is_asked() -> None:
    assert body_of(HttpAnswer(400, {}, b"Error"), "x", read=(200, 400)) == b"Error"
    assert body_of(FINE, "x") == b"fine"
