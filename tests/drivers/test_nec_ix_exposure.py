"""Forwards made in different ways on UNIVERGE IX are predicted with their causes. Hand-made configurations."""

import pytest
from router_rows import own, predicted, rows

BASE = """\
! NEC Portable Internetwork Core Operating System Software
! IX Series IX2215 (magellan-sec) Software, Version 10.7.18, RELEASE SOFTWARE
hostname shop
timezone +09 00
!
username admin password hash 0000000000 administrator
!
ip ufs-cache enable
ip route default 203.0.113.1
ip access-list all permit ip src any dest any
ip access-list inside permit ip src 192.168.10.0/24 dest any
ip access-list dynamic answers access all
ipv6 access-list all6 permit ip src any dest any
ipv6 access-list dynamic answers6 access all6
{lists}
!
ssh-server ip enable
{services}
!
interface GigaEthernet0.0
  ip address 203.0.113.10/24
  ip napt enable
  ipv6 enable
  ipv6 address 2001:db8:ffff::2/64
{outside}
  no shutdown
!
interface GigaEthernet1.0
  ip address 192.168.10.1/24
  ipv6 enable
  ipv6 address 2001:db8:1::1/64
  no shutdown
!
interface GigaEthernet2.0
  no ip address
  shutdown
"""


def config(*outside: str, lists: tuple[str, ...] = (), services: tuple[str, ...] = (), v6: bool = False) -> str:
    closed = () if v6 else ("ipv6 filter answers6 1 out", "ipv6 filter dhcp6 1 in")
    dhcp = ("ipv6 access-list dhcp6 permit udp src fe80::/64 sport eq 547 dest fe80::/64 dport eq 546",)
    return (
        BASE.replace("{outside}", "\n".join(f"  {line}" for line in (*closed, *outside)))
        .replace("{lists}", "\n".join((*dhcp, *lists)))
        .replace("{services}", "\n".join(services))
    )


FORWARDS = {
    "port kept": (
        ("ip napt static 192.168.10.10 tcp 8080",),
        [("tcp 8080 > 192.168.10.10:8080", "any", True)],
    ),
    "a range of ports": (
        ("ip napt static 192.168.10.11 udp 9000-9010",),
        [("udp 9000-9010 > 192.168.10.11:9000-9010", "any", True)],
    ),
    "as a service": (
        ("ip napt service camera 192.168.10.12 none tcp 554",),
        [("tcp 554 > 192.168.10.12:554", "any", True)],
    ),
    "as a service that the router knows by name": (
        ("ip napt service http 192.168.10.13",),
        [("tcp 80 > 192.168.10.13:80", "any", True)],
    ),
    "port changed": (
        ("ip napt service camera2 192.168.10.14 80 tcp 8081",),
        [("tcp 8081 > 192.168.10.14:80", "any", True)],
    ),
    "everything to one device": (
        ("ip napt static 192.168.10.15 any",),
        [
            ("tcp all > 192.168.10.15:all", "any", True), ("udp all > 192.168.10.15:all", "any", True),
            ("other  > 192.168.10.15:", "any", True),
        ],
    ),
    "one to one": (
        ("ip nat enable", "ip nat static 192.168.10.16 203.0.113.16"),
        [
            ("tcp all > 192.168.10.16:all", "any", True), ("udp all > 192.168.10.16:all", "any", True),
            ("other  > 192.168.10.16:", "any", True),
        ],
    ),
    "a protocol by number": (
        ("ip napt static 192.168.10.17 50",),
        [("esp  > 192.168.10.17:", "any", True)],
    ),
    "a filter lets one network in": (
        ("ip napt static 192.168.10.18 tcp 8082", "ip filter office 10 in", "ip filter answers 10 out"),
        [("tcp 8082 > 192.168.10.18:8082", "198.51.100.0-198.51.100.255", True)],
    ),
    "a filter with the inside address": (
        ("ip napt static 192.168.10.19 tcp 8083", "ip filter camera 10 in", "ip filter answers 10 out"),
        [("tcp 8083 > 192.168.10.19:8083", "any", False)],
    ),
    "a filter lets nobody in": (
        ("ip napt static 192.168.10.20 tcp 8084", "ip filter office 10 in"),
        [],
    ),
    "a filter lets no answer out": (
        ("ip napt static 192.168.10.21 tcp 8085", "ip filter all 10 in", "ip filter no-answers 10 out"),
        [],
    ),
    "switched off with no": (
        ("no ip napt static 192.168.10.22 tcp 8086",),
        [],
    ),
}  # fmt: skip
LISTS = (
    "ip access-list office permit tcp src 198.51.100.0/24 sport any dest any dport eq 8082",
    "ip access-list camera permit tcp src any sport any dest 192.168.10.19/32 dport eq 8083",
    "ip access-list no-answers deny tcp src any sport eq 8085 dest any dport any",
    "ip access-list no-answers permit ip src any dest any",
)


