"""What the API does goes the same way as what the pages do: acceptances with their news, answers, evidence, exports."""

from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest

from api.api_walk import SITE_TOML
from api.api_world import Api, World, content_of
from fushinban import clock
from fushinban.cli import main
from fushinban.jobs.webhooks import WebhookEvent
from fushinban.model.control import Outcome
from fushinban.model.job import JobKind, JobOrder
from fushinban.model.listing import FindingsQuery
from fushinban.model.rights import EVERYTHING, Role
from fushinban.record.audit_export import read_export, verify_export

ANSWER = "/sites/{site}/answers/G-3.6-2"


def _upload(admin: Api, site: str, name: str, content: bytes) -> tuple[int, dict[str, str]]:
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    raw = head + content + b"\r\n--x--\r\n"
    answer = admin("POST", f"/sites/{site}/evidence", raw, content_type="multipart/form-data; boundary=x")
    return answer.status_code, answer.json()


def _verify(file: Path) -> int:
    with pytest.raises(SystemExit) as end:
        main(["audit", "verify", "--file", str(file)])
    return int(str(end.value.code or 0))


def test_the_exported_log_can_be_verified_elsewhere(world: World, admin: Api, tmp_path: Path) -> None:
    answer = admin("GET", "/audit/export")
    assert answer.status_code == HTTPStatus.OK
    file = tmp_path / "audit.ndjson"
    file.write_bytes(content_of(answer))
    entries = list(read_export(file))
    assert [(e.number, e.hash, e.key) for e in entries] == [
        (e.number, e.hash, e.key) for e in world.store.audit.all() if e.number <= entries[-1].number
    ]
    assert entries[-1].action == "audit.exported"
    assert list(verify_export(file)) == []
    assert _verify(file) == 0
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:3] + lines[4:]))
    assert _verify(file) == 1


def test_each_change_of_an_acceptance_is_told_once(world: World, admin: Api) -> None:
    events = [WebhookEvent.FINDING_ACCEPTED, WebhookEvent.FINDING_WITHDRAWN]
    hook = world.store.webhooks.add("https://hooks.example.com/y", events, "", "t", clock.now())

    def told() -> list[str]:
        return [d.event for d in reversed(world.store.webhooks.deliveries(hook.id, None, 10))]

    query = FindingsQuery(site=world.sea.site, outcomes=frozenset({Outcome.FAIL}), accepted=False)
    number = world.store.findings.numbers(EVERYTHING, query)[0]
    until = (clock.now() + timedelta(days=2)).isoformat()
    body = {"findings": [number], "reason": "交換待ち", "until": until}
    (accepted,) = admin("POST", "/findings/accept", body).json()["accepted"]
    assert told() == ["finding.accepted"]
    renewed = admin("PATCH", f"/acceptances/{accepted['id']}", {"reason": "部品待ち", "until": until}, if_match="*")
    assert renewed.status_code == HTTPStatus.OK
    assert told() == ["finding.accepted"] * 2
    path = f"/acceptances/{renewed.json()['id']}/withdraw"
    assert admin("POST", path, {"version": 7}).status_code == HTTPStatus.CONFLICT
    assert admin("POST", path, {"version": 1}).json()["end"] == "withdrawn"
    assert told() == ["finding.accepted"] * 2 + ["finding.withdrawn"]
    assert not [p for p in world.store.audit.verify() if not p.note]


def test_names_of_the_program_cannot_be_entered(world: World, admin: Api) -> None:
    body = {"username": "x", "secret": "Invented-1", "site": world.sea.site}
    for name in (f"webhook.{world.webhook}", "webhook.mine"):
        answer = admin("PUT", f"/credentials/{name}", body)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "kept by the program" in answer.json()["detail"]
        assert admin("DELETE", f"/credentials/{name}").status_code == HTTPStatus.NOT_FOUND
    assert f"webhook.{world.webhook}" in world.vault.names()


def test_an_answer_without_a_day_is_of_today_in_japan(
    world: World, admin: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = clock.now()
    night = datetime(moment.year, moment.month, moment.day, 16, tzinfo=moment.tzinfo) - timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: night)
    path = ANSWER.format(site=world.sea.site)
    answer = admin("PUT", path, {"value": "no"}, if_match="*")
    assert answer.status_code == HTTPStatus.OK, answer.content
    assert answer.json()["on"] == clock.in_japan(night).date().isoformat() != night.date().isoformat()
    later = (night + timedelta(days=3)).date().isoformat()
    assert admin("PUT", path, {"value": "no", "on": later}, if_match="*").status_code == 422


