"""The reflector over real HTTP: it looks at who asks and at nobody else, and its word is believed only when signed."""

import asyncio
import base64
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import orjson
import pytest
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from fushinban import clock
from fushinban.errors import InputError, Malformed, OutOfScope, Unreachable
from fushinban.model.device import CAMERA_PORTS
from fushinban.model.facts.access import Gate
from fushinban.model.facts.services import PortState
from fushinban.model.reflection import OUTSIDE_PORTS, Reflection
from fushinban.reflector import guests
from fushinban.reflector.guests import GuestBook
from fushinban.reflector.service import Reflector
from fushinban.reflector.signing import Signer
from fushinban.transport.outward import OutwardRules
from fushinban.transport.reflector import SIGNED_AS, ReflectorPlace, ask_reflector, opened, proof_of, public_key

LOOPBACK = (ip_network("127.0.0.0/8"),)
SDP = b"v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n"
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Inside:
    """What stands behind the line: ports by what they are."""

    camera: int
    telnet: int
    rtsp: int
    closed: int


def says(*parts: bytes) -> Answer:
    """A server that answers every request with the next of these (the last again and again)."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                writer.write(answered(head, parts))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    return answer


def answered(head: bytes, parts: tuple[bytes, ...]) -> bytes:
    if head.startswith(b"DESCRIBE"):
        length = len(SDP)
        sequence = head.partition(b"CSeq: ")[2].partition(b"\r\n")[0]
        return b"RTSP/1.0 200 OK\r\nCSeq: %s\r\nContent-Length: %d\r\n\r\n%s" % (sequence, length, SDP)
    if head.startswith(b"OPTIONS rtsp"):
        sequence = head.partition(b"CSeq: ")[2].partition(b"\r\n")[0]
        return b"RTSP/1.0 200 OK\r\nCSeq: %s\r\nServer: Invented RTSP\r\nPublic: OPTIONS, DESCRIBE\r\n\r\n" % sequence
    if head.startswith(b"GET / "):
        return parts[0]
    return parts[-1]


async def greeting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\xff\xfd\x01\xff\xfb\x03Camera login: ")
    await writer.drain()
    await reader.read(100)
    writer.close()


HOME = b"HTTP/1.1 200 OK\r\nServer: Invented/1.0\r\nContent-Length: 26\r\n\r\n<title>Shop camera</title>"
PICTURE = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 4\r\n\r\nJPEG"


@contextmanager
def line() -> Iterator[Inside]:
    """Servers on loopback, in a thread of their own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def start() -> tuple[list[asyncio.Server], list[int]]:
        servers = [
            await asyncio.start_server(handler, "127.0.0.1", 0)
            for handler in (says(HOME, PICTURE), greeting, says(b""))
        ]
        return servers, [s.sockets[0].getsockname()[1] for s in servers]

    servers, ports = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = free.getsockname()[1]
    try:
        yield Inside(camera=ports[0], telnet=ports[1], rtsp=ports[2], closed=closed)
    finally:

        async def stop() -> None:
            for server in servers:
                server.close()
            others = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@contextmanager
