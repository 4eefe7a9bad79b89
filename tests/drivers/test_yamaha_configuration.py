"""What a Yamaha configuration as a whole says: a hand-made shop, a real factory default, and every manner of text."""

from pathlib import Path

import pytest
from yamaha_shown import BASE, CONFIGS, own, prediction_of, rows, state_of, unread

from fushinban.drivers._configuration import configurations
from fushinban.drivers.yamaha._configuration import parse, recognise
from fushinban.drivers.yamaha._lines import read
from fushinban.errors import Malformed
from fushinban.model.filtering import Family, ForwardKind, Stage
from fushinban.model.router import Origin, PasswordState, Role
from fushinban.probe import predict

SHOP = (CONFIGS / "shop_pppoe.txt").read_text(encoding="utf-8")


def test_a_shop_is_predicted_row_by_row_with_its_lines() -> None:
    prediction = predict(state_of(SHOP))
    assert rows(prediction) == [
        "tcp any at pp1:554 > 192.168.100.51:554 from 198.51.100.0/24",
        "tcp any at pp1:8080 > 192.168.100.50:80 from anyone",
        "tcp any at pp1:37777-37778 > 192.168.100.52:37777-37778 from anyone",
    ]
    assert own(prediction) == [
        "ssh 6 any at pp1:10022 from anyone",
        "ipsec (IKE) 17 any at pp1:500 from 198.51.100.77",
        "ipsec (ESP) 50 any at pp1 from 198.51.100.77",
    ]
    assert prediction.complete
    texts = [line.text for line in prediction.openings[1].reach.lines]
    assert texts[1:] == [
        "ip pp nat descriptor 1000",
        "ip filter 200082 pass * 192.168.100.50 tcp * www",
        "nat descriptor masquerade static 1000 3 192.168.100.50 tcp 8080=www",
    ]
    assert texts[0].startswith("ip pp secure filter in 200003 ")
    physical = SHOP.split("\n")
    for line in prediction.openings[1].reach.lines:
        assert line.text[:60] in physical[line.number - 1]


def test_what_the_shop_says_of_itself() -> None:
    state = state_of(SHOP)
    assert (state.maker, state.model, state.firmware, state.serial) == ("Yamaha", "RTX1210", "14.01.42", "S00000001")
    assert state.host_name == "shop-router"
    roles = {i.name: i.role for i in state.interfaces}
    assert roles == {"lan1": Role.LAN, "pp1": Role.WAN, "tunnel1": Role.TUNNEL}
    assert next(i for i in state.interfaces if i.name == "lan1").description == "店舗LAN（防犯カメラ）"
    assert next(i for i in state.interfaces if i.name == "pp1").assigned == {Family.V4}
    assert [(a.name, a.administrator, a.password) for a in state.accounts] == [
        ("", False, PasswordState.SET), ("", True, PasswordState.SET), ("hoshu", False, PasswordState.SET),
    ]  # fmt: skip
    assert state.dynamic_names == ("shop-example.aa0.netvolante.jp",)
    assert state.time_servers == ("ntp.nict.jp",)
    assert state.log_hosts == ("192.168.100.9",)
    assert [line.number for line in state.schedules] == [112]
    assert state.upnp.enabled is False
    assert {s.name for s in state.vpn_servers} == {"ipsec (IKE)", "ipsec (ESP)"}
    assert [f.kind for f in state.forwards] == [ForwardKind.STATIC] * 7
    assert {h.stage for h in state.hooks} == {Stage.ENTER, Stage.LEAVE, Stage.TRANSLATE}
    assert state.line_count == SHOP.count("\n") + 1


def test_a_real_factory_default_is_read_to_the_last_line(corpora: Path) -> None:
    content = (corpora / "router-config" / "index-44311063346" / "rtx1210_factory_show_config.txt").read_bytes()
    state = parse(content, Origin.FILE)
    assert (state.model, state.firmware, state.serial) == ("RTX1210", "14.01.05", "")
    assert state.unread == ()
    assert [a.password for a in state.accounts] == [PasswordState.EMPTY, PasswordState.EMPTY]
    prediction = predict(state)
    assert prediction.complete
    assert prediction.openings == ()
    assert not any(one.reachable for one in prediction.management)
    assert len(prediction.notes) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_usual_characters_and_line_ends_are_read(encoding: str, ending: str) -> None:
    state = parse(SHOP.replace("\n", ending).encode(encoding), Origin.FILE)
    assert next(i for i in state.interfaces if i.name == "lan1").description == "店舗LAN（防犯カメラ）"
    assert state.unread == ()
    assert rows(predict(state)) == rows(predict(state_of(SHOP)))


