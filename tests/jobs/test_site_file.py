"""The site file: what is right is read, what is wrong is told with file, line and key."""

import json
import re
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from fushinban.errors import InputError, OutOfScope
from fushinban.jobs import site_file
from fushinban.jobs.site_file import SiteFile, check_authorisation, load_site, site_of
from fushinban.jobs.toml_table import MOST_BYTES, find_line, parse_toml
from fushinban.model.details import DETAILS
from fushinban.model.device import DeviceKind
from fushinban.model.discovery import Method
from fushinban.model.site import USUAL_TESTS, InspectionKind, Limits, SiteKind, TestKind

# 192.88.99.0/24 and 2002:c000:201::/48 stand for public addresses: relays of old, given up for good (RFC 7526).
SITE = '[site]\nid = "shop-1"\nname = "見本商店"\n'
AUTH = '[authorisation]\nby = "見本 太郎"\nfrom = 2026-11-01\nuntil = 2026-11-30\nnetworks = ["192.0.2.0/24"]\n'

FULL = """
[site]
id = "shop-1"
name = "見本商店"
customer = "見本 太郎"
kind = "condominium"

[site.details]
address = "東京都見本区1-2-3"
handover_date = 2026-01-05
contacts_checked_on = "令和8年10月1日"
retention_days = 30
recording_notice = true

[authorisation]
by = "見本 太郎"
from = 2026-11-01
until = "2026-11-30T18:00"
networks = ["192.0.2.0/24", "127.0.0.1", "2001:db8::/64", "192.88.99.1"]
tests = ["discovery", "read", "default-password"]
note = "夜間のみ"

[[credential]]
match = "192.0.2.0/24"
username = "admin"
secret = "vault:main"

[[credential]]
match = "127.0.0.1"
username = "root"
secret = "env:LAB_PASSWORD"

[discovery]
methods = ["listed", "sweep", "listed"]

[[device]]
address = "192.0.2.10"
kind = "camera"
name = "入口"
note = "高さ3m"
id = "cam-entrance"

[[device]]
address = "127.0.0.1"
ignored = true
ports = { http = 10080, rtsp = 10554, telnet = 10023, onvif = 10081 }

[[device]]
address = "127.0.0.1"
[device.ports]
http = 11080

[[device]]
address = "2001:0db8::0010"

[limits]
device_connections = 1
port_gap = 1
body_bytes = 2048

[answers]
"G-1" = "yes"
"G-2" = { value = 2026-10-01, by = "見本 花子", evidence = ["a.pdf"] }
"""


def read(text: str, environ: dict[str, str] | None = None, **options: bool) -> SiteFile:
    return site_of(parse_toml(text.encode(), "SITE.toml"), environ or {}, **options)


def complaint(text: str) -> str:
    with pytest.raises(InputError) as caught:
        read(text)
    assert caught.value.text.ja != caught.value.text.en
    assert "\n" not in caught.value.text.ja + caught.value.text.en
    return caught.value.text.en


def test_a_full_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "SITE.toml"
    path.write_text(FULL, encoding="utf-8")
    found = load_site(path, {})
    assert (found.site.id, found.site.name, found.site.kind) == ("shop-1", "見本商店", SiteKind.CONDOMINIUM)
    assert found.kind is InspectionKind.PERIODIC
    assert found.details == {
        "address": "東京都見本区1-2-3",
        "handover_date": "2026-01-05",
        "contacts_checked_on": "2026-10-01",
        "retention_days": "30",
        "recording_notice": "はい",
    }
    assert found.authorisation.start == datetime(2026, 10, 31, 15, tzinfo=UTC)
    assert found.authorisation.end == datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert found.authorisation.networks == tuple(
        ip_network(n) for n in ("192.0.2.0/24", "127.0.0.1/32", "2001:db8::/64", "192.88.99.1/32")
    )
    assert found.authorisation.tests == {TestKind.DISCOVERY, TestKind.READ, TestKind.DEFAULT_PASSWORD}
    assert [(str(c.match), c.username, c.secret_ref) for c in found.credentials] == [
        ("192.0.2.0/24", "admin", "vault:main"),
        ("127.0.0.1/32", "root", "env:LAB_PASSWORD"),
    ]
    assert found.methods == (Method.LISTED, Method.SWEEP)
    assert [d.id for d in found.listed] == ["cam-entrance", "127-0-0-1-10080", "127-0-0-1-11080", "2001-db8-10"]
    assert found.listed[0].kind is DeviceKind.CAMERA
    assert found.listed[1].target.port("onvif") == 10081
    assert (found.listed[1].ignored, found.listed[1].listed) == (True, True)
    assert found.listed[2].target.ports == {"http": 11080}
    assert found.limits == Limits(device_connections=1, port_gap=1.0, body_bytes=2048)
    assert found.answers["G-2"] == {"value": date(2026, 10, 1), "by": "見本 花子", "evidence": ["a.pdf"]}


