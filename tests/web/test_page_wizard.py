"""The wizard for a new site: step by step, against a lab, with wrong and hostile input, and by a file."""

import base64
import hashlib
import json
from datetime import timedelta
from html import unescape
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fushinban import clock
from fushinban.jobs.site_setup import load_setup
from fushinban.jobs.toml_table import MOST_BYTES
from fushinban.model.discovery import Method
from fushinban.model.job import JobState
from fushinban.model.rights import Role
from fushinban.model.site import TestKind
from fushinban.record.store import Store
from fushinban.web.installation import current
from fushinban.web.models import DraftRow
from web.conftest import ClientFor
from web.lab_console import RunningLab, plan_of, until_over, working

PAGE = "/sites/new/"
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>\u202e=1+1'
TODAY = clock.in_japan(clock.now()).date()
#: Invented for these tests.
SECRET = "Invented-7wq2-Kz9f!"


def step(client: Client, action: str, **values: object) -> str:
    """Send a step; the step that follows. Fails where the step was not accepted."""
    answer = client.post(PAGE, {"action": action, **values})
    assert answer.status_code == HTTPStatus.SEE_OTHER, unescape(answer.content.decode())
    return parse_qs(urlsplit(answer["Location"]).query).get("step", [answer["Location"]])[0]


def refused(client: Client, action: str, **values: object) -> str:
    """Send a step that is not accepted; the page."""
    answer = client.post(PAGE, {"action": action, **values})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, answer.get("Location")
    return unescape(answer.content.decode())


def allowed(**changed: object) -> dict[str, object]:
    values = {
        "allowed_by": "店長 港花子", "allowed_from": TODAY.isoformat(),
        "allowed_until": (TODAY + timedelta(days=30)).isoformat(), "networks": "192.0.2.0/24",
        "tests": [TestKind.DISCOVERY.value, TestKind.READ.value],
    }  # fmt: skip
    return {**values, **changed}


def device(number: int, **values: object) -> dict[str, object]:
    return {f"device-{number}-{key}": value for key, value in values.items()}


def to_logins(client: Client, name: str = "本町店") -> None:
    step(client, "customer", customer="みなと商店")
    step(client, "facts", name=name, id="", kind="shop")
    step(client, "authorisation", **allowed())
    step(client, "devices", rows="0", methods=["ws-discovery"])


def test_from_nothing_to_a_finished_first_inspection(console: Store, client_for: ClientFor) -> None:
    client = client_for(Role.ADMINISTRATOR)
    with RunningLab(plan_of(2)) as lab, working(console):
        assert "どなたの現場ですか" in client.get(PAGE).content.decode()
        assert step(client, "customer", customer="みなと商店") == "site"
        assert (
            step(client, "facts", name="本町店", id="honmachi", kind="office", **{"detail-isp": "例示ネット"})
            == "authorisation"
        )
        networks = "\n".join(lab.plan.networks)
        assert (
            step(client, "authorisation", **allowed(networks=networks, tests=[t.value for t in TestKind])) == "devices"
        )
        rows: dict[str, object] = {}
        for n, one in enumerate(lab.plan.devices):
            ports = ", ".join(f"{name}={port}" for name, port in lab.lab.ports.items())
            rows |= device(n, address=one.address, device_kind="camera", device_name=f"カメラ{n}", ports=ports)
        assert step(client, "devices", rows=str(len(lab.plan.devices)), **rows) == "logins"
        # Left and come back to: the step that was reached.
        assert "機器へのログイン情報" in client.get(PAGE).content.decode()
        for one in lab.plan.devices:
            assert one.login_user is not None
            login = {"match": one.address, "username": one.login, "secret": one.login_user.password}
            assert step(client, "add_login", **login) == "logins"
        assert step(client, "logins_done") == "summary"
        summary = client.get(PAGE).content.decode()
        assert "honmachi" in summary
        assert "例示ネット" not in summary
        answer = client.post(PAGE, {"action": "finish", "start": "1", "kind": "installation"})
        assert answer.status_code == HTTPStatus.SEE_OTHER
        assert answer["Location"].startswith("/jobs/")
        page = client.get(answer["Location"])
        assert page.status_code == HTTPStatus.OK
        job = until_over(console, answer["Location"].split("/")[2])
    assert job.state is JobState.DONE, job.summary
    assert job.missed == 0
    inspection = console.inspections.get(job.inspection)
    assert len(inspection.records) == 2
    assert all(r.reached and r.device.model for r in inspection.records), "the logins from the vault were used"
    site = console.sites.get("honmachi")
    assert site is not None
    assert (site.customer, site.details["isp"]) == ("みなと商店", "例示ネット")
    assert DraftRow.objects.count() == 0
    actions = [e.action for e in console.audit.entries(most=200)]
    assert {"site.made", "credential.saved", "job.asked"} <= set(actions)


