"""Translation, filters, IPv6, own services and tunnels of a Yamaha: what each line opens or closes."""

import pytest
from yamaha_shown import BASE, own, prediction_of, rows, unread

from fushinban.drivers.yamaha._words import filter_addresses, port_list, protocols
from fushinban.model.filtering import ForwardKind, State
from fushinban.model.intervals import ANY_V4, ANY_V6, Intervals, addresses, ports

WEB = "nat descriptor masquerade static 1 1 192.168.100.5 tcp 8080=80"
OUT = "203.0.113.7"
V6 = """ipv6 prefix 1 ra-prefix@lan2::/64
ipv6 lan1 address ra-prefix@lan2::1/64
ipv6 lan1 rtadv send 1
"""


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (WEB, [f"tcp {OUT}:8080 > 192.168.100.5:80 from anyone"]),
        ("nat descriptor masquerade static 1 1 192.168.100.5 tcp www",
         [f"tcp {OUT}:80 > 192.168.100.5:80 from anyone"]),
        ("nat descriptor masquerade static 1 1 192.168.100.5 tcp,udp 5000-5002",
         [f"tcp {OUT}:5000-5002 > 192.168.100.5:5000-5002 from anyone",
          f"udp {OUT}:5000-5002 > 192.168.100.5:5000-5002 from anyone"]),
        ("nat descriptor masquerade static 1 1 192.168.100.5 tcp 6000-6001=80-81,9000=90",
         [f"tcp {OUT}:6000-6001 > 192.168.100.5:80-81 from anyone", f"tcp {OUT}:9000 > 192.168.100.5:90 from anyone"]),
        ("nat descriptor masquerade static 1 1 192.168.100.5 gre", [f"gre {OUT} > 192.168.100.5 from anyone"]),
        ("nat descriptor static 1 1 203.0.113.9=192.168.100.9",
         ["tcp 203.0.113.9:0-65535 > 192.168.100.9:0-65535 from anyone",
          "udp 203.0.113.9:0-65535 > 192.168.100.9:0-65535 from anyone",
          "other 203.0.113.9 > 192.168.100.9 from anyone"]),
        ("nat descriptor static 1 1 203.0.113.16=192.168.100.32 4",
         ["tcp 203.0.113.16/30:0-65535 > 192.168.100.32/30:0-65535 from anyone",
          "udp 203.0.113.16/30:0-65535 > 192.168.100.32/30:0-65535 from anyone",
          "other 203.0.113.16/30 > 192.168.100.32/30 from anyone"]),
        ("nat descriptor masquerade incoming 1 forward 192.168.100.8",
         [f"tcp {OUT}:0-65535 > 192.168.100.8:0-65535 from anyone",
          f"udp {OUT}:0-65535 > 192.168.100.8:0-65535 from anyone", f"other {OUT} > 192.168.100.8 from anyone"]),
        ("nat descriptor masquerade incoming 1 through", []),
        ("nat descriptor masquerade incoming 1 discard", []),
        ("nat descriptor type 1 none", []),
    ],
)  # fmt: skip
def test_translations(line: str, wanted: list[str]) -> None:
    prediction = prediction_of(line)
    assert rows(prediction) == wanted
    assert prediction.complete


def test_the_sorts_of_openings_are_told() -> None:
    prediction = prediction_of(
        WEB, "nat descriptor static 1 1 203.0.113.9=192.168.100.9",
        "nat descriptor masquerade incoming 1 forward 192.168.100.8",
    )  # fmt: skip
    kinds = {row.reach.outside_ports.size: row.kind for row in prediction.openings if row.protocol == "tcp"}
    assert kinds[1] is ForwardKind.STATIC
    assert {row.kind for row in prediction.openings} == {ForwardKind.STATIC, ForwardKind.ONE_TO_ONE, ForwardKind.DMZ}
    # What a static entry takes is not left for the rest.
    rest = next(r for r in prediction.openings if r.kind is ForwardKind.DMZ and r.protocol == "tcp")
    assert 8080 not in rest.reach.outside_ports


