"""What is read of a configuration of UNIVERGE IX. Hand-made configurations, in the forms that published ones have."""

import pytest
from router_rows import read

from fushinban.drivers.nec_ix._running import read_running
from fushinban.model.filtering import Action, Family, Stage
from fushinban.model.intervals import addresses
from fushinban.model.router import PasswordState, Role, RouterState

WHOLE = """\
Router(config)# show running-config
! NEC Portable Internetwork Core Operating System Software
! IX Series IX2215 (magellan-sec) Software, Version 10.7.18, RELEASE SOFTWARE
! Compiled Oct 25-Tue-2022 12:37:13 JST #2
! Current time Jan 05-Mon-2026 10:00:00 JST
!
hostname shop
timezone +09 00
!
logging buffered 131072
username admin password hash 0000000000 administrator
username watch password plain 1 invented-for-tests monitor
!
ntp server 192.0.2.123 timeout 10 priority 21
syslog ip enable
syslog ip host 192.168.1.5
ip ufs-cache enable
ip route default GigaEthernet0.1
ip route 10.0.0.0/8 192.168.1.254
ip route 10.9.0.0/16 Tunnel0.0
ip access-list inside permit ip src 192.168.1.0/24 dest any
ip access-list inside deny ip src any dest any
ip access-list all permit ip src any dest any
ip access-list dynamic answers access all
ip access-list dynamic timer tcp-idle-timeout 7440
ipv6 access-list all6 permit ip src any dest any
!
ssh-server ip enable
ssh-server ip port 2222
ssh-server ip access-list inside
http-server username admin
http-server ip enable
http-server ipv6 enable
snmp-agent ip enable
snmp-agent ip community invented-for-tests inside
proxy-dns ip enable
nm ip enable
nm account group1 password secret invented-for-tests
nm ddns hostname shop1
ddns enable
ike policy p1 peer any key invented-for-tests mode aggressive prop
!
ddns profile home
  url http://example.com/nic/update
  query hostname=shop.example.com&password=invented
!
ppp profile isp
  authentication myname user@example.jp
  authentication password user@example.jp invented-for-tests
!
ipv6 dhcp client-profile pd
  ia-pd subscriber GigaEthernet1.0 ::/64 eui-64
!
device GigaEthernet0
!
interface GigaEthernet0.0
  no ip address
  ipv6 enable
  ipv6 address autoconfig receive-default
  ipv6 dhcp client pd
  no shutdown
!
interface GigaEthernet1.0
  description shop-lan
  ip address 192.168.1.1/24
  ip proxy-arp
  ipv6 enable
  ipv6 nd ra enable
  no shutdown
!
interface GigaEthernet2.0
  ip address 192.168.2.1/24
  shutdown
!
interface GigaEthernet0.1
  encapsulation pppoe
  auto-connect
  ppp binding isp
  ip address ipcp
  ip tcp adjust-mss auto
  ip napt enable
  ip napt static GigaEthernet0.1 udp 500
  no shutdown
!
interface Tunnel0.0
  tunnel mode ipsec
  ip unnumbered GigaEthernet1.0
  ipsec policy tunnel ipsec-policy out
  no shutdown
!
interface Tunnel1.0
  tunnel mode l2tp-lns ipsec
  ppp binding isp
  no shutdown
!
interface Loopback0.0
  no ip address
"""


@pytest.fixture(scope="module")
def state() -> RouterState:
    return read("nec_ix", WHOLE)


def test_every_line_is_understood(state: RouterState) -> None:
    assert state.unread == ()
    assert state.line_count == WHOLE.count("\n")


def test_identity_and_accounts(state: RouterState) -> None:
    assert (state.maker, state.model, state.firmware, state.host_name) == ("NEC", "IX2215", "10.7.18", "shop")
    assert [(a.name, a.administrator, a.password) for a in state.accounts] == [
        ("admin", True, PasswordState.SET), ("watch", False, PasswordState.SET),
    ]  # fmt: skip
    assert state.time_servers == ("192.0.2.123",)
    assert state.log_hosts == ("192.168.1.5",)
    assert state.dynamic_names == ("shop1.group1.nmddns.jp", "shop.example.com")
    assert state.upnp.enabled is False


