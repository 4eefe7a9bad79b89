"""A router that tests describe once: its configuration as uci text, and the nftables rules that the same router would
load. Written from the makers' documents (fw4's order of chains), without the product's parser: the two can differ.
"""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """One redirect. `port`: outside, `8081` or `8083-8085`; empty: everything. `to_port` empty: the same."""

    name: str
    to: str
    port: str = ""
    to_port: str = ""
    protocol: str = "tcp"
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One rule for what comes from the line. `inside`: for devices behind the router, otherwise for the router.

    `before`: at arrival, before anything is translated (RouterOS has such rules; OpenWrt only in scripts).
    """

    name: str
    action: str
    port: str
    inside: bool = False
    to: str = ""
    family: str = ""
    protocol: str = "tcp"
    before: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """The whole router. Addresses with prefix lengths. `script`: rules of its own kind, loaded before everything.

    `own`: TCP ports at which its own web page listens on every address.
    """

    line4: str
    home4: str
    line6: str = ""
    home6: str = ""
    forwards: tuple[Forward, ...] = ()
    filters: tuple[Filter, ...] = ()
    own: tuple[int, ...] = ()
    upnp: bool = False
    script: str = ""
    next4: str = ""
    next6: str = ""

    @property
    def line(self) -> str:
        """Its IPv4 address towards the line."""
        return self.line4.partition("/")[0]


def uci_of(gateway: Gateway) -> str:
    """What `uci export` prints on that router."""
    return "\n".join(_uci(gateway)) + "\n"


def _section(kind: str, called: str = "", /, **options: str) -> Iterator[str]:
    yield ""
    yield f"config {kind} '{called}'" if called else f"config {kind}"
    for option, value in options.items():
        if value:
            yield f"\toption {option} '{value}'"


def _uci(gateway: Gateway) -> Iterator[str]:
    yield "package dropbear"
    yield from _section("dropbear", Port="22", PasswordAuth="on")
    yield ""
    yield "package network"
    yield from _section("interface", "loopback", device="lo", proto="static", ipaddr="127.0.0.1", netmask="255.0.0.0")
    yield from _section("interface", "lan", device="eth0", proto="static", ipaddr=gateway.home4, ip6addr=gateway.home6)
    yield from _section(
        "interface", "wan", device="wan0", proto="static", ipaddr=gateway.line4, gateway=gateway.next4,
        ip6addr=gateway.line6, ip6gw=gateway.next6,
    )  # fmt: skip
    yield ""
    yield "package uhttpd"
    if gateway.own:
        yield from _section("uhttpd", "main")
        for port in gateway.own:
            yield f"\tlist listen_http '0.0.0.0:{port}'"
            yield f"\tlist listen_http '[::]:{port}'"
    if gateway.upnp:
        yield ""
        yield "package upnpd"
        yield from _section("upnpd", "config", enabled="1", enable_natpmp="0", internal_iface="lan")
    yield ""
    yield "package firewall"
    yield from _section("defaults", input="REJECT", output="ACCEPT", forward="REJECT")
    yield from _section("zone", name="lan", network="lan", input="ACCEPT", output="ACCEPT", forward="ACCEPT")
    yield from _section("zone", name="wan", network="wan", input="REJECT", output="ACCEPT", forward="REJECT", masq="1")
    yield from _section("forwarding", src="lan", dest="wan")
    for one in gateway.filters:
        yield from _section(
            "rule", name=one.name, src="wan", dest="lan" if one.inside else "", proto=one.protocol, dest_ip=one.to,
            dest_port=one.port, family=one.family, target=one.action,
        )  # fmt: skip
    for forward in gateway.forwards:
        yield from _section(
            "redirect", name=forward.name, target="DNAT", src="wan", dest="lan", proto=forward.protocol,
            src_ip=forward.source, src_dport=forward.port, dest_ip=forward.to, dest_port=forward.to_port,
        )  # fmt: skip
    if gateway.script:
        yield from _section("include", "own_rules", type="nftables", path="/etc/own-rules.nft", position="table-post")
    if gateway.upnp:
        yield from _section("include", "miniupnpd", type="script", path="/usr/share/miniupnpd/firewall4.include")


def nft_of(gateway: Gateway) -> str:
    """The same router as nftables rules, in the order in which fw4 loads them: translation first, then one forward and
    one input chain; in the zone's chain rules in the order of the file, then whatever was translated, then refused."""
    before = [f for f in gateway.filters if f.before]
    inside, own = ([f for f in gateway.filters if f.inside is side and not f.before] for side in (True, False))
    upnp = "jump upnp_forward" if gateway.upnp else ""
    return f"""
flush ruleset
table inet fw4 {{
    chain upnp_forward {{ }}
    chain upnp_prerouting {{ }}
    chain upnp_postrouting {{ }}
    chain arrival {{
        type filter hook prerouting priority raw; policy accept
        {_lines(_filter(f) for f in before)}
    }}
    chain input {{
        type filter hook input priority filter; policy drop
        iifname "lo" accept
        ct state established,related accept
        iifname "eth0" accept
        meta l4proto {{ icmp, ipv6-icmp }} accept
        {_lines(_filter(f) for f in own)}
        iifname "wan0" ct status dnat accept
        iifname "wan0" jump refuse
    }}
    chain forward {{
        type filter hook forward priority filter; policy drop
        ct state established,related accept
        iifname "eth0" accept
        {_lines(_filter(f) for f in inside)}
        {'iifname "wan0" ct status dnat accept' if gateway.forwards else ""}
        {upnp}
        jump refuse
    }}
    chain refuse {{
        meta l4proto tcp reject with tcp reset
        reject
    }}
    chain dstnat {{
        type nat hook prerouting priority dstnat
        {_lines(_redirect(f, gateway) for f in gateway.forwards)}
        {"jump upnp_prerouting" if gateway.upnp else ""}
    }}
    chain srcnat {{
        type nat hook postrouting priority srcnat
        {"jump upnp_postrouting" if gateway.upnp else ""}
        meta nfproto ipv4 oifname "wan0" masquerade
        iifname "eth0" oifname "eth0" ct status dnat masquerade
    }}
    {gateway.script}
}}
"""