def test_dynamic_one_to_one_translation_may_lead_inside() -> None:
    prediction = prediction_of(
        "nat descriptor type 1 nat", "nat descriptor address outer 1 203.0.113.7-203.0.113.8",
        "nat descriptor address inner 1 192.168.100.2-192.168.100.3",
    )  # fmt: skip
    assert rows(prediction)[0] == "tcp 203.0.113.7-203.0.113.8:0-65535 > 192.168.100.2/31:0-65535 from anyone?"
    assert not prediction.complete


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (["ip filter 1 pass * 192.168.100.5 tcp * 80"], "anyone"),
        (["ip filter 1 pass * 192.168.100.5 tcp * 8080"], ""),  # translated first, then filtered
        (["ip filter 1 pass * 203.0.113.7 tcp * 80"], ""),
        (["ip filter 1 pass 198.51.100.0/24 * * * *"], "198.51.100.0/24"),
        (["ip filter 1 pass 198.51.100.1,198.51.100.7-198.51.100.8 *"], "198.51.100.1,198.51.100.7-198.51.100.8"),
        (["ip filter 1 pass * * established"], ""),
        (["ip filter 1 pass * * tcpflag=0x0002/0x0012 * *"], "anyone"),
        (["ip filter 1 pass * * tcpflag!=0x0002/0x0012 * *"], ""),
        (["ip filter 1 pass * * tcp 53 *"], "anyone port 53"),
        (["ip filter 1 restrict * * * * *"], "anyone"),
        (["ip filter 1 reject 198.51.100.9 * * * *", "ip filter 2 pass * *"], "all but 198.51.100.9"),
        (["ip filter 1 pass * * udp,icmp * *"], ""),
        (["ip filter 1 pass * 192.168.100.* tcp * -1023"], "anyone"),
        (["ip filter 1 pass * 192.168.100.0/255.255.255.0 tcp * 79-81"], "anyone"),
        (["ip filter 1 pass maker.example.com * tcp * www"], "anyone?"),
        (["ip filter 1 pass-nolog * * 6 * *"], "anyone"),
        (["ip filter 1 pass * * icmp 8 *", "ip filter 2 reject-log * *"], ""),
    ],
)  # fmt: skip
def test_filters_at_the_line(filters: list[str], wanted: str) -> None:
    numbers = " ".join(line.split()[2] for line in filters)
    prediction = prediction_of(WEB, *filters, "pp select 1", f" ip pp secure filter in {numbers}")
    assert rows(prediction) == ([f"tcp {OUT}:8080 > 192.168.100.5:80 from {wanted}"] if wanted else [])
    assert prediction.complete is not wanted.endswith("?")


@pytest.mark.parametrize(
    ("lines", "opened"),
    [
        ([" ip pp secure filter out 9"], False),  # no answer gets out
        ([" ip pp secure filter out 1"], True),
        ([" ip pp secure filter out 9", " ip pp secure filter in 1 dynamic 5"], True),  # the dynamic filter remembers
        ([" ip pp secure filter out 9", " ip pp secure filter in 1 dynamic 6"], False),
        ([" ip pp secure filter out 2"], True),
        ([" ip pp secure filter out dynamic 5"], True),
        (["ip lan1 secure filter out 9"], False),
        (["ip lan1 secure filter in 9"], False),
        (["ip lan1 secure filter in 9", "ip lan1 secure filter out 1 dynamic 5"], True),
        (["ip lan1 secure filter in 2"], True),
        ([" ip pp secure filter name camera"], True),
        ([" ip pp secure filter name closed"], False),
    ],
)
def test_filters_on_the_way_and_back(lines: list[str], opened: bool) -> None:
    prediction = prediction_of(
        WEB, "ip filter 1 pass * *", "ip filter 2 pass 192.168.100.5 * established", "ip filter 9 reject * * * * *",
        "ip filter dynamic 5 * 192.168.100.5 www", "ip filter dynamic 6 * 192.168.100.5 ftp",
        "ip filter set camera in 1", "ip filter set camera out 2", "ip filter set closed in 9", "pp select 1", *lines,
    )  # fmt: skip
    assert bool(rows(prediction)) is opened
    assert prediction.complete


def test_numbers_and_sets_that_are_defined_nowhere_are_told() -> None:
    prediction = prediction_of(
        WEB, "pp select 1", " ip pp secure filter in 77 dynamic 78", " ip pp secure filter out 79",
        "ip lan1 secure filter name nothing", "pp select 2", " ip pp nat descriptor 55",
    )  # fmt: skip
    assert len(set(unread(prediction))) == 4
    assert len(prediction.unread) == 5
    assert rows(prediction) == []