def test_interfaces_and_routes(state: RouterState) -> None:
    found = {i.name: i for i in state.interfaces}
    assert {name: i.role for name, i in found.items()} == {
        "GigaEthernet0.0": Role.WAN, "GigaEthernet1.0": Role.LAN, "GigaEthernet0.1": Role.WAN,
        "Tunnel0.0": Role.TUNNEL, "Tunnel1.0": Role.TUNNEL,
    }  # fmt: skip
    assert found["GigaEthernet1.0"].assigned == {Family.V6}, "a part of the provider's prefix"
    assert found["GigaEthernet1.0"].description == "shop-lan"
    assert found["GigaEthernet0.0"].assigned == {Family.V6}
    assert found["GigaEthernet0.1"].assigned == {Family.V4}
    assert [(str(r.destinations), r.interface) for r in state.routes] == [
        ("0.0.0.0/0", "GigaEthernet0.1"), ("10.0.0.0/8", "GigaEthernet1.0"), ("10.9.0.0/16", "Tunnel0.0"),
    ]  # fmt: skip


def test_services(state: RouterState) -> None:
    found = {(s.name, *sorted(s.families)): s for s in state.services}
    assert found["ssh", "ipv4"].ports.ranges == ((2222, 2222),)
    assert found["ssh", "ipv4"].sources == addresses("192.168.1.0/24")
    assert found["snmp", "ipv4"].sources == addresses("192.168.1.0/24")
    assert ("http", "ipv4") in found
    assert ("http", "ipv6") in found
    assert ("ssh", "ipv6") not in found
    assert ("telnet", "ipv4") not in found
    assert {s.name for s in state.vpn_servers} == {"ipsec", "l2tp"}
    assert all("invented" not in line.text for s in state.services for line in s.lines)


def test_an_indentation_that_was_lost_is_made_good(state: RouterState) -> None:
    flat = read("nec_ix", "\n".join(line.strip() for line in WHOLE.split("\n")))
    assert flat.interfaces == state.interfaces
    assert flat.routes == state.routes
    assert flat.lists == state.lists
    assert flat.services == state.services


def test_what_is_taken_back_with_no_is_off() -> None:
    running = read_running("no ipsec ike-passthru\ninterface GigaEthernet0.0\n  no ip napt enable\n  no shutdown\n")
    assert running.statements[0].off
    assert not running.blocks[0].has("ip napt enable")
    assert not running.blocks[0].has("shutdown")


def test_access_lists_of_every_form() -> None:
    lines = """\
ip access-list a option optimize
ip access-list a permit tcp src 198.51.100.0/24 sport any dest any dport range 8000 8010
ip access-list a permit udp src any sport eq 123 dest 192.168.1.9/32 dport any
ip access-list a deny icmp type 8 src any dest any
ip access-list a permit tcp src any sport gt 1023 dest any dport neq 22
ip access-list a permit tcp src any sport any dest any dport lt 100
ip access-list a permit 50 src any dest any
ip access-list a permit ip src any dest any
interface GigaEthernet0.0
  ip address 203.0.113.1/24
  ip filter a 1 in
"""
    state = read("nec_ix", lines)
    assert state.unread == ()
    (found,) = state.lists
    assert found.default is Action.DROP
    assert [rule.lines[1].number for rule in found.rules] == [2, 3, 4, 5, 6, 7, 8]
    matches = [rule.match for rule in found.rules]
    assert matches[0].sources == addresses("198.51.100.0/24")
    assert matches[0].destination_ports.ranges == ((8000, 8010),)
    assert matches[1].source_ports.ranges == ((123, 123),)
    assert matches[1].destinations == addresses("192.168.1.9")
    assert found.rules[2].action is Action.CONTINUE, "stopping some kinds of ICMP does not stop ICMP"
    assert matches[3].source_ports.ranges == ((1024, 65535),)
    assert matches[3].destination_ports.ranges == ((0, 21), (23, 65535))
    assert matches[4].destination_ports.ranges == ((0, 99),)
    assert matches[5].protocols.ranges == ((50, 50),)
    assert (state.hooks[0].stage, state.hooks[0].families) == (Stage.ARRIVE, {Family.V4})


