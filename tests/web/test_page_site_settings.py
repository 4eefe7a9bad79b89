"""Settings, logins and schedule of a site: what is saved, two people at once, secrets, hostile words, scope."""

import re
from datetime import UTC, datetime
from html import unescape
from http import HTTPStatus
from pathlib import Path

import pytest
from django.test import Client

from fushinban import clock
from fushinban.jobs.business_days import coming_dues, holiday_name
from fushinban.jobs.site_file import site_of
from fushinban.jobs.site_form import problems_of
from fushinban.jobs.site_logins import usable
from fushinban.jobs.site_setup import import_site_file, load_setup, load_versioned, save_setup
from fushinban.jobs.toml_table import parse_toml
from fushinban.model.rights import EVERYTHING, Role
from fushinban.model.schedule import Rhythm, Schedule
from fushinban.record.store import Store
from fushinban.web.installation import current
from web.conftest import ClientFor

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
SECRET = "Invented-7wq2-Kz9f!"
TOML = """
[site]
id = "{id}"
name = "本町店"
customer = "{customer}"
kind = "shop"

[authorisation]
by = "店長 港花子"
from = 2026-01-01
until = 2099-12-31
networks = ["192.0.2.0/24"]

[[credential]]
match = "192.0.2.10"
username = "root"
secret = "vault:{id}-login"

[discovery]
methods = ["listed", "sweep"]

[[device]]
id = "cam-1"
address = "192.0.2.10"
kind = "camera"
name = "入口"
note = "脚立が必要"
ports = {{ http = 8080 }}

[limits]
port_gap = 0.5
"""


def add_site(store: Store, tmp_path: Path, site_id: str, customer: str) -> None:
    path = tmp_path / f"{site_id}.toml"
    path.write_text(TOML.format(id=site_id, customer=customer), encoding="utf-8")
    current().vault.put(f"{site_id}-login", "root", SECRET, f"site:{site_id}")
    import_site_file(store, path)


@pytest.fixture
def two_sites(console: Store, tmp_path: Path) -> Store:
    """Sites `one` and `two` of two customers."""
    add_site(console, tmp_path, "one", "みなと商店")
    add_site(console, tmp_path, "two", "丘管理組合")
    return console


SETTINGS = "/sites/one/settings/"


def shown_part(client: Client, part: str, address: str = SETTINGS) -> dict[str, object]:
    """The values of a part's form as the page shows them."""
    page = client.get(address).content.decode()
    form = page.split(f'id="part-{part}"')[1].split("</form>")[0]
    values: dict[str, object] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given = {k: unescape(v) for k, v in re.findall(r'([a-z-]+)="([^"]*)"', tag)}
        if given.get("type") in {"checkbox", "radio"} and not re.search(r"\schecked", tag):
            continue
        old = values.get(given["name"])
        value = given.get("value", "")
        values[given["name"]] = [*old, value] if isinstance(old, list) else [value] if given["name"] in _MANY else value
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        values[name] = unescape(text).strip()
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        values[name] = re.findall(r'value="([^"]*)" selected', options)[0]
    values.pop("csrfmiddlewaretoken", None)
    return values


_MANY = {"tests", "methods"}


@pytest.mark.parametrize("part", ["site", "authorisation", "devices", "limits"])
def test_saving_what_is_shown_changes_nothing(two_sites: Store, client_for: ClientFor, part: str) -> None:
    client = client_for(Role.OPERATOR)
    before = load_setup(two_sites, "one")
    answer = client.post(SETTINGS, shown_part(client, part))
    assert answer.status_code == HTTPStatus.SEE_OTHER, unescape(answer.content.decode())
    assert load_setup(two_sites, "one") == before