def test_a_small_file_has_sensible_defaults() -> None:
    found = read(SITE + AUTH)
    assert (found.site.customer, found.site.kind) == ("", SiteKind.SHOP)
    assert found.authorisation.tests == USUAL_TESTS
    assert found.authorisation.end == datetime(2026, 11, 30, 14, 59, 59, 999999, tzinfo=UTC)
    assert found.methods == (Method.WS_DISCOVERY, Method.SWEEP)
    assert (found.listed, found.credentials, found.answers, found.limits) == ((), (), {}, Limits())


def test_methods_follow_the_listed_devices() -> None:
    assert read(SITE + AUTH + '[[device]]\naddress = "192.0.2.1"\n').methods == (Method.LISTED,)


def test_an_inspection_kind_may_stand_at_the_site() -> None:
    found = read(SITE + 'kind = "installation"\n' + AUTH)
    assert (found.kind, found.site.kind) == (InspectionKind.INSTALLATION, SiteKind.OTHER)


def test_a_byte_order_mark_and_dos_lines_are_fine() -> None:
    text = "\ufeff" + (SITE + AUTH).replace("\n", "\r\n")
    assert read(text).site.id == "shop-1"
    assert "line 2" in complaint(text.replace("shop-1", "shop 1"))


def test_times_may_have_a_zone() -> None:
    auth = AUTH.replace("2026-11-01", "2026-11-01T00:00:00Z").replace("2026-11-30", '"2026-11-30T00:00:00+09:00"')
    found = read(SITE + auth).authorisation
    assert (found.start, found.end) == (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 29, 15, tzinfo=UTC))


def test_one_day_is_enough() -> None:
    found = read(SITE + AUTH.replace("2026-11-30", "2026-11-01")).authorisation
    assert found.end - found.start == timedelta(days=1) - timedelta(microseconds=1)


