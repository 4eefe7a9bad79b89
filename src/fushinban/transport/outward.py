"""Connections to places outside that an administrator named (webhooks, syslog): resolved once, checked, pinned."""

import asyncio
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from fushinban.errors import InputError, OutOfScope, Unreachable
from fushinban.messages import say
from fushinban.model.site import Network

Address = IPv4Address | IPv6Address
TlsContext = ssl.SSLContext

#: Ranges of IPv6 in which an IPv4 address is hidden: (network, bits to the right of the hidden address).
_HIDING = (
    (IPv6Network("::ffff:0:0/96"), 0),
    (IPv6Network("64:ff9b::/96"), 0),
    (IPv6Network("::/96"), 0),
    (IPv6Network("2002::/16"), 80),
)
#: Never a place to send to, whatever the registry of special addresses says of a part of them.
_REFUSED = tuple(
    ip_network(text)
    for text in ("64:ff9b:1::/48", "2001::/23", "fec0::/10", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutwardRules:
    """Which places are allowed. `networks`: allowed although they are not public; `plain_loopback`: for tests only,
    http to an address of this machine."""

    networks: tuple[Network, ...] = ()
    plain_loopback: bool = False

    def allows(self, address: str) -> bool:
        """Whether an IP address may be connected to."""
        try:
            found = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        real = unhidden(found)
        if any(a.version == n.version and a in n for n in self.networks for a in (found, real)):
            return True
        if self.plain_loopback and real.is_loopback:
            return True
        return is_public(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPlace:
    """A web address taken apart: `host` as named, `path` with its query."""

    host: str
    port: int
    path: str
    tls: bool

    @property
    def authority(self) -> str:
        """What the Host header says."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (443 if self.tls else 80) else f"{name}:{self.port}"


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet, seen through every way of hiding another inside it."""
    real = unhidden(address)
    if real is not address and not is_public(real):
        return False
    if any(address.version == n.version and address in n for n in _REFUSED):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved if real is address else True


def unhidden(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one (mapped, translated, 6to4), or the address itself."""
    if isinstance(address, IPv6Address) and int(address) > 1:
        for network, right in _HIDING:
            if address in network:
                return IPv4Address((int(address) >> right) & 0xFFFFFFFF)
    return address


def web_place(url: str, rules: OutwardRules) -> WebPlace:
    """Take a web address apart. Raises InputError for anything but https (http where the rules allow it)."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InputError(say("webhook.bad-url")) from error
    host = parts.hostname or ""
    strange = any(ord(c) <= 0x20 or ord(c) >= 0x7F or c == "\\" for c in url)
    if strange or not host or parts.username is not None or parts.fragment or len(url) > 2000:
        raise InputError(say("webhook.bad-url"))
    if parts.scheme != "https" and not (parts.scheme == "http" and rules.plain_loopback):
        raise InputError(say("webhook.not-https"))
    if _is_literal(host) and not rules.allows(host):
        raise InputError(say("webhook.not-allowed", host=host[:100]))
    tls = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return WebPlace(host=host, port=port or (443 if tls else 80), path=path, tls=tls)


def _is_literal(host: str) -> bool:
    """Whether this is an address itself: then it is judged at once, not only before each delivery."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


async def resolve(
    host: str, port: int, rules: OutwardRules, seconds: float = 5.0, family: int = socket.AF_UNSPEC
) -> str:
    """The one IP address to connect to, of this family. Every address of the name must be allowed, or none is.

    Raises OutOfScope for a place that is not allowed, Unreachable where the name is not known.
    """
    try:
        async with asyncio.timeout(seconds):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError) as error:
        raise Unreachable(say("webhook.no-name", host=host[:100])) from error
    addresses = [str(entry[4][0]) for entry in found]
    check_addresses(host, addresses, rules)
    return addresses[0]


def check_addresses(host: str, addresses: Iterable[str], rules: OutwardRules) -> None:
    """Raises OutOfScope unless there is an address and all are allowed."""
    given = tuple(addresses)
    if not given or not all(map(rules.allows, given)):
        raise OutOfScope(say("webhook.not-allowed", host=host[:100]))


def tls_context(ca_file: str | None = None) -> ssl.SSLContext:
    """A client context that checks certificates and names; `ca_file` instead of the system's authorities."""
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
