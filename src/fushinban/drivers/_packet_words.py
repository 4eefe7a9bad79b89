"""The words for protocols and ports that configurations of routers use instead of numbers (IANA's names)."""

import re
from functools import lru_cache

from fushinban.model.intervals import ANY_PORT, ANY_V4, Intervals, addresses

#: Protocols that have ports; a condition on ports is met by these alone.
PORTED = Intervals.single(6, 17, 33, 132, 136)

PROTOCOLS = {
    "icmp": 1, "igmp": 2, "ggp": 3, "ipencap": 4, "st": 5, "tcp": 6, "egp": 8, "pup": 12, "udp": 17, "hmp": 20,
    "xns-idp": 22, "rdp": 27, "iso-tp4": 29, "dccp": 33, "xtp": 36, "ddp": 37, "idpr-cmtp": 38, "ipv6": 41,
    "ipv6-encap": 41, "rspf": 46, "rsvp": 46, "gre": 47, "esp": 50, "ipsec-esp": 50, "ah": 51, "ipsec-ah": 51,
    "icmpv6": 58, "ipv6-icmp": 58, "vmtp": 81, "eigrp": 88, "ospf": 89, "ipip": 94, "etherip": 97, "encap": 98,
    "pim": 103, "vrrp": 112, "l2tp": 115, "sctp": 132, "hip": 139, "udplite": 136, "udp-lite": 136,
}  # fmt: skip

PORTS = {
    "ftp-data": 20, "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "domain": 53, "dns": 53, "bootps": 67,
    "bootpc": 68, "tftp": 69, "http": 80, "www": 80, "pop3": 110, "ident": 113, "sunrpc": 111, "ntp": 123,
    "netbios-ns": 137, "netbios-dgm": 138, "netbios-ssn": 139, "imap": 143, "imap2": 143, "snmp": 161,
    "snmptrap": 162, "bgp": 179, "https": 443, "microsoft-ds": 445, "isakmp": 500, "ike": 500, "syslog": 514,
    "rtsp": 554, "submission": 587, "imaps": 993, "pop3s": 995, "l2tp": 1701, "pptp": 1723, "sip": 5060,
}  # fmt: skip

_QUAD = re.compile(r"(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})(?:/(\d|[12]\d|3[0-2]))?")


@lru_cache(maxsize=8192)
def address_set(text: str) -> Intervals:
    """As `intervals.addresses` of one text, faster for the plain IPv4 that large configurations hold by thousands."""
    quad = _QUAD.fullmatch(text)
    if quad is None:
        return addresses(text)
    octets = [int(quad[n]) for n in (1, 2, 3, 4)]
    if max(octets) > 255:
        raise ValueError(text)
    number = octets[0] << 24 | octets[1] << 16 | octets[2] << 8 | octets[3]
    hosts = (1 << 32 - int(quad[5] or 32)) - 1
    first = ANY_V4.first + (number & ~hosts)
    return Intervals(((first, first + hosts),))


def protocol(text: str) -> int:
    """The number of a protocol given by name or number. Anything else is a ValueError."""
    number = PROTOCOLS.get(text.lower())
    if number is None:
        number = int(text)
        if not 0 <= number <= 255:
            raise ValueError(text)
    return number


def port_set(texts: list[str]) -> Intervals:
    """The set of ports: `80`, `http`, `8000-8010`, `8000:8010`. Anything else is a ValueError; nothing is any port."""
    return Intervals.of(_port_range(text) for text in texts) if texts else ANY_PORT


def _port_range(text: str) -> tuple[int, int]:
    known = PORTS.get(text.lower())
    if known is not None:
        return known, known
    first, dash, last = text.replace(":", "-").partition("-")
    begin, end = int(first), int(last) if dash else int(first)
    if not 0 <= begin <= end <= 65535:
        raise ValueError(text)
    return begin, end
