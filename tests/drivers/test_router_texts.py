"""What holds for every reader of a router's configuration: bad input, secrets, foreign bytes, speed."""

import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from router_rows import read

from fushinban import drivers
from fushinban.drivers._configuration import configurations
from fushinban.errors import InputError, Malformed
from fushinban.messages import ids
from fushinban.model.router import Origin, RouterState
from fushinban.probe.reading import read_configuration

KINDS = ("mikrotik", "openwrt", "nec_ix")
#: Invented, and found nowhere else in these texts.
SECRETS = tuple(f"hunter{n}-invented" for n in range(1, 30))


def secret(number: int) -> str:
    return SECRETS[number - 1]


def texts() -> dict[str, str]:
    s = secret
    return {
        "mikrotik": f"""\
/interface pppoe-client
add disabled=no interface=ether1 name=pppoe-out1 password="{s(1)} with space" user=user@example.jp
/interface wireguard
add listen-port=13231 name=wg0 private-key="{s(2)}="
/interface wireguard peers
add interface=wg0 preshared-key={s(3)} public-key="abc="
/interface wireless security-profiles
set [ find default=yes ] wpa2-pre-shared-key={s(4)} wpa-pre-shared-key={s(5)}
/interface wifi security
add name=sec passphrase={s(6)} security.passphrase={s(7)}
/interface l2tp-server server
set enabled=yes ipsec-secret={s(8)} use-ipsec=yes
/ip ipsec identity
add peer=p secret="{s(9)}\\
    {s(10)}"
/ppp secret
add name=u password={s(11)}
/snmp community
set [ find default=yes ] name={s(12)} authentication-password={s(13)} encryption-password={s(14)}
/snmp
set enabled=yes trap-community={s(15)}
/system script
add name=ddns source=":local password \\"{s(16)}\\"\\r\\n/tool fetch url=https://u:{s(17)}@example.com"
/system scheduler
add name=x on-event={{ /user set admin password={s(18)} }} interval=1h
/tool e-mail
set address=192.0.2.1 from=a@example.jp password={s(19)}
/user
add name=watch password={s(20)} group=full
/ip firewall filter
add chain=input action=accept comment="password: {s(21)}"
add chain=input action=accept src-address=[ password={s(22)}
/foo bar
add secret={s(23)} url=ftp://u:{s(24)}@192.0.2.1
:set password {s(25)}
password {s(26)}
/routing ospf interface
add authentication-key={s(27)} interface=ether1
""",
        "openwrt": f"""\
package network
config interface 'wan'
	option proto 'pppoe'
	option username 'user@example.jp'
	option password '{s(1)}'
config interface 'wg0'
	option proto 'wireguard'
	option private_key '{s(2)}'
	option listen_port '51820'
config wireguard_wg0
	option preshared_key "{s(3)}"
package wireless
config wifi-iface
	option key {s(4)}
	option sae_password '{s(5)}
{s(6)}'
	list auth '{s(7)}'
package ddns
config service 'x'
	option enabled '1'
	option lookup_host 'shop.example.com'
	option password '{s(8)}'
	option update_url 'http://user:{s(9)}@example.com/'
package rpcd
config login
	option username 'root'
	option password '{s(10)}'
package openvpn
config openvpn 'srv'
	option enabled '1'
	option secret '{s(11)}'
package unknownthing
config stuff
	option api_key '{s(12)}'
	option token '{s(13)}'
	option passphrase '{s(14)}'
firewall.@rule[0].password='{s(15)}'
network.wan=interface
network.wan.password='{s(16)}' '{s(17)}'
	option password '{s(18)}' extra {s(19)}
my password is {s(20)}
option broken "password={s(21)}
config snmpd
	option community {s(22)}
""",
        "nec_ix": f"""\
hostname shop
username admin password plain 1 {s(1)} administrator
username second password hash {s(2)} operator
http-server username admin secret-password {s(3)}
nm account group1 password secret {s(4)}
ike policy p1 peer any key {s(5)} mode aggressive prop
ikev2 authentication psk id keyid site key char {s(6)}
snmp-agent ip community {s(7)} inside
snmp-agent ip host 192.0.2.9 {s(8)} version 2
radius host ip 192.0.2.8 key secret {s(9)}
ppp profile isp
  authentication myname user@example.jp
  authentication password user@example.jp {s(10)}
ddns profile d
  url http://example.com/update?user=a&pass={s(11)}
  query hostname=shop.example.com&password={s(12)}&myip=<IPV4>
interface GigaEthernet0.0
  ip address dhcp
  vrrp 1 ip authentication text {s(13)}
  ip ospf authentication-key {s(14)}
  no shutdown
new-command password {s(15)} more {s(16)}
something passphrase {s(17)}
ike preshared-key {s(18)}
url ftp://user:{s(19)}@192.0.2.1/
router bgp 65000
  neighbor 192.0.2.1 password {s(20)}
""",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_stays_anywhere(kind: str) -> None:
    state = read(kind, texts()[kind])
    said = repr(state)
    assert [s for s in SECRETS if s in said] == []
    assert "***" in said
    assert state.unread, "these texts hold lines that nobody understands"
    assert all(line.text for line in (u.line for u in state.unread))


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_stays_in_an_error(kind: str) -> None:
    with pytest.raises(Malformed) as raised:
        configurations()[kind].parse(f"password {SECRETS[0]}\nsecret={SECRETS[1]}".encode(), Origin.FILE)
    assert "hunter" not in repr(raised.value) + str(raised.value) + raised.value.text.ja


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\r\n", "No line"),
        (b"\x1f\x8b\x08\x00rest of a backup", "compressed"),
        (b"PK\x03\x04zip", "compressed"),
        (b"\x88\xac\xa1\xb1\x01\x02", "compressed"),
        (bytes(range(256)) * 8, "No line"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "No line"),
        (b"ip lan1 address 192.168.100.1/24\nnat descriptor type 1 masquerade\n", "No line"),
        (b"version 15.1\ninterface GigabitEthernet0/0\n ip address 192.0.2.1 255.255.255.0\n", "No line"),
        ("こんにちは。これは設定ではありません。\n".encode("cp932"), "No line"),
        (b'{"a": 1}', "No line"),
        (b"[1, 2, 3]", "No line"),
        (b"{" * 100_000, "No line"),
        (b"x" * (5 * 1024 * 1024), "too large"),
        (b"\n" * 200_000 + b"x", "too large"),
    ],
)
def test_what_is_no_configuration_of_this_maker_is_refused(kind: str, content: bytes, sentence: str) -> None:
    with pytest.raises(Malformed) as raised:
        configurations()[kind].parse(content, Origin.FILE)
    assert sentence in raised.value.text.en
    assert raised.value.text.ja.strip()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", KINDS)
