"""What the API does goes the same way as what the pages do: acceptances with their news, answers, evidence, exports."""

from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest

from api.api_world import Api, World, content_of
from fushinban import clock
from fushinban.cli import main
from fushinban.jobs.webhooks import WebhookEvent
from fushinban.model.control import Outcome
from fushinban.model.listing import FindingsQuery
from fushinban.model.rights import EVERYTHING
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