def test_a_dynamic_list_remembers_and_hides_a_static_one_of_its_name() -> None:
    state = read(
        "nec_ix",
        """\
ip access-list web permit tcp src any sport any dest any dport eq 80
ip access-list web deny ip src any dest any
ip access-list dynamic out access web
ip access-list dynamic web dns src any dest any
interface GigaEthernet0.0
  ip filter out 1 out
  ip filter web 1 in
""",
    )
    by_name = {one.name: one for one in state.lists}
    out, inward = by_name["GigaEthernet0.0 ip filter out"], by_name["GigaEthernet0.0 ip filter in"]
    assert [r.action for r in out.rules] == [Action.ACCEPT, Action.CONTINUE]
    assert [m.destination_ports.ranges for m in out.tracked] == [((80, 80),)]
    assert [m.destination_ports.ranges for m in inward.tracked] == [((53, 53),)]


def test_every_line_that_is_not_understood_is_named() -> None:
    state = read(
        "nec_ix",
        """\
hostname shop
frobnicate enable
  stray indented line
ip access-list a fly ip src any dest any
ip access-list a permit tcp src any sport any dest any dport eq many
ip access-list a permit ip src any dest 50
ip access-list a permit ip src 2001:db8::/32 dest any
ip access-list
ip access-list dynamic d access nowhere
ip route 10.0.0.0/8 GigaEthernet9.0
ip route nonsense GigaEthernet0.0
ssh-server ip frobnicate
ssh-server ip enable
ssh-server ip access-list missing
route-map use-pppoe permit 10
  match ip address access-list a
router bgp 65000
  neighbor 192.0.2.1 remote-as 65001
interface GigaEthernet0.0
  ip address 203.0.113.1
  ip address not-an-address
  ip napt enable
  ip napt static 192.168.1.9
  ip napt static 192.168.1.9 tcp 80 90
  ip napt service unknown-name 192.168.1.9
  ip napt reserve something
  ip filter missing 1 in
  ip filter a first in
  ip policy route-map use-pppoe
  ip frobnicate
  bridge-group 1
""",
    )
    said = {u.line.number: u.reason.en for u in state.unread}
    assert said.keys() == {
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        9,
        10,
        11,
        12,
        14,
        15,
        16,
        17,
        18,
        21,
        23,
        24,
        25,
        26,
        27,
        28,
        29,
        30,
        31,
    }
    assert said[10] == "“GigaEthernet9.0” is defined nowhere."
    assert said[27] == "“missing” is defined nowhere."
    assert said[29] == "This is a route with conditions; answers may take another way."
    assert said[2] == "This command is not understood."


def test_tunnels_that_lead_to_the_internet() -> None:
    state = read(
        "nec_ix",
        """\
ip route default Tunnel0.0
interface GigaEthernet1.0
  ip address 192.168.1.1/24
interface Tunnel0.0
  tunnel mode map-e ocn
  ip address map-e
  ip napt enable
  ip napt static 192.168.1.9 tcp 8080
interface Tunnel1.0
  tunnel mode 4-over-6
  ip unnumbered GigaEthernet1.0
""",
    )
    assert state.unread == ()
    assert {i.name: i.role for i in state.interfaces} == {
        "GigaEthernet1.0": Role.LAN, "Tunnel0.0": Role.WAN, "Tunnel1.0": Role.WAN,
    }  # fmt: skip
