"""Which menus of RouterOS are read, and which have no say in what can be reached from outside."""

from fushinban.drivers.mikrotik import _chains, _interfaces, _services

READ = (
    _interfaces.MENUS
    | _chains.MENUS
    | _services.MENUS
    | {
        "system identity", "system ntp client", "system ntp client servers", "system logging action",
        "system scheduler", "user",
    }
)  # fmt: skip

#: Menus, each with all below it, whose settings neither open nor close a way in.
_NO_SAY = (
    "app", "caps-man", "certificate", "console", "disk", "dude", "file", "interface bridge",
    "interface detect-internet",
    "interface dot1x", "interface ethernet", "interface lte", "interface mesh", "interface pppoe-client",
    "interface pppoe-server", "interface wifi", "interface wifiwave2", "interface wireguard peers",
    "interface wireless", "interface bonding", "iot", "ip arp", "ip cloud advanced", "ip dhcp-relay", "ip dhcp-server",
    "ip dns", "ip firewall calea", "ip firewall layer7-protocol", "ip firewall mangle", "ip firewall service-port",
    "ip hotspot profile", "ip hotspot user", "ip ipsec", "ip kid-control", "ip media", "ip neighbor", "ip packing",
    "ip pool", "ip settings", "ip ssh", "ip traffic-flow", "ip accounting", "ip proxy access", "ip proxy cache",
    "ip proxy direct", "ip socks access", "ip socks users", "ip smb shares", "ip smb users", "ipv6 dhcp-server",
    "ipv6 firewall mangle",
    "ipv6 nd", "ipv6 neighbor", "ipv6 pool", "lcd", "log", "lora", "mpls", "partitions", "port", "ppp", "queue",
    "radius", "routing bfd", "routing id", "routing igmp-proxy", "routing pimsm", "routing settings", "routing table",
    "snmp", "special-login", "tr069-client", "user", "user-manager",
    *(f"system {one}" for one in (
        "backup", "clock", "console", "default-configuration", "device-mode", "gps", "hardware", "health", "history",
        "identity", "keyboard", "lcd", "leds", "license", "logging", "note", "ntp", "package", "ptp", "resource",
        "routerboard", "script", "serial-terminal", "ssh", "sup-output", "swos", "upgrade", "ups", "watchdog",
    )),
    *(f"tool {one}" for one in (
        "bandwidth-server", "bandwidth-test", "calea", "e-mail", "fetch", "graphing", "mac-server", "netwatch",
        "profile", "romon", "sms", "sniffer", "speed-test", "torch", "traffic-generator", "traffic-monitor",
        "user-manager", "wol",
    )),
)  # fmt: skip


def is_without_say(menu: str) -> bool:
    """Whether the settings of a menu cannot change what is reached from outside."""
    return any(menu == top or menu.startswith(top + " ") for top in _NO_SAY)
