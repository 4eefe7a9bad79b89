"""Secrets never leave the parser, and any bytes give a router or Malformed."""

import contextlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yamaha_shown import BASE, CONFIGS, state_of

from fushinban.drivers.yamaha._configuration import parse
from fushinban.drivers.yamaha._environment import parse_environment
from fushinban.drivers.yamaha._lines import read
from fushinban.errors import Malformed
from fushinban.model.router import Origin
from fushinban.probe import predict

SECRET = "Inv3nted-s3cret"

#: Every command of the maker's references that carries a secret, and some that only might.
CARRIERS = [
    f"login password {SECRET}",
    f"login password encrypted {SECRET}",
    f"administrator password {SECRET}",
    f"administrator password encrypted {SECRET}",
    f"login user hoshu {SECRET}",
    f"login user hoshu encrypted {SECRET}",
    f"auth user 1 guest {SECRET}",
    f" pp auth myname user@example.ne.jp {SECRET}",
    f" pp auth username guest {SECRET} myname me {SECRET}",
    f" wan auth myname user {SECRET}",
    f"  ipsec ike pre-shared-key 1 text {SECRET}",
    f"  ipsec ike pre-shared-key 1 {SECRET}",
    f"  ipsec ike eap myname 1 user {SECRET}",
    f"  ipsec ike xauth myname 1 user {SECRET}",
    f"  ipsec ike license-key 1 {SECRET}",
    f" l2tp tunnel auth on {SECRET}",
    f"snmp community read-only {SECRET}",
    f"snmp community read-write {SECRET}",
    f"snmp trap community {SECRET}",
    f"snmp host 192.168.100.9 {SECRET} {SECRET}",
    f"snmp host any {SECRET}",
    f"snmpv2c community read-only {SECRET}",
    f"snmpv2c host 192.168.100.9 {SECRET}",
    f"snmpv2c trap host 192.168.100.9 trap {SECRET}",
    f"snmpv3 usm user 1 monitor sha {SECRET} aes128-cfb {SECRET}",
    f"radius secret {SECRET}",
    f"ngn radius auth password {SECRET}",
    f"mail server smtp 1 mail.example.com port=587 smtp-auth user {SECRET} cram-md5",
    f"mail server pop 1 mail.example.com pop3 user {SECRET}",
    f"heartbeat pre-shared-key {SECRET}",
    f"heartbeat2 receive 1 crypto aes auth {SECRET}",
    f"heartbeat2 transmit 1 crypto aes auth {SECRET} 192.0.2.1",
    f"httpd custom-gui api password {SECRET}",
    f"mobile pin code usb1 {SECRET}",
    f"sshd host key generate {SECRET}",
    f"yno access code {SECRET}",
    f"ip lan1 rip auth key text {SECRET}",
    f"ip lan1 ospf area backbone authkey={SECRET}",
    f"ip lan1 vrrp 1 192.168.100.254 auth={SECRET}",
    f"external-memory syslog filename usb1:log crypto aes128 {SECRET}",
    f"wlan wpa-psk {SECRET}",
    f"url filter 1 reject http://user:{SECRET}@example.com",
    f"http revision-up url http://user:{SECRET}@example.com/rev.bin",
    f"no login user hoshu {SECRET}",
    f"no  ipsec ike pre-shared-key 1 text {SECRET}",
    f"schedule at 4 */* 03:00:00 * administrator password {SECRET}",
    f"description lan1 password={SECRET}",
    f"description lan1 パスワード：{SECRET}",
    f"unheard of password {SECRET}",
    f"unheard of secret-key={SECRET}",
    f"unheard-of pre-shared-key 9 text {SECRET}",
]


@pytest.mark.parametrize("line", CARRIERS)
def test_a_secret_never_leaves_the_parser(line: str) -> None:
    state = state_of(f"{BASE}pp select 1\n{line}\n")
    assert SECRET not in repr(state)
    assert SECRET not in repr(predict(state))
    assert len(read(f"{BASE}{line}\n").commands) == len(read(BASE).commands) + 1


@pytest.mark.parametrize("line", CARRIERS)
@pytest.mark.parametrize("cut", [40, 60, 79, 80, 132])
def test_nor_do_its_parts_where_the_console_broke_the_line(line: str, cut: int) -> None:
    long = line.replace(SECRET, SECRET * 12)
    pieces = [long[place : place + cut] for place in range(0, len(long), cut)]
    state = state_of("\n".join([BASE + "pp select 1", *pieces, ""]))
    told = repr(state) + repr(predict(state))
    assert "s3cret" not in told
    assert "Inv3nted" not in told


def test_the_shop_keeps_none_of_its_secrets() -> None:
    state = state_of((CONFIGS / "shop_pppoe.txt").read_text(encoding="utf-8"))
    assert "INVENTED" not in repr(state)
    assert "INVENTED" not in repr(predict(state))


def test_an_exception_says_nothing_of_the_text() -> None:
    with pytest.raises(Malformed) as refused:
        parse(f"password {SECRET}\n".encode(), Origin.FILE)
    assert SECRET not in str(refused.value) + refused.value.text.ja


@given(st.binary(max_size=4000))
def test_any_bytes_give_a_router_or_malformed(content: bytes) -> None:
    with contextlib.suppress(Malformed):
        assert parse(content, Origin.FILE).kind == "yamaha"
    with contextlib.suppress(Malformed):
        assert parse_environment(content).identity.maker == "Yamaha"


SHOP_WORDS = sorted(set((CONFIGS / "shop_pppoe.txt").read_text(encoding="utf-8").split()))
WORDS = st.one_of(
    st.sampled_from(SHOP_WORDS),
    st.sampled_from(["ip", "ipv6", "nat", "descriptor", "static", "masquerade", "secure", "filter", "in", "out", "no",
                     "dynamic", "pp", "tunnel", "select", "host", "service", "route", "gateway", "lan1", "address",
                     "set", "name", "incoming", "forward", "0x", "/", "-", "*", "=", ",", "1", "default"]),
    st.text(max_size=6),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(WORDS, max_size=9).map(" ".join), max_size=25))
def test_any_words_give_a_router_that_can_be_predicted(lines: list[str]) -> None:
    state = state_of(BASE + "\n".join(lines))
    prediction = predict(state)
    assert prediction.complete is (not state.unread and all(r.reach.certain for r in prediction.openings)
                                   and all(w.certain for o in prediction.management for w in o.ways))  # fmt: skip
    assert all(one.line.number >= 1 for one in state.unread)


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_configuration_is_read_as_far_as_it_goes(seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray((CONFIGS / "shop_pppoe.txt").read_bytes())
    for _ in range(chance.randrange(1, 30)):
        place = chance.randrange(len(content))
        match chance.randrange(3):
            case 0:
                content[place] = chance.randrange(256)
            case 1:
                del content[place : place + chance.randrange(200)]
            case _:
                content[place:place] = bytes(chance.randrange(256) for _ in range(5))
    with contextlib.suppress(Malformed):
        state = parse(bytes(content), Origin.FILE)
        assert predict(state).unread == state.unread
