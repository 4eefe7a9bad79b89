"""Hosts on one wire: network namespaces on a bridge, made by the test and removed whatever happens.

Nothing is made in this machine's own network: the bridge lives in a namespace too. Root only.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from real_programs import running, wait_until

_PREFIX = "fushinban-test"
_numbers = count(1)

#: The system's own patience with neighbours, shorter than elsewhere so that a test sees entries grow old: how long one
#: counts as reachable (30 s elsewhere), and when an old one that was used is asked for again (5 s elsewhere).
_PATIENCE = {"base_reachable_time_ms": 1000, "delay_first_probe_time": 1}


class NoNamespaces(Exception):
    """This machine does not let us make network namespaces."""


@dataclass(slots=True)
class Host:
    """One host on the wire: its namespace, its interface there (`eth0`), its addresses."""

    name: str
    namespace: str
    mac: str
    addresses: list[str] = field(default_factory=list)
    ip: str = "ip"

    @property
    def address(self) -> str:
        """The address that it has now."""
        return self.addresses[-1]

    @property
    def inside(self) -> list[str]:
        """What starts a program inside."""
        return [self.ip, "netns", "exec", self.namespace]

    def move(self, address: str) -> None:
        """Give it another address in place of the one it has."""
        _do(self.ip, "-n", self.namespace, "addr", "flush", "dev", "eth0")
        _do(self.ip, "-n", self.namespace, "addr", "add", f"{address}/24", "dev", "eth0")
        self.addresses.append(address)

    def plug(self, *, up: bool) -> None:
        """Plug it in, or pull it out."""
        _do(self.ip, "-n", self.namespace, "link", "set", "eth0", "up" if up else "down")


class Wire:
    """A bridge in a namespace of its own; `host` puts another host on it."""

    def __init__(self, ip: str) -> None:
        self._ip = ip
        self._stem = f"{_PREFIX}-{os.getpid()}-{next(_numbers)}"
        self._switch = f"{self._stem}-switch"
        self._namespaces: list[str] = []

    def open(self) -> None:
        """Make the bridge. Raises NoNamespaces."""
        try:
            self._namespace(self._switch)
            _do(self._ip, "-n", self._switch, "link", "add", "wire", "type", "bridge")
            _do(self._ip, "-n", self._switch, "link", "set", "wire", "up")
        except subprocess.CalledProcessError as error:
            self.close()
            raise NoNamespaces(error.stderr.decode(errors="replace").strip()) from error

    def host(self, name: str, address: str) -> Host:
        """A new host with a MAC made from its place."""
        number = int(address.rpartition(".")[2])
        host = Host(name, f"{self._stem}-{name}", f"02:00:5e:10:00:{number:02x}", [address], self._ip)
        self._namespace(host.namespace)
        self._cable(host, "eth0", name, host.mac)
        _do(self._ip, "-n", host.namespace, "addr", "add", f"{address}/24", "dev", "eth0")
        host.plug(up=True)
        settings = "; ".join(f"echo {v} > /proc/sys/net/ipv4/neigh/eth0/{k}" for k, v in _PATIENCE.items())
        subprocess.run([*host.inside, "sh", "-ec", settings], check=True)
        return host

    def second_cable(self, host: Host, interface: str, address: str) -> None:
        """Another interface of a host, on a wire where nobody else is."""
        self._cable(host, interface, f"{host.name}-2", "")
        _do(self._ip, "-n", host.namespace, "addr", "add", f"{address}/24", "dev", interface)
        _do(self._ip, "-n", host.namespace, "link", "set", interface, "up")

    def join(self, host: Host, interface: str, address: str) -> None:
        """Another interface of a host of some other wire, on this one."""
        number = int(address.rpartition(".")[2])
        self._cable(host, interface, f"{host.name}-{interface}", f"02:00:5e:20:00:{number:02x}")
        _do(self._ip, "-n", host.namespace, "addr", "add", f"{address}/24", "dev", interface)
        _do(self._ip, "-n", host.namespace, "link", "set", interface, "up")

    def close(self) -> None:
        """Remove every namespace; what stands in it goes with it."""
        for namespace in reversed(self._namespaces):
            subprocess.run([self._ip, "netns", "del", namespace], check=False, capture_output=True)
        self._namespaces.clear()

    def _namespace(self, name: str) -> None:
        _do(self._ip, "netns", "add", name)
        self._namespaces.append(name)
        _do(self._ip, "-n", name, "link", "set", "lo", "up")

    def _cable(self, host: Host, interface: str, plug: str, mac: str) -> None:
        with_mac = ["address", mac] if mac else []
        peer = ["peer", "name", interface, *with_mac, "netns", host.namespace]
        _do(self._ip, "-n", self._switch, "link", "add", "name", plug, "type", "veth", *peer)
        joined = ["master", "wire"] if mac else []
        _do(self._ip, "-n", self._switch, "link", "set", plug, *joined, "up")


def _do(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


@contextmanager
def wire(ip: str) -> Iterator[Wire]:
    """A wire for the length of a block. Raises NoNamespaces."""
    _remove_leftovers(ip)
    made = Wire(ip)
    made.open()
    try:
        yield made
    finally:
        made.close()


def _remove_leftovers(ip: str) -> None:
    """Namespaces of test runs that were killed and could not clean up."""
    names = subprocess.run([ip, "netns", "list"], check=True, capture_output=True, text=True).stdout
    for name, owner in re.findall(rf"^({_PREFIX}-(\d+)-\S+)", names, re.MULTILINE):
        if not Path(f"/proc/{owner}").exists():
            subprocess.run([ip, "netns", "del", name], check=False, capture_output=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """A packet that arrived at a host: who it was for (`unicast` or `group`), its protocol and both addresses."""

    cast: str
    protocol: str
    source: str
    destination: str


class Watch:
    """Everything that arrives at one host, written down by a program of its own there."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def packets(self) -> list[Packet]:
        """The packets so far, in order."""
        rows = [line.split() for line in self._file.read_text().splitlines()[1:]]
        return [Packet(cast=c, protocol=p, source=s, destination=d) for c, p, s, d in rows]


@contextmanager
def watching(host: Host, folder: Path) -> Iterator[Watch]:
    """Write down what arrives at a host until the end of the block."""
    file = folder / f"{host.name}.packets"
    program = str(Path(__file__).with_name("real_watch.py"))
    with running([*host.inside, sys.executable, program], file, lambda _: file.stat().st_size > 0):
        yield Watch(file)


def wait_for_quiet(watch: Watch, seconds: float = 0.3) -> None:
    """Until nothing has arrived for so long."""
    seen = -1

    def quiet() -> bool:
        nonlocal seen
        before, seen = seen, len(watch.packets())
        time.sleep(seconds)
        return before == seen

    wait_until(quiet, 10, "it never becomes quiet")