CASES: list[tuple[str, Callable[[str], str], str]] = [
    ("no site", lambda t: AUTH, r"SITE.toml, site: the section \[site\] is missing"),
    ("no authorisation", lambda t: SITE, "authorisation: .*fushinban authorise"),
    ("no id", lambda t: t.replace('id = "shop-1"\n', ""), "line 1, site.id: this is needed and missing"),
    ("empty name", lambda t: t.replace("見本商店", "  "), "line 3, site.name: this is empty"),
    ("id type", lambda t: t.replace('"shop-1"', "7"), "line 2, site.id: this must be text in quotes, not a number"),
    ("id with slash", lambda t: t.replace("shop-1", "../x"), "site.id: the id of a site"),
    ("section type", lambda t: 'device = "x"\n' + t, "line 1, device: this must be a list in brackets, not text"),
    ("row type", lambda t: "device = [1]\n" + t, r"line 1, device\[1\]: this must be a table, not a number"),
    ("unknown section", lambda t: t + "[limit]\n", 'line 9, limit: this key is not known. Did you mean "limits"'),
    ("unknown key", lambda t: t + 'untill = "x"\n', 'line 9, authorisation.untill: .*Did you mean "until"'),
    ("strange key", lambda t: t + "[xyzzy]\n", "xyzzy: this key is not known.$"),
    (
        "unknown kind",
        lambda t: t.replace("[auth", 'kind = "shpo"\n[auth', 1),
        'line 4, site.kind: "shpo" .*mean "shop"',
    ),
    ("unknown detail", lambda t: t + '[site.details]\nadress = "x"\n', 'line 10, site.details.adress: .*"address"'),
    ("detail type", lambda t: t + "[site.details]\naddress = [1]\n", "site.details.address: please write text"),
    ("detail date", lambda t: t + '[site.details]\nhandover_date = "soon"\n', "handover_date: please write a date"),
    ("control character", lambda t: t.replace("見本商店", "a\\u0000b"), "site.name: this has a control character"),
    ("long name", lambda t: t.replace("見本商店", "あ" * 201), "site.name: this is too long"),
    ("no from", lambda t: t.replace("from = 2026-11-01\n", ""), "line 4, authorisation.from: this is needed"),
    (
        "from after until",
        lambda t: t.replace("2026-11-30", "2026-10-01"),
        "line 7, authorisation.until: .*before the start",
    ),
    ("date type", lambda t: t.replace("2026-11-01", "20261101"), "line 6, authorisation.from: please write a date"),
    ("date text", lambda t: t.replace("2026-11-01", '"tomorrow"'), "authorisation.from: please write a date"),
    ("time alone", lambda t: t.replace("2026-11-01", "12:00:00"), "authorisation.from: please write a date"),
    ("early date", lambda t: t.replace("2026-11-01", "0001-01-01"), "authorisation.from: please write a date"),
    ("no networks", lambda t: t.replace('["192.0.2.0/24"]', "[]"), "line 8, authorisation.networks: .*at least one"),
    ("network type", lambda t: t.replace('["192.0.2.0/24"]', '"192.0.2.0/24"'), "networks: this must be a list"),
    ("network item", lambda t: t.replace('["192.0.2.0/24"]', "[1]"), r"networks\[1\]: this must be text"),
    ("test", lambda t: t + 'tests = ["reed"]\n', 'line 9, authorisation.tests: "reed" .*mean "read"'),
    ("method", lambda t: t + '[discovery]\nmethods = ["onvif"]\n', 'line 10, discovery.methods: "onvif" is not known'),
    ("listed alone", lambda t: t + '[discovery]\nmethods = ["listed"]\n', "methods: the method listed needs"),
    ("limit", lambda t: t + "[limits]\ndevice_connections = 3\n", "line 10, limits.device_connections: .*from 1 to 2"),
    ("limit nan", lambda t: t + "[limits]\nport_gap = nan\n", "limits.port_gap: this must be a number from 0 to 60"),
    ("limit flag", lambda t: t + "[limits]\nport_gap = true\n", "limits.port_gap: this must be a number, not true"),
    ("limit float", lambda t: t + "[limits]\nbody_bytes = 2048.0\n", "limits.body_bytes: this must be a number"),
    ("answers type", lambda t: "answers = 1\n" + t, "line 1, answers: this must be a table"),
]


