"""Forwards made in different ways on RouterOS are predicted with their causes. Hand-made configurations."""

import json

import pytest
from router_rows import own, predicted, read, rows

#: As the maker's factory default: everything from outside is dropped unless it was translated.
BASE = """\
# 2026-01-05 10:00:00 by RouterOS 7.16.1
/interface bridge
add name=bridge
/interface list
add name=WAN
add name=LAN
/interface list member
add interface=ether1 list=WAN
add interface=bridge list=LAN
/ip address
add address=192.168.88.1/24 interface=bridge network=192.168.88.0
add address=203.0.113.10/24 interface=ether1 network=203.0.113.0
/ip route
add dst-address=0.0.0.0/0 gateway=203.0.113.1
/ip service
set telnet disabled=yes
set ftp disabled=yes
set api disabled=yes
set api-ssl disabled=yes
/tool bandwidth-server
set enabled=no
/ip firewall filter
add action=accept chain=input connection-state=established,related,untracked
add action=drop chain=input in-interface-list=!LAN
add action=accept chain=forward connection-state=established,related,untracked
add action=drop chain=forward connection-state=invalid
{before}
add action=drop chain=forward connection-nat-state=!dstnat connection-state=new in-interface-list=WAN
/ip firewall address-list
add address=198.51.100.0/24 list=office
add address=192.0.2.7 list=office
/ip firewall nat
add action=masquerade chain=srcnat out-interface-list=WAN
{nat}
/ipv6 address
add address=2001:db8:1::1/64 interface=bridge
add address=2001:db8:ffff::2/64 interface=ether1
/ipv6 firewall filter
add action=accept chain=forward connection-state=established,related,untracked
{v6}
add action=drop chain=forward in-interface-list=!LAN
add action=accept chain=input connection-state=established,related,untracked
add action=drop chain=input in-interface-list=!LAN
"""


def config(nat: str = "", before: str = "", v6: str = "") -> str:
    return BASE.format(nat=nat, before=before, v6=v6)


FORWARDS = {
    "port changed": (
        "add action=dst-nat chain=dstnat dst-port=8080 in-interface-list=WAN protocol=tcp "
        "to-addresses=192.168.88.10 to-ports=80",
        [("tcp 8080 > 192.168.88.10:80", "any", True)],
    ),
    "port kept, outside address named": (
        "add action=dst-nat chain=dstnat dst-address=203.0.113.10 dst-port=554 protocol=tcp to-addresses=192.168.88.11",
        [("tcp 554 > 192.168.88.11:554", "any", True)],
    ),
    "any own address, several ports": (
        "add action=dst-nat chain=dstnat dst-address-type=local dst-port=8000,8001 protocol=tcp "
        "to-addresses=192.168.88.12",
        [("tcp 8000-8001 > 192.168.88.12:8000-8001", "any", True)],
    ),
    "a range of ports": (
        "add action=dst-nat chain=dstnat dst-port=9000-9010 in-interface=ether1 protocol=udp "
        "to-addresses=192.168.88.13 to-ports=9000-9010",
        [("udp 9000-9010 > 192.168.88.13:9000-9010", "any", True)],
    ),
    "for a list of addresses": (
        "add action=dst-nat chain=dstnat dst-port=8443 in-interface=ether1 protocol=tcp src-address-list=office "
        "to-addresses=192.168.88.14 to-ports=443",
        [("tcp 8443 > 192.168.88.14:443", "192.0.2.7,198.51.100.0-198.51.100.255", True)],
    ),
    "for one network": (
        "add action=dst-nat chain=dstnat dst-port=8444 protocol=tcp src-address=198.51.100.64/26 in-interface=ether1 "
        "to-addresses=192.168.88.15 to-ports=443",
        [("tcp 8444 > 192.168.88.15:443", "198.51.100.64-198.51.100.127", True)],
    ),
    "one to one": (
        "add action=netmap chain=dstnat dst-address=203.0.113.16/31 to-addresses=192.168.88.16/31",
        [
            ("tcp all > 192.168.88.16-192.168.88.17:all", "any", True),
            ("udp all > 192.168.88.16-192.168.88.17:all", "any", True),
            ("other  > 192.168.88.16-192.168.88.17:", "any", True),
        ],
    ),
    "everything to one device": (
        "add action=dst-nat chain=dstnat in-interface=ether1 protocol=tcp to-addresses=192.168.88.18",
        [("tcp all > 192.168.88.18:all", "any", True)],
    ),
    "in a chain of its own": (
        "add action=jump chain=dstnat in-interface-list=WAN jump-target=cameras\n"
        "add action=dst-nat chain=cameras dst-port=37777 protocol=tcp to-addresses=192.168.88.19",
        [("tcp 37777 > 192.168.88.19:37777", "any", True)],
    ),
    "with a limit that cannot be evaluated": (
        "add action=dst-nat chain=dstnat dst-port=8081 in-interface=ether1 protocol=tcp time=8h-18h,mon,tue "
        "to-addresses=192.168.88.20 to-ports=80",
        [("tcp 8081 > 192.168.88.20:80", "any", False)],
    ),
    "for all but some": (
        "add action=accept chain=dstnat src-address=198.51.100.0/24\n"
        "add action=dst-nat chain=dstnat dst-port=8082 in-interface=ether1 protocol=tcp src-address=198.51.100.0/23 "
        "to-addresses=192.168.88.21 to-ports=80",
        [("tcp 8082 > 192.168.88.21:80", "198.51.101.0-198.51.101.255", True)],
    ),
    "switched off": (
        "add action=dst-nat chain=dstnat disabled=yes dst-port=8080 in-interface=ether1 protocol=tcp "
        "to-addresses=192.168.88.10",
        [],
    ),
    "from the inside alone": (
        "add action=dst-nat chain=dstnat dst-port=8080 in-interface=bridge protocol=tcp to-addresses=192.168.88.10",
        [],
    ),
}


