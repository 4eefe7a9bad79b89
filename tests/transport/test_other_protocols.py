"""RTSP, ports, TLS, datagrams, neighbours: against servers on loopback."""

import asyncio
import datetime
import hashlib
import ipaddress
import re
import socket
import ssl
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pretend_device import (
    GOOD,
    QUICK,
    SECRET,
    USERNAME,
    WRONG,
    Camera,
    authorisation,
    call,
    door_for,
    message,
    read_request,
    saying,
    serving,
    target,
)  # fmt: skip

from fushinban.errors import Denied, DeviceError, Locked, Malformed, NotSupported, OutOfScope, Unreachable
from fushinban.model.credential import Credential
from fushinban.model.device import Target
from fushinban.model.facts.services import PortState
from fushinban.model.site import TestKind
from fushinban.transport import datagrams
from fushinban.transport import tls as tls_module
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.datagrams import ask_multicast, ask_unicast
from fushinban.transport.door import Door
from fushinban.transport.neighbours import get_neighbours
from fushinban.transport.transcript import Transcript
from fushinban.transport.values import HttpRequest, RtspAnswer

URI = "rtsp://127.0.0.1/stream1"


class RtspServer:
    """Binds its nonce to the connection, as many do."""

    def __init__(self, challenge: str = 'Digest realm="rtsp", nonce="{n}"', *, hang_up: bool = False) -> None:
        self.challenge = challenge
        self.hang_up = hang_up
        self.failures = 0
        self.seen: list[str] = []
        self._count = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._count += 1
        nonce = "fixed" if self.hang_up else f"nonce{self._count}"
        while True:
            request = await read_request(reader)
            self.seen.append(f"{request.method} {request.uri}")
            cseq = f"CSeq: {request.headers['cseq']}"
            value = request.headers.get("authorization", "")
            if request.method == "OPTIONS":
                writer.write(message(200, b"", cseq, "Public: OPTIONS, DESCRIBE", "Server: x", protocol="RTSP/1.0"))
            elif self._right(value, nonce, request.uri):
                writer.write(message(200, b"v=0\r\n", cseq, protocol="RTSP/1.0"))
            else:
                self.failures += bool(value)
                line = "WWW-Authenticate: " + self.challenge.format(n=nonce)
                writer.write(message(401, b"", cseq, line, protocol="RTSP/1.0"))
                if self.hang_up and not value:
                    return

    def _right(self, value: str, nonce: str, uri: str) -> bool:
        given = dict(re.findall(r'(\w+)="([^"]*)"', value))
        make = hashlib.sha256 if "SHA-256" in self.challenge else hashlib.md5

        def digest(text: str) -> str:
            return make(text.encode()).hexdigest()

        expected = digest(f"{digest(f'{USERNAME}:rtsp:{SECRET}')}:{nonce}:{digest(f'DESCRIBE:{uri}')}")
        return given.get("nonce") == nonce and given.get("response") == expected


def rtsp(
    folder: Path,
    server: RtspServer,
    method: str = "DESCRIBE",
    *,
    login: bool,
    uri: str = URI,
    credential: Credential = GOOD,
) -> RtspAnswer:
    async def run() -> RtspAnswer:
        async with serving(server.handle) as port, door_for(folder) as door:
            return await door.session(target(port), credential).rtsp(method, uri, login=login)

    return asyncio.run(run())


def test_rtsp_options(tmp_path: Path) -> None:
    got = rtsp(tmp_path, RtspServer(), "OPTIONS", login=False)
    assert (got.status, got.headers["public"], got.headers["cseq"]) == (200, "OPTIONS, DESCRIBE", "1")


def test_rtsp_without_login_is_an_answer(tmp_path: Path) -> None:
    server = RtspServer()
    assert rtsp(tmp_path, server, login=False).status == 401
    assert server.failures == 0