def test_no_secret_is_kept_outside_the_vault_or_shown(console: Store, client_for: ClientFor) -> None:
    client = client_for(Role.ADMINISTRATOR)
    to_logins(client)
    assert step(client, "add_login", match="192.0.2.0/24", username="viewer", secret=SECRET) == "logins"
    shown = client.get(PAGE + "?step=logins").content.decode() + client.get(PAGE + "?step=summary").content.decode()
    assert SECRET not in shown
    assert SECRET not in DraftRow.objects.get().payload
    for entry in console.audit.entries(most=500):
        assert SECRET not in json.dumps(dict(entry.detail))
    (name,) = current().vault.names()
    assert current().vault.get(name).secret == SECRET
    assert current().vault.entry(name).context == "site:本町店"


def test_a_weak_password_is_said_at_once(console: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    to_logins(client)
    client.post(PAGE, {"action": "add_login", "match": "192.0.2.0/24", "username": "admin", "secret": "admin"})
    page = client.get(PAGE + "?step=logins").content.decode()
    assert "公開リスト" in page
    assert "推測されやすい" in page


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"networks": "8.8.8.0/24"}, "8.8.8.0/24 はインターネット側（公開）のアドレスを含みます"),
        ({"networks": "192.168.1.7/24"}, "「192.168.1.7/24」は機器のアドレスです"),
        ({"networks": "10.0.0.0/8"}, "10.0.0.0/8 は広すぎます"),
        ({"networks": "camera.example.jp"}, "「camera.example.jp」はネットワークの書き方ではありません"),
        ({"networks": ""}, "点検してよいネットワークを1つ以上書いてください"),
        ({"networks": "192.168.0.0/24 192.168.0.0/25"}, "重なっています"),
        ({"allowed_by": ""}, "空になっています"),
        ({"allowed_until": "2001-01-01"}, "終了（until）が開始（from）より前になっています"),
        ({"allowed_from": "明日"}, "日付または日時を 2026-11-23"),
        ({"tests": []}, "承諾された試験を1つ以上選んでください"),
        ({"tests": ["brute-force"]}, "「brute-force」は使えません"),
    ],
)
def test_what_a_site_file_must_not_say_is_refused_in_its_words(
    console: Store, client_for: ClientFor, changed: dict[str, object], sentence: str
) -> None:
    client = client_for(Role.OPERATOR)
    step(client, "customer", customer="")
    step(client, "facts", name="本町店", id="h", kind="shop")
    page = refused(client, "authorisation", **allowed(**changed))
    assert sentence in page
    assert "authorisation" not in json.loads(DraftRow.objects.get().payload)
    if "allowed_by" not in changed:
        assert "店長 港花子" in page, "what was typed is still there"


