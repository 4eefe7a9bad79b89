"""Which statements of UNIVERGE IX are read, and which have no say in what can be reached from outside.

What stands here was seen in published configurations; any other statement is reported as unread.
"""

from fushinban.drivers._router_text import Notes
from fushinban.drivers.nec_ix._running import Running, Statement

#: By the first words: read elsewhere, or without a say.
_GLOBAL = (
    "hostname", "timezone", "username", "logging", "syslog", "terminal", "ntp", "sntp", "proxy-dns", "nm", "ddns",
    "upnp", "ike", "ikev2", "ipsec", "pki", "vrrp", "bridge", "lldp", "arp", "radius", "network-monitor", "dns cache",
    "ip access-list", "ip route", "ip ufs-cache", "ip dhcp", "ip dhcp-relay", "ip name-server", "ip domain",
    "ip domain-name", "ip multicast-routing", "ip arp", "ip prefix-list", "ip icmp", "ipv6 access-list", "ipv6 route",
    "ipv6 ufs-cache", "ipv6 dhcp", "ipv6 name-server", "ipv6 prefix-list", "ipv6 icmp", "ipv6 multicast-routing",
)  # fmt: skip
#: Servers: what may be said to them, behind `ip` or `ipv6` where it begins so.
_SERVERS = {
    "telnet-server": frozenset({"enable", "port", "access-list", "timeout", "max-sessions"}),
    "ssh-server": frozenset({"enable", "port", "access-list", "timeout", "max-sessions", "key-exchange"}),
    "http-server": frozenset({"enable", "port", "access-list", "username", "timeout"}),
    "https-server": frozenset({"enable", "port", "access-list", "username"}),
    "ftp-server": frozenset({"enable", "port", "access-list"}),
    "tftp-server": frozenset({"enable", "access-list"}),
    "snmp-agent": frozenset(
        {"enable", "community", "host", "contact", "location", "trap-source", "trap-port", "trap", "engine-id"}
    ),
}
_INTERFACE = (
    "description", "encapsulation", "auto-connect", "ppp", "shutdown", "mtu", "bandwidth", "idle-time", "tunnel",
    "ikev2", "ipsec", "ike", "l2tp", "vrrp", "bridge", "bridge-group", "service-policy", "proxy-dns enable",
    "proxy-dns ip enable", "proxy-dns ipv6 enable", "ip address", "ip unnumbered", "ip filter", "ip tcp", "ip mtu",
    "ip proxy-arp", "ip dhcp", "ip dhcp-relay", "ip ufs-cache", "ip rip", "ip ospf", "ip igmp", "ip pim", "ip icmp",
    "ip redirects", "ipv6 enable", "ipv6 address", "ipv6 filter", "ipv6 nd", "ipv6 dhcp", "ipv6 tcp", "ipv6 mtu",
    "ipv6 unnumbered", "ipv6 mld", "ipv6 ufs-cache", "ipv6 traffic-class", "ipv6 interface-identifier",
    "ipv6 icmp", "ip napt enable", "ip napt static", "ip napt service", "ip napt hairpinning", "ip napt translation",
    "ip napt inside", "ip nat enable", "ip nat static", "ip nat pool", "ip nat dynamic", "ip nat translation",
)  # fmt: skip
#: Blocks whose lines neither open nor close a way in.
_BLOCKS = (
    "device", "ppp profile", "ip dhcp profile", "ipv6 dhcp client-profile", "ipv6 dhcp server-profile", "ikev2",
    "class-map", "policy-map", "watch-group", "ddns profile", "pki",
)  # fmt: skip


def note_unread(running: Running, notes: Notes) -> None:
    """Every line that nobody reads and that is not known to have no say."""
    for statement in running.orphans:
        notes.add(statement.line, "unknown-command")
    for statement in running.statements:
        if not _is_known(statement):
            notes.add(statement.line, "unknown-command")
    for block in running.blocks:
        if block.head.words[0] == "interface":
            for statement in block.body:
                if not statement.text.startswith(_INTERFACE_BEGINNINGS):
                    notes.add(statement.line, "policy-route" if statement.starts("ip policy") else "unknown-command")
        elif not any(block.head.starts(kind) for kind in _BLOCKS):
            reason = "policy-route" if block.head.starts("route-map") else "unknown-section"
            for statement in (block.head, *block.body):
                notes.add(statement.line, reason)


_GLOBAL_BEGINNINGS = tuple(beginning + " " for beginning in _GLOBAL)
_INTERFACE_BEGINNINGS = tuple(beginning + " " for beginning in _INTERFACE)


def _is_known(statement: Statement) -> bool:
    known = _SERVERS.get(statement.words[0])
    if known is None:
        return statement.text.startswith(_GLOBAL_BEGINNINGS)
    said = statement.after(2) if statement.words[1:2] in (("ip",), ("ipv6",)) else statement.after(1)
    return bool(said) and said[0] in known
