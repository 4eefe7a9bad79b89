"""Routers' command lines behind real servers (OpenSSH, dropbear, inetutils' telnetd), each played by a script.

The servers know one invented account, whose password stands in files that only their own mount namespace sees.
"""

import os
import shlex
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from console_player import Script, save_script
from real_programs import free_ports, listening, running

NeedsProgram = Callable[[str], str]
PLAYER = Path(__file__).parent.parent / "drivers" / "console_player.py"
#: Invented.
USER, SECRET, ABOVE = "kantoku", "made-up-Hibari-31", "made-up-Tsugumi-58"

_SSHD = """
Port {port}
ListenAddress {address}
HostKey {folder}/host_key
PidFile none
UsePAM no
PasswordAuthentication yes
KbdInteractiveAuthentication no
PermitRootLogin yes
PrintMotd no
PrintLastLog no
ForceCommand {player}
{more}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """A running server. `log`: what was typed, session by session; `server`: the server's own words."""

    port: int
    log: Path
    server: Path

    def sessions(self) -> list[list[str]]:
        """The lines typed in each session."""
        if not self.log.exists():
            return []
        parts = self.log.read_text(encoding="utf-8").split("[session]\n")[1:]
        return [part.splitlines() for part in parts]


def _player(script: Script, folder: Path) -> tuple[str, Path]:
    log = folder / "typed.log"
    command = [sys.executable, str(PLAYER), str(save_script(script, folder / "script.json")), str(log)]
    return shlex.join(command), log


def _hidden(needs_program: NeedsProgram, folder: Path, program: list[str]) -> list[str]:
    """The command that runs a program where the account exists and nowhere else."""
    hashed = subprocess.run(
        [needs_program("openssl"), "passwd", "-6", SECRET], check=True, capture_output=True, text=True
    ).stdout.strip()
    people, words = folder / "passwd", folder / "shadow"
    people.write_text(Path("/etc/passwd").read_text() + f"{USER}:x:0:0::/:/bin/sh\n")
    words.write_text(Path("/etc/shadow").read_text() + f"{USER}:{hashed}:19000:0:99999:7:::\n")
    words.chmod(0o600)
    mount = f"mount --bind {people} /etc/passwd && mount --bind {words} /etc/shadow && exec "
    return [needs_program("unshare"), "--mount", "/bin/sh", "-c", mount + shlex.join(program)]


@contextmanager
def openssh(
    needs_program: NeedsProgram, folder: Path, address: str, script: Script, *, more: str = "", key: str = "ed25519"
) -> Iterator[Console]:
    """sshd; `more`: further lines of its configuration."""
    keygen, program = needs_program("ssh-keygen"), needs_program("sshd")
    (port,) = free_ports(address, 1)
    subprocess.run([keygen, "-q", "-t", key, "-N", "", "-f", folder / "host_key"], check=True)
    Path("/run/sshd").mkdir(exist_ok=True)
    command, log = _player(script, folder)
    configuration = folder / "sshd_config"
    configuration.write_text(_SSHD.format(port=port, address=address, folder=folder, player=command, more=more))
    server = folder / "sshd.log"
    hidden = _hidden(needs_program, folder, [program, "-D", "-e", "-f", str(configuration)])
    with running(hidden, server, listening(address, port)):
        yield Console(port=port, log=log, server=server)


@contextmanager
def dropbear(needs_program: NeedsProgram, folder: Path, address: str, script: Script) -> Iterator[Console]:
    """dropbear, as small routers have it."""
    program, keygen = needs_program("dropbear"), needs_program("dropbearkey")
    (port,) = free_ports(address, 1)
    subprocess.run([keygen, "-t", "ed25519", "-f", folder / "key"], check=True, capture_output=True)
    command, log = _player(script, folder)
    line = [program, "-F", "-E", "-m", "-r", str(folder / "key"), "-p", f"{address}:{port}"]
    line += ["-P", str(folder / "pid"), "-c", command]
    server = folder / "dropbear.log"
    with running(_hidden(needs_program, folder, line), server, listening(address, port)):
        yield Console(port=port, log=log, server=server)


@contextmanager
def telnetd(needs_program: NeedsProgram, folder: Path, address: str, script: Script) -> Iterator[Console]:
    """inetutils' telnetd, started for each connection as inetd would, with the script in the place of login."""
    program = needs_program("telnetd")
    command, log = _player(script, folder)
    listener = socket.create_server((address, 0))
    server = folder / "telnetd.log"
    started: list[subprocess.Popen[bytes]] = []

    def serve() -> None:
        with server.open("ab") as words:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                with client:
                    line = [program, "-h", "-E", command]
                    started.append(subprocess.Popen(line, stdin=client, stdout=client, stderr=words))

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield Console(port=listener.getsockname()[1], log=log, server=server)
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
        for process in started:
            process.kill()
            process.wait(5)


def is_root() -> bool:
    """Whether servers may be given an account of their own."""
    return os.geteuid() == 0
