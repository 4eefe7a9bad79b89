"""Devices that answer oddly: each gives a value or one clear error, in bounded time."""

import asyncio
import gzip
import time
from pathlib import Path

import pytest
from pretend_device import (
    GOOD,
    QUICK,
    Camera,
    Handler,
    answer,
    call,
    door_for,
    fault,
    message,
    read_request,
    saying,
    serving,
    target,
)  # fmt: skip

from fushinban.errors import Denied, DeviceError, Malformed, NotSupported, OutOfScope, Unreachable
from fushinban.model.site import TestKind
from fushinban.transport.faults import Closed
from fushinban.transport.live import LiveSession
from fushinban.transport.values import HttpAnswer, HttpRequest


def get(folder: Path, handler: Handler, request: HttpRequest | None = None, *, times: int = 1) -> HttpAnswer:
    async def run() -> HttpAnswer:
        async with serving(handler) as port, door_for(folder) as door, door.session(target(port)) as session:
            for _ in range(times):
                last = await session.http(request or HttpRequest(path="/"), login=False)
            return last

    return asyncio.run(run())


def ask(folder: Path, handler: Handler, *, login: bool = False) -> bytes:
    async def run() -> bytes:
        async with serving(handler) as port, door_for(folder) as door, door.session(target(port)) as session:
            return await session.soap(call("GetUsers"), login=login)

    return asyncio.run(run())


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
GOOD_ANSWERS = {
    "length": (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", b"hello"),
    "until close": (b"HTTP/1.0 200 OK\r\nServer: x\r\n\r\nhello", b"hello"),
    "chunked": (CHUNKED + b"2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\nT: 1\r\n\r\n", b"hello"),
    "bare newlines": (b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", b"hello"),
    "no reason": (b"HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello", b"hello"),
    "interim": (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", b"hello"),
    "same length twice": (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", b"hello"),
    "more than said": (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more", b"hello"),
    "packed unasked": (
        b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"hello"), b"hello",
    ),
    "icy": (b"ICY 200 OK\r\n\r\nhello", b"hello"),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD_ANSWERS)
def test_answers_that_can_be_read(tmp_path: Path, name: str) -> None:
    raw, body = GOOD_ANSWERS[name]
    got = get(tmp_path, saying(raw))
    assert (got.status, got.body, got.truncated) == (200, body, False)


BAD_ANSWERS = {
    "banner": b"SSH-2.0-dropbear\r\n",
    "garbage": bytes(range(256)) * 4,
    "no status": b"200 OK\r\n\r\n",
    "broken status": b"HTTP/1.1 2x0 OK\r\n\r\n",
    "head without end": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000,
    "too many lines": b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 300 + b"\r\n",
    "negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "bad chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhe\r\n",
    "bad chunk end": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nheXX\r\n0\r\n\r\n",
    "interim for ever": b"HTTP/1.1 100 Continue\r\n\r\n" * 50,
    "closed in head": b"HTTP/1.1 200 OK\r\nServer",
}


@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_answers_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(Malformed):
        get(tmp_path, saying(BAD_ANSWERS[name]))


def test_nothing_at_all_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        get(tmp_path, saying(b""))


def test_cut_short_is_told(tmp_path: Path) -> None:
    got = get(tmp_path, saying(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"))
    assert (got.body, got.truncated) == (b"hello", True)


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 200_000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + b"a" * 200_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 100_000,
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"a" * 50_000_000),
    ],
    ids=["close", "length", "chunked", "bomb"],
)
def test_long_bodies_are_cut(tmp_path: Path, raw: bytes) -> None:
    got = get(tmp_path, saying(raw, hang="gzip" not in str(raw[:80])))
    assert got.truncated
    assert len(got.body) == QUICK.body_bytes


def test_silence_ends_after_the_read_timeout(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(Unreachable, match="sent nothing"):
        get(tmp_path, saying(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe", hang=True))
    assert 0.4 < time.monotonic() - began < 1.5


def test_dripping_ends_after_the_total_time(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(Unreachable, match="did not end"):
        get(tmp_path, saying(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + b"a" * 400, pause=0.02))
    assert time.monotonic() - began < 3 * QUICK.read_timeout + 0.5


def test_head_only_does_not_wait_for_the_body(tmp_path: Path) -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 900000\r\n\r\n" + b"\xff" * 1000
    got = get(tmp_path, saying(raw, hang=True), HttpRequest(path="/snap.jpg", head_only=True))
    assert (got.status, got.body, got.headers["content-type"]) == (200, b"", "image/jpeg")


def test_head_has_no_body(tmp_path: Path) -> None:
    got = get(
        tmp_path,
        saying(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n", hang=True),
        HttpRequest(path="/", method="HEAD"),
    )
    assert (got.status, got.body) == (200, b"")


def test_repeated_headers_are_joined(tmp_path: Path) -> None:
    got = get(tmp_path, saying(message(401, b"", "WWW-Authenticate: A", "www-authenticate:  B", " folded")))
    assert got.headers["www-authenticate"] == "A\nB folded"


def test_a_reset_is_unreachable(tmp_path: Path) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhe")
        await writer.drain()
        await asyncio.sleep(0.05)
        sock = writer.get_extra_info("socket")
        import socket
        import struct

        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    with pytest.raises(Unreachable):
        get(tmp_path, handler)


def test_a_closed_port_is_unreachable(tmp_path: Path) -> None:
    async def run() -> None:
        async with serving(saying(b"")) as port:
            pass
        async with door_for(tmp_path) as door, door.session(target(port)) as session:
            with pytest.raises(Unreachable, match="refused the connection"):
                await session.http(HttpRequest(path="/"), login=False)

    asyncio.run(run())


def test_redirects_are_never_followed(tmp_path: Path) -> None:
    elsewhere: list[str] = []

    async def thief(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        elsewhere.append((await read_request(reader)).headers.get("authorization", "none"))
        writer.write(message(200))

    async def run() -> None:
        async with serving(thief) as bad:
            location = f"Location: http://user:pw@127.0.0.2:{bad}/x?secret=1"

            async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                while True:
                    await read_request(reader)
                    writer.write(message(302, b"", location))

            async with (
                serving(handler) as port,
                door_for(tmp_path) as door,
                door.session(target(port), GOOD) as session,
            ):
                assert (await session.http(HttpRequest(path="/"))).status == 302
                with pytest.raises(Malformed) as error:
                    await session.soap(call("GetUsers"))
                assert "pw" not in str(error.value)
                assert "secret" not in str(error.value)

    asyncio.run(run())
    assert elsewhere == []


def test_kept_connections_are_reused_and_replaced(tmp_path: Path) -> None:
    opened = 0

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened
        opened += 1
        for _ in range(2):
            await read_request(reader)
            writer.write(message(200, b"x"))

    assert get(tmp_path, handler, times=5).body == b"x"
    assert opened == 3


def test_a_connection_out_of_step_is_not_reused(tmp_path: Path) -> None:
    opened = 0

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened
        opened += 1
        while True:
            await read_request(reader)
            writer.write(message(200, b"x") + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")

    assert get(tmp_path, handler, times=3).body == b"x"
    assert opened == 3


SOAP_ERRORS = [
    (message(400, fault("NotAuthorized", "Sender not authorized")), Denied),
    (message(200, fault("", "The action requested requires authorization and the sender is not authorized")), Denied),
    (message(500, fault("", "Wsse authorized time check failed")), Denied),
    (message(401, b""), Denied),
    (message(403, b"no"), Closed),
    (message(500, fault("ActionNotSupported", "Optional Action Not Implemented", "Receiver")), NotSupported),
    (message(400, fault("", "Method 'tds:X' not implemented: method name or namespace not recognized")), NotSupported),
    (message(404, b"<html>"), NotSupported),
    (message(405, b""), NotSupported),
    (message(501, b""), NotSupported),
    (message(500, fault("Action", "Action Failed", "Receiver")), Malformed),
    (message(400, fault("InvalidArgVal", "no profile")), Malformed),
    (message(400, fault("OperationProhibited", "authority")), Denied),
    (message(200, b"<html>Envelope</html>"), Malformed),
    (message(200, b""), Malformed),
    (message(200, b"\xff\xfe\x00\x01"), Malformed),
    (message(200, answer("GetUsers")[:-20].replace(b"Ok", b"Fault")), Malformed),
    (message(503, b"busy"), Unreachable),
    (message(301, b"", "Location: https://192.0.2.9/"), Malformed),
]


@pytest.mark.parametrize(("raw", "kind"), SOAP_ERRORS)
def test_soap_errors(tmp_path: Path, raw: bytes, kind: type[DeviceError]) -> None:
    with pytest.raises(kind) as error:
        ask(tmp_path, saying(raw))
    assert error.value.text.ja
    assert type(error.value).__mro__[0] is kind


def test_old_soap_faults(tmp_path: Path) -> None:
    body = (
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Client.NotAuthorized'
        b"</faultcode><faultstring>x</faultstring></s:Fault></s:Body></s:Envelope>"
    )
    with pytest.raises(Denied):
        ask(tmp_path, saying(message(500, body)))


def test_a_multipart_answer_keeps_its_attachments(tmp_path: Path) -> None:
    body = (
        b"--b1\r\nContent-Type: application/xop+xml\r\n\r\n" + answer("GetUsers") + b"\r\n--b1\r\n\r\nbinary\r\n--b1--"
    )
    got = ask(tmp_path, saying(message(200, body, "Content-Type: multipart/related; boundary=b1")))
    assert got == body


def test_a_fault_inside_a_multipart_answer_is_seen(tmp_path: Path) -> None:
    body = b"--b1\r\nContent-Type: application/xop+xml\r\n\r\n" + fault("ActionNotSupported") + b"\r\n--b1--"
    with pytest.raises(NotSupported):
        ask(tmp_path, saying(message(500, body, "Content-Type: multipart/related; boundary=b1")))


def test_a_multipart_answer_that_is_cut_is_malformed(tmp_path: Path) -> None:
    body = b"--b1\r\nContent-Type: application/xop+xml\r\n\r\n" + answer("GetUsers") + b"\r\n--b1\r\n\r\nbin"
    raw = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/related\r\nContent-Length: 9000\r\n\r\n" + body
    with pytest.raises(Malformed, match="cut short"):
        ask(tmp_path, saying(raw))


def test_a_word_fault_inside_an_answer_is_no_fault(tmp_path: Path) -> None:
    body = answer("GetUsers", "<tds:Name>DefaultFault</tds:Name>")
    assert ask(tmp_path, saying(message(200, body))) == body


@pytest.mark.parametrize("path", ["/a\r\nX: 1", "/a\nb", "/\x00"])
def test_line_breaks_are_not_sent(tmp_path: Path, path: str) -> None:
    with pytest.raises(Malformed, match="must not be sent"):
        get(tmp_path, saying(message(200)), HttpRequest(path=path))


def test_header_smuggling_is_not_sent(tmp_path: Path) -> None:
    with pytest.raises(Malformed):
        get(tmp_path, saying(message(200)), HttpRequest(path="/", headers={"X": "a\r\nAuthorization: b"}))


def test_strange_paths_are_encoded(tmp_path: Path) -> None:
    seen: list[str] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append((await read_request(reader)).uri)
        writer.write(message(200))

    get(tmp_path, handler, HttpRequest(path="/画像 1?a=b c#top"))
    assert seen == ["/%E7%94%BB%E5%83%8F%201?a=b%20c"]


def test_at_most_two_connections_and_a_closed_session(tmp_path: Path) -> None:
    camera = Camera(open=("/",), delay=0.02)

    async def run() -> None:
        async with serving(camera.handle) as port, door_for(tmp_path) as door:
            async with door.session(target(port)) as session:
                await asyncio.gather(*(session.http(HttpRequest(path="/"), login=False) for _ in range(12)))
                await asyncio.gather(*(session.port("http") for _ in range(3)))
            with pytest.raises(Unreachable, match="closed"):
                await session.http(HttpRequest(path="/"))

    asyncio.run(run())
    assert camera.most_connections <= 2
    assert len(camera.requests) == 12


def test_every_packet_is_checked_when_time_runs_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from fushinban import clock

    async def run() -> None:
        camera = Camera(open=("/",))
        async with serving(camera.handle) as port, door_for(tmp_path) as door, door.session(target(port)) as session:
            await session.http(HttpRequest(path="/"), login=False)
            late = clock.now() + timedelta(hours=2)
            monkeypatch.setattr("fushinban.transport.line.now", lambda: late)
            works = (
                session.http(HttpRequest(path="/"), login=False),
                session.soap(call("X")),
                session.port("http"),
                session.tls("https"),
                session.rtsp("OPTIONS", "rtsp://x/"),
            )
            for work in works:
                with pytest.raises(OutOfScope, match="over"):
                    await work
        assert len(camera.requests) == 1
        outcomes = {(c.kind, c.outcome) for c in door.transcript.counts()}
        assert {kind for kind, outcome in outcomes if outcome == "out-of-scope"} == {
            "http",
            "soap",
            "connect",
            "tls",
            "rtsp",
        }

    asyncio.run(run())


def test_reading_needs_permission_to_read(tmp_path: Path) -> None:
    async def run() -> None:
        async with door_for(tmp_path, TestKind.ANONYMOUS) as door:
            session: LiveSession = door.session(target(9), GOOD)
            with pytest.raises(OutOfScope):
                await session.soap(call("GetUsers"))
            with pytest.raises(Unreachable):
                await session.soap(call("GetUsers"), login=False)
            with pytest.raises(OutOfScope):
                await session.port("http")

    asyncio.run(run())
