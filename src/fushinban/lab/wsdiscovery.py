"""WS-Discovery of pretend devices: answers probes that come to a device's own address, or to the group on loopback."""

import asyncio
import random
import socket
from dataclasses import dataclass
from typing import cast
from uuid import uuid4

from fushinban.errors import Malformed
from fushinban.lab.onvif_device import SERVICE_PATHS, endpoint_id, scopes
from fushinban.lab.plan import ProbeHabit
from fushinban.lab.soap import ENV, TDS, read_envelope, tag
from fushinban.lab.state import DeviceState
from fushinban.lab.wire import malformed

WSD = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
WSA = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
DN = "http://www.onvif.org/ver10/network/wsdl"
GROUP, GROUP_PORT = "239.255.255.250", 3702
_KNOWN_TYPES = frozenset({"NetworkVideoTransmitter", "Device"})
_LARGEST_DELAY = 0.5

Address = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A probe: its message id, the local names of the types asked for, and scopes that must match as prefixes."""

    message_id: str
    types: tuple[str, ...]
    scopes: tuple[str, ...]


def parse_probe(data: bytes) -> Probe:
    """Read a probe. Raises Malformed for anything else."""
    root = read_envelope(data)
    probe = root.find(f"{{{ENV}}}Body/{{{WSD}}}Probe")
    message_id = root.findtext(f"{{{ENV}}}Header/{{{WSA}}}MessageID")
    if probe is None or not message_id:
        raise malformed("no probe")
    types = (probe.findtext(f"{{{WSD}}}Types") or "").split()
    wanted = (probe.findtext(f"{{{WSD}}}Scopes") or "").split()
    return Probe(message_id=message_id.strip(), types=tuple(t.rpartition(":")[2] for t in types), scopes=tuple(wanted))


def matches(state: DeviceState, probe: Probe) -> bool:
    """Whether this device answers the probe."""
    plan = state.plan
    if not plan.discoverable:
        return False
    if (plan.probe is ProbeHabit.TYPED and not probe.types) or (plan.probe is ProbeHabit.EMPTY and probe.types):
        return False
    own = [uri for _, uri in scopes(plan)]
    scopes_match = all(any(uri.startswith(w) for uri in own) for w in probe.scopes)
    return set(probe.types) <= _KNOWN_TYPES and scopes_match


def probe_match(state: DeviceState, probe: Probe) -> bytes:
    """The answer to a probe."""
    plan = state.plan
    host = plan.xaddr_host or plan.address
    address = f"http://{host}:{state.ports['http']}{SERVICE_PATHS[TDS]}"
    header = (
        tag("a:MessageID", f"urn:uuid:{uuid4()}") + tag("a:RelatesTo", probe.message_id)
        + tag("a:To", "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous")
        + tag("a:Action", f"{WSD}/ProbeMatches")
    )  # fmt: skip
    reference = tag("a:Address", endpoint_id(plan))
    body = (
        f"<d:ProbeMatches><d:ProbeMatch><a:EndpointReference>{reference}</a:EndpointReference>"
        + tag("d:Types", "dn:NetworkVideoTransmitter tds:Device")
        + tag("d:Scopes", " ".join(uri for _, uri in scopes(plan)))
        + tag("d:XAddrs", address)
        + tag("d:MetadataVersion", 1)
        + "</d:ProbeMatch></d:ProbeMatches>"
    )
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="{ENV}" xmlns:a="{WSA}" xmlns:d="{WSD}" '
        f'xmlns:dn="{DN}" xmlns:tds="{TDS}"><e:Header>{header}</e:Header><e:Body>{body}</e:Body></e:Envelope>'
    )
    return text.encode("utf-8")


class ProbeResponder(asyncio.DatagramProtocol):
    """The responder of one device at its own address."""

    def __init__(self, state: DeviceState) -> None:
        self._state = state
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast(asyncio.DatagramTransport, transport)  # uvloop's is no subclass

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Answer a probe; pass over everything else."""
        try:
            probe = parse_probe(data)
        except Malformed:
            return
        self._state.note("ws-discovery", "Probe")
        self.respond(probe, addr)

    def respond(self, probe: Probe, addr: Address) -> None:
        """Send the match from the device's own address, where there is one."""
        if matches(self._state, probe) and self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(probe_match(self._state, probe), addr)


class GroupResponder(asyncio.DatagramProtocol):
    """Listens to the multicast group on loopback for all devices; each waits a little, as the standard asks."""

    def __init__(self, responders: tuple[ProbeResponder, ...]) -> None:
        self._responders = responders

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Pass a probe on to every device."""
        try:
            probe = parse_probe(data)
        except Malformed:
            return
        loop = asyncio.get_running_loop()
        for responder in self._responders:
            loop.call_later(random.uniform(0, _LARGEST_DELAY), responder.respond, probe, addr)


def group_socket() -> socket.socket:
    """A socket that is in WS-Discovery's group on the loopback interface only. Raises OSError where it cannot be."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((GROUP, GROUP_PORT))
        member = socket.inet_aton(GROUP) + socket.inet_aton("127.0.0.1")
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock
