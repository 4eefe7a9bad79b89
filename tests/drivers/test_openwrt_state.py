"""What is read of OpenWrt's configuration in each of its forms. Hand-made configurations."""

import json

import pytest
from router_rows import own, predicted, read, rows

from fushinban.drivers._router_text import Notes
from fushinban.drivers.openwrt._uci import read_uci
from fushinban.errors import Malformed
from fushinban.model.filtering import Action, Family, Stage
from fushinban.model.intervals import ANY_ADDRESS, addresses
from fushinban.model.router import PasswordState, Role, RouterState

FILES = """\
config defaults
	option input 'REJECT'
	option forward 'REJECT'

config zone
	option name 'wan'
	option network 'wan wan6'   # both
	option input 'reject'
	option masq '1'

config zone
	option name "lan"
	list network 'lan'
	option input ACCEPT

config redirect
	option name 'it'\\''s a camera'
	option src 'wan'
	option proto 'tcp'
	option src_dport '8080'
	option dest_ip '192.168.1.10'
"""
SHOWN = """\
firewall.@defaults[0]=defaults
firewall.@defaults[0].input='REJECT'
firewall.@defaults[0].forward='REJECT'
firewall.@zone[0]=zone
firewall.@zone[0].name='wan'
firewall.@zone[0].network='wan' 'wan6'
firewall.@zone[0].input='reject'
firewall.@zone[0].masq='1'
firewall.@zone[1]=zone
firewall.@zone[1].name='lan'
firewall.@zone[1].network='lan'
firewall.@zone[1].input='ACCEPT'
firewall.@redirect[0]=redirect
firewall.@redirect[0].name='it'\\''s a camera'
firewall.@redirect[0].src='wan'
firewall.@redirect[0].proto='tcp'
firewall.@redirect[0].src_dport='8080'
firewall.@redirect[0].dest_ip='192.168.1.10'
"""
NETWORK = """\
config interface 'lan'
	option device 'br-lan'
	option proto 'static'
	option ipaddr '192.168.1.1'
	option netmask '255.255.255.0'

config interface 'wan'
	option device 'eth1'
	option proto 'dhcp'

config interface 'wan6'
	option device '@wan'
	option proto 'dhcpv6'
"""


def options(text: str) -> list[tuple[str, str, dict[str, list[str]]]]:
    return [(s.kind, s.name, s.options) for s in read_uci(text, Notes()).sections]


def test_files_and_uci_show_hold_the_same() -> None:
    files, shown = options(FILES), options(SHOWN)
    assert [(kind, sorted(o)) for kind, _, o in files] == [(kind, sorted(o)) for kind, _, o in shown]
    assert files[-1][2]["name"] == shown[-1][2]["name"] == ["it's a camera"]
    assert files[1][2]["network"] == ["wan wan6"]
    assert shown[1][2]["network"] == ["wan", "wan6"]


@pytest.mark.parametrize(
    "text",
    [
        f"package firewall\n\n{FILES}\npackage network\n\n{NETWORK}",
        f"{FILES}\n{NETWORK}",
        f"==> /etc/config/firewall <==\n{FILES}\n==> /etc/config/network <==\n{NETWORK}",
        f"root@OpenWrt:~# cat /etc/config/network\n{NETWORK}root@OpenWrt:~# cat /etc/config/firewall\n{FILES}",
        f"root@OpenWrt:~# uci export network\n{NETWORK}\nroot@OpenWrt:~# uci show firewall\n{SHOWN}",
    ],
    ids=["export", "files one after the other", "head", "cat at a prompt", "uci at a prompt"],
)
def test_every_form_gives_the_same_forward(text: str) -> None:
    prediction = predicted("openwrt", text)
    assert [row.short for row in rows(prediction)] == [("tcp 8080 > 192.168.1.10:8080", "any", True)]
    assert {u.line.text for u in prediction.unread} == {"/etc/config/dropbear"}


def test_the_firewall_alone_says_that_the_rest_is_missing() -> None:
    state = read("openwrt", FILES)
    assert {u.line.text for u in state.unread} == {"/etc/config/network", "/etc/config/dropbear"}
    assert all(u.line.number == 0 for u in state.unread)
    assert state.upnp.enabled is None, "nobody said whether UPnP is installed"


