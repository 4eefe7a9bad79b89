"""Forwards made in different ways on OpenWrt are predicted with their causes. Hand-made configurations."""

import json

import pytest
from router_rows import own, predicted, rows

#: As the system is delivered, with fixed outside addresses.
BASE = """\
package network

config interface 'lan'
	option device 'br-lan'
	option proto 'static'
	option ipaddr '192.168.1.1'
	option netmask '255.255.255.0'
	list ip6addr '2001:db8:1::1/64'

config interface 'wan'
	option device 'eth1'
	option proto 'static'
	option ipaddr '203.0.113.10/24'
	option gateway '203.0.113.1'

config interface 'wan6'
	option device 'eth1'
	option proto 'static'
	list ip6addr '2001:db8:ffff::2/64'

package firewall

config defaults
	option syn_flood '1'
	option input 'REJECT'
	option output 'ACCEPT'
	option forward 'REJECT'

config zone
	option name 'lan'
	list network 'lan'
	option input 'ACCEPT'
	option output 'ACCEPT'
	option forward 'ACCEPT'

config zone
	option name 'wan'
	list network 'wan'
	list network 'wan6'
	option input '{input}'
	option output 'ACCEPT'
	option forward 'REJECT'
	option masq '1'

config forwarding
	option src 'lan'
	option dest 'wan'

config rule
	option name 'Allow-Ping'
	option src 'wan'
	option proto 'icmp'
	list icmp_type 'echo-request'
	option family 'ipv4'
	option target 'ACCEPT'
{more}
package dropbear

config dropbear
	option PasswordAuth 'on'
	option Port '22'

package uhttpd

config uhttpd 'main'
	list listen_http '0.0.0.0:80'
	list listen_http '[::]:80'
	list listen_https '192.168.1.1:443'

package upnpd

config upnpd 'config'
	option enabled '0'
"""


def config(more: str = "", policy: str = "REJECT") -> str:
    return BASE.replace("{input}", policy).replace("{more}", more)


def section(kind: str, **options: str) -> str:
    """A section; a value with spaces becomes a list of its words."""
    lines = [f"\nconfig {kind}"]
    for option, value in options.items():
        words = value.split(" ")
        lines += [f"\t{'option' if len(words) == 1 else 'list'} {option} '{word}'" for word in words]
    return "\n".join(lines) + "\n"


def redirect(**options: str) -> str:
    return section("redirect", name="Camera", src="wan", **options)