@pytest.mark.parametrize(
    "server",
    [RtspServer(), RtspServer('Digest realm="rtsp", nonce="{n}", algorithm=SHA-256'), RtspServer(hang_up=True)],
    ids=["md5", "sha256", "hangs up"],
)
def test_rtsp_login(tmp_path: Path, server: RtspServer) -> None:
    got = rtsp(tmp_path, server, login=True)
    assert (got.status, got.body) == (200, b"v=0\r\n")
    assert server.failures == 0


def test_rtsp_refusal_is_made_once(tmp_path: Path) -> None:
    server = RtspServer()
    for _ in range(3):
        with pytest.raises((Denied, Locked)):
            rtsp(tmp_path, server, login=True, credential=WRONG)

    async def run() -> None:
        async with serving(server.handle) as port:
            for _ in range(3):
                async with door_for(tmp_path) as door, door.session(target(port), WRONG) as session:
                    for _ in range(2):
                        with pytest.raises((Denied, Locked)):
                            await session.rtsp("DESCRIBE", URI, login=True)

    server.failures = 0
    asyncio.run(run())
    assert server.failures == 1


def test_rtsp_basic_is_never_answered(tmp_path: Path) -> None:
    server = RtspServer('Basic realm="rtsp"')
    with pytest.raises(Denied, match="clear text"):
        rtsp(tmp_path, server, login=True)
    assert server.failures == 0


def test_rtsp_user_information_is_not_sent(tmp_path: Path) -> None:
    server = RtspServer()
    rtsp(tmp_path, server, login=False, uri="rtsp://admin:Invented@127.0.0.1/a?b=c")
    assert server.seen == ["DESCRIBE rtsp://127.0.0.1/a?b=c"]


def test_rtsp_takes_reading_methods_and_clean_addresses_only(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="change the state"):
        rtsp(tmp_path, RtspServer(), "PLAY", login=False)
    with pytest.raises(Malformed):
        rtsp(tmp_path, RtspServer(), login=False, uri="rtsp://x/\r\nX: y")


@pytest.mark.parametrize(
    ("raw", "kind"), [(b"HTTP nonsense\r\n\r\n", Malformed), (b"", Unreachable), (b"\x00" * 50, Malformed)]
)
def test_rtsp_garbage(tmp_path: Path, raw: bytes, kind: type[DeviceError]) -> None:
    async def run() -> None:
        async with serving(saying(raw)) as port, door_for(tmp_path) as door, door.session(target(port)) as session:
            with pytest.raises(kind):
                await session.rtsp("OPTIONS", URI)

    asyncio.run(run())


# --- ports ------------------------------------------------------------------------------------------------------------


def test_port_states_and_banner(tmp_path: Path) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-")
        await asyncio.sleep(0.05)
        writer.write(b"test\r\n" + b"x" * 4000)
        await reader.read()

    async def run() -> None:
        async with serving(talk) as port, serving(saying(b"")) as closed, door_for(tmp_path) as door:
            pass
        async with serving(talk) as port, door_for(tmp_path) as door:
            async with door.session(target(port, ssh=port, telnet=closed)) as session:
                answer = await session.port("ssh", listen=2.0)
                assert answer.state is PortState.OPEN
                assert answer.banner.startswith(b"SSH-2.0-test\r\n")
                assert len(answer.banner) == 1024
                assert (await session.port("ssh")).banner == b""
                assert (await session.port("telnet")).state is PortState.CLOSED
                with pytest.raises(NotSupported):
                    await session.port("no-such-service")
            async with door.session(target(port, ssh=9100)) as session:
                with pytest.raises(OutOfScope):
                    await session.port("ssh")

    asyncio.run(run())