@pytest.mark.parametrize("name", FORWARDS)
def test_a_forward_is_predicted_with_its_cause(name: str) -> None:
    outside, expected = FORWARDS[name]
    found = rows(predicted("nec_ix", config(*outside, lists=LISTS)))
    assert [row.short for row in found] == expected
    for row in found:
        assert row.cites("ip na"), row


def test_the_causing_lines_are_lines_of_the_text() -> None:
    text = config(*FORWARDS["a filter lets one network in"][0], lists=LISTS)
    (row,) = rows(predicted("nec_ix", text))
    lines = text.split("\n")
    assert all(lines[line.number - 1].strip() == line.text for line in row.lines)
    assert row.cites("ip napt static 192.168.10.18 tcp 8082", "ip filter office 10 in", "ip access-list office permit")


def test_filters_are_asked_by_number_and_the_first_that_matches_counts() -> None:
    outside = ("ip napt static 192.168.10.10 tcp 8080", "ip filter all 20 in", "ip filter no-bots 10 in",
               "ip filter answers 10 out")  # fmt: skip
    lists = ("ip access-list no-bots deny ip src 198.51.100.0/24 dest any",)
    (row,) = rows(predicted("nec_ix", config(*outside, lists=lists)))
    assert row.who.startswith(("1.0.0.0-", "100.128.0.0-", "11.0.0.0-"))
    assert "198.51.100" not in row.who
    assert row.sure


def test_ipv6_without_a_filter_is_open_and_with_one_as_it_says() -> None:
    ways = {row.way.partition(" ")[0] for row in rows(predicted("nec_ix", config(v6=True)))}
    assert ways == {"tcp", "udp", "other"}
    assert rows(predicted("nec_ix", config())) == []
    lists = ("ipv6 access-list cam6 permit tcp src any sport any dest 2001:db8:1::50/128 dport eq 443",
             "ipv6 access-list cam6 permit icmp type 2 src any dest any",
             "ipv6 access-list cam6 deny icmp type 134 src any dest any")  # fmt: skip
    found = rows(predicted("nec_ix", config("ipv6 filter cam6 2 in", lists=lists)))
    row, icmp = found
    assert icmp.way.startswith("icmpv6 ")
    assert icmp.sure, "types of ICMP make nothing uncertain"
    assert row.short == ("tcp 443 > 2001:db8:1::50:443", "any", True)
    assert row.cites("ipv6 filter cam6 2 in", "ipv6 access-list cam6")


def test_napt_hides_the_routers_own_services_unless_they_are_let_through() -> None:
    assert own(predicted("nec_ix", config(services=("http-server ip enable",)))) == {}
    found = own(predicted("nec_ix", config("ip napt static GigaEthernet0.0 tcp 22")))
    assert [row.short for row in found["ssh"]] == [("22", "any", True)]
    assert found["ssh"][0].cites("ssh-server ip enable", "ip napt static GigaEthernet0.0 tcp 22")
    services = ("ssh-server ip access-list inside",)
    assert own(predicted("nec_ix", config("ip napt static GigaEthernet0.0 tcp 22", services=services))) == {}


def test_without_napt_the_access_list_of_a_server_is_what_protects_it() -> None:
    services = ("telnet-server ip enable", "telnet-server ip access-list office", "snmp-agent ip enable",
                "snmp-agent ip community invented-for-tests inside")  # fmt: skip
    lists = ("ip access-list office permit ip src 198.51.100.0/24 dest any",)
    text = config(services=services, lists=lists).replace("  ip napt enable\n", "")
    found = own(predicted("nec_ix", text))
    assert found.keys() == {"ssh", "telnet"}
    assert [row.short for row in found["telnet"]] == [("23", "198.51.100.0-198.51.100.255", True)]
    assert found["telnet"][0].cites("telnet-server ip enable", "telnet-server ip access-list office")


def test_vpn_through_napt() -> None:
    services = ("ikev2 authentication psk id keyid site key char invented-for-tests",)
    outside = ("ip napt static GigaEthernet0.0 udp 500", "ip napt static GigaEthernet0.0 udp 4500")
    found = own(predicted("nec_ix", config(*outside, services=services)))
    assert {row.way for row in found["ipsec"]} == {"500", "4500"}


def test_an_address_of_the_provider() -> None:
    text = config("ip napt static 192.168.10.10 tcp 8080").replace("ip address 203.0.113.10/24", "ip address dhcp")
    text = text.replace("ip route default 203.0.113.1", "ip route default GigaEthernet0.0")
    (row,) = rows(predicted("nec_ix", text))
    assert row.short == ("tcp 8080 > 192.168.10.10:8080", "any", True)