def test_makers_are_told_apart(kind: str, other: str) -> None:
    said = configurations()[kind].recognise(texts()[other])
    assert (said > 5) is (kind == other)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.encode() + "# 玄関のカメラ\n".encode("cp932"),
        lambda text: text.encode() + b"# caf\xe9 \xff\xfe\n",
    ],
    ids=["crlf", "bom", "utf-16", "cr", "shift_jis", "latin"],
)
def test_line_ends_and_characters_change_nothing(kind: str, change: Callable[[str], bytes]) -> None:
    parser = configurations()[kind]
    plain, changed = parser.parse(texts()[kind].encode(), Origin.FILE), parser.parse(change(texts()[kind]), Origin.FILE)
    assert changed.interfaces == plain.interfaces
    assert changed.lists == plain.lists
    assert changed.services == plain.services
    known = {u.line for u in plain.unread}
    assert {u.line.number for u in changed.unread if u.line not in known} <= {plain.line_count + 1}


@pytest.mark.parametrize("kind", KINDS)
@given(content=st.binary(max_size=400))
def test_any_bytes_give_a_state_or_malformed(kind: str, content: bytes) -> None:
    try:
        state = configurations()[kind].parse(content, Origin.FILE)
    except Malformed:
        return
    assert isinstance(state, RouterState)


@st.composite
def _damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """A configuration with pieces cut out, doubled, swapped and foreign characters put in."""
    kind = draw(st.sampled_from(KINDS))
    text = texts()[kind]
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, len(text)))
        end = min(len(text), begin + draw(st.integers(0, 60)))
        piece = draw(
            st.sampled_from(["", text[begin:end] * 2, '"', "'", "\\", "[", "]", "{", "\n", " no ", "=", "any "])
        )
        text = text[:begin] + piece + text[end:]
    return kind, text.encode()


@given(_damaged())
def test_damaged_configurations_give_a_state_or_malformed(given_text: tuple[str, bytes]) -> None:
    kind, content = given_text
    try:
        state = configurations()[kind].parse(content, Origin.FILE)
    except Malformed:
        return
    assert state.kind == kind
    assert all(hook.rules in {one.name for one in state.lists} for hook in state.hooks)


