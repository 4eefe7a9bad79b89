"""The manner of the API: one shape of errors, cursors, idempotency, versions, limits, and what it refuses to read."""

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.http import HttpResponse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.api_walk import SETTINGS, WEBHOOK
from api.api_world import Api, World, content_of
from fushinban import clock
from fushinban.api.body import MOST_JSON, parse_json
from fushinban.api.language import wanted_language
from fushinban.api.paging import read_cursor, write_cursor
from fushinban.api.problems import ProblemError
from fushinban.api.rates import Rates
from fushinban.jobs.site_setup import load_setup
from fushinban.model.rights import Role

#: A machine that is busy with other work is no fault of these tests.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def problem(answer: HttpResponse, status: int, kind: str) -> dict[str, Any]:
    """The body of a problem, after checking its shape."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = json.loads(answer.content)
    assert body["type"] == f"urn:fushinban:problem:{kind}"
    assert body["status"] == status
    assert body["title"]
    assert body["instance"].startswith("/api/v1/")
    return body


def test_every_error_has_one_shape_in_two_languages(world: World, admin: Api) -> None:
    problem(admin("GET", "/nothing/here"), 404, "not-found")
    problem(admin("GET", "/"), 404, "not-found")
    problem(admin("GET", "/sites/none"), 404, "not-found")
    answer = admin("PATCH", "/sites")
    problem(answer, 405, "method-not-allowed")
    assert answer["Allow"] == "GET, POST"
    problem(Api()("GET", "/sites"), 401, "sign-in-required")
    problem(admin("POST", "/webhooks", b"x" * (MOST_JSON + 1)), 413, "too-large")
    problem(admin("POST", "/webhooks", b"a=b", content_type="application/x-www-form-urlencoded"), 415, "media-type")
    body = problem(admin("POST", "/webhooks", {"url": 3, "events": ["nothing"], "secret": "mine"}), 422, "invalid")
    assert {e["pointer"] for e in body["errors"]} == {"#/url", "#/events/0", "#/secret"}
    japanese = problem(Api(world.tokens[Role.ADMINISTRATOR], "ja")("GET", "/sites/none"), 404, "not-found")
    assert japanese["title"] == "見つかりません"
    assert problem(admin("GET", "/sites/none"), 404, "not-found")["title"] == "Not found"


def test_unknown_and_misspelt_parameters_are_refused(admin: Api) -> None:
    body = problem(admin("GET", "/findings?outcom=fail"), 422, "invalid")
    assert body["errors"][0]["pointer"] == "query/outcom"
    problem(admin("GET", "/findings?most=0"), 422, "invalid")
    problem(admin("GET", "/findings?outcome=bad"), 422, "invalid")
    problem(admin("GET", "/findings?cursor=abc"), 422, "invalid")


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"\xff\xfe", b'{"a": NaN}', b'{"a": 1, "a": 2}', b"[" * 100_000, b'{"a": 1' + b"0" * 5000 + b"}",
     b'{"a":' * 60 + b"1" + b"}" * 60],
)  # fmt: skip
def test_broken_json_is_refused(raw: bytes) -> None:
    with pytest.raises(ProblemError) as caught:
        parse_json(raw)
    assert caught.value.status == 400


@pytest.mark.parametrize("raw", [b'{"a": "\\u0000"}', b'{"a\\u0000": 1}', b'["\\ud800"]'])
def test_texts_that_cannot_be_kept_are_refused(raw: bytes) -> None:
    with pytest.raises(ProblemError) as caught:
        parse_json(raw)
    assert caught.value.status == 422


@UNHURRIED
@given(st.binary(max_size=400))
def test_any_bytes_are_a_value_or_a_problem(raw: bytes) -> None:
    status = 0
    try:
        value = parse_json(raw)
    except ProblemError as error:
        status = error.status
    assert status in (400, 422) or value == json.loads(raw)


@UNHURRIED
@given(st.text(max_size=200))
def test_any_language_header_gives_a_language(header: str) -> None:
    assert wanted_language(header) in ("ja", "en")


def test_languages_by_weight() -> None:
    assert wanted_language("en-GB,ja;q=0.5") == "en"
    assert wanted_language("ja,en;q=0.9") == "ja"
    assert wanted_language("fr") == "ja"
    assert wanted_language("en;q=nan") == "ja"


def test_hostile_addresses_and_texts_end_in_a_problem(admin: Api) -> None:
    for path in ("/sites/%00", "/sites/a%00b", "/findings/99999999999999999999999", "/findings/-1", "/sites/..%2f..",
                 "/search?text=%00", "/sites?text=%ed%a0%80", "/findings/0x10", "/people/99999999999999999999",
                 "/sites/" + "x" * 3000, "/acceptances/9223372036854775808", "/jobs/%ff%fe",
                 "/inspections/%E2%80%AE/devices", "/customers?text=%27%3B--"):  # fmt: skip
        answer = admin("GET", path)
        assert answer.status_code in (200, 404, 422), (path, answer.status_code)


def test_pages_follow_each_other_without_gap_or_repetition(admin: Api) -> None:
    whole = [f["id"] for f in admin("GET", "/findings").json()["items"]]
    assert len(whole) == 12
    seen: list[int] = []
    cursor = ""
    while True:
        page = admin("GET", f"/findings?most=5{cursor}").json()
        seen += [f["id"] for f in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == whole


@pytest.mark.parametrize("noun", ["sites", "devices", "inspections", "jobs", "schedules", "acceptances", "audit",
                                  "people", "customers", "webhooks", "credentials"])  # fmt: skip
def test_every_list_can_be_paged_to_its_end(admin: Api, noun: str) -> None:
    whole = admin("GET", f"/{noun}").json()["items"]
    seen: list[Any] = []
    cursor = ""
    for _ in range(100):
        page = admin("GET", f"/{noun}?most=1{cursor}").json()
        seen += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(seen) == len(whole) > 0
    assert seen == whole


def test_a_cursor_cannot_be_forged_or_carried_over(admin: Api) -> None:
    cursor = write_cursor("sites", ("a", 1))
    assert read_cursor("sites", cursor) == ("a", 1)
    with pytest.raises(ProblemError):
        read_cursor("devices", cursor)
    packed, _, mark = cursor.partition(":")
    for wrong in (packed, f"{packed}x:{mark}", f"{packed}:{mark[:-1]}", signing.Signer(salt="other").sign(packed)):
        with pytest.raises(ProblemError):
            read_cursor("sites", wrong)


def test_an_action_repeated_with_its_key_happens_once(world: World, admin: Api) -> None:
    first = admin("POST", "/webhooks", WEBHOOK, idempotency_key="k-1")
    again = admin("POST", "/webhooks", WEBHOOK, idempotency_key="k-1")
    assert first.status_code == again.status_code == 201
    assert first.content == again.content, "the secret too is given again to whoever lost the answer"
    assert again["Idempotency-Replayed"] == "true"
    assert len(world.store.webhooks.page("", 10)) == 2
    problem(admin("POST", "/webhooks", {**WEBHOOK, "note": "x"}, idempotency_key="k-1"), 422, "key-reused")
    other = Api(world.tokens[Role.OPERATOR])("POST", "/webhooks", WEBHOOK, idempotency_key="k-1")
    assert other.status_code == 403, "a key belongs to one caller"
    secret = first.json()["secret"].encode()
    assert all(secret not in file.read_bytes() for file in world.store.data_dir.rglob("*") if file.is_file())


def test_a_refused_action_is_refused_again_and_a_broken_key_is_told(admin: Api) -> None:
    bad = {"url": "http://hooks.example.com/", "events": ["finding.new"]}
    first = admin("POST", "/webhooks", bad, idempotency_key="k-2")
    again = admin("POST", "/webhooks", bad, idempotency_key="k-2")
    assert first.status_code == again.status_code == 422
    assert first.content == again.content
    problem(admin("POST", "/webhooks", WEBHOOK, idempotency_key="two words"), 422, "invalid")


def test_the_same_key_at_once_acts_once(world: World) -> None:
    began = threading.Barrier(4)

    def one(_: int) -> tuple[int, bytes]:
        began.wait()
        answer = Api(world.tokens[Role.ADMINISTRATOR])("POST", "/webhooks", WEBHOOK, idempotency_key="k-3")
        from django.db import connections

        connections.close_all()
        return answer.status_code, answer.content

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(one, range(4)))
    assert {status for status, _ in found} <= {201, 409}
    assert len({content for status, content in found if status == 201}) == 1
    assert len(world.store.webhooks.page("", 10)) == 2


def test_kept_answers_are_forgotten_after_a_day(world: World) -> None:
    now = clock.now()
    assert world.store.replies.begin("k", "d", now) is None
    assert world.store.replies.begin("k", "d", now).status == 0  # type: ignore[union-attr]
    world.store.replies.keep("k", 201, {"ETag": '"v1"'}, b"x", now)
    kept = world.store.replies.begin("k", "d", now + timedelta(hours=23))
    assert kept is not None
    assert (kept.status, kept.body, dict(kept.headers)) == (201, b"x", {"ETag": '"v1"'})
    assert world.store.replies.begin("k", "d", now + timedelta(hours=25)) is None


def test_two_people_who_save_the_same_thing(admin: Api) -> None:
    read = admin("GET", "/settings/jobs")
    problem(admin("PUT", "/settings/jobs", SETTINGS), 428, "if-match-required")
    saved = admin("PUT", "/settings/jobs", SETTINGS, if_match=read["ETag"])
    assert saved.status_code == 200
    assert saved["ETag"] != read["ETag"]
    other = {**SETTINGS, "late_days": 9}
    problem(admin("PUT", "/settings/jobs", other, if_match=read["ETag"]), 412, "changed-meanwhile")
    problem(admin("PUT", "/settings/jobs", SETTINGS, if_match='"other"'), 422, "invalid")
    assert admin("GET", "/settings/jobs").json()["late_days"] == SETTINGS["late_days"]


@pytest.mark.parametrize("noun", ["schedule", "setup", "answers/G-3.6-2"])
def test_what_two_people_may_edit_has_a_version(world: World, admin: Api, noun: str) -> None:
    path = f"/sites/{world.sea.site}/{noun}"
    read = admin("GET", path)
    bodies = {"schedule": {"rhythm": "weekly"}, "answers/G-3.6-2": {"value": "no"}}
    body = bodies.get(noun) or {"toml": read.json()["toml"]}
    first = admin("PUT", path, body, if_match=read["ETag"])
    assert first.status_code == 200, first.content
    problem(admin("PUT", path, body, if_match=read["ETag"]), 412, "changed-meanwhile")
    assert admin("PUT", path, body, if_match=first["ETag"]).status_code == 200


def test_fields_that_are_not_offered_cannot_be_set(world: World, admin: Api) -> None:
    person = world.people[Role.CUSTOMER]
    body = problem(admin("POST", f"/people/{person}/change", {"name": "x", "email": "e@example.jp"}), 422, "invalid")
    assert body["errors"][0]["pointer"] == "#/email"
    problem(admin("PUT", f"/sites/{world.sea.site}/schedule", {"rhythm": "weekly", "site": world.hill.site},
                  if_match="*"), 422, "invalid")  # fmt: skip
    hooked = {**WEBHOOK, "active": True, "id": "x", "created_by": "somebody"}
    problem(admin("POST", "/webhooks", hooked), 422, "invalid")


def test_too_many_requests_are_told_to_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    two_workers = Rates(), Rates()
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    refusals = [r for n in range(200) if (r := _refusal(two_workers[n % 2], world, "token 7"))]
    assert 150 <= len(refusals) <= 160, "never more than the limit over both"
    assert {r.status for r in refusals} == {429}
    assert all(1 <= int(r.headers["Retry-After"]) <= 60 for r in refusals)
    two_workers[0].take(world.store, "token 8", 50)
    later = clock.now() + timedelta(seconds=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    two_workers[0].take(world.store, "token 7", 50)


def _refusal(rates: Rates, world: World, who: str) -> ProblemError | None:
    try:
        rates.take(world.store, who, 50)
    except ProblemError as error:
        return error
    return None


def test_guessing_tokens_is_limited_by_address(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = clock.now()  # a busy machine must not reach the next minute
    monkeypatch.setattr(clock, "now", lambda: moment)
    codes = {Api("fsb_" + "0" * 49)("GET", "/sites").status_code for _ in range(140)}
    assert codes == {401, 429}


def test_secrets_never_come_out(world: World, admin: Api) -> None:
    from api.api_world import SECRET

    body = {"username": "viewer", "secret": "Invented-5871-secret", "site": world.sea.site}
    assert admin("PUT", "/credentials/new-login", body).status_code == 200
    for path in ("/credentials", "/audit", f"/sites/{world.sea.site}/setup"):
        content = admin("GET", path).content
        assert SECRET.encode() not in content
        assert b"Invented-5871-secret" not in content
    assert b"webhook." not in admin("GET", "/credentials").content


def test_a_site_cannot_be_given_another_customers_login(world: World) -> None:
    api = Api(world.tokens[Role.INSTALLER])
    path = f"/sites/{world.sea.site}/setup"
    read = api("GET", path)
    for stolen in (f"vault:login-{world.hill.site}", "env:FUSHINBAN_KEY", f"vault:webhook.{world.webhook}"):
        toml = read.json()["toml"].replace(f"vault:login-{world.sea.site}", stolen)
        assert stolen in toml
        body = problem(api("PUT", path, {"toml": toml}, if_match=read["ETag"]), 422, "invalid")
        assert body["errors"][0]["pointer"] == "#/toml"
    taken = {"username": "x", "secret": "Invented-1", "site": world.sea.site}
    assert api("PUT", f"/credentials/login-{world.hill.site}", taken).status_code == 409


def test_a_site_cannot_have_a_secret_sent_to_a_reflector(world: World, admin: Api) -> None:
    """A reflector's token is sent to the reflector: its place and its secret must not be anybody's to choose."""
    path, key = f"/sites/{world.sea.site}/setup", "ed25519:" + base64.b64encode(b"\x01" + bytes(31)).decode()
    world.vault.put("reflector-other", "reflector", "Invented-2", f"site:{world.hill.site}")
    world.vault.put("reflector-own", "reflector", "Invented-3", f"site:{world.sea.site}")
    stolen = [
        f"vault:login-{world.hill.site}", f"vault:login-{world.sea.site}", "env:FUSHINBAN_KEY", "vault:reflector-other",
        f"vault:webhook.{world.webhook}", "vault:nobodys",
    ]  # fmt: skip
    api = Api(world.tokens[Role.INSTALLER])
    read = api("GET", path)

    def asked(who: Api, token: str, address: str = "https://look.example.jp") -> Any:
        toml = read.json()["toml"] + f'\n[reflector]\naddress = "{address}"\nkey = "{key}"\ntoken = "{token}"\n'
        return who("PUT", path, {"toml": toml}, if_match=who("GET", path)["ETag"])

    for token in stolen:
        assert problem(asked(api, token), 422, "invalid")["errors"][0]["pointer"] == "#/toml", token
    problem(asked(api, "vault:reflector-own", "http://127.0.0.1:5432"), 422, "invalid")
    assert load_setup(world.store, world.sea.site).reflector is None
    assert asked(api, "vault:reflector-own").status_code == 200
    assert asked(api, "vault:reflector-own").status_code == 200, "what the site has stays"
    world.vault.put("everybodys", "reflector", "Invented-4", "")
    problem(asked(api, "vault:everybodys"), 422, "invalid")
    for token in (stolen[0], stolen[2], stolen[3], stolen[4]):
        problem(asked(admin, token), 422, "invalid")
    assert asked(admin, "vault:everybodys").status_code == 200, "who manages all logins may"


@pytest.mark.parametrize("name", ["../../etc/notes.txt", "..\\..\\x.txt", "写真.txt", "a\x1bb.txt", "CON.txt"])
def test_uploads_keep_only_a_harmless_name(world: World, admin: Api, name: str) -> None:
    raw = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\nhello\r\n--x--\r\n'.encode()
    answer = admin("POST", f"/sites/{world.sea.site}/evidence", raw, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 201, answer.content
    kept = answer.json()
    assert not set(kept["name"]) & set("/\\\0\x1b")
    down = admin("GET", f"/sites/{world.sea.site}/evidence/{kept['sha256']}")
    assert down["Content-Disposition"].startswith("attachment")
    assert content_of(down) == b"hello"
    other = Api(world.tokens[Role.CUSTOMER])("GET", f"/sites/{world.hill.site}/evidence/{kept['sha256']}")
    assert other.status_code == 404


def test_a_document_that_was_changed_is_not_handed_out(world: World, admin: Api) -> None:
    path = f"/sites/{world.sea.site}/documents"
    listed = admin("GET", path).json()["items"]
    assert [d["sha256"] for d in listed] == [world.sea.document]
    assert content_of(admin("GET", f"{path}/{world.sea.document}")) == b"%PDF sea-1"
    for file in (world.store.data_dir / "documents" / world.sea.site).iterdir():
        file.write_bytes(b"forged")
    original = next(iter(world.store.documents.of(world.sea.site)))
    from pathlib import Path

    Path(original.path).write_bytes(b"forged")
    problem(admin("GET", f"{path}/{world.sea.document}"), 409, "conflict")


def test_the_description_is_whole(admin: Api) -> None:
    described = admin("GET", "/openapi.json").json()
    assert described["openapi"] == "3.1.0"
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert any("\u3040" <= c <= "\u30ff" or "\u4e00" <= c <= "\u9fff" for c in operation["description"]), where
            assert "application/problem+json" in operation["responses"]["422"]["content"], where
            assert operation["x-permission"] != "closed", where
