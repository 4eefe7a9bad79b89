"""Which file below /etc/config a section belongs to where the text does not say, and which files have a say."""

from fushinban.drivers.openwrt._sections import Section
from fushinban.drivers.openwrt._uci import Uci

KINDS = {
    "firewall": ("defaults", "zone", "forwarding", "rule", "redirect", "include", "ipset", "nat"),
    "network": (
        "interface", "device", "globals", "route", "route6", "rule6", "switch", "switch_vlan", "switch_port", "rule",
        "bridge-vlan", "alias", "atm-bridge", "dsl", "adsl", "vdsl",
    ),
    "dropbear": ("dropbear",),
    "uhttpd": ("uhttpd", "cert"),
    "upnpd": ("upnpd", "perm_rule"),
    "system": ("system", "timeserver", "led", "button"),
    "dhcp": ("dnsmasq", "dhcp", "odhcpd", "host", "domain", "cname", "srvhost", "mxhost", "boot", "tag", "relay"),
    "wireless": ("wifi-device", "wifi-iface"),
    "ddns": ("ddns", "service"),
    "openvpn": ("openvpn", "openvpn_recipe"),
    "rpcd": ("rpcd", "login"),
    "snmpd": (
        "agent", "com2sec", "com2sec6", "group", "access", "view", "snmpd", "pass", "exec", "system", "general",
        "agentx", "extend", "disk", "engineid", "trapcommunity", "trapsink", "trap2sink", "informsink",
        "authtrapenable", "v1trapaddress", "trapsess",
    ),
    "ttyd": ("ttyd",),
    "ipsec": ("ipsec", "remote", "tunnel", "transport", "crypto_proposal", "proposal", "pools", "ca-certificate"),
}  # fmt: skip

#: Files whose settings neither open nor close a way in.
NO_SAY = frozenset(
    {
        "wireless", "luci", "ubootenv", "ucitrack", "attendedsysupgrade", "rpcd", "sqm", "qos", "luci_statistics",
        "statistics", "collectd", "vnstat", "fstab", "lldpd", "hd-idle", "irqbalance", "nlbwmon", "watchcat",
        "etherwake", "system", "dhcp", "usteer", "umdns", "banip", "adblock", "simple-adblock", "https-dns-proxy",
        "acme", "dawn", "fwupd", "nut_monitor", "smartd", "poe", "mdadm", "bmx7", "rsyncd", "luci-opkg", "opkg",
    }
)  # fmt: skip
#: Files without which it is not known what runs; the others belong to programs that may not be installed.
NEEDED = ("firewall", "network", "dropbear")


def settle_packages(uci: Uci) -> None:
    """Give every section its file, by its kind where nothing said it."""
    before = ""
    for section in uci.sections:
        if not section.package:
            section.package = _package_of(section, before)
            uci.packages.add(section.package)
        before = section.package


def _package_of(section: Section, before: str) -> str:
    if section.kind.startswith("wireguard_"):
        return "network"
    if section.kind == "rule" and before not in ("firewall", "network"):
        return "network" if "lookup" in section.options else "firewall"
    if section.kind in KINDS.get(before, ()):
        return before
    return next((package for package, kinds in KINDS.items() if section.kind in kinds), "")


def is_whole(uci: Uci) -> bool:
    """Whether the text is all that the router has, so that what is not in it is not installed."""
    return {"system", "network", "firewall", "dhcp"} <= uci.packages