def five_thousand_lines() -> dict[str, str]:
    addresses = [f"192.168.{n // 250 + 8}.{n % 250 + 1}" for n in range(2480)]
    mikrotik = [
        "/interface list member", "add interface=ether1 list=WAN", "/ip address",
        "add address=192.168.0.1/16 interface=bridge", "add address=203.0.113.1/24 interface=ether1",
        "/ip firewall nat",
        *(f'add action=dst-nat chain=dstnat comment="camera {n}" dst-port={10000 + n} in-interface-list=WAN '
          f"protocol=tcp to-addresses={a} to-ports=80" for n, a in enumerate(addresses)),
        "/ip firewall filter",
        *(f"add action=accept chain=forward connection-state=new dst-address={a} dst-port=80,443 "
          f"in-interface-list=WAN protocol=tcp" for a in addresses),
    ]  # fmt: skip
    openwrt = [
        "package network", "config interface lan", "\toption proto static", "\toption ipaddr 192.168.0.1/16",
        "config interface wan", "\toption proto dhcp", "package firewall", "config zone", "\toption name wan",
        "\tlist network wan", "\toption masq 1",
        *(line for n, a in enumerate(addresses[:620]) for line in (
            "config redirect", f"\toption name 'camera {n}'", "\toption src 'wan'", "\toption proto 'tcp'",
            f"\toption src_dport '{10000 + n}'", f"\toption dest_ip '{a}'", "\toption dest_port '80'", "")),
    ]  # fmt: skip
    nec_ix = [
        "hostname x",
        *(f"ip access-list list{n % 40} permit tcp src 198.51.100.0/24 sport any dest {a}/32 dport eq {10000 + n}"
          for n, a in enumerate(addresses)),
        "interface GigaEthernet0.0", "  ip address 203.0.113.1/24", "  ip napt enable",
        *(f"  ip napt static {a} tcp {10000 + n}" for n, a in enumerate(addresses)),
        *(f"  ip filter list{n} {n + 1} in" for n in range(40)),
    ]  # fmt: skip
    return {"mikrotik": "\n".join(mikrotik), "openwrt": "\n".join(openwrt), "nec_ix": "\n".join(nec_ix)}


@pytest.mark.parametrize("kind", KINDS)
def test_five_thousand_lines_are_read_quickly(kind: str) -> None:
    content = five_thousand_lines()[kind].encode()
    assert 4_900 < content.count(b"\n") < 5_100
    took = []
    for _ in range(4):
        begin = time.process_time()
        state = configurations()[kind].parse(content, Origin.FILE)
        took.append(time.process_time() - begin)
    assert state.unread == () if kind != "openwrt" else len(state.unread) == 1
    assert min(took) < 0.4, f"0.2 s on a free machine, twice that on a busy one: {took}"


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_lines_take_no_time(kind: str) -> None:
    text = texts()[kind]
    hostile = [
        "a" * 200_000, "pass" * 50_000, '"' * 3_001, "set " + "a=" * 50_000, "/" + " " * 100_000 + "x", "[" * 9_999,
        "config " + "'" * 5_001, "x." * 50_000 + "=", "interface " + "9" * 50_000, "key " * 20_000,
    ]  # fmt: skip
    begin = time.process_time()
    state = read(kind, text + "\n".join(hostile) + "\n" + text)
    assert time.process_time() - begin < 3
    assert state.unread
    assert all(len(u.line.text) < 2_000 for u in state.unread)


@pytest.mark.parametrize("kind", ["", *KINDS, "yamaha"])
@pytest.mark.parametrize(
    "repeated", ["\n", " \n", "[", "[a@b", "[a@", 'source="', "source={", "a" * 80 + "\n", "no ", "\t", "config 'x\n"]
)
def test_what_is_repeated_without_end_takes_no_time(kind: str, repeated: str) -> None:
    heads = ("", "/ip address\nadd \n", "ip lan1 address 192.168.1.1/24\n", "config interface 'x'\n")
    begin = time.process_time()
    for head in heads:
        content = (head + repeated * (90_000 // len(repeated))).encode()
        with suppress(InputError):  # whatever it is, it is said in one sentence, and at once
            read_configuration(content, kind)
    assert time.process_time() - begin < 5, "some took minutes: each empty line was gone through to the last"


def test_every_reason_has_its_sentence() -> None:
    source = Path(drivers.__file__).parent
    used = {
        name
        for kind in KINDS
        for path in (source / kind).glob("*.py")
        for name in re.findall(r"notes\.add\([^\n]*?, \"([a-z-]+)\"", path.read_text(encoding="utf-8"))
    }
    assert len(used) > 8
    assert {f"router_text.{name}" for name in used} <= ids()