def test_ipv6_is_open_where_nothing_filters_it() -> None:
    prediction = prediction_of(*V6.splitlines())
    assert rows(prediction) == [
        "tcp any at lan2:0-65535 > prefix of lan1:0-65535 from anyone",
        "udp any at lan2:0-65535 > prefix of lan1:0-65535 from anyone",
        "other any at lan2 > prefix of lan1 from anyone",
    ]
    assert [(g.interface, g.reachable) for g in prediction.global_addresses] == [("lan1", True)]
    assert [line.text for line in prediction.openings[0].reach.lines] == ["ipv6 lan1 address ra-prefix@lan2::1/64"]


def test_ipv6_filters_count_and_those_of_ipv4_do_not() -> None:
    closed = prediction_of(
        *V6.splitlines(), "ipv6 filter 1 pass * * icmp6 * *", "ipv6 filter 2 pass * * udp * 546",
        "ipv6 lan2 secure filter in 1 2", "ip filter 9 pass * *", "ip lan2 secure filter in 9",
    )  # fmt: skip
    assert rows(closed) == [
        "udp any at lan2:546 > prefix of lan1:546 from anyone", "icmpv6 any at lan2 > prefix of lan1 from anyone",
    ]  # fmt: skip
    camera = prediction_of(
        *V6.splitlines(), "ipv6 filter 1 pass 2001:db8:9::/48 * tcp * 554", "ipv6 lan2 secure filter in 1"
    )
    assert rows(camera) == ["tcp any at lan2:554 > prefix of lan1:554 from 2001:db8:9::/48"]


def test_a_written_ipv6_network_is_named() -> None:
    prediction = prediction_of(
        "ipv6 lan1 address 2001:db8:1:1::1/64", "ipv6 lan2 address 2001:db8::2/64", "ipv6 lan2 secure filter in 1",
        "ipv6 filter 1 pass * 2001:db8:1:1::50 tcp * 80", "ipv6 route default gateway 2001:db8::1%2",
    )  # fmt: skip
    assert [row for row in rows(prediction) if row.startswith("tcp")] == [
        "tcp 2001:db8:1:1::50:80 > 2001:db8:1:1::50:80 from anyone"
    ]
    assert [(g.address, g.reachable) for g in prediction.global_addresses] == [("2001:db8:1:1::/64", True)]


def test_an_inside_network_of_global_addresses_needs_no_translation() -> None:
    base = BASE.replace("192.168.100.1/24", "203.0.113.65/28").replace(" ip pp nat descriptor 1\n", "")
    prediction = prediction_of("ip filter 1 pass * 203.0.113.70 tcp * 80", "ip filter 2 reject * *", "pp select 1",
                               " ip pp secure filter in 1 2", base=base)  # fmt: skip
    assert rows(prediction) == ["tcp 203.0.113.70:80 > 203.0.113.70:80 from anyone"]
    assert prediction.openings[0].kind is ForwardKind.DIRECT
    assert prediction.global_addresses[0].address == "203.0.113.64/28"


REMOTE = ["nat descriptor masquerade static 1 7 192.168.100.1 tcp 22,23,80", "sshd host any"]


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (["telnetd service on"], ["telnet 6 203.0.113.7:23 from anyone"]),
        (["telnetd service on", "telnetd host lan1"], []),
        (["telnetd service on", "telnetd host lan"], []),
        (["telnetd service on", "telnetd host none"], []),
        (["telnetd service on", "telnetd host 198.51.100.4 lan1"], ["telnet 6 203.0.113.7:23 from 198.51.100.4"]),
        (["telnetd service on", "telnetd host pp1"], ["telnet 6 203.0.113.7:23 from anyone"]),
        (["telnetd service on", "telnetd listen 2323"], []),
        (["telnetd service on", "security class 3 off off"], []),
        (["sshd service on"], ["ssh 6 203.0.113.7:22 from anyone"]),
        (["sshd service on", "sftpd host 198.51.100.0/24"],
         ["ssh 6 203.0.113.7:22 from anyone", "sftp 6 203.0.113.7:22 from 198.51.100.0/24"]),
        (["httpd service on", "httpd host any"], ["http 6 203.0.113.7:80 from anyone"]),
        (["no httpd service"], ["http 6 203.0.113.7:80 from anyone"]),  # back to the maker's default
    ],
)  # fmt: skip
def test_own_services(lines: list[str], wanted: list[str]) -> None:
    assert own(prediction_of(*REMOTE, *lines)) == wanted


