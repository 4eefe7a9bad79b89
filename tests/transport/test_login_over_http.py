"""Log-ins against a camera that checks them for real."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from pretend_device import (
    GOOD,
    WRONG,
    Camera,
    Request,
    call,
    door_for,
    message,
    read_request,
    serving,
    target,
)

from fushinban.clock import now
from fushinban.errors import Denied, DeviceError, Locked, NotSupported, OutOfScope, Unreachable
from fushinban.model.credential import Credential
from fushinban.model.site import Limits, TestKind
from fushinban.transport.faults import Closed
from fushinban.transport.live import LiveSession
from fushinban.transport.values import HttpRequest

Work = Callable[[LiveSession], Awaitable[object]]


def with_camera(folder: Path, camera: Camera, credential: Credential | None, work: Work) -> object:
    async def run() -> object:
        async with (
            serving(camera.handle) as port,
            door_for(folder) as door,
            door.session(target(port), credential) as s,
        ):
            return await work(s)

    return asyncio.run(run())


async def three(session: LiveSession) -> int:
    for operation in ("GetDeviceInformation", "GetUsers", "GetHostname"):
        assert f"{operation}Response".encode() in await session.soap(call(operation))
    return 3


@pytest.mark.parametrize("scheme", ["digest", "sha256", "sess", "no-qop", "several", "wsse"])
def test_each_scheme_is_learned_once(tmp_path: Path, scheme: str) -> None:
    camera = Camera(scheme=scheme)
    assert with_camera(tmp_path, camera, GOOD, three) == 3
    asked = [r for r in camera.requests if r[0] != "GetSystemDateAndTime"]
    assert [sent for _, sent in asked] == [False, True, True, True]
    assert camera.failures == 0


@pytest.mark.parametrize("scheme", ["digest", "wsse"])
def test_what_was_refused_on_the_way_to_the_login_is_not_asked_again_without_it(tmp_path: Path, scheme: str) -> None:
    camera = Camera(scheme=scheme)

    async def work(session: LiveSession) -> None:
        assert b"Response" in await session.soap(call("GetUsers"))
        with pytest.raises(Denied):
            await session.soap(call("GetUsers"), login=False)
        with pytest.raises(Denied):
            await session.soap(call("GetHostname"), login=False)

    with_camera(tmp_path, camera, GOOD, work)
    assert [op for op, sent in camera.requests if not sent and op != "GetSystemDateAndTime"] == [
        "GetUsers",
        "GetHostname",
    ]


def test_counter_goes_up_on_one_nonce(tmp_path: Path) -> None:
    camera = Camera()
    with_camera(tmp_path, camera, GOOD, three)
    assert camera.counts == [1, 2, 3]


@pytest.mark.parametrize("say_stale", [True, False])
def test_a_rotated_nonce_is_not_a_failure(tmp_path: Path, say_stale: bool) -> None:
    camera = Camera(rotate_after=1, say_stale=say_stale)
    assert with_camera(tmp_path, camera, GOOD, three) == 3
    assert camera.failures == 0


def test_the_clock_is_read_before_the_first_token(tmp_path: Path) -> None:
    camera = Camera(scheme="wsse", clock=-86_400.0 * 365)
    assert with_camera(tmp_path, camera, GOOD, three) == 3
    assert [op for op, _ in camera.requests[:3]] == [
        "GetDeviceInformation",
        "GetSystemDateAndTime",
        "GetDeviceInformation",
    ]


def test_a_wrong_clock_that_cannot_be_read_is_an_ambiguous_refusal(tmp_path: Path) -> None:
    camera = Camera(scheme="wsse", clock=600.0, open=())

    async def work(session: LiveSession) -> None:
        with pytest.raises(Denied, match="wrong clock"):
            await session.soap(call("GetUsers"))

    with_camera(tmp_path, camera, GOOD, work)


@pytest.mark.parametrize("scheme", ["digest", "wsse", "several"])
def test_after_a_refusal_no_login_is_made(tmp_path: Path, scheme: str) -> None:
    camera = Camera(scheme=scheme)

    async def work(session: LiveSession) -> None:
        for _ in range(4):
            with pytest.raises(Denied) as error:
                await session.soap(call("GetUsers"))
            assert WRONG.secret not in str(error.value)
        if scheme != "wsse":
            with pytest.raises(Denied):
                await session.http(HttpRequest(path="/other"))
        assert b"Response" in await session.soap(call("GetSystemDateAndTime"))

    with_camera(tmp_path, camera, WRONG, work)
    assert camera.failures == 1
    assert sum(sent for _, sent in camera.requests) == 1


def test_simultaneous_first_requests_make_one_login(tmp_path: Path) -> None:
    camera = Camera(delay=0.02)

    async def work(session: LiveSession) -> None:
        results = await asyncio.gather(*(session.soap(call("GetUsers")) for _ in range(6)), return_exceptions=True)
        assert all(isinstance(r, Denied) for r in results)

    with_camera(tmp_path, camera, WRONG, work)
    assert camera.failures == 1
    assert camera.most_connections <= 2


def test_the_same_wrong_password_is_never_tried_again_until_a_person_says_so(tmp_path: Path) -> None:
    camera = Camera()

    async def run() -> None:
        async with serving(camera.handle) as port:
            for _ in range(10):
                async with door_for(tmp_path) as door, door.session(target(port), WRONG) as session:
                    with pytest.raises((Denied, Locked)):
                        await session.soap(call("GetUsers"))
            assert camera.failures == 1
            async with door_for(tmp_path) as door:
                door.budget.forget(door.device_key(target(port)))
                async with door.session(target(port), WRONG) as session:
                    with pytest.raises(Denied):
                        await session.soap(call("GetUsers"))
            assert camera.failures == 2

    asyncio.run(run())


@pytest.mark.parametrize("scheme", ["digest", "wsse"])
def test_a_missing_right_is_told_from_a_wrong_password(tmp_path: Path, scheme: str) -> None:
    camera = Camera(scheme=scheme, forbidden=("GetUsers", "GetAccessPolicy", "GetSystemLog"))

    async def work(session: LiveSession) -> None:
        await session.soap(call("GetDeviceInformation"))
        for operation in camera.forbidden:
            with pytest.raises(Denied, match="lack the right"):
                await session.soap(call(operation))
        assert b"Response" in await session.soap(call("GetHostname"))

    with_camera(tmp_path, camera, GOOD, work)
    assert camera.failures == 0


def test_a_password_changed_in_the_middle_costs_at_most_two_attempts(tmp_path: Path) -> None:
    camera = Camera()

    async def work(session: LiveSession) -> None:
        await session.soap(call("GetDeviceInformation"))
        camera._judge_digest = lambda value, method: "wrong"  # type: ignore[method-assign]
        for _ in range(5):
            with pytest.raises(DeviceError):
                await session.soap(call("GetUsers"))

    with_camera(tmp_path, camera, GOOD, work)
    assert camera.failures == 2


def test_a_403_to_the_first_login_over_soap_keeps_it_from_onvif_alone(tmp_path: Path) -> None:
    """ONVIF may be off, or log-ins may be locked: one more is made elsewhere, and then no other."""
    camera = Camera(refusal=message(403, b"<html>Access Error: 403 -- Forbidden</html>"))

    async def work(session: LiveSession) -> None:
        for operation in ("GetUsers", "GetServices", "GetUsers"):
            with pytest.raises(Closed):
                await session.soap(call(operation))
        assert camera.failures == 1
        for _ in range(3):
            with pytest.raises(Locked):
                await session.http(HttpRequest(path="/ISAPI/System/deviceInfo"))

    with_camera(tmp_path, camera, WRONG, work)
    assert camera.failures == 2


@pytest.mark.parametrize("status", [423, 429, 490, 491])
def test_lock_statuses_stop_all_logins(tmp_path: Path, status: int) -> None:
    camera = Camera(refusal=message(status, b"stop"))

    async def work(session: LiveSession) -> None:
        for _ in range(3):
            with pytest.raises(Locked):
                await session.soap(call("GetUsers"))

    with_camera(tmp_path, camera, WRONG, work)
    assert camera.failures == 1


def test_lock_text_in_a_401_is_a_lock(tmp_path: Path) -> None:
    body = b"<userCheck><lockStatus>lock</lockStatus><unlockTime>1800</unlockTime></userCheck>"
    camera = Camera(refusal=message(401, body, 'WWW-Authenticate: Digest realm="x", nonce="y"'))

    async def work(session: LiveSession) -> None:
        with pytest.raises(Locked):
            await session.http(HttpRequest(path="/ISAPI/System/deviceInfo"))

    with_camera(tmp_path, camera, WRONG, work)


def test_unlocked_is_not_a_lock(tmp_path: Path) -> None:
    body = b"<userCheck><lockStatus>unlock</lockStatus><retryLoginTime>4</retryLoginTime></userCheck>"
    camera = Camera(refusal=message(401, body, 'WWW-Authenticate: Digest realm="cam, era", nonce="first-nonce"'))

    async def work(session: LiveSession) -> None:
        with pytest.raises(Denied):
            await session.http(HttpRequest(path="/ISAPI/System/deviceInfo"))

    with_camera(tmp_path, camera, WRONG, work)


def test_basic_never_leaves_in_clear(tmp_path: Path) -> None:
    camera = Camera(scheme="basic")

    async def work(session: LiveSession) -> None:
        with pytest.raises(Denied, match="clear text"):
            await session.http(HttpRequest(path="/"))

    with_camera(tmp_path, camera, GOOD, work)
    assert camera.requests == [("/", False)]


def test_without_login_a_refusal_is_an_answer(tmp_path: Path) -> None:
    camera = Camera()

    async def work(session: LiveSession) -> int:
        with pytest.raises(Denied):
            await session.soap(call("GetUsers"), login=False)
        return (await session.http(HttpRequest(path="/"), login=False)).status

    assert with_camera(tmp_path, camera, GOOD, work) == 401
    assert not any(sent for _, sent in camera.requests)


def test_no_credential_is_said(tmp_path: Path) -> None:
    async def work(session: LiveSession) -> None:
        with pytest.raises(Denied, match="no credential"):
            await session.soap(call("GetUsers"))
        with pytest.raises(Denied, match="no credential"):
            await session.http(HttpRequest(path="/"))

    with_camera(tmp_path, Camera(), None, work)


def test_a_device_that_hangs_up_after_each_refusal(tmp_path: Path) -> None:
    camera = Camera(close_after_refusal=True)
    assert with_camera(tmp_path, camera, GOOD, three) == 3


def test_digest_over_http_is_reused_for_plain_requests(tmp_path: Path) -> None:
    camera = Camera()

    async def work(session: LiveSession) -> None:
        assert (await session.http(HttpRequest(path="/a?x=1"))).status == 200
        assert (await session.http(HttpRequest(path="/a?x=2"))).status == 200

    with_camera(tmp_path, camera, GOOD, work)
    assert [sent for _, sent in camera.requests] == [False, True, True]


@pytest.mark.parametrize("scheme", ["digest", "wsse"])
def test_try_login(tmp_path: Path, scheme: str) -> None:
    camera = Camera(scheme=scheme)

    async def work(session: LiveSession) -> list[bool]:
        return [
            await session.try_login(WRONG.username, WRONG.secret),
            await session.try_login(GOOD.username, GOOD.secret),
        ]

    assert with_camera(tmp_path, camera, None, work) == [False, True]


def test_try_login_falls_back_to_the_web_page(tmp_path: Path) -> None:
    camera = Camera()
    through = camera.answer_to
    camera.answer_to = lambda r: message(404) if "onvif" in r.uri else through(r)  # type: ignore[method-assign]

    async def work(session: LiveSession) -> bool:
        return await session.try_login(GOOD.username, GOOD.secret)

    assert with_camera(tmp_path, camera, None, work) is True


def test_try_login_where_nothing_asks_for_one(tmp_path: Path) -> None:
    camera = Camera(open=("GetUsers", "/"))

    async def work(session: LiveSession) -> None:
        with pytest.raises(NotSupported):
            await session.try_login(GOOD.username, GOOD.secret)

    with_camera(tmp_path, camera, None, work)
    assert not any(sent for _, sent in camera.requests)


def test_try_login_needs_its_own_permission(tmp_path: Path) -> None:
    camera = Camera()

    async def run() -> None:
        async with serving(camera.handle) as port, door_for(tmp_path, TestKind.READ) as door:
            with pytest.raises(OutOfScope):
                await door.session(target(port)).try_login(GOOD.username, GOOD.secret)

    asyncio.run(run())
    assert camera.requests == []


def test_a_timeout_in_the_middle_of_a_login_counts_as_a_failure(tmp_path: Path) -> None:
    camera = Camera()
    quick = Limits(port_gap=0.0, connect_timeout=1.0, read_timeout=0.2)
    original = camera.answer_to

    def silent(request: Request) -> bytes:
        return b"" if "authorization" in request.headers else original(request)

    async def run() -> None:
        async with serving(camera.handle) as port, door_for(tmp_path, limits=quick) as door:
            session, key = door.session(target(port), GOOD), door.device_key(target(port))
            camera.answer_to = silent  # type: ignore[method-assign]
            with pytest.raises(Unreachable):
                await session.soap(call("GetUsers"))
            assert door.budget.failures(key, None, now()) == 1
            camera.answer_to = original  # type: ignore[method-assign]
            assert await session.soap(call("GetUsers"))
            assert door.budget.failures(key, None, now()) == 0

    asyncio.run(run())


def test_no_connection_gives_the_attempt_back(tmp_path: Path) -> None:
    """The device refuses the anonymous request, closes, and is gone before the login."""

    async def run() -> None:
        async with door_for(tmp_path) as door:
            refusal = message(401, b"", 'WWW-Authenticate: Digest realm="r", nonce="n"', "Connection: close")
            gone = asyncio.Event()

            async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await read_request(reader)
                server.close()
                writer.write(refusal)
                await writer.drain()
                writer.close()
                gone.set()

            server = await asyncio.start_server(once, "127.0.0.1", 0)
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(Unreachable, match="refused the connection"):
                await door.session(target(port), GOOD).soap(call("GetUsers"))
            assert gone.is_set()
            assert door.budget.failures(door.device_key(target(port)), None, now()) == 0

    asyncio.run(run())
