"""UDP questions of discovery. Answers from outside the authorised networks are dropped unread."""

import asyncio
import ipaddress
import random
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from fushinban.clock import now
from fushinban.errors import OutOfScope, Unreachable
from fushinban.messages import say
from fushinban.model.site import Network, TestKind
from fushinban.transport.door import Door
from fushinban.transport.scope import Scope
from fushinban.transport.transcript import outcome_of
from fushinban.transport.values import Kind

#: An answer and who sent it: address and port.
Heard = tuple[bytes, tuple[str, int]]

MAX_ANSWERS = 4096
MAX_DATAGRAM = 65_535
_MAX_BYTES = 16 * 1024 * 1024
_IPV6_INTERFACES = Path("/proc/net/if_inet6")


@dataclass(frozen=True, slots=True)
class _Call:
    """What is called into the network, and how often."""

    kind: Kind
    address: str
    port: int
    payload: bytes
    repeats: int


async def ask_multicast(
    door: Door, group: str, port: int, payload: bytes, listen_seconds: float = 3.0, *, repeats: int = 2
) -> list[Heard]:
    """Call into a multicast group from each own address inside the authorised networks; listen for answers.

    `listen_seconds`: after the last repeat. The same answer may come several times. Raises OutOfScope where discovery
    is not allowed or no own address lies inside, Unreachable where nothing left.
    """
    door.scope.check_multicast(group, now())
    own = await asyncio.to_thread(_own_places, door.scope, ":" in group)
    if not own:
        raise OutOfScope(say("transport.scope-interface"))
    socks = [s for s in (_multicast_socket(place, ":" in group) for place in own) if s is not None]
    call = _Call(Kind.MULTICAST, group, port, payload, repeats)
    return await _ask(door, call, socks, _Ear(door.scope), listen_seconds)


async def ask_unicast(
    door: Door, address: str, port: int, payload: bytes, listen_seconds: float = 2.0, *, repeats: int = 2
) -> list[Heard]:
    """Put one question to one address. Raises OutOfScope, Unreachable."""
    door.scope.check(address, TestKind.DISCOVERY, now())
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    call = _Call(Kind.UNICAST, address, port, payload, repeats)
    return await _ask(door, call, [sock], _Ear(door.scope, only=address), listen_seconds)


async def _ask(door: Door, call: _Call, socks: list[socket.socket], ear: "_Ear", listen_seconds: float) -> list[Heard]:
    loop = asyncio.get_running_loop()
    transports: list[asyncio.DatagramTransport] = []
    try:
        while socks:
            transport, _ = await loop.create_datagram_endpoint(lambda: ear, sock=socks[-1])
            socks.pop()
            transports.append(transport)
        await _repeat(door, call, transports)
        await asyncio.sleep(listen_seconds)
    except OSError as error:
        _record(door, call, "unreachable")
        values = {"address": call.address, "port": call.port, "reason": error.strerror or type(error).__name__}
        raise Unreachable(say("transport.datagram-failed", **values)) from None
    except OutOfScope as error:
        _record(door, call, outcome_of(error))
        raise
    finally:
        for transport in transports:
            transport.abort()
        for sock in socks:
            sock.close()
    return ear.heard


async def _repeat(door: Door, call: _Call, transports: list[asyncio.DatagramTransport]) -> None:
    """The call and its repeats, 50–250 ms apart and growing, at most half a second (WS-Discovery's own timing)."""
    gap = random.uniform(0.05, 0.25)  # noqa: S311  # spreads packets, guards nothing
    for turn in range(max(1, call.repeats)):
        if turn:
            await asyncio.sleep(gap)
            gap = min(0.5, gap * 2)
        for transport in transports:
            if call.kind is Kind.MULTICAST:
                door.scope.check_multicast(call.address, now())
            else:
                door.scope.check(call.address, TestKind.DISCOVERY, now())
            transport.sendto(call.payload, (call.address, call.port))
        _record(door, call, "ok")


def _record(door: Door, call: _Call, outcome: str) -> None:
    door.transcript.add(call.address, call.kind, f"udp {call.port}", "", outcome)


class _Ear(asyncio.DatagramProtocol):
    """Keeps what comes from inside the authorised networks, bounded in number and size."""

    def __init__(self, scope: Scope, only: str = "") -> None:
        self._scope = scope
        self._only = only
        self._bytes = 0
        self.heard: list[Heard] = []

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        sender = addr[0]
        wanted = sender == self._only if self._only else self._scope.covers(sender)
        if wanted and len(self.heard) < MAX_ANSWERS and self._bytes + len(data) <= _MAX_BYTES:
            self._bytes += len(data)
            self.heard.append((data, (sender, addr[1])))

    def error_received(self, exc: Exception) -> None:
        """An ICMP "port unreachable" is silence like any other."""


def _own_places(scope: Scope, v6: bool) -> list[str]:
    """Own addresses (IPv4) or interface indices (IPv6) from which a call stays inside the authorised networks."""
    if v6:
        try:
            table = _IPV6_INTERFACES.read_bytes()
        except OSError:
            return []
        return [str(index) for index in parse_own_ipv6(table, scope.authorisation.networks)]
    own = {_own_address(network) for network in scope.authorisation.networks if network.version == 4}
    return sorted(a for a in own if a and _inside(a, scope.authorisation.networks))


def _own_address(network: Network) -> str:
    """The own address that the system would use towards a network. Connecting a UDP socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect((str(network[1] if network.num_addresses > 2 else network[0]), 9))
        except OSError:
            return ""
        return cast(str, sock.getsockname()[0])


def _inside(address: str, networks: tuple[Network, ...]) -> bool:
    found = ipaddress.ip_address(address)
    return any(found in n for n in networks if n.version == found.version)


def parse_own_ipv6(raw: bytes, networks: tuple[Network, ...]) -> tuple[int, ...]:
    """Interface indices out of Linux's /proc/net/if_inet6 that have an address inside the networks."""
    found = set()
    for line in raw.decode("ascii", errors="replace").splitlines():
        columns = line.split()
        try:
            address, index = ipaddress.IPv6Address(int(columns[0], 16)), int(columns[1], 16)
        except (ValueError, IndexError):
            continue
        if any(address in n for n in networks if n.version == 6):
            found.add(index)
    return tuple(sorted(found))


def _multicast_socket(place: str, v6: bool) -> socket.socket | None:
    """A socket whose multicast leaves by one interface and goes no further than the link; None where that fails."""
    sock = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        if v6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, int(place))
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 1)
            sock.bind(("::", 0))
        else:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(place))
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
            sock.bind((place, 0))
    except OSError:
        sock.close()
        return None
    sock.setblocking(False)
    return sock
