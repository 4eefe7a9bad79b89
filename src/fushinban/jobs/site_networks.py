"""Addresses and networks of a site file: what may be written, and what is refused and why."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from fushinban.jobs.toml_table import TomlTable
from fushinban.model.site import Network

#: Blocks that are not public: private, shared, loopback, link-local, benchmark and documentation
#: (RFC 1918, 6598, 1122, 3927, 2544, 5737; RFC 4193, 4291, 3849).
_NOT_PUBLIC: tuple[Network, ...] = tuple(
    ip_network(block)
    for block in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "198.18.0.0/15", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24",
        "::1/128", "fc00::/7", "fe80::/10", "2001:db8::/32",
    )
)  # fmt: skip

#: The shortest prefix by IP version: 65,536 addresses; an IPv6 site (it is never swept).
_SHORTEST = {4: 16, 6: 48}

_NETWORK = re.compile(r"[0-9A-Fa-f.:]{1,45}(?:/[0-9]{1,3})?")
_ADDRESS = re.compile(r"[0-9A-Fa-f.:]{1,45}(?:%[A-Za-z0-9_.-]{1,15})?")


def read_networks(table: TomlTable, key: str) -> tuple[Network, ...]:
    """The networks that may be inspected, in the order given. Raises InputError for what must not be written there."""
    networks = tuple(read_network(table, key, text) for text in table.texts(key))
    if not networks:
        raise table.wrong(key, "site.no-networks")
    for network in networks:
        _refuse_unfit(table, key, network)
    _refuse_overlaps(table, key, networks)
    return networks


def read_network(table: TomlTable, key: str, text: str) -> Network:
    """A network, or one address as the network of that address alone."""
    try:
        if not _NETWORK.fullmatch(text):
            raise ValueError(text)
        loose = ip_network(text, strict=False)
    except ValueError:
        raise table.wrong(key, "site.bad-network", value=text[:60]) from None
    given = ip_address(text.partition("/")[0])
    if given != loose.network_address:
        raise table.wrong(key, "site.host-bits", value=text, network=loose, address=given)
    return loose


def read_address(table: TomlTable, key: str) -> str:
    """The address of one device, in its usual form. An IPv4 address written as IPv6 is taken for what it is."""
    text = table.text(key)
    try:
        if not _ADDRESS.fullmatch(text):
            raise ValueError(text)
        address = ip_address(text)
    except ValueError:
        raise table.wrong(key, "site.bad-address", value=text[:60]) from None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if _special(address):
        raise table.wrong(key, "site.special-network", value=address)
    return str(address)


def _refuse_unfit(table: TomlTable, key: str, network: Network) -> None:
    first, single = network.network_address, network.num_addresses == 1
    if first.is_multicast or (single and _special(first)):
        raise table.wrong(key, "site.special-network", value=network)
    if not single and not any(_within(network, block) for block in _NOT_PUBLIC):
        raise table.wrong(key, "site.public-network", value=network)
    shortest = _SHORTEST[network.version]
    if network.prefixlen < shortest and not first.is_loopback:
        raise table.wrong(key, "site.large-network", value=network, least=shortest)


def _special(address: IPv4Address | IPv6Address) -> bool:
    """Addresses that never stand for one device (Python counts 240.0.0.0/4 as reserved, and much of IPv6 too)."""
    reserved = isinstance(address, IPv4Address) and address.is_reserved
    return address.is_multicast or address.is_unspecified or reserved


def _within(network: Network, block: Network) -> bool:
    return network.version == block.version and network.network_address in block and network.broadcast_address in block


def _refuse_overlaps(table: TomlTable, key: str, networks: tuple[Network, ...]) -> None:
    """Networks are nested or apart, so in order of address each need be compared with the last outer one only."""
    order = sorted(networks, key=lambda n: (n.version, int(n.network_address), n.prefixlen))
    outer = order[0]
    for network in order[1:]:
        if _within(network, outer):
            raise table.wrong(key, "site.overlap", inner=network, outer=outer)
        outer = network