def test_answers_of_a_new_site_are_taken_over_with_proof(world: World, admin: Api) -> None:
    toml = SITE_TOML + '[answers]\n"G-3.6-4" = "yes"\n'
    assert admin("POST", "/sites", {"toml": toml + '"G-9.9-9" = "yes"\n'}).status_code == 422
    assert world.store.sites.get("new-1") is None
    assert admin("POST", "/sites", {"toml": toml}).status_code == HTTPStatus.CREATED
    (entry,) = admin("GET", "/sites/new-1/answers/G-3.6-4").json()
    (file,) = entry["answer"]["files"]
    assert (entry["answer"]["value"], file["name"]) == ("yes", "setup.toml.answers.txt")
    content = content_of(admin("GET", f"/sites/new-1/evidence/{file['sha256']}"))
    assert b'"G-3.6-4" = "yes"' in content
    assert world.store.audit.entries(kind="evidence", id=file["sha256"])[0].action == "evidence.kept"
    again = admin("PUT", "/sites/new-1/setup", {"toml": toml}, if_match="*")
    assert again.status_code == 422


def test_the_actual_sheet_is_adopted_and_channels_are_told(world: World, admin: Api) -> None:
    place = f"/sites/{world.sea.site}/devices/{world.sea.device}"
    (actual,) = [s for s in admin("GET", f"{place}/sheets").json() if s["stage"] == "actual"]
    stale = admin("POST", f"{place}/sheets/adopt", {"digest": "0" * 64})
    assert stale.status_code == HTTPStatus.CONFLICT
    assert admin("POST", f"{place}/sheets/adopt", {"digest": actual["digest"]}).json() == {
        "stage": "installed", "new": True,
    }  # fmt: skip
    sheets = {s["stage"]: s for s in admin("GET", f"{place}/sheets").json()}
    assert sheets["installed"]["digest"] == actual["digest"]
    assert sheets["installed"]["by"]
    assert admin("POST", f"{place}/sheets/adopt", {}).json()["new"] is False
    assert admin("POST", f"{place}/sheets/adopt", {"stage": "actual"}).status_code == 422
    child = replace(world.store.devices.of(world.sea.site)[0], id="ch-1", parent=world.sea.device, channel="1")
    world.store.devices.save([child])
    channels = admin("GET", f"{place}/channels").json()
    assert channels["inspection"] == world.sea.inspection
    assert [d["id"] for d in channels["devices"]] == ["ch-1"]


def test_who_starts_a_selection_of_their_sites_can_follow_it(world: World) -> None:
    api = Api(world.tokens[Role.INSTALLER])
    started = api("POST", "/inspections", {"sites": [world.sea.site]})
    assert started.status_code == HTTPStatus.ACCEPTED
    job = started.json()["id"]
    assert api("GET", f"/jobs/{job}").json()["kind"] == "selection"
    assert job in [j["id"] for j in api("GET", "/jobs").json()["items"]]
    world.store.jobs.ask("both", JobOrder(kind=JobKind.SELECTION, sites=(world.sea.site, world.hill.site)), "x")
    assert api("GET", "/jobs/both").status_code == HTTPStatus.NOT_FOUND
    assert api("POST", "/jobs/both/cancel").status_code == HTTPStatus.NOT_FOUND
    assert api("POST", f"/jobs/{job}/cancel").json()["state"] == "cancelled"


def test_people_from_outside_have_an_end(world: World, admin: Api) -> None:
    person = world.people[Role.OPERATOR]
    later = (clock.now() + timedelta(days=90)).isoformat()
    for role in ("installer", "customer"):
        grant = {"role": role, "site": world.sea.site}
        for path, body in ((f"/people/{person}/grants", grant), ("/invitations", {"email": "n@example.jp"})):
            whole = {**body, "grant": grant} if path == "/invitations" else body
            refused = admin("POST", path, whole)
            assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
            assert "needs a day on which it ends" in refused.json()["detail"]
        assert admin("POST", f"/people/{person}/grants", {**grant, "end": later}).status_code == HTTPStatus.CREATED
    assert admin("POST", f"/people/{person}/grants", {"role": "auditor"}).status_code == HTTPStatus.CREATED


