"""The options of OpenWrt's firewall by kind of section; fw3 and fw4 pass over any other, and so do we, but say so."""

_CONDITIONS = frozenset(
    {
        "enabled", "name", "_name", "family", "src", "dest", "ipset", "helper", "proto", "src_ip", "src_mac",
        "src_port", "dest_ip", "dest_port", "extra", "limit", "limit_burst", "utc_time", "start_date", "stop_date",
        "start_time", "stop_time", "weekdays", "monthdays", "mark", "counter", "log", "log_limit", "target",
    }
)  # fmt: skip

OPTIONS = {
    "defaults": frozenset(
        {
            "input", "output", "forward", "drop_invalid", "drop_invalid_early", "tcp_reject_code", "any_reject_code",
            "syn_flood", "synflood_protect", "synflood_rate", "synflood_burst", "tcp_syncookies", "tcp_ecn",
            "tcp_westwood", "tcp_window_scaling", "accept_redirects", "accept_source_route", "auto_helper",
            "custom_chains", "disable_ipv6", "flow_offloading", "flow_offloading_hw", "flow_offloading_related",
            "auto_includes", "fullcone", "fullcone6",
        }
    ),
    "zone": frozenset(
        {
            "enabled", "name", "family", "network", "device", "subnet", "input", "output", "forward", "masq", "masq6",
            "masq_allow_invalid", "masq_src", "masq_dest", "extra", "extra_src", "extra_dest", "mtu_fix",
            "custom_chains", "log", "log_limit", "auto_helper", "helper", "conntrack", "counter", "fullcone4",
            "fullcone6",
        }
    ),
    "forwarding": frozenset({"enabled", "name", "_name", "family", "src", "dest"}),
    "rule": _CONDITIONS
    | {"device", "direction", "set_helper", "icmp_type", "set_mark", "set_xmark", "dscp", "set_dscp"},
    "redirect": _CONDITIONS | {"src_dip", "src_dport", "reflection", "reflection_src", "reflection_zone"},
    "nat": _CONDITIONS | {"device", "snat_ip", "snat_port", "connlimit_ports"},
    "include": frozenset({"enabled", "path", "type", "fw4_compatible", "family", "reload", "position", "chain"}),
    "ipset": frozenset(
        {
            "enabled", "reload_set", "counters", "comment", "name", "family", "storage", "match", "iprange",
            "portrange", "netmask", "maxelem", "hashsize", "timeout", "external", "entry", "loadfile",
        }
    ),
}  # fmt: skip
