"""`fushinban serve` as people run it: refusals in one sentence, limits for slow and greedy clients, a clean end."""

import os
import re
import signal
import socket
import ssl
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fushinban.errors import InputError
from fushinban.web import gate, wire
from fushinban.web.listen import Wanted, check
from web.serving import Running, command, environment, running


def certificate(folder: Path, name: str = "console.example", days: int = 90) -> tuple[Path, Path]:
    """A certificate for tests, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=400)).not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    certificate_file, key_file = folder / f"{name}.pem", folder / f"{name}.key"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file


def refused(tmp_path: Path, *options: object, **environ: str) -> tuple[int, str]:
    """How the command ends that does not start, and what it says."""
    ended = subprocess.run(
        command("--data", tmp_path / "data", *options),
        env=environment(**environ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended.returncode, ended.stderr.strip()


def test_nothing_is_served_beyond_loopback_without_encryption(tmp_path: Path) -> None:
    code, said = refused(tmp_path, "--listen", "0.0.0.0:0")
    assert (code, said.count("\n")) == (2, 0)
    assert "--plain-http-beyond-loopback" in said
    assert not (tmp_path / "data").exists()
    check(Wanted(listen="0.0.0.0:1", plain_beyond_loopback=True))
    check(Wanted(listen="[::1]:1"))
    with pytest.raises(InputError, match="nothing would be encrypted"):
        check(Wanted(listen="[2001:db8::1]:1"))


@pytest.mark.parametrize(
    "listen", ["8600", ":8600", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:99999", "nobody.example:1", "[::1:8600"]
)
def test_listening_places_that_cannot_be_read(listen: str) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        check(Wanted(listen=listen))


def test_certificates_that_cannot_be_used(tmp_path: Path) -> None:
    good, key = certificate(tmp_path)
    _, other = certificate(tmp_path, "other.example")
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("no certificate")
    for wanted, words in (
        (Wanted(certificate=good), "both"),
        (Wanted(certificate=tmp_path / "none.pem", key=key), "cannot be read"),
        (Wanted(certificate=nonsense, key=key), "cannot be used"),
        (Wanted(certificate=good, key=other), "do not belong together"),
    ):
        with pytest.raises(InputError, match=words):
            check(wanted)
    place = check(Wanted(listen="0.0.0.0:443", certificate=good, key=key))
    assert place.reach.secure
    assert "console.example" in place.reach.hosts
    assert place.address == "https://console.example:443"


def test_a_proxy_needs_the_name_people_open() -> None:
    with pytest.raises(InputError, match="--host"):
        check(Wanted(proxies=("127.0.0.1",)))
    with pytest.raises(InputError, match="cannot be read"):
        check(Wanted(proxies=("all",), hosts=("console.example",)))
    place = check(Wanted(proxies=("192.0.2.0/24",), hosts=("Console.example",)))
    assert place.reach.secure
    assert "console.example" in place.reach.hosts


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, said = refused(tmp_path, "--listen", f"127.0.0.1:{taken.getsockname()[1]}")
    assert (code, said.count("\n")) == (2, 0)
    assert "in use by another program" in said


def test_several_workers_need_a_server_database(tmp_path: Path) -> None:
    code, said = refused(tmp_path, "--workers", "2")
    assert code == 2
    assert "PostgreSQL" in said


def test_a_data_folder_without_rights_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, no folder")
    code, said = refused(tmp_path, "--listen", "127.0.0.1:0")
    assert code in {2, 3}
    assert "\n" not in said
    assert "data" in said


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("served") / "data") as console:
        yield console


def _connect(served: Running) -> socket.socket:
    host, port = served.address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=30)


def _head(connection: socket.socket) -> str:
    return connection.recv(65536).decode("latin-1").partition("\r\n")[0]


def test_the_first_start_prints_a_set_up_link_and_makes_no_account(served: Running) -> None:
    assert re.fullmatch(re.escape(served.address) + r"/setup/[\w-]{43}/", served.set_up_link)
    with urllib.request.urlopen(served.set_up_link) as answer:
        page = answer.read().decode()
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in answer.headers
    assert 'name="pass_phrase"' in page
    with urllib.request.urlopen(served.address + "/") as answer:
        assert answer.url.endswith("/sign-in/")


def test_hosts_that_are_not_ours_are_not_answered(served: Running) -> None:
    for host, expected in (
        (b"localhost", b"200"),
        (b"evil.example", b"421"),
        (b"127.0.0.1.evil.example", b"421"),
        (b"", b"421"),
    ):
        with _connect(served) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
            assert expected.decode() in _head(connection), host


def test_a_large_body_is_refused_before_it_is_read(served: Running) -> None:
    with _connect(served) as connection:
        size = gate.MOST_BODY + 1
        connection.sendall(f"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n".encode())
        assert "413" in _head(connection)


def test_a_body_without_a_length_ends_at_the_limit(served: Running) -> None:
    piece = b"%x\r\n" % 65536 + b"x" * 65536 + b"\r\n"
    with _connect(served) as connection:
        connection.sendall(b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(gate.MOST_BODY // 65536 + 2):
                connection.sendall(piece)
        except (ConnectionResetError, BrokenPipeError):
            return  # closed while we were sending
        assert "413" in _head(connection)


def test_an_endless_head_is_cut_off(served: Running) -> None:
    with _connect(served) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ")
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            _drip(connection, b"x" * 4096, 200)


def _drip(connection: socket.socket, piece: bytes, times: int) -> None:
    for _ in range(times):
        connection.sendall(piece)
        sleep(0.005)


def test_one_address_cannot_hold_all_connections(served: Running) -> None:
    held = [_connect(served) for _ in range(wire.MOST_OF_ONE + 10)]
    try:
        closed = 0
        for connection in held:
            connection.settimeout(0.2)
            try:
                closed += connection.recv(1) == b""
            except ConnectionResetError:
                closed += 1
            except TimeoutError:
                pass
        assert closed >= 9
    finally:
        for connection in held:
            connection.close()
    sleep(0.3)
    with urllib.request.urlopen(served.address + "/healthz") as answer:
        assert answer.read() == b"ok\n"


QUICK = """
from fushinban.web import gate, wire
wire.HEAD_SECONDS = 1.0
gate.BODY_SECONDS = 1.5
wire.READ_SECONDS = 1.0
"""


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A console with the same limits, in seconds that a test can wait."""
    with running(tmp_path_factory.mktemp("impatient") / "data", before=QUICK) as console:
        yield console


