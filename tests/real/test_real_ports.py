"""The open-port view of servers that nobody of this project wrote."""

import asyncio
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from real_programs import free_ports, listening, running
from real_web import TlsSocket, web_server, write_certificates

from fushinban import clock
from fushinban.drivers.services import DRIVER
from fushinban.model.device import CAMERA_PORTS, Target
from fushinban.model.facts import OpenPorts, PortState, ServedCertificates, TlsPorts, WebPages
from fushinban.model.facts.base import Fact
from fushinban.transport.door import Door

OpenDoor = Callable[[], AbstractAsyncContextManager[Door]]
NeedsProgram = Callable[[str], str]

_FTP = """
listen=YES
listen_address={address}
listen_port={port}
background=NO
anonymous_enable=NO
local_enable=YES
seccomp_sandbox=NO
secure_chroot_dir={folder}
ftpd_banner=Asagiri FTP 入口
{user}
"""
_SSHD = """
Port {port}
ListenAddress {address}
HostKey {folder}/host_key
PidFile none
UsePAM no
PasswordAuthentication no
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the driver says of one device."""

    ports: OpenPorts
    web: WebPages
    tls: TlsPorts
    certificates: ServedCertificates

    def speaks(self) -> dict[str, str]:
        return {p.service: p.speaks for p in self.ports.open}

    def banner(self, service: str) -> str:
        return next(p.banner for p in self.ports.ports if p.service == service)


def look(open_door: OpenDoor, target: Target) -> Seen:
    """Ask everything of the driver, as an inspection does."""

    async def ask() -> list[Fact]:
        async with open_door() as door:
            view = await DRIVER.open(door.session(target))
            facts = (OpenPorts, WebPages, TlsPorts, ServedCertificates)
            return list(await asyncio.gather(*(DRIVER.getters[f].ask(view) for f in facts)))

    ports, web, tls, certificates = asyncio.run(ask())
    assert isinstance(ports, OpenPorts)
    assert isinstance(web, WebPages)
    assert isinstance(tls, TlsPorts)
    assert isinstance(certificates, ServedCertificates)
    return Seen(ports=ports, web=web, tls=tls, certificates=certificates)


def target_of(address: str, **ports: int) -> Target:
    """A device whose other services stand at a closed port."""
    (closed,) = free_ports(address, 1)
    names = {service.replace("_", "-"): port for service, port in ports.items()}
    return Target(address=address, ports={**dict.fromkeys(CAMERA_PORTS, closed), **names})