def test_several_wrong_fields_are_all_said(console: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    step(client, "customer", customer="")
    page = refused(client, "facts", name="", id="a/b", kind="castle", **{"detail-handover_date": "いつか"})
    for sentence in ("空になっています", "現場の id には", "「castle」は使えません", "令和8年11月23日 のように"):
        assert sentence in page, sentence


def test_devices_are_judged_one_by_one(console: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    to_logins(client)
    outside = refused(client, "devices", rows="1", **device(0, address="198.51.100.7", device_kind="camera"))
    assert "198.51.100.7 は、点検してよいネットワーク（[authorisation] の networks）に含まれていません" in outside
    two = {**device(0, address="192.0.2.9"), **device(1, address="192.0.2.9")}
    assert "192.0.2.9 の機器は1番目にも" in refused(client, "devices", rows="2", **two)
    ports = refused(client, "devices", rows="1", **device(0, address="192.0.2.9", ports="gopher=70"))
    assert "「gopher」は使えません" in ports
    wide = device(0, address="１９２.０.２.９", ports="８０８０", device_name="入口")
    assert step(client, "devices", rows="1", methods=["sweep"], **wide) == "logins"
    sections = json.loads(DraftRow.objects.get().payload)
    assert sections["device"] == [{"address": "192.0.2.9", "name": "入口", "ports": {"http": 8080}}]
    assert sections["discovery"]["methods"] == [Method.LISTED.value, Method.SWEEP.value]


def test_steps_cannot_be_jumped_and_survive_a_new_session(console: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    step(client, "customer", customer="みなと商店")
    assert "どのような現場ですか" in client.get(PAGE + "?step=summary").content.decode()
    other = client_for(Role.OPERATOR)
    assert "どなたの現場ですか" in other.get(PAGE).content.decode(), "a draft is its person's alone"
    assert client.get(PAGE + "?step=../..").status_code == HTTPStatus.OK


def test_an_id_is_made_from_the_name_and_never_taken_twice(console: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    for expected in ("hon-machi-店", "hon-machi-店-2"):
        to_logins(client, "Hon machi 店")
        step(client, "logins_done")
        assert step(client, "finish") == f"/sites/{expected}/".replace("店", "%E5%BA%97")
        assert console.sites.get(expected) is not None
    step(client, "customer", customer="")
    assert "すでに使われています" in refused(client, "facts", name="x", id="hon-machi-店", kind="shop")
    assert "すでに使われています" in refused(client, "facts", name="x", id="new", kind="shop")


def test_a_login_goes_along_when_the_id_is_changed(console: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    to_logins(client)
    step(client, "add_login", match="192.0.2.0/24", username="viewer", secret=SECRET)
    step(client, "facts", name="本町店", id="honmachi", kind="shop")
    (name,) = current().vault.names()
    assert current().vault.entry(name).context == "site:honmachi"
    step(client, "logins_done")
    step(client, "finish")
    assert [r.secret_ref for r in load_setup(console, "honmachi").credentials] == [f"vault:{name}"]


def test_discarding_asks_and_forgets_the_logins(console: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    to_logins(client)
    step(client, "add_login", match="192.0.2.0/24", username="viewer", secret=SECRET)
    assert "この登録をやめますか" in client.post(PAGE, {"action": "discard"}).content.decode()
    assert DraftRow.objects.count() == 1
    assert client.post(PAGE, {"action": "discard", "confirmed": "yes"}).status_code == HTTPStatus.SEE_OTHER
    assert DraftRow.objects.count() == 0
    assert current().vault.names() == ()


def test_a_login_can_be_taken_out(console: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    to_logins(client)
    step(client, "add_login", match="192.0.2.0/24", username="viewer", secret=SECRET)
    again = client.post(PAGE, {"action": "add_login", "match": "192.0.2.0/24", "username": "x", "secret": "y"})
    assert again.status_code == HTTPStatus.SEE_OTHER
    assert "1つの範囲に1つだけ" in client.get(PAGE + "?step=logins").content.decode()
    for wrong in ("9", "-1", "x", ""):
        assert client.post(PAGE, {"action": "drop_login", "number": wrong}).status_code == HTTPStatus.BAD_REQUEST
    assert step(client, "drop_login", number="0") == "logins"
    assert current().vault.names() == ()


FILE = """
[site]
id = "file-1"
name = "{name}"
customer = "みなと商店"

[authorisation]
by = "店長"
from = 2026-01-01
until = 2099-01-01T09:00:00+09:00
networks = ["192.0.2.0/24"]

[[credential]]
match = "192.0.2.10"
username = "root"
secret = "{secret}"

[[device]]
address = "192.0.2.10"
kind = "camera"
ports = {{ http = 8080 }}

[answers]
"G-3.5-0a" = "yes"
"""


def upload(client: Client, text: str | bytes, name: str = "SITE.toml") -> str:
    content = text.encode() if isinstance(text, str) else text
    return step(client, "upload", file=SimpleUploadedFile(name, content))


def test_a_site_file_is_taken_over_without_its_secrets(console: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    assert upload(client, FILE.format(name="港の店", secret="env:HOME")) == "logins"
    page = client.get(PAGE + "?step=logins").content.decode()
    assert "パスワードをこの画面で入力し直してください" in page
    assert "パスワード未入力" in page
    assert "質問票の回答 1 件も、登録のときに取り込みます" in page
    step(client, "add_login", match="192.0.2.10", username="root", secret=SECRET)
    assert step(client, "finish") == "/sites/file-1/"
    setup = load_setup(console, "file-1")
    assert [str(r.match) for r in setup.credentials] == ["192.0.2.10/32"]
    assert setup.credentials[0].secret_ref.startswith("vault:")
    assert setup.listed[0].target.port("http") == 8080
    assert clock.shown(setup.authorisation.end) == "2099-01-01 09:00 JST"


def test_answers_of_a_site_file_come_with_proof(console: Store, client_for: ClientFor) -> None:
    files = '[{ file = "版.png", sha256 = "%s" }]'
    more = f'"G-3.5-4c" = {{ answer = 2026-11-20, by = "佐藤", note = "確認", evidence = {files} }}'
    stolen = console.evidence.keep(b"another customer's picture")
    text = "# hunter2\n" + FILE.format(name="港の店", secret="env:HOME") + more % stolen + "\n"
    client = client_for(Role.OPERATOR)
    assert upload(client, text) == "logins"
    step(client, "logins_done")
    summary = unescape(client.get(PAGE + "?step=summary").content.decode())
    assert "「SITE.toml」にある回答 2 件" in summary
    assert "版.png" in summary
    assert step(client, "finish") == "/sites/file-1/"
    answers = console.answers.newest("file-1")
    assert (answers["G-3.5-0a"].value, answers["G-3.5-4c"].value) == ("yes", "2026-11-20")
    assert (answers["G-3.5-4c"].by, answers["G-3.5-4c"].note) == ("佐藤", "確認")
    assert answers["G-3.5-0a"].by.startswith("Operator")
    (proof,) = answers["G-3.5-4c"].files
    assert answers["G-3.5-0a"].files == (proof,)
    assert proof.name == "SITE.toml.answers.txt"
    content = console.evidence.path(proof.digest).read_text(encoding="utf-8")
    assert hashlib.sha256(text.encode()).hexdigest() in content
    assert '"G-3.5-0a" = "yes"' in content
    assert "hunter2" not in content
    assert not console.evidence_of_site.holds("file-1", stolen), "a digest that is claimed opens nothing"
    page = unescape(client.get("/sites/file-1/questionnaire/?question=G-3.5-4c").content.decode())
    assert "SITE.toml.answers.txt" in page
    assert client.get(f"/sites/file-1/evidence/{proof.digest}/").status_code == HTTPStatus.OK


def test_wrong_answers_of_a_site_file_are_told_at_once(console: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    assert upload(client, FILE.format(name="x", secret="env:HOME") + '"G-9.9-9" = "yes"\n') == "customer"
    assert "G-9.9-9" in unescape(client.get(PAGE).content.decode())
    assert DraftRow.objects.count() == 0


def test_a_file_cannot_take_the_login_of_another_site(console: Store, client_for: ClientFor) -> None:
    current().vault.put("theirs", "root", SECRET, "site:other")
    current().vault.put("webhook.1", "x", SECRET)
    client = client_for(Role.OPERATOR)
    assert upload(client, FILE.format(name="a", secret="vault:webhook.1")) == "logins"
    step(client, "finish")
    assert load_setup(console, "file-1").credentials == ()
    assert {"theirs", "webhook.1"} <= set(current().vault.names())


@pytest.mark.parametrize("token", ["vault:theirs", "vault:webhook.1", "env:HOME"])
def test_a_file_cannot_have_a_secret_sent_to_a_reflector(console: Store, client_for: ClientFor, token: str) -> None:
    current().vault.put("theirs", "reflector", SECRET, "site:other")
    current().vault.put("webhook.1", "x", SECRET)
    key = "ed25519:" + base64.b64encode(b"\x01" + bytes(31)).decode()
    table = f'[reflector]\naddress = "https://look.example.jp"\nkey = "{key}"\ntoken = "{token}"\n\n'
    client = client_for(Role.OPERATOR)
    assert upload(client, table + FILE.format(name="a", secret="vault:webhook.1")) == "logins"
    assert "引き継いでいません" in unescape(client.get(PAGE).content.decode())
    step(client, "finish")
    assert load_setup(console, "file-1").reflector is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe\x00", "UTF-8でない文字"),
        (b"a" * (MOST_BYTES + 1), "大きすぎます"),
        (b"[site]\nid = 1", "引用符で囲んだ文字を書いてください"),
        (b"[" * 5000, "TOMLとして読み取れません"),
        (b"a" + b".a" * 5000 + b" = 1", "TOMLとして読み取れません"),
        (FILE.format(name="x", secret="hunter2").encode(), "直接書くことはできません"),
        (b"PK\x03\x04zip", "TOMLとして読み取れません"),
    ],
)  # fmt: skip
def test_wrong_and_hostile_files_are_one_sentence(
    console: Store, client_for: ClientFor, content: bytes, sentence: str
) -> None:
    client = client_for(Role.OPERATOR)
    assert upload(client, content, "../../etc/passwd.toml") == "customer"
    page = unescape(client.get(PAGE).content.decode())
    assert sentence in page
    assert "hunter2" not in page
    assert DraftRow.objects.count() == 0


def test_hostile_words_are_shown_as_words(console: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    step(client, "customer", customer=HOSTILE[:100])
    step(client, "facts", name=HOSTILE, id="h", kind="shop", **{"detail-address": HOSTILE})
    step(client, "authorisation", **allowed(allowed_by=HOSTILE, allowed_note=HOSTILE))
    step(client, "devices", rows="1", **device(0, address="192.0.2.9", device_name=HOSTILE, device_note=HOSTILE))
    step(client, "add_login", match="192.0.2.9", username=HOSTILE, secret=SECRET)
    step(client, "logins_done")
    for name in ("customer", "site", "authorisation", "devices", "logins", "summary"):
        page = client.get(f"{PAGE}?step={name}").content.decode()
        assert "<script>alert" not in page, name
        assert "<img src=x" not in page, name
    assert "制御文字" in refused(client, "facts", name="a\0b", id="h", kind="shop")
    assert "長すぎます" in refused(client, "facts", name="あ" * 1000, id="h", kind="shop")


def test_only_who_may_edit_every_site_may_add_one(console: Store, client_for: ClientFor) -> None:
    owner = console.customers.named("みなと商店")
    assert owner is not None
    for role, expected in (
        (Role.OPERATOR, HTTPStatus.OK), (Role.INSTALLER, HTTPStatus.OK), (Role.AUDITOR, HTTPStatus.FORBIDDEN),
    ):  # fmt: skip
        assert client_for(role).get(PAGE).status_code == expected
    assert client_for(Role.OPERATOR, customer=owner.id).get(PAGE).status_code == HTTPStatus.FORBIDDEN
    assert client_for(Role.CUSTOMER, customer=owner.id).get(PAGE).status_code == HTTPStatus.FORBIDDEN


def test_english_is_complete(console: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR, lang="en")
    assert "Whose site is it?" in client.get(PAGE).content.decode()
    to_logins(client)
    assert "Logins of the devices" in client.get(PAGE).content.decode()


def test_a_routers_second_password_and_telnet_are_asked_and_warned_of(console: Store, client_for: ClientFor) -> None:
    client, vault = client_for(Role.OPERATOR), current().vault
    to_logins(client)
    page = client.get(PAGE + "?step=logins").content.decode()
    assert "Telnetは暗号化されません" in page
    given = {"match": "192.0.2.1", "username": "audit", "secret": SECRET, "administrator": SECRET + "2"}
    assert step(client, "add_login", **given, clear_text="1") == "logins"
    (rule,) = json.loads(DraftRow.objects.get().payload)["credential"]
    assert rule["clear_text"] is True
    names = [rule[key].partition(":")[2] for key in ("secret", "administrator")]
    assert [vault.get(name).secret for name in names] == [SECRET, SECRET + "2"]
    page = client.get(PAGE + "?step=logins").content.decode()
    assert "管理パスワードあり" in page
    assert "Telnet（暗号化なし）でのログインを許しています" in page
    assert SECRET not in page + DraftRow.objects.get().payload
    step(client, "logins_done")
    client.post(PAGE, {"action": "finish"})
    (made,) = load_setup(console, "本町店").credentials
    assert (made.administrator_ref, made.clear_text) == (rule["administrator"], True)


def test_logins_for_snmp_stand_beside_the_others(console: Store, client_for: ClientFor) -> None:
    client, vault = client_for(Role.OPERATOR), current().vault
    to_logins(client)
    step(client, "add_login", match="192.0.2.0/24", username="viewer", secret=SECRET)
    asked = {"kind": "snmp", "match": "192.0.2.0/24"}
    step(client, "add_login", **asked, version="2c", community="public", username="left from v3", privacy="x")
    user = {"version": "3", "username": "watch", "secret": SECRET, "digest": "sha256", "privacy": SECRET + "p"}
    step(client, "add_login", kind="snmp", match="192.0.2.1", **user)
    page = client.get(PAGE + "?step=logins").content.decode()
    for words in ("SNMPv2c（暗号化なし）", "SNMPv3・SHA-256・AES-128", "推測されやすい"):
        assert words in page
    for wrong, sentence in (
        ({**user, "username": ""}, "SNMPv3のユーザー名を入力してください"),
        ({**user, "digest": "crc32"}, "「crc32」は使えません"),
        ({**user, "secret": ""}, "空か、長すぎるか"),
        ({"version": "2c", "community": ""}, "空か、長すぎるか"),
        ({**user, "privacy": "x\n", "match": "192.0.2.9"}, "空か、長すぎるか"),
    ):
        client.post(PAGE, {"action": "add_login", "kind": "snmp", "match": "192.0.2.2", **wrong})
        assert sentence in client.get(PAGE + "?step=logins").content.decode(), wrong
    assert len(vault.names()) == 4, "nothing of a login that is refused is kept"
    step(client, "logins_done")
    client.post(PAGE, {"action": "finish"})
    plain, community, known = load_setup(console, "本町店").credentials
    assert (community.username, community.privacy_ref, vault.get(community.secret_ref[6:]).secret) == ("", "", "public")
    assert (known.username, known.digest.value, vault.get(known.privacy_ref[6:]).secret) == (
        "watch",
        "sha256",
        SECRET + "p",
    )
    assert plain.kind is not known.kind


def test_dropping_a_login_forgets_all_of_its_secrets(console: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    to_logins(client)
    step(client, "add_login", match="192.0.2.1", username="audit", secret=SECRET, administrator=SECRET + "2")
    step(client, "facts", name="新店", id="other", kind="shop")
    assert {current().vault.entry(name).context for name in current().vault.names()} == {"site:other"}
    assert step(client, "drop_login", number="0") == "logins"
    assert current().vault.names() == ()


def test_a_device_may_have_a_maker_and_a_key(console: Store, client_for: ClientFor) -> None:
    client = client_for(Role.OPERATOR)
    to_logins(client)
    row = device(0, address="192.0.2.1", device_kind="router", device_maker="ヤマハ", device_key="any")
    assert 'value="ヤマハ"' in client.get(PAGE + "?step=devices").content.decode(), "offered"
    page = refused(client, "devices", rows="1", **(row | device(0, device_maker="やまは電機", device_key="x")))
    assert "「やまは電機」というメーカーは登録されていません" in page
    assert step(client, "devices", rows="1", **row) == "logins"
    step(client, "logins_done")
    client.post(PAGE, {"action": "finish"})
    (listed,) = load_setup(console, "本町店").listed
    assert (listed.maker, listed.host_key) == ("Yamaha", "any")