def _until_closed(connection: socket.socket, drip: bytes, most: float = 12.0) -> float:
    """Send a byte now and then until the other side closes; how long that took."""
    began = monotonic()
    connection.settimeout(0.2)
    while monotonic() - began < most:
        try:
            connection.sendall(drip)
            if connection.recv(65536) == b"":
                break
        except TimeoutError:
            continue
        except (ConnectionResetError, BrokenPipeError):
            break
    return monotonic() - began


def test_a_slow_head_holds_nothing(impatient: Running) -> None:
    with _connect(impatient) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        assert _until_closed(connection, b"X") < 4
    with _connect(impatient) as connection:  # the same for a second request on the connection
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert "200" in _head(connection)
        connection.sendall(b"GET / HTTP/1.1\r\nHos")
        assert _until_closed(connection, b"t") < 4
    with _connect(impatient) as connection:  # and for one that says nothing at all
        assert _until_closed(connection, b"") < 4


def test_a_slow_body_holds_no_thread(impatient: Running) -> None:
    slow = [_connect(impatient) for _ in range(gate.THREADS * 3)]
    try:
        for connection in slow:
            connection.sendall(b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx")
        began = monotonic()
        with urllib.request.urlopen(impatient.address + "/sign-in/") as answer:
            assert answer.status == 200
        assert monotonic() - began < 1.4  # before any of the slow ones was let go
        slow[0].settimeout(10)
        assert "408" in _head(slow[0])
    finally:
        for connection in slow:
            connection.close()


def test_slow_readers_hold_no_thread_and_are_let_go(impatient: Running) -> None:
    asset = re.findall(
        r'src="(/static/[^"]+htmx[^"]+)"', urllib.request.urlopen(impatient.address + "/sign-in/").read().decode()
    )
    slow = []
    for _ in range(gate.THREADS * 2):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        host, port = impatient.address.removeprefix("http://").split(":")
        connection.connect((host, int(port)))
        request = f"GET {asset[0]} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        connection.sendall(request * 200)
        slow.append(connection)
    try:
        with urllib.request.urlopen(impatient.address + "/healthz", timeout=5) as answer:
            assert answer.read() == b"ok\n"
        sleep(3)
        ended = 0
        for connection in slow:
            connection.settimeout(5)
            got = 0
            try:
                while piece := connection.recv(1 << 20):
                    got += len(piece)
            except (ConnectionResetError, TimeoutError):
                pass
            ended += got < 51_000 * 200
        assert ended == len(slow)  # none of them was served to the end
    finally:
        for connection in slow:
            connection.close()


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly(tmp_path: Path, stop: signal.Signals) -> None:
    with running(tmp_path / "data") as console:
        began = monotonic()
        console.process.send_signal(stop)
        assert console.process.wait(20) == 0
        assert monotonic() - began < 10
        sleep(0.2)
        assert "The console has ended." in console.lines[-1]
    assert not (tmp_path / "data" / "fushinban.sqlite3-wal").exists()
    again = subprocess.Popen(  # a later start prints the address, and a link while there is still nobody
        command("--data", tmp_path / "data", "--listen", "127.0.0.1:0"),
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    threading.Timer(20, again.kill).start()
    assert again.stdout is not None
    first = again.stdout.readline() + again.stdout.readline()
    again.send_signal(signal.SIGTERM)
    again.communicate(timeout=20)
    assert "running at" in first
    assert "/setup/" in first


def test_over_tls_cookies_and_transport_are_strict(tmp_path: Path) -> None:
    made, key = certificate(tmp_path)
    with running(tmp_path / "data", "--tls-certificate", made, "--tls-key", key) as console:
        context = ssl.create_default_context(cafile=str(made))
        port = int(console.address.rpartition(":")[2])
        with (
            socket.create_connection(("127.0.0.1", port)) as plain,
            context.wrap_socket(plain, server_hostname="console.example") as connection,
        ):
            connection.sendall(b"GET /sign-in/ HTTP/1.1\r\nHost: console.example\r\nConnection: close\r\n\r\n")
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
        head = answer.partition(b"\r\n\r\n")[0].decode().lower()
        assert "200 ok" in head
        assert "strict-transport-security: max-age=31536000" in head
        assert re.search(r"set-cookie: fushinban_csrf=[^\n]*; secure", head)


def test_forwarding_headers_are_believed_from_the_proxy_only(tmp_path: Path) -> None:
    def redirect(console: Running) -> str:
        request = urllib.request.Request(
            console.address + "/account/",
            headers={"Host": "console.example", "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"},
        )
        with urllib.request.build_opener(_Stay).open(request) as answer:
            return str(answer.headers["Location"])

    with running(tmp_path / "one", "--behind-proxy", "127.0.0.1", "--host", "console.example") as console:
        assert redirect(console).startswith("/sign-in/")
        body = urllib.request.Request(
            console.address + "/sign-in/", headers={"Host": "console.example", "X-Forwarded-For": "203.0.113.9"}
        )
        with urllib.request.urlopen(body) as answer:
            assert "Strict-Transport-Security" in answer.headers


class _Stay(urllib.request.HTTPRedirectHandler):
    def http_error_302(self, req, fp, code, msg, headers):
        return fp


@pytest.mark.slow
def test_several_workers_share_one_postgresql(tmp_path: Path, postgres) -> None:
    url = postgres.database()
    given = command("--workers", 2, "--listen", "127.0.0.1:0")
    process = subprocess.Popen(
        given, env=environment(FUSHINBAN_DATABASE=url, FUSHINBAN_DATA=str(tmp_path / "data")),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        address = re.findall(r"running at (\S+)", process.stdout.readline())[0]
        children = _answering(address, process.pid)
        assert len(children) == 2
        os.kill(children[0], signal.SIGKILL)  # one that dies is replaced
        sleep(2)
        assert len(_answering(address, process.pid)) == 2
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=40)
        assert process.returncode == 0
    finally:
        process.kill()
        process.communicate()


def _answering(address: str, parent: int) -> list[int]:
    end = monotonic() + 40
    failed: object = None
    while monotonic() < end:
        try:
            with urllib.request.urlopen(address + "/readyz", timeout=5) as answer:
                if answer.status == 200 and len(found := _children(parent)) >= 2:
                    return found
        except OSError as error:
            failed = error
        sleep(0.2)
    raise AssertionError(f"no answer: {failed}, {_children(parent)}")


def _children(parent: int) -> list[int]:
    out = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(parent)], capture_output=True, text=True, check=False
    ).stdout
    return [int(line.split()[0]) for line in out.splitlines() if "spawn_main" in line]
