"""What is read of a RouterOS configuration: real ones, and hand-made ones for what those do not hold."""

import json
from pathlib import Path

import pytest
import yaml
from router_rows import own, predicted, read

from fushinban.drivers._configuration import configurations
from fushinban.drivers._router_text import Notes
from fushinban.drivers.mikrotik._export import read_export
from fushinban.errors import Malformed
from fushinban.model.filtering import Action, Family, Stage
from fushinban.model.intervals import ANY_ADDRESS, addresses
from fushinban.model.router import Origin, PasswordState, Role, RouterState
from fushinban.probe import predict

RECORDED = "router-config/ytti+oxidized/spec/model/data"


def real(corpora: Path, name: str) -> RouterState:
    return configurations()["mikrotik"].parse((corpora / RECORDED / name).read_bytes(), Origin.FILE)


def services(state: RouterState) -> dict[str, object]:
    return {s.name: s for s in state.services}


def test_the_real_configuration_of_an_l009(corpora: Path) -> None:
    state = real(corpora, "routeros#L009UiGS_7.15.2#output.txt")
    assert (state.maker, state.model, state.firmware, state.host_name) == ("MikroTik", "L009UiGS", "7.15.2", "router")
    assert state.unread == ()
    assert {i.name: i.role for i in state.interfaces} == {
        "bridge": Role.LAN, "pppoe-out1": Role.WAN, "ether1": Role.WAN,
    }  # fmt: skip
    assert {(h.stage, *h.families) for h in state.hooks} == {
        (Stage.INPUT, Family.V4), (Stage.FORWARD, Family.V4), (Stage.INPUT, Family.V6), (Stage.FORWARD, Family.V6),
    }  # fmt: skip
    assert sum(len(one.rules) for one in state.lists) >= 31
    assert state.upnp.enabled is False
    assert {"telnet", "ftp", "http", "ssh", "api", "winbox", "api-ssl", "snmp", "dns"} <= services(state).keys()


def test_what_outsiders_reach_of_the_real_l009(corpora: Path) -> None:
    """Two rules let two single addresses in to everything of the router, and nobody else."""
    prediction = predict(real(corpora, "routeros#L009UiGS_7.15.2#output.txt"))
    assert prediction.complete
    assert prediction.openings == ()
    reached = own(prediction)
    assert reached["winbox"]
    for name, found in reached.items():
        assert {row.who for row in found} == {"198.51.100.1", "198.51.100.2"}, name
        assert all(row.cites('src-address-list="office"') or row.cites('src-address-list="nms"') for row in found)


def test_the_real_configuration_of_a_chr_as_file_and_as_dialogue(corpora: Path) -> None:
    state = real(corpora, "routeros#CHR_7.16#output.txt")
    assert state.unread == ()
    assert [i.name for i in state.interfaces if i.role is Role.WAN] == ["ether1"]
    dialogue = yaml.safe_load((corpora / RECORDED / "routeros#CHR_7.16#simulation.yaml").read_text())
    shown = dialogue["commands"]["/export show-sensitive\n"]
    played = read("mikrotik", shown)
    assert played.firmware == "7.16"
    assert played.interfaces == tuple(
        type(i)(**{f: getattr(i, f) for f in ("name", "role", "addresses", "assigned", "description")}, lines=p.lines)
        for i, p in zip(state.interfaces, played.interfaces, strict=True)
    )
    assert own(predict(played)).keys() == own(predict(state)).keys()


def entries(text: str) -> list[tuple[str, str, dict[str, str]]]:
    return [(e.menu, e.verb, dict(e.values)) for e in read_export(text, Notes()).entries]


def test_lines_that_go_on_are_joined_also_inside_quotes() -> None:
    text = (
        '/ip firewall nat\nadd action=dst-nat chain=dstnat comment="front \\\n    door" dst-port=\\\n    8080 \\\n'
        "    protocol=tcp to-addresses=192.0.2.1\n"
    )
    ((_, _, values),) = entries(text)
    assert values["comment"] == "front door"
    assert values["dst-port"] == "8080"
    assert values["to-addresses"] == "192.0.2.1"


@pytest.mark.parametrize(
    "text",
    [
        "/ip firewall nat\nadd chain=dstnat action=accept\n",
        "/ip firewall nat add chain=dstnat action=accept\n",
        "/ip/firewall/nat/add chain=dstnat action=accept\n",
        "/ip/firewall/nat\n  add chain=dstnat action=accept\n",
        "[admin@MikroTik] > /ip firewall nat\n[admin@MikroTik] /ip firewall nat> add chain=dstnat action=accept\n",
    ],
    ids=["section", "terse", "slashes", "indented", "prompts"],
)
def test_ways_of_writing_a_command(text: str) -> None:
    assert entries(text) == [("ip firewall nat", "add", {"chain": "dstnat", "action": "accept"})]


