"""Which addresses can be reached from the Internet when nothing stands in between."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from fushinban.model.facts import Interfaces

#: Addresses that no packet from the Internet reaches: RFC 1918, 6598 (carrier NAT), 3927, 1122, 4193, 4291.
#: The documentation ranges (RFC 5737, 3849) are not among them: they stand for global addresses in examples.
_INNER = tuple(
    ip_network(n)
    for n in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.168.0.0/16", "224.0.0.0/3", "::/127", "fc00::/7", "fe80::/10", "ff00::/8",
    )
)  # fmt: skip


def parse(text: str) -> IPv4Address | IPv6Address | None:
    """An address from `address`, `address/prefix` or `address%zone`; None for anything else."""
    try:
        address = ip_address(text.partition("/")[0].partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def is_global(text: str) -> bool:
    """Whether the address belongs to the Internet. What is no address at all is not."""
    address = parse(text)
    return address is not None and not any(address.version == n.version and address in n for n in _INNER)


def global_addresses(interfaces: Interfaces) -> tuple[str, ...]:
    """Global addresses on interfaces that are not switched off."""
    rows = [i for i in interfaces.interfaces if i.enabled]
    return tuple(a for i in rows for a in (*i.ipv4, *i.ipv6) if is_global(a))