def test_every_part_is_saved_and_audited(two_sites: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    changes: dict[str, dict[str, object]] = {
        "site": {"name": "新本町店", "kind": "office", "detail-isp": "例示ネット"},
        "authorisation": {"allowed_until": "2030-06-30", "networks": "192.0.2.0/24\n198.51.100.0/25"},
        "devices": {"device-1-address": "198.51.100.9", "device-1-device_kind": "recorder", "methods": ["sweep"]},
        "limits": {"port_gap": "1.5", "site_connections": "3"},
    }
    for part, changed in changes.items():
        answer = client.post(SETTINGS, {**shown_part(client, part), **changed})
        assert answer.status_code == HTTPStatus.SEE_OTHER, unescape(answer.content.decode())
    setup = load_setup(two_sites, "one")
    assert (setup.site.name, setup.site.kind.value, setup.details["isp"]) == ("新本町店", "office", "例示ネット")
    assert clock.shown_date(setup.authorisation.end) == "2030-06-30"
    assert [d.address for d in setup.listed] == ["192.0.2.10", "198.51.100.9"]
    assert (setup.listed[0].id, setup.listed[0].note) == ("cam-1", "脚立が必要")
    assert (setup.limits.port_gap, setup.limits.site_connections) == (1.5, 3)
    assert two_sites.sites.get("one") == setup.site
    assert [e.action for e in two_sites.audit.entries(action="site.changed")] == ["site.changed"] * 4
    page = client.get(SETTINGS).content.decode()
    assert "「通信の控えめさ」を保存しました" in page


def test_wrong_values_are_said_at_their_part_and_nothing_is_lost(two_sites: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    version = load_versioned(two_sites, "one")[1]
    for part, changed, sentence in (
        ("authorisation", {"networks": "8.8.8.0/24"}, "公開"),
        ("limits", {"device_connections": "9"}, "1 から 2 までの数"),
        ("limits", {"port_gap": "たくさん"}, "数を書いてください"),
        ("devices", {"device-0-device_maker": "やまは電機"}, "というメーカーは登録されていません"),
        ("devices", {"device-0-device_key": "md5"}, "SSHホスト鍵の指紋の書き方ではありません"),
        ("devices", {"device-0-address": "203.0.113.9"}, "networks）に含まれていません"),
        ("site", {"name": ""}, "空になっています"),
    ):
        answer = client.post(SETTINGS, {**shown_part(client, part), **changed})
        page = unescape(answer.content.decode())
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, part
        assert sentence in page
        (typed,) = changed.values()
        assert str(typed) in page
    assert load_versioned(two_sites, "one")[1] == version


def test_networks_that_would_leave_a_device_outside_are_refused(two_sites: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    answer = client.post(SETTINGS, {**shown_part(client, "authorisation"), "networks": "198.51.100.0/24"})
    wrong = "192.0.2.10 は、点検してよいネットワーク（[authorisation] の networks）に含まれていません"
    assert wrong in unescape(answer.content.decode())
    assert str(load_setup(two_sites, "one").authorisation.networks[0]) == "192.0.2.0/24"


def test_two_people_change_the_same_part(two_sites: Store, client_for: ClientFor) -> None:
    first, second = client_for(Role.OPERATOR), client_for(Role.ADMINISTRATOR)
    mine, theirs = shown_part(first, "authorisation"), shown_part(second, "authorisation")
    assert first.post(SETTINGS, {**mine, "allowed_by": "一人目"}).status_code == HTTPStatus.SEE_OTHER
    answer = second.post(SETTINGS, {**theirs, "allowed_by": "二人目"})
    page = unescape(answer.content.decode())
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "ほかの人が、同じ項目を先に変更しています" in page
    assert (page.count("一人目"), page.count("二人目")) == (1, 2), "both states, and the form keeps what was typed"
    assert load_setup(two_sites, "one").authorisation.by == "一人目"
    base = re.findall(r'name="part" value="authorisation"><input type="hidden" name="base" value="(\w+)"', page)[0]
    again = second.post(SETTINGS, {**theirs, "allowed_by": "二人目", "base": base})
    assert again.status_code == HTTPStatus.SEE_OTHER
    assert load_setup(two_sites, "one").authorisation.by == "二人目"


def test_two_people_change_different_parts(two_sites: Store, client_for: ClientFor) -> None:
    first, second = client_for(Role.OPERATOR), client_for(Role.ADMINISTRATOR)
    mine, theirs = shown_part(first, "site"), shown_part(second, "limits")
    assert first.post(SETTINGS, {**mine, "name": "一人目の店"}).status_code == HTTPStatus.SEE_OTHER
    assert second.post(SETTINGS, {**theirs, "port_gap": "2"}).status_code == HTTPStatus.SEE_OTHER
    setup = load_setup(two_sites, "one")
    assert (setup.site.name, setup.limits.port_gap) == ("一人目の店", 2.0)


def test_the_file_that_is_exported_is_the_setup(two_sites: Store, client_for: ClientFor) -> None:
    answer = client_for(Role.OPERATOR).get(SETTINGS + "SITE.toml")
    assert answer["Content-Disposition"] == 'attachment; filename="SITE.toml"'
    assert SECRET.encode() not in answer.content
    assert site_of(parse_toml(answer.content, "SITE.toml"), {}) == load_setup(two_sites, "one")
    assert two_sites.audit.entries(action="site.exported")[0].id == "one"


@pytest.mark.parametrize("page", ["settings/", "settings/SITE.toml", "logins/", "schedule/", "inspect/"])
def test_other_peoples_sites_are_not_there(two_sites: Store, client_for: ClientFor, page: str) -> None:
    client = client_for(Role.OPERATOR, site="one")
    assert client.get(f"/sites/one/{page}").status_code == HTTPStatus.OK
    for other in ("two", "missing", "%00", "あ" * 90):
        assert client.get(f"/sites/{other}/{page}").status_code == HTTPStatus.NOT_FOUND, other
    for action in ("save", "add_login", "replace_login", "remove_login", "drop", "preview", "start"):
        answer = client.post(f"/sites/two/{page}", {"action": action, "part": "site", "number": "0"})
        assert answer.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}, action


def test_the_customer_of_a_site_is_changed_only_by_who_may_everywhere(two_sites: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR, site="one")
    values = shown_part(client, "site")
    assert "customer" not in values
    client.post(SETTINGS, {**values, "customer": "丘管理組合"})
    assert load_setup(two_sites, "one").site.customer == "みなと商店"


def test_a_site_without_a_setup_gets_one(two_sites: Store, client_for: ClientFor) -> None:
    from dataclasses import replace

    site = two_sites.sites.get("one")
    assert site is not None
    two_sites.sites.save(replace(site, id="bare"))
    client = client_for(Role.OPERATOR)
    address = "/sites/bare/settings/"
    values = shown_part(client, "authorisation", address)
    given = {
        "allowed_by": "店長",
        "allowed_from": "2026-01-01",
        "allowed_until": "2099-01-01",
        "networks": "192.0.2.0/24",
    }
    answer = client.post(address, {**values, **given, "tests": ["read"]})
    assert answer.status_code == HTTPStatus.SEE_OTHER, unescape(answer.content.decode())
    assert load_versioned(two_sites, "bare")[1] == 1
    assert "site-settings" not in client.get("/sites/bare/logins/").content.decode()


# --- logins ---

LOGINS = "/sites/one/logins/"


def test_logins_are_added_replaced_and_removed(two_sites: Store, client_for: ClientFor) -> None:
    client, vault = client_for(Role.OPERATOR), current().vault
    client.post(LOGINS, {"action": "add_login", "match": "192.0.2.0/24", "username": "viewer", "secret": SECRET})
    rules = load_setup(two_sites, "one").credentials
    assert [(str(r.match), r.username) for r in rules] == [("192.0.2.10/32", "root"), ("192.0.2.0/24", "viewer")]
    new = {"action": "replace_login", "number": "0", "of": "192.0.2.10", "secret": "Another-2bX9-qqz"}
    assert client.post(LOGINS, new).status_code == HTTPStatus.SEE_OTHER
    assert vault.get("one-login").secret == "Another-2bX9-qqz"
    page = client.get(LOGINS).content.decode()
    assert SECRET not in page
    assert "Another-2bX9" not in page
    gone = {"action": "remove_login", "number": "0", "of": "192.0.2.10"}
    assert "192.0.2.10 のログイン情報を消しますか" in client.post(LOGINS, gone).content.decode()
    assert client.post(LOGINS, {**gone, "confirmed": "yes"}).status_code == HTTPStatus.SEE_OTHER
    assert "one-login" not in vault.names()
    assert "two-login" in vault.names()
    actions = [e.action for e in two_sites.audit.entries(action="credential.")]
    assert actions == ["credential.removed", "credential.saved", "credential.saved"]


def test_a_routers_login_is_changed_piece_by_piece(two_sites: Store, client_for: ClientFor) -> None:
    client, vault = client_for(Role.OPERATOR), current().vault
    change = {"action": "replace_login", "number": "0", "of": "192.0.2.10", "more": "1"}
    assert client.post(LOGINS, change).status_code == HTTPStatus.BAD_REQUEST, "nothing to change"
    client.post(LOGINS, {**change, "administrator": "Above-4cT1-wind", "clear_text": "1"})
    (rule,) = load_setup(two_sites, "one").credentials
    assert (rule.secret_ref, rule.clear_text) == ("vault:one-login", True)
    above = rule.administrator_ref.removeprefix("vault:")
    assert (vault.get(above).secret, vault.get("one-login").secret) == ("Above-4cT1-wind", SECRET)
    page = client.get(LOGINS).content.decode()
    assert "Telnet（暗号化なし）でのログインを許しています" in page
    assert "Above-4cT1" not in page
    client.post(LOGINS, {**change, "clear_text": "1", "secret": "Below-4cT1-wind"})
    assert (vault.get(above).secret, vault.get("one-login").secret) == ("Above-4cT1-wind", "Below-4cT1-wind")
    client.post(LOGINS, {**change, "forget_administrator": "1"})
    (rule,) = load_setup(two_sites, "one").credentials
    assert (rule.administrator_ref, rule.clear_text) == ("", False)
    assert above not in vault.names()
    entries = two_sites.audit.entries(action="credential.")
    assert [e.action for e in entries] == ["credential.changed", "credential.saved", "credential.saved"]
    assert entries[-1].detail["clear_text"] == "true"
    assert entries[0].detail == {"site": "one", "match": "192.0.2.10"}


def test_logins_for_snmp_are_added_changed_and_removed(two_sites: Store, client_for: ClientFor) -> None:
    client, vault = client_for(Role.OPERATOR, site="one"), current().vault
    asked = {"action": "add_login", "kind": "snmp", "match": "192.0.2.10"}
    client.post(LOGINS, {**asked, "version": "3", "username": "watch", "secret": SECRET, "digest": "sha512"})
    change = {"action": "replace_login", "number": "1", "of": "192.0.2.10", "more": "1"}
    client.post(LOGINS, {**change, "digest": "sha1", "privacy": "Sealed-8mQ2-snow"})
    rule = load_setup(two_sites, "one").credentials[1]
    assert (rule.username, rule.digest.value, vault.get(rule.privacy_ref[6:]).secret) == (
        "watch",
        "sha1",
        "Sealed-8mQ2-snow",
    )
    page = client.get(LOGINS).content.decode()
    assert "SNMPv3・SHA-1・AES-128" in page
    assert "Sealed-8mQ2" not in page
    client.post(LOGINS, {**asked, "match": "192.0.2.0/24", "version": "2c", "community": "Com-1mQ2-unity"})
    client.post(LOGINS, {**change, "number": "2", "of": "192.0.2.0/24", "secret": "Com-2mQ2-unity"})
    community = load_setup(two_sites, "one").credentials[2]
    assert (community.username, vault.get(community.secret_ref[6:]).secret) == ("", "Com-2mQ2-unity")
    gone = {"action": "remove_login", "number": "1", "of": "192.0.2.10", "confirmed": "yes"}
    client.post(LOGINS, gone)
    assert {ref[6:] for ref in rule.refs}.isdisjoint(vault.names())
    assert vault.get("one-login").secret == SECRET
    viewer = client_for(Role.AUDITOR)
    assert viewer.post(LOGINS, asked).status_code in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}


def test_a_secret_that_two_logins_share_is_neither_overwritten_nor_lost(
    two_sites: Store, client_for: ClientFor
) -> None:
    from dataclasses import replace

    setup, version = load_versioned(two_sites, "one")
    shared = replace(setup.credentials[0], administrator_ref="vault:one-login")
    save_setup(two_sites, replace(setup, credentials=(shared,)), version)
    client, vault = client_for(Role.OPERATOR), current().vault
    change = {"action": "replace_login", "number": "0", "of": "192.0.2.10", "more": "1"}
    client.post(LOGINS, {**change, "administrator": "Above-4cT1-wind"})
    (rule,) = load_setup(two_sites, "one").credentials
    assert rule.administrator_ref != rule.secret_ref == "vault:one-login"
    assert vault.get("one-login").secret == SECRET


def test_a_stale_page_reaches_no_other_login(two_sites: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    for number, of in (("0", "192.0.2.0/24"), ("1", "192.0.2.10"), ("x", "192.0.2.10"), ("", "")):
        values = {"action": "replace_login", "number": number, "of": of, "secret": "y"}
        assert client.post(LOGINS, values).status_code == HTTPStatus.BAD_REQUEST, number
    assert current().vault.get("one-login").secret == SECRET


def test_replacing_never_writes_over_a_login_of_others(two_sites: Store, client_for: ClientFor) -> None:
    setup, version = load_versioned(two_sites, "one")
    from dataclasses import replace

    borrowed = replace(setup.credentials[0], secret_ref="vault:two-login")
    save_setup(two_sites, replace(setup, credentials=(borrowed,)), version)
    client = client_for(Role.OPERATOR, site="one")
    client.post(LOGINS, {"action": "replace_login", "number": "0", "of": "192.0.2.10", "secret": "Mine-now-99x"})
    assert current().vault.get("two-login").secret == SECRET
    assert load_setup(two_sites, "one").credentials[0].secret_ref != "vault:two-login"
    client.post(LOGINS, {"action": "remove_login", "number": "0", "of": "192.0.2.10", "confirmed": "yes"})
    assert "two-login" in current().vault.names()


def test_who_may_use_which_login(two_sites: Store) -> None:
    mine, theirs = load_setup(two_sites, "one").credentials, load_setup(two_sites, "two").credentials
    vault = current().vault
    assert usable(vault, "one", mine, (), all_logins=False) == (mine, ())
    assert usable(vault, "one", theirs, (), all_logins=False) == ((), theirs)
    assert usable(vault, "one", theirs, theirs, all_logins=False) == (theirs, ())
    assert usable(vault, "one", theirs, (), all_logins=True) == (theirs, ())


def test_a_bad_login_is_one_sentence(two_sites: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    for match, username, secret, sentence in (
        ("192.0.2.10", "x", "y", "1つの範囲に1つだけ"),
        ("bad", "x", "y", "ネットワークの書き方ではありません"),
        ("192.0.2.0/24", "", "y", "空になっています"),
    ):
        client.post(LOGINS, {"action": "add_login", "match": match, "username": username, "secret": secret})
        assert sentence in unescape(client.get(LOGINS).content.decode()), match
    assert len(load_setup(two_sites, "one").credentials) == 1


def test_hostile_words_are_shown_as_words(two_sites: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    client.post(SETTINGS, {**shown_part(client, "site"), "name": HOSTILE, "detail-address": HOSTILE})
    client.post(SETTINGS, {**shown_part(client, "devices"), "device-0-device_name": HOSTILE})
    client.post(LOGINS, {"action": "add_login", "match": "192.0.2.0/24", "username": HOSTILE, "secret": "y"})
    assert load_setup(two_sites, "one").site.name == HOSTILE
    for page in ("settings/", "logins/", "schedule/", "inspect/"):
        shown = client.get(f"/sites/one/{page}").content.decode()
        assert "<script>alert" not in shown, page
        assert "<img src=x" not in shown, page


# --- schedule ---

SCHEDULE = "/sites/one/schedule/"
GIVEN = {
    "rhythm": "monthly", "month": "1", "day": "23", "nth": "0", "weekday": "monday", "time": "09:30", "off_day": "next",
    "starts": "", "new_year": "1", "skips": "8/13-8/16", "kind": "periodic", "documents": "1", "version": "0",
}  # fmt: skip


def test_a_schedule_is_saved_and_due(two_sites: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    answer = client.post(SCHEDULE, {**GIVEN, "action": "save"})
    assert (answer.status_code, answer["Location"]) == (HTTPStatus.SEE_OTHER, "/sites/one/")
    entry = two_sites.schedules.get("one")
    assert entry is not None
    assert entry.next_at is not None
    assert entry.next_at > clock.now()
    assert (entry.schedule.day, entry.schedule.hour, entry.schedule.minute, len(entry.schedule.skips)) == (23, 9, 30, 2)
    assert two_sites.audit.entries(action="schedule.saved")[0].id == "one"
    page = client.get(SCHEDULE).content.decode()
    assert "8/13-8/16" in page
    assert 'value="23"' in page
    assert [e.schedule.site for e in two_sites.schedules.coming(EVERYTHING, 5)] == ["one"]


def test_the_preview_names_holidays_and_saves_nothing(two_sites: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    yearly = {**GIVEN, "action": "preview", "rhythm": "yearly", "month": "11", "day": "3"}
    for headers in ({}, {"HX-Request": "true"}):
        page = client.post(SCHEDULE, yearly, headers=headers).content.decode()
        assert page.count("<li><b>") == 6
        assert "（文化の日）から移動" in page
        assert page.startswith("<!doctype") != bool(headers)
    assert two_sites.schedules.get("one") is None


def test_dues_name_the_day_they_stand_for() -> None:
    schedule = Schedule(site="one", rhythm=Rhythm.MONTHLY, day=23)
    dues = coming_dues(schedule, datetime(2026, 8, 1, tzinfo=UTC), 6)
    assert [(d.nominal.isoformat(), d.day.isoformat()) for d in dues[:4]] == [
        ("2026-08-23", "2026-08-24"), ("2026-09-23", "2026-09-24"), ("2026-10-23", "2026-10-23"),
        ("2026-11-23", "2026-11-24"),
    ]  # fmt: skip
    assert holiday_name(dues[1].nominal) == "秋分の日"
    assert holiday_name(dues[1].nominal, "en") == "Autumnal Equinox Day"
    assert holiday_name(dues[2].nominal) == ""


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"time": "25:00"}, "時"), ({"time": "x"}, "数字と時刻"), ({"day": "40"}, "日"), ({"day": "x"}, "数字と時刻"),
        ({"skips": "お盆"}, "「お盆」を読み取れません"), ({"skips": "2/30-3/1"}, "値が正しくありません"),
        ({"starts": "x"}, "数字と時刻"), ({"skips": "1/1-12/31"}, "値が正しくありません"),
    ],
)  # fmt: skip
def test_impossible_schedules_are_refused(
    two_sites: Store, client_for: ClientFor, changed: dict[str, str], sentence: str
) -> None:
    client = client_for(Role.OPERATOR)
    for action in ("save", "preview"):
        answer = client.post(SCHEDULE, {**GIVEN, **changed, "action": action})
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        page = unescape(answer.content.decode())
        (field, typed) = next(iter(changed.items()))
        error = re.search(rf'<p class="error" id="{field}-error">([^<]*)</p>', page)
        assert error
        assert sentence in error[1]
        assert typed in page, "what was typed is still there"
        assert "8/13-8/16" in page or field == "skips"
        assert page.count('aria-invalid="true"') == 1
    assert two_sites.schedules.get("one") is None


def test_everything_wrong_is_said_at_once_and_as_text(two_sites: Store, client_for: ClientFor) -> None:
    bad = '"><script>alert(1)</script>'
    wrong = dict.fromkeys(("time", "day", "month", "nth", "starts", "skips"), bad)
    answer = client_for(Role.OPERATOR).post(SCHEDULE, {**GIVEN, **wrong, "kind": bad, "lang": bad, "action": "save"})
    page = answer.content.decode()
    assert "<script>alert" not in page
    assert page.count('<p class="error" id=') == len(wrong)


def test_two_people_save_a_schedule(two_sites: Store, client_for: ClientFor) -> None:
    first, second = client_for(Role.OPERATOR), client_for(Role.OPERATOR)
    first.post(SCHEDULE, {**GIVEN, "action": "save"})
    answer = second.post(SCHEDULE, {**GIVEN, "action": "save", "day": "5"})
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "ほかの人が予定を先に変更しています" in page
    assert "毎月、次回" in page
    assert 'name="day" min="1" max="31" value="5"' in page
    assert (
        second.post(SCHEDULE, {**GIVEN, "action": "save", "day": "5", "version": "1"}).status_code
        == HTTPStatus.SEE_OTHER
    )
    entry = two_sites.schedules.get("one")
    assert entry is not None
    assert entry.schedule.day == 5


def test_a_schedule_is_removed_after_asking(two_sites: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    client.post(SCHEDULE, {**GIVEN, "action": "save"})
    assert "なくしますか" in client.post(SCHEDULE, {"action": "drop"}).content.decode()
    assert two_sites.schedules.get("one") is not None
    client.post(SCHEDULE, {"action": "drop", "confirmed": "yes"})
    assert two_sites.schedules.get("one") is None


def test_installers_may_not_plan(two_sites: Store, client_for: ClientFor) -> None:
    assert client_for(Role.INSTALLER).get(SCHEDULE).status_code == HTTPStatus.FORBIDDEN
    assert client_for(Role.AUDITOR).get(LOGINS).status_code == HTTPStatus.FORBIDDEN
    assert client_for(Role.AUDITOR).get(SETTINGS).status_code == HTTPStatus.FORBIDDEN


def test_problems_of_ends_for_anything() -> None:
    wild = {"site": 3, "authorisation": [1], "device": "x", "limits": {"port_gap": {}}, "credential": [{}]}
    for section in wild:
        assert problems_of(wild, section)