def test_escapes_and_flags() -> None:
    ((_, _, values),) = entries('/ip route\nadd blackhole comment="a \\"b\\" \\E5\\24\\n" dst-address=10.0.0.0/8\n')
    assert values["comment"] == 'a "b" å$\n'
    state = read("mikrotik", "/ip route\nadd blackhole dst-address=10.0.0.0/8\n")
    assert state.routes == ()
    assert state.unread == ()


def test_set_find_changes_what_add_made_and_what_the_router_has_from_the_start() -> None:
    state = read(
        "mikrotik",
        """\
/interface ethernet
set [ find default-name=ether1 ] name=uplink
/ip address
add address=192.0.2.1/24 interface=uplink comment=first
add address=192.0.2.2/24 interface=other
set [ find where comment=first ] address=203.0.113.5/24
set 1 disabled=yes
/ip service
set [ find name=telnet ] disabled=yes
set www,api port=8000
disable ftp
/ip firewall filter
set [ find comment="not there" ] disabled=yes
remove [ find chain~"in" ]
""",
    )
    assert [(i.name, [str(a) for a in i.addresses]) for i in state.interfaces] == [("uplink", ["203.0.113.5/24"])]
    running = {s.name: s for s in state.services}
    assert "telnet" not in running
    assert "ftp" not in running
    assert running["http"].ports.ranges == ((8000, 8000),)
    assert running["http"].by_default is False
    assert running["ssh"].by_default is True
    assert [(u.line.number, u.reason.en) for u in state.unread] == [
        (13, "What this line wants to change was not found."),
        (14, "This line belongs to a script; what it does cannot be predicted."),
    ]


def test_services_and_who_may_use_them() -> None:
    state = read(
        "mikrotik",
        """\
# 2026-01-05 10:00:00 by RouterOS 7.16.1
# model = RB5009UG+S+
# serial number = HXX00000000
/interface wireguard
add listen-port=13231 name=wg0
/interface l2tp-server server
set enabled=yes use-ipsec=required
/interface pptp-server server
set enabled=yes
/interface sstp-server server
set enabled=yes port=4443
/interface ovpn-server server
add disabled=no name=ovpn-server1 port=1195 protocol=udp
add name=ovpn-server2 port=1196
/ip service
set www-ssl address=192.168.88.0/24,2001:db8::/32 disabled=no
set winbox address=::/0
/ip dns
set allow-remote-requests=yes
/ip socks
set enabled=yes port=1081
/ip proxy
set enabled=yes
/ip upnp
set enabled=yes
/ip upnp interfaces
add interface=bridge type=internal
add interface=ether1 type=external
/ip cloud
set ddns-enabled=yes
/snmp
set enabled=yes
/snmp community
set [ find default=yes ] addresses=192.168.88.9/32
/system identity
set name=shop
/system ntp client
set enabled=yes
/system ntp client servers
add address=ntp.example.jp
/system logging action
add name=far remote=192.168.88.5 target=remote
/system scheduler
add interval=1h name=again on-event="/tool fetch http://example.com/x"
/user
add group=full name=watch password=invented-for-tests
add group=read name=guest password=""
""",
    )
    found = services(state)
    assert [one.line.text.partition(" add ")[0] for one in state.unread] == ["/system scheduler"]
    assert {"wireguard", "l2tp", "ipsec", "pptp", "sstp", "openvpn"} == {s.name for s in state.vpn_servers}
    assert found["openvpn"].ports.ranges == ((1195, 1195),)
    assert found["openvpn"].protocol == 17
    assert found["sstp"].ports.ranges == ((4443, 4443),)
    assert found["https"].sources == addresses("192.168.88.0/24", "2001:db8::/32")
    assert found["winbox"].sources == ANY_ADDRESS
    assert found["snmp"].sources == addresses("192.168.88.9")
    assert found["socks"].ports.ranges == ((1081, 1081),)
    assert "bridge" in found["upnp"].entering
    assert "ether1" not in found["upnp"].entering
    assert state.upnp.enabled is True
    assert state.upnp.lines
    assert state.dynamic_names == ("hxx00000000.sn.mynetname.net",)
    assert (state.model, state.firmware, state.host_name) == ("RB5009UG+S+", "7.16.1", "shop")
    assert state.time_servers == ("ntp.example.jp",)
    assert state.log_hosts == ("192.168.88.5",)
    assert [line.text for line in state.schedules] == ["/system scheduler add interval=1h name=again on-event=***"]
    assert [(a.name, a.administrator, a.password) for a in state.accounts] == [
        ("watch", True, PasswordState.SET), ("guest", False, PasswordState.EMPTY),
    ]  # fmt: skip