@pytest.mark.parametrize(("change", "said"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_what_is_wrong_is_told(change: Callable[[str], str], said: str) -> None:
    found = complaint(change(SITE + AUTH))
    assert found.startswith("SITE.toml, ")
    assert re.search(said, found), found


@pytest.mark.parametrize(
    ("networks", "said"),
    [
        (["0.0.0.0/0"], "has public addresses"),
        (["::/0"], "has public addresses"),
        (["192.88.99.0/24"], "has public addresses"),
        (["2002:c000:201::/48"], "has public addresses"),
        (["192.0.0.0/8"], "has public addresses"),
        (["172.0.0.0/11"], "has public addresses"),
        (["10.0.0.0/8"], "is too large.*/16 or smaller"),
        (["fd00::/32"], "is too large.*/48 or smaller"),
        (["224.0.0.0/24"], "cannot be inspected"),
        (["239.255.255.250"], "cannot be inspected"),
        (["255.255.255.255"], "cannot be inspected"),
        (["0.0.0.0"], "cannot be inspected"),
        (["ff02::c"], "cannot be inspected"),
        (["192.0.2.5/24"], "Write 192.0.2.0/24 for the whole network, or 192.0.2.5 for"),
        (["camera.example"], "is no network"),
        (["192.0.2.0/33"], "is no network"),
        (["192.0.2.0/255.255.255.0"], "is no network"),
        (["１９２.0.2.0/24"], "is no network"),
        (["192.0.2.0/24", "198.51.100.0/24", "192.0.2.0/24"], "192.0.2.0/24 overlaps with 192.0.2.0/24"),
        (["192.0.2.128/25", "192.0.2.0/24"], "192.0.2.128/25 overlaps with 192.0.2.0/24"),
        (["192.0.2.0/24", "198.51.100.0/24", "192.0.2.7"], "192.0.2.7/32 overlaps with 192.0.2.0/24"),
        (["fd00::/64", "fd00::1"], "fd00::1/128 overlaps with fd00::/64"),
    ],
)
def test_networks_that_are_refused(networks: list[str], said: str) -> None:
    found = complaint(SITE + AUTH.replace('["192.0.2.0/24"]', json.dumps(networks, ensure_ascii=False)))
    assert re.search(f"^SITE.toml, line 8, authorisation.networks: .*{said}", found), found


@pytest.mark.parametrize(
    "network",
    ["127.0.0.0/8", "10.1.0.0/16", "100.64.0.0/16", "169.254.0.0/16", "fe80::/64", "192.88.99.1", "2002:c000:201::1"],
)
def test_networks_that_are_fine(network: str) -> None:
    found = read(SITE + AUTH.replace("192.0.2.0/24", network))
    assert found.authorisation.networks == (ip_network(network),)


@pytest.mark.parametrize(
    ("device", "said"),
    [
        ('kind = "camera"', r"line 9, device\[1\].address: this is needed"),
        ('address = "camera.local"', r"line 10, device\[1\].address: .*no IP address.*host names"),
        ('address = "198.51.100.1"', r"device\[1\].address: 198.51.100.1 is not within the networks"),
        ('address = "192.0.2.1"\nports = { http = 0 }', r"line 11, device\[1\].ports.http: .*from 1 to 65535"),
        ('address = "192.0.2.1"\nports = { http = 65536 }', r"ports.http: .*from 1 to 65535"),
        ('address = "192.0.2.1"\nports = { http = "80" }', r"ports.http: this must be a number, not text"),
        ('address = "192.0.2.1"\nports = { htpp = 80 }', r'ports.htpp: "htpp" is not known. Did you mean "http"'),
        ('address = "192.0.2.1"\nports = 80', r"line 11, device\[1\].ports: this must be a table, not a number"),
        ('address = "192.0.2.1"\nid = "a b"', r"line 11, device\[1\].id"),
        ('address = "192.0.2.1"\nignored = "no"', r"device\[1\].ignored: this must be true or false, not text"),
        ('address = "192.0.2.1"\nmaker = "Yamahaa"', r'line 11, device\[1\].maker: no maker "Yamahaa" .*mean "Yamaha"'),
        ('address = "192.0.2.1"\nmaker = 5', r"device\[1\].maker: this must be text in quotes, not a number"),
        ('address = "192.0.2.1"\nssh_host_key = "MD5:00"', r"line 11, device\[1\].ssh_host_key: .*no fingerprint"),
        ('address = "192.0.2.1"\nkind = "kamera"', r'device\[1\].kind: "kamera" .*mean "camera"'),
        ('address = "192.0.2.1"\n[[device]]\naddress = "192.0.2.1"', r"line 12, device\[2\].address: .*also number 1"),
        ('address = "192.0.2.1"\n[[device]]\naddress = "192.0.2.1"\n[device.ports]\nhttp = 80', r"also number 1"),
        ('address = "192.0.2.1"\nid = "x"\n[[device]]\naddress = "192.0.2.2"\nid = "x"', r'line 14, .*id: the id "x"'),
    ],
)  # fmt: skip
def test_devices_that_are_refused(device: str, said: str) -> None:
    found = complaint(f"{SITE}{AUTH}[[device]]\n{device}\n")
    assert re.search(said, found), found


@pytest.mark.parametrize("name", ["yamaha", "Yamaha", "ヤマハ", " YAMAHA Corporation "])
def test_a_maker_may_be_named_by_any_of_its_names(name: str) -> None:
    listed = read(f'{SITE}{AUTH}[[device]]\naddress = "192.0.2.1"\nmaker = "{name}"\n').listed[0]
    assert listed.maker == "Yamaha"


@pytest.mark.parametrize("key", [f"SHA256:{'a+/Z' * 10}abc", f"ecdsa-sha2-nistp256 SHA256:{'A' * 43}", "any"])
def test_an_ssh_host_key_may_be_named(key: str) -> None:
    text = f'{SITE}{AUTH}[[device]]\naddress = "192.0.2.1"\nssh_host_key = "{key}"\n'
    listed = read(text).listed[0]
    assert (listed.host_key, listed.expected_key) == (key, "" if key == "any" else key)
    assert list(Draft202012Validator(_schema()).iter_errors(_plain(text))) == []
    assert read(f'{SITE}{AUTH}[[device]]\naddress = "192.0.2.1"\n').listed[0].host_key == ""


def test_a_link_local_address_may_name_its_interface() -> None:
    text = SITE + AUTH.replace("192.0.2.0/24", "fe80::/64") + '[[device]]\naddress = "fe80::1%eth0"\n'
    assert read(text).listed[0].address == "fe80::1%eth0"


def test_an_ipv4_address_written_as_ipv6_is_taken_for_what_it_is() -> None:
    assert read(SITE + AUTH + '[[device]]\naddress = "::ffff:192.0.2.9"\n').listed[0].address == "192.0.2.9"


CREDENTIAL = '[[credential]]\nmatch = "192.0.2.0/24"\nusername = "admin"\n'


@pytest.mark.parametrize(
    "line",
    [
        'secret = "invented-word"',
        'password = "invented-word"',
        'Password = "invented-word"',
        'secret = "env:invented-word"',
        'secret = "vault: invented-word"',
    ],
)
def test_a_password_in_the_file_is_refused_and_not_repeated(line: str) -> None:
    with pytest.raises(InputError, match=r"line 12, credential\[1\]\..*cannot be written in this file") as caught:
        read(f"{SITE}{AUTH}{CREDENTIAL}{line}\n")
    assert "invented-word" not in caught.value.text.ja + caught.value.text.en


def test_a_password_in_broken_toml_is_not_repeated() -> None:
    found = complaint(f'{SITE}{AUTH}{CREDENTIAL}secret = "invented-word" x\n')
    assert found.startswith("Line 12 of the site file SITE.toml")
    assert "invented-word" not in found


def test_credentials_of_one_range_are_told() -> None:
    twice = (CREDENTIAL + 'secret = "vault:a"\n') * 2
    assert "credential[2].match: there is also number 1 for 192.0.2.0/24" in complaint(SITE + AUTH + twice)


def test_a_missing_variable_is_told_where_secrets_are_needed() -> None:
    text = SITE + AUTH + CREDENTIAL + 'secret = "env:LAB_PASSWORD"\n'
    assert read(text).credentials[0].secret_ref == "env:LAB_PASSWORD"
    assert read(text, {"LAB_PASSWORD": "invented"}, need_secrets=True).credentials
    with pytest.raises(InputError, match=r"line 12, credential\[1\].secret: the environment variable LAB_PASSWORD"):
        read(text, {"LAB_PASSWORD": ""}, need_secrets=True)


def test_an_authorisation_holds_only_in_its_time() -> None:
    authorisation = read(SITE + AUTH).authorisation
    check_authorisation(authorisation, authorisation.start)
    check_authorisation(authorisation, authorisation.end)
    with pytest.raises(OutOfScope, match="too early"):
        check_authorisation(authorisation, authorisation.start - timedelta(seconds=1))
    with pytest.raises(OutOfScope, match="ended at 2026-11-30 23:59 JST"):
        check_authorisation(authorisation, authorisation.end + timedelta(seconds=1))


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        load_site(tmp_path / "none.toml", {})
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        load_site(tmp_path, {})
    big = tmp_path / "big.toml"
    big.write_bytes(b"#" * (MOST_BYTES + 1))
    with pytest.raises(InputError, match=r"big.toml is too large"):
        load_site(big, {})
    big.write_bytes(SITE.encode("cp932"))
    with pytest.raises(InputError, match="not UTF-8 on line 3"):
        load_site(big, {})


@pytest.mark.parametrize(
    "bomb",
    ["a." * 20_000 + "a = 1", "x = {" + "a." * 20_000 + "a = 1}", "a = " + "[" * 50_000, "a = " + "[\n" * 50_000,
     "a = " + "{a=" * 20_000, "a = " + "1" * 100_000, "[[device]]\n" * 50_000],
    ids=["dotted", "inline", "brackets", "lines", "tables", "digits", "rows"],
)  # fmt: skip
def test_bombs_are_refused_at_once(bomb: str) -> None:
    assert "SITE.toml" in complaint(bomb)


@given(st.text() | st.text(alphabet='[]{}=."\n#ab1-:'))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_site_or_refused(text: str) -> None:
    with pytest.raises(InputError):
        read(text)


@given(st.binary())
def test_any_bytes_are_a_site_or_refused(raw: bytes) -> None:
    with pytest.raises(InputError):
        site_of(parse_toml(raw, "SITE.toml"), {})


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_file_altered_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    lines = FULL.split("\n")
    number = data.draw(st.integers(0, len(lines) - 1))
    junk = data.draw(
        st.sampled_from(["[]", "{}", "1", "-1", "nan", '""', '"x"', "true", "2026-01-01", "[1]", '[""]', "{a=1}"])
    )
    key = lines[number].partition("=")[0]
    lines[number] = data.draw(
        st.sampled_from([f"{key}= {junk}", f"x = {junk}", "", f"{lines[number]}\n{lines[number]}", "[site.x]"])
    )
    refusal = ""
    try:
        found = read("\n".join(lines))
    except InputError as error:
        refusal = error.text.ja
    assert "SITE.toml" in refusal or (found.authorisation.networks and found.limits.device_connections <= 2)


def test_lines_of_keys_are_found() -> None:
    text = '# [x]\n[a]\n"b c".d = 1\n[[e]]\nf = 1\n[[e]]\ng.h = { i = 2 }\n[e.j]\nk = 3\n'
    assert find_line(text, ("a",)) == 2
    assert find_line(text, ("a", "b c", "d")) == 3
    assert find_line(text, ("e", 0, "f")) == 5
    assert find_line(text, ("e", 1, "g", "h", "i")) == 7
    assert find_line(text, ("e", 1, "j", "k")) == 9
    assert find_line(text, ("e", 1, "none")) == 6
    assert find_line(text, ("x",)) is None


def _schema() -> dict[str, Any]:
    file = resources.files("fushinban.jobs") / "schemas" / "site.schema.json"
    loaded: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return loaded


def _plain(text: str) -> Any:
    return json.loads(json.dumps(parse_toml(text.encode(), "SITE.toml").values, default=lambda d: d.isoformat()))


def test_the_schema_accepts_what_is_read() -> None:
    schema = _schema()
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for text in (FULL, SITE + AUTH):
        assert list(validator.iter_errors(_plain(text))) == []


@pytest.mark.parametrize(
    "line",
    [
        '[site.details]\nadress = "x"',
        "[limits]\ndevice_connections = 3",
        '[[device]]\nkind = "camera"',
        '[[device]]\naddress = "192.0.2.1"\nssh_host_key = "SHA256:short"',
        CREDENTIAL + 'secret = "invented"',
        '[discovery]\nmethods = ["x"]',
        "[extra]",
    ],
)
def test_the_schema_refuses_what_is_refused(line: str) -> None:
    text = f"{SITE}{AUTH}{line}\n"
    assert complaint(text)
    assert list(Draft202012Validator(_schema()).iter_errors(_plain(text)))


def test_the_schema_has_the_same_keys_as_the_reader() -> None:
    top = _schema()["properties"]
    assert set(top) == set(site_file.SECTIONS)
    assert set(top["site"]["properties"]) == set(site_file.SITE_KEYS)
    assert set(top["site"]["properties"]["details"]["properties"]) == set(DETAILS)
    assert set(top["authorisation"]["properties"]) == set(site_file.AUTHORISATION_KEYS)
    assert set(top["credential"]["items"]["properties"]) == set(site_file.CREDENTIAL_KEYS)
    device = top["device"]["items"]["properties"]
    assert set(device) == set(site_file.DEVICE_KEYS)
    assert set(device["ports"]["properties"]) == set(site_file.SERVICES)
    assert device["kind"]["enum"] == [k.value for k in DeviceKind]
    assert top["site"]["properties"]["kind"]["enum"] == [k.value for k in (*SiteKind, *InspectionKind)]
    assert top["authorisation"]["properties"]["tests"]["items"]["enum"] == [k.value for k in TestKind]
    assert top["discovery"]["properties"]["methods"]["items"]["enum"] == [m.value for m in Method]
    limits = {key: (row["minimum"], row["maximum"]) for key, row in top["limits"]["properties"].items()}
    assert limits == dict(site_file.BOUNDS)
    assert set(limits) == {f.name for f in fields(Limits)}