@pytest.mark.parametrize("name", FORWARDS)
def test_a_forward_is_predicted_with_its_cause(name: str) -> None:
    nat, expected = FORWARDS[name]
    found = rows(predicted("mikrotik", config(nat)))
    assert [row.short for row in found] == expected
    for row in found:
        assert row.cites("action=dst-nat" if "netmap" not in nat else "action=netmap"), row
        assert all(line.number > 0 for line in row.lines)


def test_the_causing_line_is_the_line_of_the_text() -> None:
    text = config(FORWARDS["port changed"][0])
    (row,) = rows(predicted("mikrotik", text))
    (line,) = [line for line in row.lines if "dst-nat" in line.text]
    assert "dst-port=8080" in text.split("\n")[line.number - 1]


def test_a_filter_before_the_forward_closes_it() -> None:
    nat = FORWARDS["port changed"][0]
    closed = "add action=drop chain=forward dst-address=192.168.88.10 in-interface-list=WAN protocol=tcp"
    assert rows(predicted("mikrotik", config(nat, before=closed))) == []


def test_a_filter_before_the_forward_narrows_it() -> None:
    nat = FORWARDS["port changed"][0]
    before = (
        "add action=accept chain=forward dst-address=192.168.88.10 src-address=198.51.100.5\n"
        "add action=drop chain=forward dst-address=192.168.88.10"
    )
    (row,) = rows(predicted("mikrotik", config(nat, before=before)))
    assert row.short == ("tcp 8080 > 192.168.88.10:80", "198.51.100.5", True)
    assert row.cites("action=dst-nat", "src-address=198.51.100.5")


def test_ipv6_rule_opens_an_address_of_its_own() -> None:
    v6 = "add action=accept chain=forward dst-address=2001:db8:1::50/128 dst-port=443 protocol=tcp"
    (row,) = rows(predicted("mikrotik", config(v6=v6)))
    assert row.short == ("tcp 443 > 2001:db8:1::50:443", "any", True)
    assert row.cites("2001:db8:1::50/128")


def test_a_redirect_reaches_the_routers_own_service() -> None:
    text = config("add action=redirect chain=dstnat dst-port=18291 in-interface=ether1 protocol=tcp to-ports=8291")
    assert own(predicted("mikrotik", text)) == {}, "the input chain still drops it"
    opened = text.replace(
        "add action=drop chain=input",
        "add action=accept chain=input connection-nat-state=dstnat\nadd action=drop chain=input",
        1,
    )
    found = own(predicted("mikrotik", opened))
    assert [row.way for row in found.pop("winbox")] == ["18291"]
    assert found == {}


