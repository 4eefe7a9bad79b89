"""Starts real servers for these tests and stops them, whatever happens to the test."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

_LISTEN = "0A"


class DidNotStart(Exception):
    """A program ended, or did not become ready in time; its own words are in the message."""


@contextmanager
def running(
    command: Sequence[str],
    log: Path,
    ready: Callable[[int], bool],
    *,
    seconds: float = 15.0,
    environ: Mapping[str, str] | None = None,
) -> Iterator["subprocess.Popen[bytes]"]:
    """A program in a process group of its own, with its output in `log`; `ready` is asked with its process id."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, env=environ
        )
    try:
        try:
            wait_until(lambda: process.poll() is not None or ready(process.pid), seconds, "not ready")
        except DidNotStart as error:
            raise DidNotStart(f"{command}: {error}: {log.read_text(errors='replace')}") from None
        if process.poll() is not None:
            raise DidNotStart(f"{command} ended with {process.returncode}: {log.read_text(errors='replace')}")
        yield process
    finally:
        stop(process)


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End a process and the group it leads: asked first, forced after five seconds."""
    for sign, patience in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            break
        try:
            process.wait(patience)
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait(1.0)


def wait_until(true: Callable[[], bool], seconds: float, otherwise: str) -> None:
    """Wait until something holds; DidNotStart after so many seconds."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise DidNotStart(otherwise)
        time.sleep(0.02)


def listening(address: str, *ports: int) -> Callable[[int], bool]:
    """Whether TCP ports are listened to where a process lives, found without connecting to them."""

    def ready(pid: int) -> bool:
        return all(_listens(pid, address, port) for port in ports)

    return ready


def _listens(pid: int, address: str, port: int) -> bool:
    try:
        rows = Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
    except OSError:
        return False
    number = socket.inet_aton(address)[::-1].hex().upper()
    wanted = {f"{number}:{port:04X}", f"00000000:{port:04X}"}
    return any(row.split()[1] in wanted and row.split()[3] == _LISTEN for row in rows)


def says(log: Path, words: str) -> Callable[[int], bool]:
    """Whether a program has written these words into its log."""
    return lambda _: words in log.read_text(errors="replace")


def free_ports(address: str, count: int) -> list[int]:
    """Ports of a loopback address at which nobody listens (all different)."""
    socks = []
    try:
        for _ in range(count):
            sock = socket.socket()
            socks.append(sock)
            sock.bind((address, 0))
        return [sock.getsockname()[1] for sock in socks]
    finally:
        for sock in socks:
            sock.close()


def missing(reason: str) -> None:
    """Skip with the reason, or fail where FUSHINBAN_REQUIRE_PROGRAMS forbids that."""
    if os.environ.get("FUSHINBAN_REQUIRE_PROGRAMS") == "1":
        pytest.fail(f"{reason} (FUSHINBAN_REQUIRE_PROGRAMS=1 forbids skipping)")
    pytest.skip(reason)