def _lines(rules: Iterator[str]) -> str:
    return "\n        ".join(rules)


def _filter(one: Filter) -> str:
    end = {"ACCEPT": "accept", "DROP": "drop", "REJECT": "jump refuse"}[one.action]
    family = {"ipv6": "meta nfproto ipv6", "ipv4": "meta nfproto ipv4", "": ""}[one.family]
    to = f"{'ip6' if ':' in one.to else 'ip'} daddr {one.to}" if one.to else ""
    return f'iifname "wan0" {family} {to} {one.protocol} dport {one.port} {end}'


def _redirect(one: Forward, gateway: Gateway) -> str:
    """For what comes from the line, and (reflection, as OpenWrt does unless told) for what comes back from inside."""
    source = f"ip saddr {one.source}" if one.source else ""
    which = f"{one.protocol} dport {one.port}" if one.port else "meta l4proto { tcp, udp }"
    to = f"dnat ip to {one.to}{f':{one.to_port}' if one.to_port else ''}"
    back = f'iifname "eth0" ip daddr {gateway.line} {which} {to}'
    return f'iifname "wan0" meta nfproto ipv4 {source} {which} {to}' + ("" if one.source else f"\n        {back}")


def export_of(gateway: Gateway) -> str:
    """What `/export` prints on a RouterOS router that does the same (over IPv4)."""
    return "\n".join(_export(gateway)) + "\n"


def _export(gateway: Gateway) -> Iterator[str]:
    yield "# by RouterOS 7.14"
    yield from ("/interface bridge", "add name=bridge", "/interface list", "add name=WAN")
    yield from ("/interface list member", "add interface=ether1 list=WAN", "/ip address")
    yield f"add address={gateway.home4} interface=bridge"
    yield f"add address={gateway.line4} interface=ether1"
    yield "/ip firewall filter"
    yield "add action=accept chain=input connection-state=established,related"
    for one in gateway.filters:
        if not one.inside and not one.before:
            yield _ros_filter(one, "input")
    yield "add action=drop chain=input in-interface=ether1"
    yield "add action=accept chain=forward connection-state=established,related"
    for one in gateway.filters:
        if one.inside and not one.before:
            yield _ros_filter(one, "forward")
    yield "add action=drop chain=forward connection-nat-state=!dstnat connection-state=new in-interface=ether1"
    yield "/ip firewall nat"
    yield "add action=masquerade chain=srcnat out-interface=ether1"
    for forward in gateway.forwards:
        yield _ros_forward(forward)
    yield "/ip firewall raw"
    for one in gateway.filters:
        if one.before:
            yield _ros_filter(one, "prerouting")
    yield f"/ip route\nadd dst-address=0.0.0.0/0 gateway={gateway.next4}"
    yield "/ip service"
    yield from (f"set {name} disabled=yes" for name in ("telnet", "ftp", "ssh", "api", "winbox", "api-ssl"))


def _ros_filter(one: Filter, chain: str) -> str:
    to = f" dst-address={one.to}" if one.to else ""
    action = one.action.lower()
    return (
        f'add action={action} chain={chain} comment="{one.name}"{to} dst-port={one.port} in-interface=ether1'
        f" protocol={one.protocol}"
    )


def _ros_forward(one: Forward) -> str:
    which = f" dst-port={one.port} protocol={one.protocol}" if one.port else ""
    ports = f" to-ports={one.to_port}" if one.to_port else ""
    return (
        f'add action=dst-nat chain=dstnat comment="{one.name}"{which} in-interface=ether1 to-addresses={one.to}{ports}'
    )