@contextmanager
def telnet_server(program: str, address: str, *ports: int) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """inetutils' telnetd at some ports: it is started for each connection, as inetd would."""
    started: list[subprocess.Popen[bytes]] = []
    listeners = [socket.create_server((address, port)) for port in ports]

    def serve(listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client:
                command = [program, "-h", "-E", "/bin/false"]
                log = subprocess.DEVNULL
                started.append(subprocess.Popen(command, stdin=client, stdout=client, stderr=log))

    threads = [threading.Thread(target=serve, args=(listener,)) for listener in listeners]
    for thread in threads:
        thread.start()
    try:
        yield started
    finally:
        for listener in listeners:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for thread in threads:
            thread.join(5)
        for process in started:
            process.kill()
            process.wait(5)


@contextmanager
def ssh_server(needs_program: NeedsProgram, folder: Path, address: str, port: int) -> Iterator[None]:
    """OpenSSH's sshd with a host key of its own."""
    program, keygen = needs_program("sshd"), needs_program("ssh-keygen")
    subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", folder / "host_key"], check=True)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where it locks itself in; a service manager would make it
    configuration = folder / "sshd_config"
    configuration.write_text(_SSHD.format(port=port, address=address, folder=folder))
    command = [program, "-D", "-e", "-f", str(configuration)]
    with running(command, folder / "sshd.log", listening(address, port)):
        yield


@contextmanager
def small_ssh_server(needs_program: NeedsProgram, folder: Path, address: str, port: int) -> Iterator[None]:
    """dropbear, as many cameras have it."""
    program, keygen = needs_program("dropbear"), needs_program("dropbearkey")
    key = folder / "dropbear_key"
    subprocess.run([keygen, "-t", "ed25519", "-f", key], check=True, capture_output=True)
    command = [program, "-F", "-E", "-r", str(key), "-p", f"{address}:{port}", "-P", str(folder / "dropbear.pid")]
    with running(command, folder / "dropbear.log", listening(address, port)):
        yield


@contextmanager
def ftp_server(needs_program: NeedsProgram, folder: Path, address: str, port: int) -> Iterator[None]:
    """vsftpd that lets nobody in."""
    empty = folder / "empty"
    empty.mkdir()
    user = "" if os.geteuid() == 0 else "run_as_launching_user=YES"
    configuration = folder / "vsftpd.conf"
    configuration.write_text(_FTP.format(address=address, port=port, folder=empty, user=user), encoding="utf-8")
    with running([needs_program("vsftpd"), str(configuration)], folder / "vsftpd.log", listening(address, port)):
        yield


def test_servers_that_greet(needs_program: NeedsProgram, open_door: OpenDoor, address: str, tmp_path: Path) -> None:
    ssh, moved_ssh, ftp, telnet, moved_telnet = free_ports(address, 5)
    with ExitStack() as servers:
        servers.enter_context(small_ssh_server(needs_program, tmp_path, address, ssh))
        servers.enter_context(ssh_server(needs_program, tmp_path, address, moved_ssh))
        servers.enter_context(ftp_server(needs_program, tmp_path, address, ftp))
        telnetd = needs_program("telnetd")
        sessions = servers.enter_context(telnet_server(telnetd, address, telnet, moved_telnet))
        target = target_of(address, ssh=ssh, sdk_9000=moved_ssh, ftp=ftp, telnet=telnet, http_alt=moved_telnet)
        seen = look(open_door, target)
    assert seen.speaks() == {
        "ssh": "ssh", "sdk-9000": "ssh", "ftp": "ftp", "telnet": "telnet", "http-alt": "telnet"
    }  # fmt: skip
    assert seen.banner("ssh").startswith("SSH-2.0-dropbear_20")
    assert seen.banner("sdk-9000").startswith("SSH-2.0-OpenSSH_")
    assert seen.banner("ftp") == "220 Asagiri FTP 入口"
    assert seen.web.pages == ()
    assert seen.tls.ports == ()
    assert len(sessions) <= 4, "each Telnet port is met as rarely as can be"
    # The web port that was really Telnet was asked for a page and then only listened to.
    states = {p.state for p in seen.ports.ports}
    assert states == {PortState.OPEN, PortState.CLOSED}


def test_nobody_logs_in_where_nothing_is_read_from_a_greeting(
    needs_program: NeedsProgram, open_door: OpenDoor, address: str, tmp_path: Path
) -> None:
    (ssh,) = free_ports(address, 1)
    with small_ssh_server(needs_program, tmp_path, address, ssh):
        look(open_door, target_of(address, ssh=ssh))
        log = (tmp_path / "dropbear.log").read_text()
    assert log.count("Child connection from") == 1
    assert "attempt" not in log, "no user name and no password was ever sent"


def test_web_server_and_its_certificates(
    needs_program: NeedsProgram, open_door: OpenDoor, address: str, tmp_path: Path
) -> None:
    now = clock.now()
    write_certificates(tmp_path, now)
    http, https, old = free_ports(address, 3)
    sockets = (
        TlsSocket(port=https, name="good"),
        TlsSocket(
            port=old,
            name="expired",
            commands='"MinProtocol" => "TLSv1", "MaxProtocol" => "TLSv1.2", "CipherString" => "ALL:@SECLEVEL=0"',
        ),
    )
    with web_server(needs_program("lighttpd"), tmp_path, address, http, *sockets) as server:
        seen = look(open_door, target_of(address, http=http, https=https, https_alt=old))
    assert seen.speaks() == {"http": "http", "https": "https", "https-alt": "https"}
    pages = {p.port: p for p in seen.web.pages}
    assert {n: (p.tls, p.status, p.server, p.title, p.schemes) for n, p in pages.items()} == {
        http: (False, 200, "AsagiriWeb/1.0", "入口カメラ & 録画", ()),
        https: (True, 200, "AsagiriWeb/1.0", "入口カメラ & 録画", ()),
        old: (True, 200, "AsagiriWeb/1.0", "入口カメラ & 録画", ()),
    }
    assert [(h.request, h.authorisation) for h in server.hits()] == [("GET / HTTP/1.1", "-")] * 3

    tls = {p.port: p for p in seen.tls.ports}
    assert set(tls[https].accepted) == {"TLSv1.2", "TLSv1.3"}
    assert set(tls[https].refused) == {"TLSv1", "TLSv1.1"}
    assert tls[https].cipher.startswith("TLS_")
    assert set(tls[old].accepted) == {"TLSv1", "TLSv1.1", "TLSv1.2"}
    assert tls[old].refused == ("TLSv1.3",)

    served = {c.id: c for c in seen.certificates.certificates}
    good, expired = served[f":{https}"], served[f":{old}"]
    assert good.not_after is not None
    assert good.not_after > now
    assert (good.key_type, good.key_bits, good.self_signed) == ("RSA", 2048, False)
    assert (good.subject, good.issuer) == ("CN=cam.test", "CN=Asagiri CA")
    assert expired.not_after is not None
    assert expired.not_after < now
    assert (expired.key_type, expired.key_bits, expired.self_signed) == ("EC", 384, True)
    assert len({good.fingerprint, expired.fingerprint}) == 2


def test_a_port_that_only_swallows_is_filtered(
    needs_program: NeedsProgram, open_door: OpenDoor, address: str, tmp_path: Path
) -> None:
    """A listener whose queue is full: the system drops further connects in silence, as a packet filter does."""
    (ssh,) = free_ports(address, 1)
    waiting: list[socket.socket] = []
    with small_ssh_server(needs_program, tmp_path, address, ssh), socket.socket() as full:
        full.bind((address, 0))
        full.listen(0)
        port = full.getsockname()[1]
        try:
            for _ in range(4):
                waiting.append(socket.socket())
                waiting[-1].setblocking(False)
                waiting[-1].connect_ex((address, port))
            seen = look(open_door, target_of(address, ssh=ssh, telnet=port))
        finally:
            for sock in waiting:
                sock.close()
    states = {p.service: p.state for p in seen.ports.ports}
    assert states["telnet"] is PortState.FILTERED
    assert states["ssh"] is PortState.OPEN
    assert PortState.CLOSED in states.values()