def serving(app: Reflector) -> Iterator[str]:
    """The application under uvicorn on loopback; gives its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, lifespan="off", log_config=None, proxy_headers=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


def place_of(app: Reflector, address: str, token: str) -> ReflectorPlace:
    return ReflectorPlace(address=address, key=app.signer.public, token=token, rules=OutwardRules(plain_loopback=True))


def ask(place: ReflectorPlace) -> Reflection:
    return asyncio.run(ask_reflector(place, 4))


def test_it_tells_what_is_open_refused_and_readable(tmp_path: Path) -> None:
    token = GuestBook(tmp_path).add("Minato")
    with line() as inside:
        ports = (inside.camera, inside.telnet, inside.rtsp, inside.closed)
        app = Reflector(tmp_path, LOOPBACK, ports)
        with serving(app) as address:
            seen = ask(place_of(app, address, token))
    assert seen.address == "127.0.0.1"
    found = {p.port: p for p in seen.ports}
    camera, telnet, rtsp = found[inside.camera], found[inside.telnet], found[inside.rtsp]
    assert (camera.state, camera.speaks, camera.picture) == (PortState.OPEN, "http", Gate.OPEN)
    assert "Shop camera" in camera.banner
    assert (telnet.state, telnet.speaks, telnet.picture) == (PortState.OPEN, "telnet", None)
    assert (rtsp.speaks, rtsp.banner, rtsp.picture) == ("rtsp", "Invented RTSP", Gate.OPEN)
    assert found[inside.closed].state is PortState.CLOSED
    assert seen.open == (camera, telnet, rtsp)
    assert seen.started <= seen.ended


def test_the_key_and_the_guests_survive_a_restart_and_a_withdrawn_token_is_refused(tmp_path: Path) -> None:
    book = GuestBook(tmp_path)
    token = book.add("Minato")
    public = Signer(tmp_path).public
    app = Reflector(tmp_path, LOOPBACK, ())
    assert app.signer.public == public
    assert token not in (tmp_path / "reflector-guests.json").read_text()
    for name in ("reflector-guests.json", "reflector.key"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
    with serving(app) as address:
        place = place_of(app, address, token)
        assert ask(place).ports == ()
        book.remove("Minato")
        with pytest.raises(Unreachable, match="token is not known"):
            ask(place)
    with pytest.raises(InputError):
        book.remove("Minato")
    with pytest.raises(InputError):
        book.add("a/b")


def test_another_key_is_not_believed(tmp_path: Path) -> None:
    token = GuestBook(tmp_path).add("Minato")
    other = tmp_path / "other"
    other.mkdir()
    app = Reflector(tmp_path, LOOPBACK, ())
    with serving(app) as address:
        place = replace(place_of(app, address, token), key=Signer(other).public)
        with pytest.raises(Malformed, match="not signed by the registered key"):
            ask(place)
        with pytest.raises(InputError):
            ask(replace(place, key="ed25519:nonsense"))


def test_a_reflector_on_a_private_address_or_that_is_down_is_one_sentence(tmp_path: Path) -> None:
    app = Reflector(tmp_path, LOOPBACK, ())
    place = place_of(app, "http://127.0.0.1:9", "invented-token")
    with pytest.raises(Unreachable):
        ask(place)
    with pytest.raises((OutOfScope, InputError)):
        ask(replace(place, address="https://10.0.0.1", rules=OutwardRules()))
    with pytest.raises(InputError):
        ask(replace(place, address="http://reflector.example", rules=OutwardRules()))


# What the application itself does, asked without a network, from any address we like.


def request(
    app: Reflector, path: str, body: Any = None, *, client: str = "127.0.0.9", token: str = "", **headers: str
) -> tuple[int, Any]:
    """One request as the server would hand it over."""
    sent: list[Any] = []
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    given = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    given += [(b"authorization", f"Bearer {token}".encode())] if token else []
    scope = {
        "type": "http", "method": "GET" if body is None else "POST", "path": path, "headers": given,
        "client": (client, 40000),
    }  # fmt: skip

    async def receive() -> Any:
        return {"type": "http.request", "body": raw, "more_body": False}

    async def send(event: Any) -> None:
        sent.append(event)

    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], orjson.loads(sent[1]["body"])


NONCE = "0f" * 16


def challenge(app: Reflector, token: str, **more: Any) -> str:
    status, body = request(app, "/v1/challenges", {"nonce": NONCE}, token=token, **more)
    assert status == 200, body
    return str(body["challenge"])


def proof(token: str, text: str) -> dict[str, str]:
    return {"challenge": text, "proof": proof_of(token, text)}


@pytest.fixture
def token(tmp_path: Path) -> str:
    return GuestBook(tmp_path).add("Minato")


@pytest.fixture
def app(tmp_path: Path) -> Reflector:
    return Reflector(tmp_path, LOOPBACK, ())


def test_no_header_moves_the_look_to_another_address(app: Reflector, token: str) -> None:
    others = {
        "x_forwarded_for": "198.51.100.7", "forwarded": "for=198.51.100.7", "x_real_ip": "198.51.100.7",
        "cf_connecting_ip": "198.51.100.7", "host": "198.51.100.7",
    }  # fmt: skip
    text = challenge(app, token, **others)
    asked = {**proof(token, text), "address": "198.51.100.7", "target": "198.51.100.7"}
    status, body = request(app, "/v1/looks?address=198.51.100.7", asked, token=token, **others)
    assert status == 404  # the whole path is compared
    status, body = request(app, "/v1/looks", asked, token=token, **others)
    assert status == 200
    seen = opened(orjson.dumps(body), public_key(app.signer.public), NONCE)
    assert seen.address == "127.0.0.9"


def test_a_challenge_is_good_once_and_for_its_address_and_token_alone(
    app: Reflector, token: str, tmp_path: Path
) -> None:
    def refused(code: str, body: dict[str, str], **more: Any) -> None:
        status, problem = request(app, "/v1/looks", body, **more)
        assert (status, problem["title"]) == (403, code)

    other = GuestBook(tmp_path).add("Somebody else")
    text = challenge(app, token)
    refused("challenge-of-another", proof(token, text), token=token, client="127.0.0.8")
    refused("challenge-unknown-or-old", proof(token, text), token=token)  # spent by the first try
    text = challenge(app, token)
    refused("challenge-of-another", proof(other, text), token=other)
    text = challenge(app, token)
    refused("wrong-proof", {"challenge": text, "proof": "0" * 64}, token=token)
    text = challenge(app, token)
    assert request(app, "/v1/looks", proof(token, text), token=token)[0] == 200
    refused("challenge-unknown-or-old", proof(token, text), token=token)


def test_an_old_challenge_is_refused(app: Reflector, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = challenge(app, token)
    moment = clock.monotonic()
    monkeypatch.setattr(guests, "monotonic", lambda: moment + guests.CHALLENGE_SECONDS + 1)
    status, problem = request(app, "/v1/looks", proof(token, text), token=token)
    assert (status, problem["title"]) == (403, "challenge-unknown-or-old")


def test_an_address_is_looked_at_only_so_often_and_later_again(
    app: Reflector, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(guests.OF_ADDRESS):
        assert request(app, "/v1/looks", proof(token, challenge(app, token)), token=token)[0] == 200
    status, problem = request(app, "/v1/challenges", {"nonce": NONCE}, token=token)
    assert (status, problem["title"]) == (429, "too-many-looks")
    assert request(app, "/v1/challenges", {"nonce": NONCE}, token=token, client="127.0.0.10")[0] == 200
    moment = clock.monotonic()
    monkeypatch.setattr(guests, "monotonic", lambda: moment + 3700)
    assert request(app, "/v1/challenges", {"nonce": NONCE}, token=token)[0] == 200


def test_challenges_that_waited_together_do_not_pass_the_limit(app: Reflector, token: str) -> None:
    for _ in range(guests.OF_ADDRESS - 1):
        assert request(app, "/v1/looks", proof(token, challenge(app, token)), token=token)[0] == 200
    waiting = [challenge(app, token) for _ in range(4)]
    answers = [request(app, "/v1/looks", proof(token, text), token=token)[0] for text in waiting]
    assert answers == [200, 429, 429, 429]


def test_challenges_that_nobody_answers_are_bounded(app: Reflector, token: str) -> None:
    answers = [request(app, "/v1/challenges", {"nonce": NONCE}, token=token)[0] for _ in range(6)]
    assert answers == [200, 200, 200, 200, 429, 429]


@pytest.mark.parametrize("client", ["192.168.1.4", "10.0.0.1", "fd00::1", "169.254.1.1", "::1", "203.0.113.5"])
def test_who_does_not_come_from_outside_is_told_so(app: Reflector, token: str, client: str) -> None:
    status, problem = request(app, "/v1/challenges", {"nonce": NONCE}, token=token, client=client)
    assert (status, problem["title"]) == (403, "not-from-the-internet")


def test_an_ipv4_address_written_as_ipv6_is_what_it_is(app: Reflector) -> None:
    assert request(app, "/v1/self", client="::ffff:127.0.0.9")[1]["address"] == "127.0.0.9"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"[]", 400), (b"{", 400), (b"\xff", 400), (b"x" * 5000, 413), ({}, 422), ({"nonce": 7}, 422),
        ({"nonce": "zz" * 16}, 422), ({"nonce": "ab" * 100}, 422), ({"nonce": NONCE}, 401),
    ],
)  # fmt: skip
def test_odd_requests_are_refused(app: Reflector, body: Any, status: int) -> None:
    assert request(app, "/v1/challenges", body)[0] == status
    assert request(app, "/v1/nothing", body)[0] == 404


def test_only_the_fixed_list_is_looked_at() -> None:
    assert len(OUTSIDE_PORTS) == len(set(OUTSIDE_PORTS)) < 50
    assert not {25, 445, 515, 631, 9100} & set(OUTSIDE_PORTS)


def test_whatever_is_changed_in_a_signed_look_is_noticed(app: Reflector, token: str) -> None:
    body = request(app, "/v1/looks", proof(token, challenge(app, token)), token=token)[1]
    key = public_key(app.signer.public)
    content = bytearray(base64.b64decode(body["content"]))
    for at in range(0, len(content), 7):
        changed = bytes(content[:at]) + bytes([content[at] ^ 1]) + bytes(content[at + 1 :])
        with pytest.raises(Malformed):
            opened(orjson.dumps({**body, "content": base64.b64encode(changed).decode()}), key, NONCE)
    with pytest.raises(Malformed, match="another request"):
        opened(orjson.dumps(body), key, "another")


@given(st.binary(max_size=300) | st.dictionaries(st.text(max_size=9), st.text(max_size=99)).map(orjson.dumps))
def test_any_bytes_are_a_look_or_malformed(data: bytes) -> None:
    key = public_key("ed25519:" + base64.b64encode(b"\x01" + bytes(31)).decode())
    with pytest.raises(Malformed):
        opened(data, key, NONCE)


def test_whatever_a_camera_names_only_ports_of_the_list_are_met() -> None:
    """A camera's own words (ONVIF) may lead to its usual ports; these are all on the fixed list."""
    assert set(CAMERA_PORTS.values()) <= set(OUTSIDE_PORTS)