def test_a_whole_export_without_upnp_has_none() -> None:
    others = (
        "package system\nconfig system\n\toption hostname 'shop'\npackage dhcp\nconfig dnsmasq\n\toption port '0'\n"
    )
    dropbear = "package dropbear\nconfig dropbear\n\toption enable '0'\n"
    state = read("openwrt", f"package firewall\n{FILES}\npackage network\n{NETWORK}\n{others}{dropbear}")
    assert state.unread == ()
    assert state.upnp.enabled is False
    assert state.services == ()
    assert state.host_name == "shop"


def test_interfaces_share_devices_and_prefixes() -> None:
    network = NETWORK.replace(
        "\toption netmask '255.255.255.0'\n", "\toption netmask '255.255.255.0'\n\toption ip6assign '60'\n"
    )
    tunnel = (
        "\nconfig interface 'wg0'\n\toption proto 'wireguard'\n\toption listen_port '51820'\n"
        "\tlist addresses '10.9.0.1/24'\n"
        "\nconfig wireguard_wg0\n\toption public_key 'abc='\n"
        "\nconfig route\n\toption interface 'lan'\n\toption target '10.0.0.0/8'\n\toption gateway '192.168.1.254'\n"
    )
    state = read("openwrt", f"package network\n{network}{tunnel}\npackage firewall\n{FILES}\n")
    found = {i.name: i for i in state.interfaces}
    assert {name: i.role for name, i in found.items()} == {
        "lan": Role.LAN, "wan": Role.WAN, "wan6": Role.WAN, "wg0": Role.TUNNEL,
    }  # fmt: skip
    assert found["lan"].assigned == {Family.V6}
    assert found["wan"].assigned == {Family.V4}
    assert found["wan6"].assigned == {Family.V6}
    assert [(str(r.destinations), r.interface) for r in state.routes] == [("10.0.0.0/8", "lan")]
    assert [(s.name, s.ports.ranges) for s in state.vpn_servers] == [("wireguard", ((51820, 51820),))]


def test_pppoe_and_zones_by_device() -> None:
    network = (
        "config interface 'lan'\n\toption type 'bridge'\n\toption ifname 'eth0'\n\toption proto 'static'\n"
        "\toption ipaddr '192.168.1.1/24'\n"
        "config interface 'internet'\n\toption ifname 'eth1'\n\toption proto 'pppoe'\n\toption ipv6 'auto'\n"
    )
    zones = (
        "config zone\n\toption name 'outside'\n\tlist device 'pppoe-+'\n\toption masq '1'\n\toption input 'DROP'\n"
        "config zone\n\toption name 'inside'\n\toption device 'br-lan'\n\toption input 'ACCEPT'\n"
        "config redirect\n\toption src 'outside'\n\toption src_dport '80'\n\toption dest_ip '192.168.1.9'\n"
    )
    state = read("openwrt", f"package network\n{network}package firewall\n{zones}")
    assert {i.name: i.role for i in state.interfaces} == {"lan": Role.LAN, "internet": Role.WAN}
    assert [row.way for row in rows(predicted("openwrt", f"package network\n{network}package firewall\n{zones}"))] == [
        "tcp 80 > 192.168.1.9:80", "udp 80 > 192.168.1.9:80",
    ]  # fmt: skip


SERVICES = """\
package dropbear
config dropbear
	option Port '2222'
	option Interface 'lan'
package uhttpd
config uhttpd 'main'
	list listen_http '0.0.0.0:80'
	list listen_http 'nonsense'
	list listen_https '127.0.0.1:443'
package upnpd
config upnpd 'config'
	option enabled '1'
	option internal_iface 'lan'
package snmpd
config agent
	option agentaddress 'UDP:161'
config com2sec 'public'
	option secname 'ro'
	option source '192.168.1.0/24'
	option community 'invented-for-tests'
package openvpn
config openvpn 'srv'
	option enabled '1'
	option port '1195'
	option proto 'tcp-server'
	option server '10.8.0.0 255.255.255.0'
config openvpn 'cli'
	option enabled '1'
	option client '1'
config openvpn 'far'
	option enabled '1'
	option config '/etc/openvpn/far.conf'
package ddns
config service 'one'
	option enabled '1'
	option lookup_host 'shop.example.com'
config service 'two'
	option enabled '0'
	option lookup_host 'other.example.com'
package dhcp
config dnsmasq
	option localservice '1'
package ttyd
config ttyd
	option port '7681'
	option interface '@lan'
package system
config system
	option hostname 'shop'
	option log_ip '192.168.1.5'
config timeserver 'ntp'
	option enabled '1'
	list server 'ntp.nict.jp'
	list server 'ntp.example.jp'
package rpcd
config login
	option username 'root'
	option password '$p$root'
config login
	option username 'viewer'
	list read '*'
package mystery
config thing 'a'
	option b 'c'
"""


