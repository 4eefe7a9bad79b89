"""Addresses, ports and protocols in the words of Yamaha's filters."""

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache

from fushinban.drivers._packet_words import address_set
from fushinban.drivers._packet_words import protocol as protocol_number
from fushinban.model.filtering import ANY_STATE, State
from fushinban.model.intervals import ANY_PORT, ANY_V4, ANY_V6, NOTHING, Intervals, number_of

#: Names of ports, from the maker's list of mnemonics.
PORTS = {
    "echo": 7, "discard": 9, "daytime": 13, "chargen": 19, "ftpdata": 20, "ftp": 21, "ssh": 22, "telnet": 23,
    "smtp": 25, "time": 37, "whois": 43, "domain": 53, "dns": 53, "dhcps": 67, "dhcpc": 68, "tftp": 69, "gopher": 70,
    "finger": 79, "www": 80, "http": 80, "pop3": 110, "sunrpc": 111, "ident": 113, "nntp": 119, "ntp": 123,
    "ms-rpc": 135, "netbios_ns": 137, "netbios_dgm": 138, "netbios_ssn": 139, "imap": 143, "snmp": 161,
    "snmptrap": 162, "bgp": 179, "imap3": 220, "ldap": 389, "https": 443, "ms-ds": 445, "ike": 500, "rlogin": 513,
    "rwho": 513, "rsh": 514, "syslog": 514, "printer": 515, "rip": 520, "ripng": 521, "uucp": 540, "dhcpv6c": 546,
    "dhcpv6s": 547, "submission": 587, "imaps": 993, "pop3s": 995, "ms-sql": 1433, "l2tp": 1701, "pptp": 1723,
    "radius": 1812, "nfs": 2049, "msblast": 4444, "ipsec-nat-t": 4500, "sip": 5060,
}  # fmt: skip

_FLAGS = re.compile(r"tcpflag(!?=)0x([0-9a-f]+)/0x([0-9a-f]+)", re.IGNORECASE)
_SYN, _SYN_ACK = 0x02, 0x12
_NAME = re.compile(r"(?=.*[a-z])[\w-]+(\.[\w-]+)+\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Addresses:
    """A set of addresses as a filter names it. `unclear`: a part that only the router itself can resolve."""

    covered: Intervals
    unclear: str = ""


@lru_cache(maxsize=8192)
def filter_addresses(text: str, version: int) -> Addresses:
    """`*`, `192.168.1.0/24`, `192.168.1.*`, `192.168.1.2-192.168.1.9`, a name, or a list of them. Else a ValueError."""
    everything = ANY_V4 if version == 4 else ANY_V6
    if text == "*":
        return Addresses(everything)
    covered, unclear = NOTHING, ""
    for part in text.split(","):
        if part == "map-e" or _NAME.fullmatch(part):
            # Which addresses a name stands for is known to the router alone: any may be meant.
            covered, unclear = everything, part
        elif part == "*":
            covered = everything
        else:
            covered = covered | _addresses(part, version)
    if everything & covered != covered:
        raise ValueError(text)
    return Addresses(covered, unclear)


def _addresses(part: str, version: int) -> Intervals:
    if version == 4 and part.endswith(".*"):
        octets = part.rstrip(".*").split(".")
        return address_set(".".join([*octets, "0", "0", "0"][:4]) + f"/{8 * len(octets)}")
    first, dash, last = part.partition("-")
    if not dash:
        return address_set(_with_length(part)) if version == 4 else address_set(part)
    begin = number_of(ipaddress.ip_address(first)) if first else (ANY_V4.first if version == 4 else 0)
    end = number_of(ipaddress.ip_address(last)) if last else (ANY_V4.last if version == 4 else ANY_V6.last)
    if begin > end:
        raise ValueError(part)
    return Intervals(((begin, end),))


def _with_length(part: str) -> str:
    """`/0xffffff00` as a length; `ipaddress` reads the other forms."""
    address, slash, mask = part.partition("/")
    if slash and mask.lower().startswith("0x"):
        return f"{address}/{ipaddress.IPv4Address(int(mask, 16))}"
    return part


@lru_cache(maxsize=4096)
def port_list(text: str) -> Intervals:
    """`*`, `80`, `www`, `135-139`, `-1023`, `1024-`, or a list of them. Anything else is a ValueError."""
    if text == "*":
        return ANY_PORT
    return Intervals.of(_port_range(part) for part in text.split(","))


def _port_range(part: str) -> tuple[int, int]:
    if part in PORTS:
        return PORTS[part], PORTS[part]
    # Names such as `ms-rpc` hold a dash themselves: the dash of a range is one that leaves two readable ends.
    for dash in (at for at, letter in enumerate(part) if letter == "-"):
        first, last = part[:dash], part[dash + 1 :]
        if (not first or _is_port(first)) and (not last or _is_port(last)) and (first or last):
            begin, end = _port(first) if first else 0, _port(last) if last else 65535
            if begin > end:
                raise ValueError(part)
            return begin, end
    number = _port(part)
    return number, number


def _is_port(text: str) -> bool:
    return text in PORTS or (text.isascii() and text.isdigit())


def _port(text: str) -> int:
    number = PORTS.get(text)
    if number is None:
        if not (text.isascii() and text.isdigit()) or int(text) > 65535:
            raise ValueError(text)
        number = int(text)
    return number


@dataclass(frozen=True, slots=True)
class Protocol:
    """One protocol of a filter. `states`: those packets alone, told by TCP flags. `unclear`: only part of ICMP."""

    numbers: Intervals
    states: frozenset[State] = ANY_STATE
    unclear: str = ""


_WORDS = {
    "*": Protocol(Intervals(((0, 255),))),
    "established": Protocol(Intervals.single(6), frozenset({State.ESTABLISHED})),
    # Packets that end a connection begin none, and none answers the first one.
    "tcpfin": Protocol(Intervals.single(6), frozenset()),
    "tcprst": Protocol(Intervals.single(6), frozenset()),
    "icmp-error": Protocol(Intervals.single(1), unclear="icmp-error"),
    "icmp-info": Protocol(Intervals.single(1), unclear="icmp-info"),
    "icmp6": Protocol(Intervals.single(58)),
    "icmp6-error": Protocol(Intervals.single(58), unclear="icmp6-error"),
    "icmp6-info": Protocol(Intervals.single(58), unclear="icmp6-info"),
    "icmp4": Protocol(Intervals.single(1)),
}


@lru_cache(maxsize=1024)
def protocols(text: str) -> tuple[Protocol, ...]:
    """The protocols of a filter: names, numbers, `established`, `tcpflag=0x0002/0x0017`. Else a ValueError."""
    return tuple(
        _WORDS.get(part) or _flags(part) or Protocol(Intervals.single(_number(part))) for part in text.split(",")
    )


def _number(part: str) -> int:
    # `icmp` in a filter of IPv6 is ICMPv6; the caller knows the family.
    return protocol_number(part)


def _flags(part: str) -> Protocol | None:
    found = _FLAGS.fullmatch(part)
    if found is None:
        return None
    value, mask = int(found[2], 16), int(found[3], 16)
    met = {State.NEW: _SYN & mask == value, State.ESTABLISHED: _SYN_ACK & mask == value}
    wanted = found[1] == "="
    return Protocol(Intervals.single(6), frozenset(state for state, same in met.items() if same is wanted))