# A reflector whose registered key signs whatever it likes, and one that answers with anything at all.

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)
OWN_KEY = Ed25519PrivateKey.generate()
PLAIN = {
    "address": "203.0.113.5", "nonce": NONCE, "started": "2026-11-17T02:10:00Z", "ended": "2026-11-17T02:10:30Z",
    "ports": [],
}  # fmt: skip


def signed(content: Any) -> bytes:
    data = orjson.dumps(content)
    made = OWN_KEY.sign(SIGNED_AS + data)
    return orjson.dumps({"content": base64.b64encode(data).decode(), "signature": base64.b64encode(made).decode()})


@given(st.sampled_from(sorted(PLAIN)), JSON)
def test_whatever_a_signed_look_holds_it_is_a_look_or_malformed(name: str, value: Any) -> None:
    assert opened(signed(PLAIN), OWN_KEY.public_key(), NONCE).address == "203.0.113.5"
    with suppress(Malformed):
        opened(signed({**PLAIN, name: value}), OWN_KEY.public_key(), NONCE)


@pytest.mark.parametrize(
    "changed",
    [
        {"address": 5}, {"address": True}, {"address": "fe80::1%[red]x"}, {"started": "0001-01-01T00:00:00+23:59"},
        {"ended": "9999-12-31T23:59:59-23:00"}, {"started": "2026-11-17T02:10:00"},
        {"ports": [{"port": 80, "state": ["open"]}]}, {"ports": [{"port": True, "state": "open"}]},
    ],
)  # fmt: skip
def test_signed_nonsense_is_malformed(changed: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        opened(signed({**PLAIN, **changed}), OWN_KEY.public_key(), NONCE)


@contextmanager
def answering(*answers: tuple[int, Any]) -> Iterator[ReflectorPlace]:
    """A reflector that answers one request after the other with these; a callable is given the nonce."""
    left, nonces = list(answers), []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        asked = orjson.loads((await receive())["body"])
        nonces.append(asked.get("nonce", ""))
        status, body = left.pop(0)
        data = body(nonces[0]) if callable(body) else orjson.dumps(body)
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": data})

    key = "ed25519:" + base64.b64encode(OWN_KEY.public_key().public_bytes_raw()).decode()
    with serving(app) as address:  # type: ignore[arg-type]  # any application
        yield ReflectorPlace(address=address, key=key, token="t", rules=OutwardRules(plain_loopback=True))


@pytest.mark.parametrize("title", [["unknown-token"], {"a": 1}, None, 7, "\x1b[31mred", "x" * 900])
def test_a_refusal_may_be_any_json(title: Any) -> None:
    with answering((401, {"title": title})) as place, pytest.raises(Unreachable):
        ask(place)


def look_at(address: str, late: timedelta) -> Callable[[str], bytes]:
    def made(nonce: str) -> bytes:
        at = (clock.now() + late).isoformat()
        return signed({**PLAIN, "address": address, "nonce": nonce, "started": at, "ended": at})

    return made


def test_a_look_of_another_time_or_family_is_not_used() -> None:
    given = (200, {"challenge": "ab" * 32})
    with answering(given, (200, look_at("203.0.113.5", timedelta(minutes=-1)))) as place:
        assert ask(place).address == "203.0.113.5"
    for late in (timedelta(days=400), timedelta(hours=-2)):
        with answering(given, (200, look_at("203.0.113.5", late))) as place, pytest.raises(Malformed, match="clock"):
            ask(place)
    with (
        answering(given, (200, look_at("2001:db8::5", timedelta()))) as place,
        pytest.raises(Malformed, match="another request"),
    ):
        ask(place)
