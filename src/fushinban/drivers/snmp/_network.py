"""Interfaces and their addresses (IF-MIB, IP-MIB)."""

from collections import defaultdict
from ipaddress import IPv4Address, IPv6Address, ip_interface

from fushinban.drivers._maker_values import mac_of
from fushinban.drivers.snmp import _objects
from fushinban.drivers.snmp._context import SnmpContext
from fushinban.drivers.snmp._table import read_columns
from fushinban.drivers.snmp._values import Objects
from fushinban.errors import Malformed, NotSupported, Unreachable
from fushinban.messages import say
from fushinban.model.facts import Interface, Interfaces
from fushinban.transport.ber import Oid

#: `InetAddressType` in the index of the newer table: with and without a zone.
_IPV4, _IPV6, _IPV4_ZONED, _IPV6_ZONED = 1, 2, 3, 4
#: A MAC address has six octets; tunnels and loopbacks have none, or others.
_MAC = 6


async def get_interfaces(context: SnmpContext) -> Interfaces:
    """All interfaces; those of an agent without tables of addresses have none."""
    rows = await read_columns(context.session, _objects.INTERFACES)
    try:
        addresses = await read_columns(context.session, _objects.ADDRESSES)
    except (NotSupported, Malformed, Unreachable):
        addresses = b""
    return parse_interfaces(rows, addresses)


def parse_interfaces(data: bytes, addresses: bytes) -> Interfaces:
    """From the columns of both tables (that of addresses may be empty)."""
    table = Objects.read(data)
    indexes = {row for column in _objects.INTERFACES for row in table.rows(column)}
    if not indexes:
        raise NotSupported(say("snmp.no-object", what="ifTable"))
    held = _addresses(Objects.read(addresses))
    return Interfaces(interfaces=tuple(_interface(table, row, held) for row in sorted(indexes)))


def _interface(table: Objects, row: Oid, held: dict[int, list[str]]) -> Interface:
    number = row[0]
    texts = held.get(number, [])
    v4, v6 = (tuple(a for a in texts if (":" in a) is six) for six in (False, True))
    mtu = table.whole((*_objects.IF_MTU, *row))
    return Interface(
        token=str(number),
        name=table.text((*_objects.IF_NAME, *row)) or table.text((*_objects.IF_DESCRIPTION, *row)),
        enabled=table.whole((*_objects.IF_ADMIN, *row)) in (None, _objects.UP),
        mac=_mac(table.octets((*_objects.IF_MAC, *row))),
        mtu=mtu or None,
        ipv4_enabled=bool(v4),
        ipv4=v4,
        ipv6_enabled=bool(v6),
        ipv6=v6,
    )


def _mac(octets: bytes) -> str:
    return mac_of(octets.hex()) if len(octets) == _MAC else ""


def _addresses(table: Objects) -> dict[int, list[str]]:
    """Addresses with the length of their network, by interface number; each once, in order."""
    found: dict[int, set[str]] = defaultdict(set)
    newer: set[str] = set()
    for row in table.rows(_objects.ADDRESS_INTERFACE):
        number, address = table.whole((*_objects.ADDRESS_INTERFACE, *row)), _indexed(row)
        if number is not None and address:
            prefix = table.name((*_objects.ADDRESS_PREFIX, *row))
            found[number].add(_with_length(address, str(prefix[-1]) if prefix else ""))
            newer.add(address)
    for row in table.rows(_objects.IP_INTERFACE):
        number, address = table.whole((*_objects.IP_INTERFACE, *row)), _ipv4(row)
        if number is not None and address and address not in newer:
            mask = table.octets((*_objects.IP_MASK, *row))
            found[number].add(_with_length(address, str(IPv4Address(mask)) if len(mask) == 4 else ""))
    return {number: sorted(texts) for number, texts in found.items()}


def _indexed(row: Oid) -> str:
    """The address in an index of the newer table: type, number of octets, octets."""
    if len(row) < 2 or len(row) != 2 + row[1] or any(n > 255 for n in row[2:]):
        return ""
    octets = bytes(row[2:])
    if row[0] in (_IPV4, _IPV4_ZONED) and len(octets) in (4, 8):
        return str(IPv4Address(octets[:4]))
    if row[0] in (_IPV6, _IPV6_ZONED) and len(octets) in (16, 20):
        return str(IPv6Address(octets[:16]))
    return ""


def _ipv4(row: Oid) -> str:
    return str(IPv4Address(bytes(row))) if len(row) == 4 and all(n < 256 for n in row) else ""


def _with_length(address: str, length: str) -> str:
    """`address/length`; the plain address where the length is none (0 stands for "not known")."""
    if not length or length in ("0", "0.0.0.0"):  # noqa: S104 - a mask, not a place to listen
        return address
    try:
        return str(ip_interface(f"{address}/{length}"))
    except ValueError:
        return address