def test_a_silent_port_is_left_after_the_listening_time(tmp_path: Path) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async def negotiating(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\xff\xfd\x18")
        await asyncio.sleep(0.6)
        writer.write(b"login: ")
        await reader.read()

    async def run() -> None:
        async with serving(silent) as quiet, serving(negotiating) as telnet, door_for(tmp_path) as door:
            session = door.session(target(quiet, ssh=quiet, telnet=telnet))
            began = time.monotonic()
            assert await session.port("ssh", listen=0.3)
            assert 0.25 < time.monotonic() - began < 0.9
            assert (await session.port("telnet", listen=1.0)).banner == b"\xff\xfd\x18login: "

    asyncio.run(run())


def test_a_port_that_never_answers_is_filtered(tmp_path: Path) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(("127.0.0.1", port))

        async def run() -> None:
            async with door_for(tmp_path) as door, door.session(target(port)) as session:
                assert (await session.port("http")).state is PortState.FILTERED
                with pytest.raises(Unreachable):
                    await session.http(HttpRequest(path="/"), login=False)

        asyncio.run(run())
        for sock in waiting:
            sock.close()


# --- TLS --------------------------------------------------------------------------------------------------------------


def certificate(folder: Path) -> tuple[Path, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test camera")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC)).sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "both.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path, made.public_bytes(serialization.Encoding.DER)


def server_context(pem: Path, low: str, high: str) -> ssl.SSLContext:
    import warnings

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion[low]
        context.maximum_version = ssl.TLSVersion[high]
    return context


@pytest.mark.parametrize(
    ("low", "high", "accepted"),
    [
        ("TLSv1", "TLSv1_1", ("TLSv1", "TLSv1.1")),
        ("TLSv1_2", "TLSv1_2", ("TLSv1.2",)),
        ("TLSv1", "TLSv1_3", ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")),
    ],
)
def test_tls_versions(tmp_path: Path, low: str, high: str, accepted: tuple[str, ...]) -> None:
    pem, der = certificate(tmp_path)

    async def run() -> None:
        handler = saying(message(200, b"x"))
        async with serving(handler, ssl=server_context(pem, low, high)) as port, door_for(tmp_path) as door:
            session = door.session(target(port))
            answer = await session.tls("https")
            assert answer.accepted == accepted
            assert set(answer.refused) == {n for n, _ in tls_module.VERSIONS} - set(accepted)
            assert answer.certificate == der
            assert answer.cipher
            got = await session.http(HttpRequest(path="/", service="https", tls=True), login=False)
            assert got.body == b"x"

    asyncio.run(run())


def test_a_version_that_this_computer_lacks_is_in_neither_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem, _ = certificate(tmp_path)
    through = tls_module._context
    monkeypatch.setattr(tls_module, "_context", lambda v: None if v is ssl.TLSVersion.TLSv1 else through(v))

    async def run() -> None:
        async with (
            serving(saying(b""), ssl=server_context(pem, "TLSv1_2", "TLSv1_3")) as port,
            door_for(tmp_path) as door,
        ):
            answer = await door.session(target(port)).tls("https")
            assert answer.accepted == ("TLSv1.2", "TLSv1.3")
            assert answer.refused == ("TLSv1.1",)

    asyncio.run(run())


def test_tls_on_a_port_without_tls(tmp_path: Path) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"HTTP/1.0 400 Bad\r\n\r\n")

    async def run() -> None:
        async with serving(talk) as port, serving(saying(b"")) as gone, door_for(tmp_path) as door:
            answer = await door.session(target(port)).tls("https")
            assert (answer.accepted, answer.certificate, len(answer.refused)) == ((), b"", 4)
            with pytest.raises(Unreachable):
                await door.session(target(port)).http(HttpRequest(path="/", service="https", tls=True), login=False)
        async with door_for(tmp_path) as door:
            with pytest.raises(Unreachable):
                await door.session(target(gone)).tls("https")

    asyncio.run(run())


def test_basic_is_answered_inside_tls(tmp_path: Path) -> None:
    pem, _ = certificate(tmp_path)
    camera = Camera(scheme="basic")

    async def run() -> None:
        context = server_context(pem, "TLSv1_2", "TLSv1_3")
        async with serving(camera.handle, ssl=context) as port, door_for(tmp_path) as door:
            session = door.session(target(port), GOOD)
            got = await session.http(HttpRequest(path="/", service="https", tls=True))
            assert got.status == 200
            assert b"Response" in await session.soap(call("GetUsers"), service="https", tls=True)

    asyncio.run(run())
    assert camera.failures == 0


# --- datagrams --------------------------------------------------------------------------------------------------------


class Echo(asyncio.DatagramProtocol):
    def __init__(self, replies: int = 1) -> None:
        self.replies = replies
        self.heard: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard.append(data)
        for _ in range(self.replies):
            self.transport.sendto(b"answer", addr)  # type: ignore[attr-defined]


def test_unicast_question(tmp_path: Path) -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        transport, echo = await loop.create_datagram_endpoint(Echo, local_addr=("127.0.0.1", 0))
        port = transport.get_extra_info("sockname")[1]
        door = door_for(tmp_path)
        heard = await ask_unicast(door, "127.0.0.1", port, b"probe", 0.2, repeats=2)
        assert heard == [(b"answer", ("127.0.0.1", port))] * 2
        assert echo.heard == [b"probe"] * 2
        assert await ask_unicast(door, "127.0.0.1", 9, b"probe", 0.05, repeats=1) == []
        with pytest.raises(OutOfScope):
            await ask_unicast(door, "192.0.2.1", port, b"probe", 0.1)
        with pytest.raises(OutOfScope):
            await ask_unicast(door_for(tmp_path, TestKind.READ), "127.0.0.1", port, b"probe", 0.1)
        transport.close()
        assert [(c.kind, c.outcome, c.count) for c in door.transcript.counts()] == [("unicast", "ok", 3)]

    asyncio.run(run())


def test_multicast_call_stays_on_own_networks(tmp_path: Path) -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("", 0))
        port = sock.getsockname()[1]
        membership = socket.inet_aton("239.255.255.250") + socket.inet_aton("127.0.0.1")
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        sock.setblocking(False)
        transport, echo = await loop.create_datagram_endpoint(Echo, sock=sock)
        heard = await ask_multicast(door_for(tmp_path), "239.255.255.250", port, b"probe", 0.3, repeats=1)
        transport.close()
        assert echo.heard == [b"probe"]
        assert [data for data, _ in heard] == [b"answer"]
        assert all(ipaddress.ip_address(sender[0]).is_loopback for _, sender in heard)

    asyncio.run(run())


def test_multicast_without_an_own_address_inside_sends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = authorisation(networks=("198.51.100.0/24", "2001:db8::/64"))
    door = Door("s", allowed, QUICK, AttemptBudget(tmp_path / "b"), Transcript())
    monkeypatch.setattr(datagrams, "_own_address", lambda network: "203.0.113.9")
    for group in ("239.255.255.250", "ff02::c"):
        with pytest.raises(OutOfScope):
            asyncio.run(ask_multicast(door, group, 3702, b"probe", 0.1))
    assert door.transcript.counts() == ()


def test_neighbours_are_those_of_the_authorisation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fushinban.transport import neighbours

    table = tmp_path / "arp"
    table.write_bytes(b"IP\n127.0.0.9 0x1 0x2 aa:bb:cc:00:00:01 * eth0\n10.0.0.9 0x1 0x2 aa:bb:cc:00:00:02 * eth0\n")
    monkeypatch.setattr(neighbours, "_TABLE", table)
    found = asyncio.run(get_neighbours(door_for(tmp_path)))
    assert ("127.0.0.9", "aa:bb:cc:00:00:01") in [(n.address, n.mac) for n in found]
    assert "10.0.0.9" not in [n.address for n in found]


def test_ipv6(tmp_path: Path) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await read_request(reader)
        writer.write(message(200, request.headers["host"].encode()))

    async def run() -> None:
        async with serving(handler, "::1") as port, door_for(tmp_path) as door:
            session = door.session(Target(address="::1", ports={"http": port}))
            got = await session.http(HttpRequest(path="/"), login=False)
            assert got.body == f"[::1]:{port}".encode()
            assert (await session.port("http")).state is PortState.OPEN

    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            pytest.skip("this machine has no IPv6 loopback")
    asyncio.run(run())
