"""What tells whose a device is goes out of its answers, consistently; what tells what it is stays."""

import re
import time
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fushinban.collect.anonymise import BLANK, Anonymiser, Private

MAC, SERIAL = "ac:cc:8e:12:34:56", "DS-INV20220112AAWRX98765"
PRIVATE = Private(
    secrets=("Invented-Word-7",), serials=(SERIAL,), macs=(MAC,), users=("yamada", "admin"),
    hosts=("cam-kura.shop.example.jp",), labels=("駅前店 & 倉庫",), kept=frozenset({"9.80.3.1"}),
)  # fmt: skip
DOCUMENTATION = [ip_network(n) for n in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15")]


def made(*texts: str) -> list[str]:
    anonymiser = Anonymiser(PRIVATE)
    for text in texts:
        anonymiser.learn(text)
    return [anonymiser.text(text) for text in texts]


@pytest.mark.parametrize(
    "text",
    [
        "ac:cc:8e:12:34:56", "AC-CC-8E-12-34-56", "ACCC8E123456", "axis-accc8e123456.local", f"sn={SERIAL}",
        SERIAL.lower(), "password=Invented-Word-7;", "xInvented-Word-7y", "users.0=yamada", "<n>駅前店 &amp; 倉庫</n>",
        "onvif://x/name/%E9%A7%85%E5%89%8D%E5%BA%97%20%26%20%E5%80%89%E5%BA%AB",
        '{"n":"\\u99c5\\u524d\\u5e97 & \\u5009\\u5eab"}',
        "cam-kura.shop.example.jp", "192.168.1.64", "fe80::aecc:8eff:fe12:3456", "2400:4050:1:2::5",
        "taro@shop.example.jp",
        "urn:uuid:6f0c1a2b-0000-1111-2222-accc8e123456",
    ],
)  # fmt: skip
def test_what_is_private_is_replaced(text: str) -> None:
    (out,) = made(text)
    assert out != text
    left = out.lower()
    for word in ("accc8e", "ac:cc", "ac-cc", "98765", "invented-word", "yamada", "駅前", "%e9%a7", "kura", "192.168"):
        assert word not in left
    for word in ("8eff:fe12", "2400:4050", "taro", "\\u99c5"):
        assert word not in left


@pytest.mark.parametrize(
    "text",
    [
        "255.255.255.0", "0.0.0.0", "127.0.0.1", "239.255.255.250", "::", "::1", "9.80.3.1", "Version=5.1.2.3",
        "firmwareVersion: 10.2.3.4", "v5.7.3.12", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "12:34:56", "1.2.3.4.5",
        "admin", "root.Network.eth0", "2026-11-23T01:02:03Z", "PASS_INVENTED",
    ],
)  # fmt: skip
def test_what_says_what_a_device_is_stays(text: str) -> None:
    assert made(text) == [text]


def test_the_same_value_is_replaced_by_the_same_everywhere() -> None:
    one, two, three = made(
        "ip=192.168.1.64 mac=AC:CC:8E:12:34:56", "<a>192.168.1.64/24</a><b>192.168.1.65</b>", "host=accc8e123456"
    )
    address, mac = re.fullmatch(r"ip=(\S+) mac=(\S+)", one).groups()  # type: ignore[union-attr] # or the test fails
    assert f"<a>{address}/24</a>" in two
    assert f"<b>{address}</b>" not in two
    assert three == f"host={mac.replace(':', '').lower()}"
    assert mac == "00:00:5E:00:53:01"


def test_a_serial_number_that_is_the_mac_address_stays_so() -> None:
    anonymiser = Anonymiser(Private(serials=("00408CFB0001",)))
    assert anonymiser.text("SerialNumber=00408CFB0001 mac=00:40:8c:fb:00:01") == (
        "SerialNumber=00005E005301 mac=00:00:5e:00:53:01"
    )


def test_a_serial_number_keeps_its_form() -> None:
    (out,) = made(SERIAL)
    assert out == "AA-AAA00000000AAAAA00001"


@pytest.mark.parametrize(
    "text",
    [
        "root.SNMP.V1ReadCommunity=planted", "table.RemoteDevice.uuid_0.Password=planted", "Password: planted",
        '<a x="1"><userPassword a="b">planted</userPassword></a>', "<ns:verificationCode>planted</ns:verificationCode>",
        '{"uid": "planted", "x": 1}', '{"wifiKey" : "planted\\"planted"}', '<x PreSharedKey="planted"/>',
        "table.WLan.eth2.Keys.PSK=planted",
    ],
)  # fmt: skip
def test_secrets_of_the_maker_are_blanked_by_the_names_of_their_fields(text: str) -> None:
    (out,) = made(text)
    assert "planted" not in out
    assert BLANK in out


@pytest.mark.parametrize(
    "text",
    [
        "MaxPasswordLength=64", "NewPasswordPolicy=True", "root.SNMP.V1ReadCommunity=public", "<password></password>",
        '{"passwordSet": "yes"}', "root.System.PassphraseRequired=no",
    ],
)  # fmt: skip
def test_what_is_no_secret_in_such_fields_stays(text: str) -> None:
    assert made(text) == [text]


def test_pictures_keys_and_certificates_inside_a_text_are_cut_out() -> None:
    assert made(f"<c>{'QUJD' * 60}</c>") == ["<c></c>"]
    assert made("SECRET is Invented-Word-7") == [f"SECRET is {BLANK}"]


@given(st.lists(st.ip_addresses(v=4), max_size=12))
def test_every_address_becomes_one_of_the_documentation(addresses: list[object]) -> None:
    (out,) = made(" ".join(f"<{a}>" for a in addresses))
    for before, after in zip(addresses, re.findall(r"<([^>]+)>", out), strict=True):
        found = ip_address(after)
        usual = str(before) == after and (
            found.is_unspecified or found.is_loopback or found.is_multicast or after.startswith("255.")
        )
        assert usual or any(found in n for n in DOCUMENTATION) or str(before) in PRIVATE.kept


@pytest.mark.parametrize("piece", ["a", "a.", "a:", "<a", '"key', "1.", "ab:", "%41", "=", "-_", "password"])
def test_long_answers_take_no_long_time(piece: str) -> None:
    began = time.process_time()
    made(piece * (200_000 // len(piece)))
    assert time.process_time() - began < 5


@given(st.text(max_size=200))
def test_any_text_is_taken(text: str) -> None:
    (out,) = made(text)
    assert "Invented-Word-7" not in out