def test_names_of_routeros_6() -> None:
    state = read(
        "mikrotik",
        """\
# jan/05/2026 10:00:00 by RouterOS 6.49.17
/interface pppoe-client
add disabled=no interface=ether1 name=pppoe-out1 user=a@example.jp
/interface ovpn-server server
set enabled=yes
/ip dhcp-client
add dhcp-options=hostname,clientid disabled=yes interface=ether2
/ip route
add distance=1 gateway=pppoe-out1
/system ntp client
set enabled=yes primary-ntp=192.0.2.123 secondary-ntp=0.0.0.0
/ip firewall nat
add action=masquerade chain=srcnat out-interface=pppoe-out1
""",
    )
    assert state.firmware == "6.49.17"
    assert state.unread == ()
    assert [(i.name, i.role) for i in state.interfaces] == [("pppoe-out1", Role.WAN)]
    assert state.time_servers == ("192.0.2.123",)
    assert services(state)["openvpn"].ports.ranges == ((1194, 1194),)


def test_interface_lists_that_take_in_and_leave_out_others() -> None:
    state = read(
        "mikrotik",
        """\
/interface list
add name=WAN
add name=cams
add include=WAN,cams name=far
add exclude=cams include=all name=near
add include=dynamic name=made-up
/interface list member
add interface=ether1 list=WAN
add interface=ether5 list=cams
/ip firewall filter
add action=drop chain=input in-interface-list=far
add action=drop chain=input in-interface-list=!near
add action=drop chain=input in-interface-list=made-up
""",
    )
    far, not_near, made_up = state.lists[0].rules
    assert far.match.entering.names == {"ether1", "ether5"}
    assert not far.match.entering.others
    assert "ether5" in not_near.match.entering
    assert "ether1" not in not_near.match.entering
    assert made_up.match.unclear == "in-interface-list=made-up"


def test_rules_that_cannot_be_read_are_named_and_left_out() -> None:
    state = read(
        "mikrotik",
        """\
/ip firewall filter
add action=accept chain=input dst-port=99999 protocol=tcp
add action=accept chain=input src-address=not-an-address
add action=fly chain=input
add action=accept
add action=jump chain=input
/ip firewall raw
add action=notrack chain=prerouting
/ip firewall connection tracking
set enabled=no
/routing rule
add action=lookup table=other
/ip route
add dst-address=0.0.0.0/0 gateway=nowhere
add dst-address=0.0.0.0/0 gateway=192.0.2.1 routing-table=other
/made up
add x=1
""",
    )
    said = [(u.line.number, u.reason.en) for u in state.unread]
    assert said == [
        (2, "The value of “dst-port” cannot be read."),
        (3, "The value of “src-address” cannot be read."),
        (4, "The value of “action” cannot be read."),
        (5, "The value of “chain” cannot be read."),
        (6, "The value of “jump-target” cannot be read."),
        (8, "This line changes how traffic is handled in a way that cannot be predicted."),
        (10, "This line changes how traffic is handled in a way that cannot be predicted."),
        (12, "This kind of setting is not understood."),
        (14, "“nowhere” is defined nowhere."),
        (15, "This is a route with conditions; answers may take another way."),
        (17, "This kind of setting is not understood."),
    ]
    assert [one.rules for one in state.lists if one.name.endswith("/input")] == [()]
    assert not predict(state).complete


def test_a_jump_to_a_chain_without_rules_comes_back() -> None:
    state = read("mikrotik", "/ip firewall filter\nadd action=jump chain=input jump-target=nothing\n")
    by_name = {one.name: one for one in state.lists}
    assert by_name["ip firewall filter/nothing"].default is Action.RETURN
    assert by_name["ip firewall filter/input"].default is Action.ACCEPT


def test_a_file_that_would_be_read_in_is_named() -> None:
    (one,) = read("mikrotik", "/ip address\nadd address=192.0.2.1/24 interface=a\n/import more\n").unread
    assert one.line.number == 3


def test_forwarding_of_ipv6_switched_off() -> None:
    text = "/ipv6 address\nadd address=2001:db8:1::1/64 interface=a\nadd address=2001:db8:2::1/64 interface=b\n"
    text += "/ipv6 route\nadd dst-address=::/0 gateway=2001:db8:2::2\n"
    assert predicted("mikrotik", text).openings
    assert predicted("mikrotik", text + "/ipv6 settings\nset forward=no\n").openings == ()


def test_forwarding_switched_off() -> None:
    text = "/ip address\nadd address=192.168.1.1/24 interface=a\nadd address=203.0.113.1/24 interface=b\n"
    text += "/ip firewall nat\nadd action=dst-nat chain=dstnat in-interface=b to-addresses=192.168.1.9\n"
    assert predicted("mikrotik", text).openings
    assert predicted("mikrotik", text + "/ip settings\nset ip-forward=no\n").openings == ()