def test_management_from_the_internet_and_its_own_list() -> None:
    text = config().replace("add action=drop chain=input in-interface-list=!LAN\n", "", 1)
    text = text.replace("set api disabled=yes", "set api disabled=yes\nset ssh address=198.51.100.0/24 port=2222")
    found = own(predicted("mikrotik", text))
    assert found.keys() == {"http", "ssh", "winbox"}
    assert {row.short for row in found["ssh"]} == {("2222", "198.51.100.0-198.51.100.255", True)}
    assert found["ssh"][0].cites("set ssh address=198.51.100.0/24 port=2222")
    assert {row.short for row in found["winbox"]} == {("8291", "any", True)}


def test_a_list_with_a_host_name_is_sure_for_the_rest_only() -> None:
    nat = FORWARDS["for a list of addresses"][0]
    text = config(nat).replace(
        "add address=192.0.2.7 list=office",
        "add address=192.0.2.7 list=office\nadd address=home.example.jp list=office",
    )
    found = rows(predicted("mikrotik", text))
    sure = [row for row in found if row.sure]
    assert [row.who for row in sure] == ["192.0.2.7,198.51.100.0-198.51.100.255"]
    assert any(not row.sure for row in found)


def test_without_any_firewall_everything_is_open() -> None:
    text = "/ip address\nadd address=192.168.1.1/24 interface=ether2\n/ip dhcp-client\nadd interface=ether1\n"
    found = own(predicted("mikrotik", text))
    assert found.keys() == {"telnet", "ftp", "http", "ssh", "api", "winbox", "api-ssl", "bandwidth-test"}
    assert all(line.text for row in found["winbox"] for line in row.lines)


def test_upnp_mappings_are_seen_over_rest() -> None:
    answers = {
        "ip/address": [{".id": "*1", "address": "192.168.88.1/24", "interface": "bridge", "disabled": "false"}],
        "ip/dhcp-client": [{".id": "*1", "interface": "ether1", "disabled": "false", "add-default-route": "yes"}],
        "ip/upnp": {"enabled": "true", "allow-disable-external-interface": "false"},
        "ip/service": [{"name": "www", "port": "80", "disabled": "true"}],
        "ip/firewall/nat": [
            {"chain": "srcnat", "action": "masquerade", "out-interface": "ether1", "dynamic": "false"},
            {
                "chain": "dstnat", "action": "dst-nat", "protocol": "tcp", "dst-port": "34567",
                "in-interface": "ether1", "to-addresses": "192.168.88.30", "to-ports": "34567", "dynamic": "true",
                "disabled": "false",
                "comment": "upnp 192.168.88.30: NVR",
            },
        ],
    }  # fmt: skip
    prediction = predicted("mikrotik", json.dumps(answers))
    (row,) = rows(prediction)
    assert row.short == ("tcp 34567 > 192.168.88.30:34567", "any", True)
    assert row.kind == "upnp"
    assert row.cites("upnp 192.168.88.30: NVR")
    assert prediction.upnp.enabled is True
    assert own(prediction) == {}


def test_addresses_of_rules_that_are_jumped_to_are_the_line_s_own() -> None:
    text = (
        "/ip address\nadd address=192.168.1.1/24 interface=ether2\nadd address=198.51.100.2/30 interface=ether1\n"
        "/ip route\nadd dst-address=0.0.0.0/0 gateway=198.51.100.1\n"
        "/interface list member\nadd interface=ether1 list=WAN\n/interface list\nadd name=WAN\n"
        "/ip firewall filter\nadd action=drop chain=input in-interface=ether1\n"
        "/ip firewall nat\nadd action=jump chain=dstnat jump-target=shop\n"
        "add action=dst-nat chain=shop dst-address=203.0.113.5 dst-port=80 protocol=tcp to-addresses=192.168.1.9\n"
    )
    assert [f.kind.value for f in read("mikrotik", text).forwards] == ["static"]
    (row,) = rows(predicted("mikrotik", text))
    assert row.short == ("tcp 80 > 192.168.1.9:80", "any", True)