FORWARDS = {
    "port changed": (
        redirect(proto="tcp", src_dport="8080", dest="lan", dest_ip="192.168.1.10", dest_port="80", target="DNAT"),
        [("tcp 8080 > 192.168.1.10:80", "any", True)],
    ),
    "port kept, TCP and UDP": (
        redirect(src_dport="554", dest_ip="192.168.1.11"),
        [("tcp 554 > 192.168.1.11:554", "any", True), ("udp 554 > 192.168.1.11:554", "any", True)],
    ),
    "outside address named": (
        redirect(proto="tcp", src_dip="203.0.113.10", src_dport="8081", dest_ip="192.168.1.12", dest_port="80"),
        [("tcp 8081 > 192.168.1.12:80", "any", True)],
    ),
    "a range of ports": (
        redirect(proto="udp", src_dport="9000-9010", dest_ip="192.168.1.13"),
        [("udp 9000-9010 > 192.168.1.13:9000-9010", "any", True)],
    ),
    "for one network": (
        redirect(proto="tcp", src_ip="198.51.100.0/24", src_dport="8443", dest_ip="192.168.1.14", dest_port="443"),
        [("tcp 8443 > 192.168.1.14:443", "198.51.100.0-198.51.100.255", True)],
    ),
    "everything to one device": (
        redirect(proto="all", dest="lan", dest_ip="192.168.1.15"),
        [
            ("tcp all > 192.168.1.15:all", "any", True), ("udp all > 192.168.1.15:all", "any", True),
            ("other  > 192.168.1.15:", "any", True),
        ],
    ),
    "one to one": (
        redirect(proto="tcp", src_dip="203.0.113.16", dest_ip="192.168.1.16"),
        [("tcp all > 192.168.1.16:all", "any", True)],
    ),
    "for a named set of addresses": (
        section("ipset", name="office", match="src_net", entry="198.51.100.0/25 192.0.2.9")
        + redirect(proto="tcp", src_dport="8082", dest_ip="192.168.1.17", dest_port="80", ipset="office"),
        [("tcp 8082 > 192.168.1.17:80", "192.0.2.9,198.51.100.0-198.51.100.127", True)],
    ),
    "with a condition that cannot be evaluated": (
        redirect(proto="tcp", src_dport="8083", dest_ip="192.168.1.18", dest_port="80", src_mac="00:00:5e:00:53:01"),
        [("tcp 8083 > 192.168.1.18:80", "any", False)],
    ),
    "of IPv6": (
        redirect(proto="tcp", family="ipv6", src_dport="8084", dest_ip="2001:db8:1::19", dest_port="80"),
        [("tcp 8084 > 2001:db8:1::19:80", "any", True)],
    ),
    "by a rule for an address of its own": (
        section("rule", name="Camera", src="wan", dest="lan", proto="tcp", dest_ip="2001:db8:1::20", dest_port="443",
                family="ipv6", target="ACCEPT"),
        [("tcp 443 > 2001:db8:1::20:443", "any", True)],
    ),
    "switched off": (
        redirect(proto="tcp", src_dport="8080", dest_ip="192.168.1.10", enabled="0"),
        [],
    ),
    "with a value that makes the firewall leave it out": (
        redirect(proto="tcp", src_dport="http", dest_ip="192.168.1.10"),
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORWARDS)
def test_a_forward_is_predicted_with_its_cause(name: str) -> None:
    more, expected = FORWARDS[name]
    found = rows(predicted("openwrt", config(more)))
    assert [row.short for row in found] == expected
    for row in found:
        assert row.cites("option name 'Camera'"), row


def test_the_causing_lines_are_lines_of_the_text() -> None:
    text = config(FORWARDS["port changed"][0])
    (row,) = rows(predicted("openwrt", text))
    lines = text.split("\n")
    assert all(lines[line.number - 1].strip() == line.text for line in row.lines if line.number)
    assert row.cites("config redirect", "option src_dport '8080'", "option dest_ip '192.168.1.10'")


def test_a_rule_before_closes_what_a_redirect_opens() -> None:
    closed = section("rule", name="No", src="wan", dest="lan", dest_ip="192.168.1.10", proto="all", target="REJECT")
    assert rows(predicted("openwrt", config(closed + FORWARDS["port changed"][0]))) == []


def test_a_rule_before_narrows_what_a_redirect_opens() -> None:
    narrowed = section(
        "rule", name="No", src="wan", dest="lan", dest_ip="192.168.1.10", src_ip="!198.51.100.0/24", proto="tcp",
        target="DROP",
    )  # fmt: skip
    (row,) = rows(predicted("openwrt", config(narrowed + FORWARDS["port changed"][0])))
    assert row.short == ("tcp 8080 > 192.168.1.10:80", "198.51.100.0-198.51.100.255", True)


def test_a_forwarding_to_the_inside_opens_all_of_ipv6_and_no_private_address() -> None:
    found = rows(predicted("openwrt", config(section("forwarding", src="wan", dest="lan"))))
    assert ("tcp all > 2001:db8:1::-2001:db8:1:0:ffff:ffff:ffff:ffff:all") not in {row.way for row in found}
    assert {row.way.partition(" ")[0] for row in found} == {"tcp", "udp", "other"}
    assert all("2001:db8:1::" in row.way and "192.168" not in row.way for row in found)


def test_management_follows_the_zone_and_the_addresses_listened_at() -> None:
    assert own(predicted("openwrt", config())) == {}
    found = own(predicted("openwrt", config(policy="ACCEPT")))
    assert found.keys() == {"ssh", "http"}
    assert {row.kind for row in found["ssh"]} == {"ipv4", "ipv6"}
    opened = section("rule", name="ssh", src="wan", src_ip="198.51.100.9", proto="tcp", dest_port="22", target="ACCEPT")
    (row,) = own(predicted("openwrt", config(opened)))["ssh"]
    assert row.short == ("22", "198.51.100.9", True)
    assert row.cites("option name 'ssh'", "option Port '22'")


def test_ssh_bound_to_the_inside_is_not_reached() -> None:
    text = config(policy="ACCEPT").replace("\toption Port '22'\n", "\toption Port '22'\n\toption Interface 'lan'\n")
    text = text.replace("\tlist ip6addr '2001:db8:1::1/64'\n", "")
    assert own(predicted("openwrt", text)).keys() == {"http"}


def test_a_redirect_without_an_address_reaches_the_router_itself() -> None:
    found = own(predicted("openwrt", config(redirect(proto="tcp", src_dport="2022", dest_port="22"))))
    assert [row.way for row in found.pop("ssh")] == ["2022"]
    assert found == {}


def test_a_provider_s_prefix_and_a_rule_for_any_inside_address() -> None:
    text = config(section("rule", name="Cams", src="wan", dest="lan", proto="tcp", dest_port="554", target="ACCEPT"))
    text = text.replace("\toption proto 'static'\n\tlist ip6addr '2001:db8:ffff::2/64'", "\toption proto 'dhcpv6'")
    text = text.replace("\tlist ip6addr '2001:db8:1::1/64'", "\toption ip6assign '60'")
    found = rows(predicted("openwrt", text))
    assert [row.short for row in found] == [("tcp 554 > lan:554", "any", True)]


def test_the_same_over_ubus() -> None:
    firewall = {
        "cfg01": {".anonymous": True, ".type": "defaults", ".name": "cfg01", ".index": 0, "input": "REJECT",
                  "forward": "REJECT", "output": "ACCEPT"},
        "cfg02": {".anonymous": True, ".type": "zone", ".name": "cfg02", ".index": 1, "name": "wan",
                  "network": ["wan"], "input": "REJECT", "forward": "REJECT", "output": "ACCEPT", "masq": "1"},
        "cfg03": {".anonymous": True, ".type": "zone", ".name": "cfg03", ".index": 2, "name": "lan",
                  "network": ["lan"], "input": "ACCEPT", "forward": "ACCEPT", "output": "ACCEPT"},
        "cfg04": {".anonymous": True, ".type": "redirect", ".name": "cfg04", ".index": 3, "name": "Camera",
                  "src": "wan", "proto": ["tcp"], "src_dport": "8080", "dest_ip": "192.168.1.10", "dest_port": "80"},
    }  # fmt: skip
    network = {
        "lan": {".anonymous": False, ".type": "interface", ".name": "lan", "proto": "static",
                "ipaddr": "192.168.1.1", "netmask": "255.255.255.0"},
        "wan": {".anonymous": False, ".type": "interface", ".name": "wan", "proto": "dhcp", "device": "eth1"},
    }  # fmt: skip
    answers = {
        "firewall": {"jsonrpc": "2.0", "id": 1, "result": [0, {"values": firewall}]},
        "network": [0, {"values": network}],
        "system.board": {"model": "Example AP", "hostname": "shop", "release": {"version": "23.05.5"}},
    }
    prediction = predicted("openwrt", json.dumps(answers))
    (row,) = rows(prediction)
    assert row.short == ("tcp 8080 > 192.168.1.10:80", "any", True)
    assert row.cites("firewall.@redirect.dest_ip='192.168.1.10'")
    assert (prediction.model, prediction.firmware, prediction.host_name) == ("Example AP", "23.05.5", "shop")