@pytest.mark.parametrize("width", [79, 80])
@pytest.mark.parametrize("stripped", [True, False])
def test_lines_that_the_console_broke_are_put_together(width: int, stripped: bool) -> None:
    whole = [" ".join(("no",) * c.removed + c.words) for c in read(SHOP).commands]
    broken: list[str] = []
    for line in whole:
        rest = line
        while len(rest) > width:
            broken.append(rest[:width].rstrip() if stripped else rest[:width])
            rest = rest[width:].lstrip() if stripped else rest[width:]
        broken.append(rest)
    assert len(broken) > len(whole)
    assert [c.words for c in read("\n".join(broken)).commands] == [c.words for c in read("\n".join(whole)).commands]


def test_every_line_that_is_not_understood_is_reported_and_none_else() -> None:
    strange = [
        "frobnicate the network",
        "ip lan1 teleport on",
        "ip filter 7 perhaps * * tcp * 80",
        "ip filter 8 pass * 300.1.1.1 tcp * 80",
        "ip filter 9 pass * * tcp * eighty",
        "nat descriptor masquerade static 1 1 192.168.100.5 tcp 80 extra",
        "nat descriptor static 1 1 203.0.113.9",
        "ip policy filter set enable 101",
        "ethernet lan1 filter in 1 100",
        "ip inbound filter 1 pass-log * * tcp * 80",
        "ip route 10.0.0.0/8 gateway 172.31.0.1",
        "schedule at 5 */* 03:00:00 * pp enable 2",
        "schedule at 6 startup * lua /script.lua",
        "ip tunnel address 10.0.0.1/24",
        "sshd host camera-room.example",
        "日本語の行",
    ]
    prediction = prediction_of("sshd service on", *strange)
    first = BASE.count("\n") + 2
    assert [number for number, _ in unread(prediction)] == [first + n for n in range(len(strange))]
    assert [text for _, text in unread(prediction)] == strange
    assert all(one.reason.ja and one.reason.en for one in prediction.unread)
    assert not prediction.complete


def test_the_last_word_counts_and_no_takes_it_back() -> None:
    forward = "nat descriptor masquerade static 1 1 192.168.100.5 tcp 80"
    assert rows(prediction_of(forward)) == ["tcp 203.0.113.7:80 > 192.168.100.5:80 from anyone"]
    assert rows(prediction_of(forward, "nat descriptor masquerade static 1 1 192.168.100.6 tcp 81")) == [
        "tcp 203.0.113.7:81 > 192.168.100.6:81 from anyone"
    ]
    assert rows(prediction_of(forward, "no nat descriptor masquerade static 1 1")) == []
    assert rows(prediction_of(forward, "pp select 1", " no ip pp nat descriptor", "pp select none")) == []
    assert rows(prediction_of(forward, "pp disable 1")) == []
    assert rows(prediction_of(forward, "ip routing off")) == []
    assert rows(prediction_of(forward, "no ip lan1 address 192.168.100.1/24")) == []


def test_a_connection_that_is_not_enabled_lets_nobody_in() -> None:
    base = BASE.replace(" pp enable 1\n", "")
    prediction = prediction_of("nat descriptor masquerade static 1 1 192.168.100.5 tcp 80", base=base)
    assert prediction.openings == ()


@pytest.mark.parametrize("content", [b"", b"\0\n \n", b"\x1f\x8b\x08rest", b"hello\nworld\n", b"interface Gi0\n"])
def test_what_is_no_configuration_is_refused(content: bytes) -> None:
    with pytest.raises(Malformed):
        parse(content, Origin.FILE)


def test_it_recognises_its_own_and_no_other(corpora: Path) -> None:
    assert recognise(SHOP) > 60
    assert configurations()["yamaha"].parse is parse
    others = corpora / "router-config" / "ytti+oxidized" / "spec" / "model" / "data"
    for path in others.glob("*output.txt"):
        text = path.read_text(encoding="utf-8")
        assert recognise(text) * 5 < max(p.recognise(text) for p in configurations().values()) or recognise(text) == 0
    assert max(configurations().values(), key=lambda p: p.recognise(SHOP)).kind == "yamaha"


def test_interfaces_of_every_sort_find_their_place() -> None:
    state = state_of(
        BASE
        + """ip vlan1 address 192.168.30.1/255.255.255.0
ip lan3 secondary address 192.168.40.1/0xffffff00
ip bridge1 address 192.168.50.1/24
bridge member bridge1 lan1 lan3
ip wan1 address pdp
ip wan1 nat descriptor 1
lan shutdown lan3
tunnel select 2
 tunnel encapsulation map-e
 ip tunnel nat descriptor 1
 tunnel enable 2
ip route default gateway tunnel 2
pp select anonymous
 pp bind tunnel9
 pp auth username guest INVENTED
 pp enable anonymous
"""
    )
    found = {i.name: (i.role, [str(a) for a in i.addresses]) for i in state.interfaces}
    assert found["vlan1"] == (Role.LAN, ["192.168.30.1/24"])
    assert found["lan3"] == (Role.OTHER, [])
    assert found["bridge1"] == (Role.LAN, ["192.168.50.1/24"])
    assert found["wan1"] == (Role.WAN, [])
    assert found["tunnel2"] == (Role.WAN, [])
    assert found["ppanonymous"] == (Role.TUNNEL, [])