def test_without_translation_a_service_is_reached_directly() -> None:
    base = BASE.replace(" ip pp nat descriptor 1\n", "")
    lines = ["snmp host any INVENTED", "snmpv2c host 198.51.100.5", "snmpv3 host 198.51.100.6 user monitor",
             "upnp use on", "sip use on", "dns service recursive", "sntpd service on"]  # fmt: skip
    prediction = prediction_of(*lines, base=base)
    assert own(prediction) == [
        "dns 17 203.0.113.7:53 from anyone", "dns 6 203.0.113.7:53 from anyone",
        "snmp 17 203.0.113.7:161 from anyone", "snmpv2c 17 203.0.113.7:161 from 198.51.100.5",
        "snmpv3 17 203.0.113.7:161 from 198.51.100.6", "sip 17 203.0.113.7:5060 from anyone",
    ]  # fmt: skip
    assert prediction.upnp.enabled
    assert len(prediction.notes) == 1
    assert {one.service.name for one in prediction.management if one.service.by_default} == {"dns", "sntp"}


def test_tunnels_and_their_other_ends() -> None:
    base = BASE.replace(" ip pp nat descriptor 1\n", "")
    tunnel = ["tunnel select 1", " ipsec tunnel 101", "  ipsec sa policy 101 1 esp aes-cbc sha-hmac",
              "  ipsec ike remote address 1 {}", "  ipsec ike nat-traversal 1 on", " tunnel enable 1"]  # fmt: skip
    anyone = prediction_of(*(line.format("any") for line in tunnel), "l2tp service on", base=base)
    assert own(anyone) == [
        "ipsec (IKE) 17 203.0.113.7:500 from anyone", "ipsec (ESP) 50 203.0.113.7 from anyone",
        "ipsec (NAT-T) 17 203.0.113.7:4500 from anyone", "l2tp 17 203.0.113.7:1701 from anyone",
    ]  # fmt: skip
    one = prediction_of(*(line.format("198.51.100.3") for line in tunnel), base=base)
    assert {way.split(" from ")[1] for way in own(one)} == {"198.51.100.3"}
    assert own(prediction_of(*(line.format("any") for line in tunnel[:-1]), base=base)) == []
    pptp = prediction_of("pptp service on", base=base)
    assert own(pptp) == ["pptp 6 203.0.113.7:1723 from anyone", "pptp (GRE) 47 203.0.113.7 from anyone"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("80", ports("80")), ("www,21", ports("80", "21")), ("netbios_ns-netbios_ssn", ports("137-139")),
     ("ms-rpc", ports("135")), ("ms-rpc-ms-ds", ports("135-445")), ("-1023", ports("0-1023")),
     ("60000-", ports("60000-65535")), ("*", ports("0-65535"))],
)  # fmt: skip
def test_ports(text: str, wanted: Intervals) -> None:
    assert port_list(text) == wanted


@pytest.mark.parametrize("text", ["", "-", "80-70", "65536", "eighty", "80,", "８０"])
def test_what_is_no_port(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        port_list(text)


def test_addresses_in_every_form() -> None:
    assert filter_addresses("*", 4).covered == ANY_V4
    assert filter_addresses("*", 6).covered == ANY_V6
    assert filter_addresses("10.0.*", 4).covered == addresses("10.0.0.0/16")
    assert filter_addresses("10.0.0.0/0xff000000", 4).covered == addresses("10.0.0.0/8")
    assert filter_addresses("192.0.2.9-", 4).covered == addresses("192.0.2.9-255.255.255.255")
    assert filter_addresses("2001:db8::1-2001:db8::9,fe80::/10", 6).covered.size == 9 + 2**118
    assert filter_addresses("map-e", 4).unclear == "map-e"
    for wrong in ("10.0.0.1", "10.0.0.0/33", "10.0.0.9-10.0.0.1", "10.0.0.300", ""):
        with pytest.raises(ValueError, match=r".*"):
            filter_addresses(wrong, 6 if wrong == "10.0.0.1" else 4)


def test_protocols() -> None:
    assert [p.numbers.first for p in protocols("tcp,udp,47")] == [6, 17, 47]
    assert protocols("established")[0].states == {State.ESTABLISHED}
    assert protocols("tcpflag=0x0012/0x0012")[0].states == {State.ESTABLISHED}
    assert protocols("tcpfin")[0].states == frozenset()
    with pytest.raises(ValueError, match=r".*"):
        protocols("tcp,wire")