def whole(services: str = SERVICES) -> RouterState:
    return read("openwrt", f"package network\n{NETWORK}\npackage firewall\n{FILES}\n{services}")


def test_services_and_facts() -> None:
    state = whole()
    found = {s.name: s for s in state.services}
    assert found["ssh"].ports.ranges == ((2222, 2222),)
    assert "wan" not in found["ssh"].entering
    assert found["snmp"].sources == addresses("192.168.1.0/24")
    assert found["dns"].sources == addresses("192.168.1.0/24")
    assert found["openvpn"].protocol == 6
    assert "lan" in found["web-terminal"].entering
    assert "lan" in found["upnp"].entering
    assert "wan" not in found["upnp"].entering
    assert "https" not in found, "it listens at the loopback address alone"
    assert found["http"].sources == ANY_ADDRESS
    assert state.upnp.enabled is True
    assert state.dynamic_names == ("shop.example.com",)
    assert state.time_servers == ("ntp.nict.jp", "ntp.example.jp")
    assert state.log_hosts == ("192.168.1.5",)
    assert [(a.name, a.administrator, a.password) for a in state.accounts] == [
        ("root", True, PasswordState.UNKNOWN), ("viewer", False, PasswordState.EMPTY),
    ]  # fmt: skip


def test_every_line_that_is_not_understood_is_named() -> None:
    said = [(u.line.text, u.reason.en) for u in whole().unread]
    assert said == [
        ("list listen_http 'nonsense'", "The value of “listen_http” cannot be read."),
        (
            "option config '/etc/openvpn/far.conf'",
            "This part of the configuration was not given; what runs by it is not known.",
        ),
        ("config thing 'a'", "This kind of setting is not understood."),
        ("option b 'c'", "This kind of setting is not understood."),
    ]  # fmt: skip


def test_sections_that_the_firewall_leaves_out_are_named() -> None:
    firewall = (
        FILES
        + """
config rule
	option src 'dmz'
	option target 'ACCEPT'
config rule
	option src 'wan'
	option proto 'tcp'
	option dest_port '80-'
	option target 'ACCEPT'
config rule
	option src 'wan'
	option target 'FLY'
config rule
	option enabled 'maybe'
	option src 'wan'
	option target 'ACCEPT'
config rule
	option src 'wan'
	option ipset 'nowhere'
	option target 'ACCEPT'
config redirect
	option dest_ip '192.168.1.9'
config forwarding
	option src 'wan'
config include
	option path '/etc/firewall.user'
config include 'miniupnpd'
	option type 'script'
	option path '/usr/share/miniupnpd/firewall.include'
config zone
	option name 'third'
	option input 'SOMETIMES'
config rule
	option src 'wan'
	option target 'DROP'
	option colour 'red'
config mystery
	option a 'b'
"""
    )
    state = read("openwrt", f"package network\n{NETWORK}\npackage firewall\n{firewall}package dropbear\n")
    assert [u.line.text for u in state.unread] == [
        "option src 'dmz'",
        "option dest_port '80-'",
        "option target 'FLY'",
        "option enabled 'maybe'",
        "option ipset 'nowhere'",
        "config redirect",
        "config forwarding",
        "config include",
        "option path '/etc/firewall.user'",
        "option input 'SOMETIMES'",
        "option colour 'red'",
        "config mystery",
        "option a 'b'",
    ]
    rules = [r for one in state.lists for r in one.rules if one.name == "input_wan"]
    assert [r.action for r in rules] == [Action.DROP, Action.ACCEPT, Action.REJECT]


