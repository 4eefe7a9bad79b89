"""The maker files: complete, consistent, and careful with what is not verified."""

import re

import pytest

import fushinban.makers as package
from fushinban.makers import Maker, find_maker, maker_of_mac, makers, match
from fushinban.model.device import DeviceKind

SIGNALS = {
    "http-server", "http-title", "http-realm", "rtsp-server", "telnet", "ssh", "ftp", "tls-subject", "oui",
    "onvif-maker", "ssdp-maker", "mdns-name", "snmp-descr", "snmp-object",
}  # fmt: skip
KINDS = {"", *(k.value for k in DeviceKind)}
ALL = sorted(makers().values(), key=lambda m: m.id)


def test_no_name_belongs_to_two_makers() -> None:
    owners: dict[str, set[str]] = {}
    for maker in ALL:
        for name in (maker.id, maker.name, maker.name_ja, *maker.aliases):
            owners.setdefault(package._plain(name), set()).add(maker.id)
    assert {n: o for n, o in owners.items() if len(o) > 1} == {}


@pytest.mark.parametrize("maker", ALL, ids=lambda m: m.id)
def test_every_fact_has_a_source_and_known_words(maker: Maker) -> None:
    for fingerprint in maker.fingerprints:
        assert fingerprint.source
        assert fingerprint.signal in SIGNALS
        assert fingerprint.kind in KINDS
        assert set(fingerprint.pattern.groupindex) <= {"model", "firmware", "mac"}
        assert fingerprint.verified is ("from memory" not in fingerprint.source)
    for login in maker.factory_logins:
        assert login.source
        re.compile(login.models)
    if maker.lockout:
        assert maker.lockout.attempts > 1
        assert maker.lockout.window > 0
        assert maker.lockout.duration >= 0
        assert maker.lockout.source
    assert maker.security_page == "" or maker.security_page.startswith("http")


def test_no_prefix_belongs_to_two_makers() -> None:
    owners: dict[str, set[str]] = {}
    for maker in ALL:
        for fingerprint in (f for f in maker.fingerprints if f.signal == "oui"):
            prefixes = re.findall(r"[0-9A-F]{6}", fingerprint.pattern.pattern)
            assert prefixes, maker.id
            for prefix in prefixes:
                owners.setdefault(prefix, set()).add(maker.id)
                assert fingerprint.pattern.search(prefix)
                assert not int(prefix[1], 16) & 3, "a group or locally administered prefix names nobody"
    assert {p: o for p, o in owners.items() if len(o) > 1} == {}
    assert len(owners) > 340


@pytest.mark.parametrize(
    ("name", "maker"),
    [
        ("HIKVISION", "hikvision"), ("AXIS", "axis"), ("Bosch", "bosch"), ("REOLINK", "reolink"),
        ("Hanwha Techwin", "hanwha"), ("Panasonic", "ipro"), ("i-PRO", "ipro"), ("Milesight", "milesight"),
        ("Milesight Technology Co.,Ltd.", "milesight"), ("パナソニック", "ipro"), ("TP-LINK", "tplink"),
        ("Asagiri Denki", "fushinban_lab"), ("港製作所", "fushinban_lab_minato"), ("ヤマハ", "yamaha"),
    ],
)  # fmt: skip
def test_names_that_devices_and_people_use(name: str, maker: str) -> None:
    found = find_maker(name)
    assert found is not None
    assert found.id == maker


def test_lock_out_rules_and_their_marks() -> None:
    rules = {m.id: (m.lockout.attempts, m.lockout.verified) for m in ALL if m.lockout and not m.lab}
    assert rules == {"hanwha": (5, True), "ipro": (8, True), "hikvision": (5, False), "dahua": (5, False)}


def test_mac_prefixes() -> None:
    assert maker_of_mac("ac:cc:8e:00:00:01") is makers()["axis"]
    assert maker_of_mac("00-A0-DE-00-00-01") is makers()["yamaha"]
    assert maker_of_mac("02:cc:8e:00:00:01") is None
    assert maker_of_mac("ac:cc:8e") is None


@pytest.mark.parametrize(
    ("signal", "text", "maker", "model", "firmware"),
    [
        ("ftp", "220 AXIS P3343 Fixed Dome Network Camera 5.20.3 (Mar 16 2011) ready.", "axis", "P3343", "5.20.3"),
        ("http-title", "Live view / - AXIS 205 version 4.03", "axis", "205", "4.03"),
        ("telnet", "MikroTik v6.42.3 (stable) Login:", "mikrotik", "", "6.42.3"),
        ("http-title", "WV-SFV130 Network Camera", "ipro", "WV-SFV130", ""),
        ("tls-subject", "CN=axis-accc8e000001,O=Axis Communications AB", "axis", "", ""),
        ("tls-subject", "CN=www.hikvision.com,OU=DVRNVR,O=HIKVISION,L=HangZhou", "hikvision", "", ""),
        ("http-realm", "Sony Network Camera SNC-DH140", "sony", "SNC-DH140", ""),
        ("http-title", "Asagiri AG-200", "fushinban_lab", "AG-200", ""),
    ],
)
def test_facts_of_the_sources(signal: str, text: str, maker: str, model: str, firmware: str) -> None:
    hits = match(signal, text)
    assert {h.maker.id for h in hits} == {maker}
    assert {h.model for h in hits} - {""} == ({model} if model else set())
    assert {h.firmware for h in hits} - {""} == ({firmware} if firmware else set())


def test_only_the_invented_makers_are_marked_as_lab() -> None:
    assert [m.id for m in ALL if m.lab] == ["fushinban_lab", "fushinban_lab_minato"]
    login = makers()["fushinban_lab"].factory_logins[0]
    assert (login.username, login.password, login.models) == ("admin", "asagiri-lab-default", "^AG-")
    assert "invented" in login.source