@pytest.mark.parametrize(
    "answers",
    [
        {"ip/address": "down"},
        {"ip/address": [1]},
        {"ip/address": [{"address": 5}]},
        {"error": 400, "message": "Bad Request"},
        {},
        [],
    ],
)
def test_rest_answers_of_another_shape_are_refused(answers: object) -> None:
    with pytest.raises(Malformed):
        read("mikrotik", json.dumps(answers))


def test_rest_knows_what_is_switched_off() -> None:
    state = read(
        "mikrotik",
        json.dumps(
            {
                "/rest/ip/service": [
                    {".id": "*0", "name": "telnet", "port": "23", "disabled": "true", "invalid": "false"},
                    {".id": "*1", "name": "ssh", "port": "22", "disabled": "false", "address": "192.0.2.0/24"},
                ],
                "system/resource": [{"version": "7.16.1 (stable)", "board-name": "hEX", "platform": "MikroTik"}],
                "system/routerboard": {"model": "RB750Gr3", "serial-number": "HXX00000001"},
                "user": [{"name": "admin", "group": "full", "disabled": "false"}],
            }
        ),
    )
    assert [s.name for s in state.services] == ["ssh"]
    assert (state.model, state.firmware, state.serial) == ("RB750Gr3", "7.16.1", "HXX00000001")
    assert [(a.name, a.administrator, a.password) for a in state.accounts] == [("admin", True, PasswordState.UNKNOWN)]
    assert all(line.number == 0 for s in state.services for line in s.lines)


@pytest.mark.parametrize(
    ("text", "outside"),
    [
        ("/interface l2tp-client\nadd connect-to=vpn.example.jp name=l2tp-out1\n/interface list\nadd name=WAN\n"
         "/interface list member\nadd interface=l2tp-out1 list=WAN\n", {"l2tp-out1"}),
        ("/interface wireguard\nadd name=wg0\n/ip firewall nat\nadd action=masquerade chain=srcnat out-interface=wg0\n"
         "add action=masquerade chain=srcnat out-interface=ether1\n", {"ether1"}),
        ("/ip address\nadd address=192.168.1.1/24 interface=ether2\nadd address=192.168.9.2/24 interface=ether1\n"
         "/ip route\nadd dst-address=0.0.0.0/0 gateway=192.168.9.1\n", {"ether1"}),
        ("/ip address\nadd address=192.168.1.1/24 interface=ether2\nadd address=203.0.113.2/24 interface=ether1\n",
         {"ether1"}),
        ("/ip address\nadd address=192.168.1.1/24 interface=bridge\n/ip firewall nat\nadd action=masquerade "
         "chain=srcnat dst-address=192.168.1.0/24 out-interface=bridge src-address=192.168.1.0/24\n", set()),
    ],
    ids=["listed tunnel", "hiding tunnel", "default route", "address of the internet", "turning back inside"],
)  # fmt: skip
def test_which_interfaces_lead_outside(text: str, outside: set[str]) -> None:
    assert {i.name for i in read("mikrotik", text).interfaces if i.role is Role.WAN} == outside


PROGRAMS = {
    "/system scheduler": 'add name=x on-event="/ip firewall filter disable 0" interval=1d',
    "/tool netwatch": 'add host=192.0.2.1 up-script="/ip firewall filter disable 0"',
    "/ip dhcp-client": 'add interface=ether1 script="/ip firewall filter disable 0"',
    "/ppp profile": 'set *0 on-up="/ip firewall filter disable 0"',
    "/interface vrrp": 'add name=v interface=bridge on-master="/ip firewall filter disable 0"',
}


@pytest.mark.parametrize("menu", PROGRAMS)
def test_a_program_that_runs_by_itself_makes_the_prediction_incomplete(menu: str) -> None:
    state = read("mikrotik", f"{menu}\n{PROGRAMS[menu]}\n")
    assert any(one.line.text.startswith(menu) and "***" in one.line.text for one in state.unread)
    assert not predict(state).complete


def test_a_program_that_waits_or_is_switched_off_changes_nothing() -> None:
    state = read(
        "mikrotik",
        '/system script\nadd name=y source=":put 1"\n/system scheduler\nadd name=x on-event=y disabled=yes\n'
        '/ip dhcp-client\nadd interface=ether1 script=""\n',
    )
    assert state.unread == ()


@pytest.mark.parametrize("menu", ["/system frob", "/tool frob", "/systems"])
def test_menus_that_nobody_knows_are_told(menu: str) -> None:
    assert [one.line.number for one in read("mikrotik", f"{menu}\nset x=1\n").unread] == [2]
