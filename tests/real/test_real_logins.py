"""Log-ins at lighttpd: what it took, what it refused, and what its own logs say arrived."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path

import pytest
from real_programs import free_ports
from real_web import SECRET, SECRET_JA, USER, USER_JA, TlsSocket, WebServer, web_server, write_certificates

from fushinban import clock
from fushinban.errors import Denied, DeviceError, Locked
from fushinban.model.credential import Credential
from fushinban.model.device import Target
from fushinban.transport.door import Door
from fushinban.transport.session import Session
from fushinban.transport.values import HttpRequest

OpenDoor = Callable[[], AbstractAsyncContextManager[Door]]
NeedsProgram = Callable[[str], str]

#: The areas of the server, and the algorithm that is to be answered there.
ALGORITHMS = {"md5": "MD5", "sha": "SHA-256", "both": "SHA-256"}
LOGIN = Credential(username=USER, secret=SECRET)
WRONG = Credential(username=USER, secret="made-up-but-wrong-Kiri-77")


@pytest.fixture
def target(address: str) -> Target:
    """A camera with a web server, plain and with TLS."""
    http, https = free_ports(address, 2)
    return Target(address=address, ports={"http": http, "https": https})


@contextmanager
def camera(needs_program: NeedsProgram, folder: Path, target: Target) -> Iterator[WebServer]:
    """lighttpd at the ports of the target."""
    write_certificates(folder, clock.now())
    https = TlsSocket(port=target.port("https"), name="good")
    with web_server(needs_program("lighttpd"), folder, target.address, target.port("http"), https) as server:
        yield server


def ask(
    open_door: OpenDoor, target: Target, credential: Credential, *requests: HttpRequest
) -> list[int | type[DeviceError]]:
    """The status of each request, or the error it ended in, one after the other on one session."""

    async def one(session: Session, request: HttpRequest) -> int | type[DeviceError]:
        try:
            return (await session.http(request)).status
        except DeviceError as error:
            return type(error)

    async def story() -> list[int | type[DeviceError]]:
        async with open_door() as door:
            session = door.session(target, credential)
            return [await one(session, request) for request in requests]

    return asyncio.run(story())


def asked_with(server: WebServer) -> list[str]:
    """The Authorization headers that arrived."""
    return [h.authorisation for h in server.hits() if h.authorisation != "-"]


@pytest.mark.parametrize("area", ALGORITHMS)
def test_digest_is_taken(
    area: str, needs_program: NeedsProgram, open_door: OpenDoor, target: Target, tmp_path: Path
) -> None:
    page = HttpRequest(path=f"/{area}/")
    odd = HttpRequest(path=f"/{area}/index.html?name=入口 1&x=%2F")
    with camera(needs_program, tmp_path, target) as server:
        assert ask(open_door, target, LOGIN, page, odd, page, odd, page, page) == [200] * 6
    sent = asked_with(server)
    assert len(sent) >= 6
    assert all(s.startswith("Digest ") and f"algorithm={ALGORITHMS[area]}" in s for s in sent)
    assert server.refusals() == 0
    connections = {h.client_port for h in server.hits()}
    assert len(connections) == 2, "one without and one with the login; both carry all their requests"
    assert not any(SECRET in h.request + h.authorisation for h in server.hits())


def test_digest_of_a_japanese_account(
    needs_program: NeedsProgram, open_door: OpenDoor, target: Target, tmp_path: Path
) -> None:
    login = Credential(username=USER_JA, secret=SECRET_JA)
    with camera(needs_program, tmp_path, target) as server:
        assert ask(open_door, target, login, HttpRequest(path="/both/")) == [200]
    assert server.refusals() == 0


def test_basic_only_with_tls(needs_program: NeedsProgram, open_door: OpenDoor, target: Target, tmp_path: Path) -> None:
    plain = HttpRequest(path="/basic/")
    wrapped = HttpRequest(path="/basic/", service="https", tls=True)
    with camera(needs_program, tmp_path, target) as server:
        assert ask(open_door, target, LOGIN, plain, plain, wrapped, plain) == [Denied, Denied, 200, Denied]
    hits = server.hits()
    ports = {h.client_port for h in hits if h.authorisation.startswith("Basic ")}
    assert len(ports) == 1
    assert [h.status for h in hits if h.authorisation.startswith("Basic ")] == [200]
    assert not any(h.authorisation != "-" for h in hits if h.client_port not in ports)


def test_basic_is_never_sent_in_clear(
    needs_program: NeedsProgram, open_door: OpenDoor, target: Target, tmp_path: Path
) -> None:
    with camera(needs_program, tmp_path, target) as server:
        assert ask(open_door, target, LOGIN, *[HttpRequest(path="/basic/")] * 3) == [Denied] * 3
    assert [h.status for h in server.hits()] == [401] * 3
    assert asked_with(server) == []


@pytest.mark.parametrize("area", ["md5", "both"])
def test_a_wrong_password_is_tried_once(
    area: str, needs_program: NeedsProgram, open_door: OpenDoor, target: Target, tmp_path: Path
) -> None:
    page = HttpRequest(path=f"/{area}/")
    with camera(needs_program, tmp_path, target) as server:
        outcomes = ask(open_door, target, WRONG, *[page] * 5)
        later = ask(open_door, target, WRONG, page, page)
        right = ask(open_door, target, LOGIN, page)
    assert all(isinstance(o, type) and issubclass(o, Denied) for o in outcomes)
    assert all(isinstance(o, type) and issubclass(o, Locked) for o in later), (
        "what was refused once is not tried again by the next session"
    )
    assert right == [200]
    assert server.refusals() == 1
    assert [h.status for h in server.hits() if h.authorisation != "-"] == [401, 200]


def test_a_wrong_password_is_tried_once_with_basic(
    needs_program: NeedsProgram, open_door: OpenDoor, target: Target, tmp_path: Path
) -> None:
    page = HttpRequest(path="/basic/", service="https", tls=True)
    with camera(needs_program, tmp_path, target) as server:
        outcomes = ask(open_door, target, WRONG, *[page] * 5)
    assert all(isinstance(o, type) and issubclass(o, Denied) for o in outcomes)
    assert len(asked_with(server)) == 1
    assert len({h.client_port for h in server.hits()}) <= 3