def test_order_is_that_of_the_firewall_itself() -> None:
    """Rules come before forwardings, in the order of the file; what is translated after both; the policy last."""
    more = """
config forwarding
	option src 'wan'
	option dest 'lan'
config rule
	option name 'first'
	option src 'wan'
	option dest 'lan'
	option proto 'tcp'
	option dest_port '22'
	option target 'REJECT'
config rule
	option name 'any'
	option src '*'
	option dest '*'
	option proto 'tcp'
	option dest_port '23'
	option target 'DROP'
"""
    state = read("openwrt", f"package network\n{NETWORK}\npackage firewall\n{FILES}{more}")
    lists = {one.name: one for one in state.lists}
    assert [(r.action, r.name) for r in lists["forward_wan"].rules] == [
        (Action.REJECT, "first"), (Action.ACCEPT, ""), (Action.ACCEPT, ""), (Action.REJECT, ""),
    ]  # fmt: skip
    assert lists["forward_wan"].rules[2].match.translated is True
    assert [r.name for r in lists["forward"].rules if r.action is Action.DROP] == ["any"]
    assert lists["forward"].default is Action.REJECT
    assert {h.stage for h in state.hooks} == {Stage.TRANSLATE, Stage.INPUT, Stage.FORWARD, Stage.OUTPUT}


def test_ports_count_for_tcp_and_udp_alone() -> None:
    more = (
        "\nconfig rule\n\toption src 'wan'\n\tlist proto 'tcp'\n\tlist proto 'esp'\n"
        "\toption dest_port '22'\n\toption target 'ACCEPT'\n"
    )
    state = read("openwrt", f"package network\n{NETWORK}\npackage firewall\n{FILES}{more}")
    (tcp, esp, *_) = next(one for one in state.lists if one.name == "input_wan").rules
    assert (tcp.match.protocols.ranges, tcp.match.destination_ports.ranges) == (((6, 6),), ((22, 22),))
    assert (esp.match.protocols.ranges, esp.match.destination_ports.ranges) == (((50, 50),), ((0, 65535),))


@pytest.mark.parametrize(
    "answer",
    [
        {"firewall": [6]},
        {"firewall": {"result": [0]}},
        {"firewall": {"values": {"a": {"no": "type"}}}},
        {"firewall": {"values": {"a": {".type": 5}}}},
        {"firewall": {"values": {"a": {".type": "rule", "src": {"deep": 1}}}}},
        {"jsonrpc": "2.0", "id": 1, "result": [6]},
    ],
    ids=["denied", "short", "no type", "number as type", "nested", "denied whole"],
)
def test_answers_of_another_shape_are_refused(answer: object) -> None:
    with pytest.raises(Malformed):
        read("openwrt", json.dumps(answer))


def test_one_answer_tells_its_file_by_its_sections() -> None:
    section = {".type": "dropbear", ".name": "cfg1", ".anonymous": True, "Port": 22, "enable": True}
    answer = {"values": {"cfg1": section}}
    (service,) = read("openwrt", json.dumps(answer)).services
    assert service.name == "ssh"
    assert [line.text for line in service.lines] == [
        "@dropbear=dropbear",
        "@dropbear.Port='22'",
        "@dropbear.enable='1'",
    ]
    assert own(predicted("openwrt", json.dumps(answer))) == {}, "without interfaces nobody is outside"


def test_translation_on_the_inside_does_not_make_it_the_outside() -> None:
    inside = FILES.replace("\tlist network 'lan'\n", "\tlist network 'lan'\n\toption masq '1'\n")
    state = read("openwrt", f"package network\n{NETWORK}\npackage firewall\n{inside}")
    assert {i.name: i.role for i in state.interfaces} == {"lan": Role.LAN, "wan": Role.WAN, "wan6": Role.WAN}


def test_a_tunnel_in_the_outside_zone_leads_outside() -> None:
    network = NETWORK.replace("\toption proto 'dhcp'", "\toption proto 'l2tp'")
    state = read("openwrt", f"package network\n{network}\npackage firewall\n{FILES}")
    assert {i.name: i.role for i in state.interfaces if i.name != "wan6"} == {"lan": Role.LAN, "wan": Role.WAN}