def test_documents_of_all_sites_are_listed_within_the_scope(world: World, admin: Api) -> None:
    def listed(api: Api, query: str = "") -> set[tuple[str, str]]:
        return {(d["site"], d["sha256"]) for d in api("GET", f"/documents{query}").json()["items"]}

    sea, hill = (world.sea.site, world.sea.document), (world.hill.site, world.hill.document)
    assert listed(admin) == {sea, hill}
    assert listed(admin, f"?site={hill[0]}") == {hill}
    assert listed(admin, "?kind=settings") == set()
    first = admin("GET", "/documents?most=1").json()
    assert listed(admin, f"?most=1&cursor={first['next']}") | {(d["site"], d["sha256"]) for d in first["items"]} == {
        sea,
        hill,
    }
    assert first["items"][0]["site_name"]
    assert listed(Api(world.tokens[Role.CUSTOMER])) == {sea}
    assert listed(Api(world.tokens[Role.CUSTOMER]), f"?site={hill[0]}") == set()


def test_an_entry_of_the_log_names_its_key_as_the_export_does(world: World, admin: Api) -> None:
    (entry, *_) = admin("GET", "/audit").json()["items"]
    assert entry["key"] == world.store.audit.entries()[0].key != ""


def test_evidence_is_taken_as_on_the_page_and_named_in_an_answer(world: World, admin: Api) -> None:
    site, path = world.sea.site, ANSWER.format(site=world.sea.site)
    status, said = _upload(admin, site, "tool.exe", b"MZ\x90\x00")
    assert (status, "tool.exe" in said["detail"]) == (422, True)
    picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1"
    status, kept = _upload(admin, site, "写真.png", picture)
    assert status == HTTPStatus.CREATED
    sent = {**kept, "name": "../写真.png"}
    saved = admin("PUT", path, {"value": "yes", "files": [sent]}, if_match="*")
    assert saved.json()["files"] == [kept]
    world.store.evidence_of_site._rows.all().delete()  # as where a file came in with a site file
    again = admin("PUT", path, {"value": "no", "files": [kept]}, if_match=saved["ETag"])
    assert again.json()["files"] == [kept], "a file of an earlier answer stays known"
    strange = {"name": "x.png", "sha256": "0" * 64}
    refused = admin("PUT", path, {"value": "yes", "files": [kept, strange]}, if_match="*")
    assert refused.json()["errors"][0]["pointer"] == "#/files"


def test_what_is_no_answer_is_refused_with_its_sentence(world: World, admin: Api) -> None:
    answer = admin("PUT", ANSWER.format(site=world.sea.site), {"value": "perhaps"}, if_match="*")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "choose an answer" in answer.json()["detail"]


def test_a_host_key_is_accepted_or_forgotten(world: World, admin: Api) -> None:
    path = f"/sites/{world.sea.site}/devices/{world.sea.device}"
    key = "ssh-ed25519 SHA256:" + "n" * 43
    assert admin("POST", f"{path}/host-key", {"key": key}).json()["host_key"] == key
    assert admin("GET", path).json()["device"]["host_key"] == key
    for wrong in ("any", "SHA256:short", key + " x"):
        assert admin("POST", f"{path}/host-key", {"key": wrong}).status_code == 422
    auditor = Api(world.tokens[Role.AUDITOR])
    assert auditor("POST", f"{path}/host-key", {"key": ""}).status_code == HTTPStatus.FORBIDDEN
    assert admin("POST", f"{path}/host-key", {"key": ""}).json()["host_key"] == ""


def test_routers_and_snmp_are_named_by_the_set_up(world: World, admin: Api) -> None:
    own = {"username": "audit", "secret": "Invented-5871-level", "site": world.sea.site}
    assert admin("PUT", "/credentials/level", own).status_code == HTTPStatus.OK
    rules = """
[[credential]]
match = "192.0.2.1"
username = "audit"
secret = "vault:level"
administrator = "vault:level"
clear_text = true
[[credential]]
kind = "snmp"
match = "192.0.2.1"
secret = "vault:level"
[[device]]
address = "192.0.2.1"
maker = "ヤマハ"
"""
    made = admin("POST", "/sites", {"toml": SITE_TOML.replace('["sweep"]', '["listed"]') + rules})
    assert made.status_code == HTTPStatus.CREATED, made.content
    kept = admin("GET", "/sites/new-1/setup").json()["toml"]
    for line in ('administrator = "vault:level"', "clear_text = true", 'kind = "snmp"', 'maker = "Yamaha"'):
        assert line in kept
    wrong = admin("POST", "/sites", {"toml": SITE_TOML + rules.replace("ヤマハ", "やまは電機")})
    assert wrong.status_code == 422
    assert "maker" in wrong.content.decode()
