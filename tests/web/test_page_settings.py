"""Settings: who changes them, two people at once, webhooks with a secret shown once; one's own tokens."""

import re
from collections.abc import Callable

from django.test import Client

from fushinban import clock
from fushinban.model.job import JobKind
from fushinban.model.rights import Role
from fushinban.record.people.tokens import Tokens
from fushinban.record.store import Store

ClientFor = Callable[..., Client]

GIVEN = {
    "action": "save", "version": "0", "inspections": "5", "per_worker": "2", "starts_per_minute": "0",
    "site_pause": "10", "late_days": "1", "keep_transcripts": "", "keep_records": "90", "keep_jobs": "90",
}  # fmt: skip
HOOK = {"action": "subscribe", "url": "https://hooks.example.com/in", "event": "inspection.finished"}


def test_only_administrators_change(client_for: ClientFor, console: Store) -> None:
    """An auditor looks, nobody else even that."""
    assert client_for(Role.OPERATOR).get("/settings/").status_code == 403
    auditor = client_for(Role.AUDITOR)
    assert auditor.get("/settings/").status_code == 200
    assert auditor.post("/settings/", GIVEN).status_code == 403
    assert console.job_settings.get().version == 0


def test_settings_are_kept_and_the_slower_is_told(client_for: ClientFor, console: Store) -> None:
    """Empty means for ever; who saves on an older state gets a conflict and changes nothing."""
    client = client_for(Role.ADMINISTRATOR)
    assert client.post("/settings/", GIVEN).status_code == 303
    saved = console.job_settings.get()
    assert saved.settings.inspections == 5
    assert saved.settings.keeping.transcripts is None
    assert saved.settings.schedules is False
    assert client.post("/settings/", {**GIVEN, "inspections": "7"}).status_code == 409
    assert console.job_settings.get().settings.inspections == 5


def test_wrong_numbers_come_back_with_what_was_given(client_for: ClientFor, console: Store) -> None:
    """Neither words nor numbers out of bounds are taken."""
    client = client_for(Role.ADMINISTRATOR)
    for wrong in ({"inspections": "many"}, {"inspections": "0"}, {"keep_jobs": "1"}, {"version": "x"}):
        answer = client.post("/settings/", {**GIVEN, "site_pause": "123", **wrong})
        assert answer.status_code == 422
        assert 'value="123"' in answer.content.decode()
    assert console.job_settings.get().version == 0


def test_clearing_up_is_a_job(client_for: ClientFor, console: Store) -> None:
    """It is asked for once, as a job that can be watched."""
    assert client_for(Role.ADMINISTRATOR).post("/settings/", {"action": "clear_up"}).status_code == 303
    assert [j.kind for j in console.jobs.list().jobs] == [JobKind.RETENTION]


def test_webhook_secret_is_shown_once(client_for: ClientFor, console: Store) -> None:
    """In the answer to the form only; internal addresses are refused."""
    client = client_for(Role.ADMINISTRATOR)
    made = client.post("/settings/", HOOK).content.decode()
    secret = re.search(r"whsec_[\w-]+", made)
    assert secret
    (webhook,) = console.webhooks.page("", 10)
    page = client.get(f"/settings/webhooks/{webhook.id}/").content.decode()
    assert secret[0] not in page + client.get("/settings/").content.decode()
    for url in ("http://hooks.example.com/", "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/x"):
        assert client.post("/settings/", {**HOOK, "url": url}).status_code == 400
    assert len(console.webhooks.page("", 10)) == 1
    client.post(f"/settings/webhooks/{webhook.id}/", {"action": "switch"})
    assert console.webhooks.get(webhook.id).active is False  # type: ignore[union-attr]
    client.post(f"/settings/webhooks/{webhook.id}/", {"action": "remove", "confirmed": "yes"})
    assert console.webhooks.get(webhook.id) is None
    assert client.get(f"/settings/webhooks/{webhook.id}/").status_code == 404


def test_own_tokens_only(client_for: ClientFor, console: Store) -> None:
    """Made with one's own rights at most, shown once, revoked by oneself only."""
    client = client_for(Role.OPERATOR)
    day = clock.in_japan(clock.now()).date().replace(day=1)
    end = day.replace(year=day.year + 1).isoformat()
    given = {"action": "make", "name": "SIEM", "permission": ["site-view", "export"], "end": end}
    made = client.post("/account/tokens/", given).content.decode()
    text = re.search(r"fsb_\w+", made)
    assert text
    assert text[0] not in client.get("/account/tokens/").content.decode()
    assert Tokens.of(console).verify(text[0], clock.now(), "192.0.2.1").token.name == "SIEM"
    for wrong in ({"permission": ["people-edit"]}, {"permission": []}, {"end": ""}, {"end": "2099-01-01"}):
        assert client.post("/account/tokens/", {**given, **wrong}).status_code == 422
    (token,) = Tokens.of(console).all()
    assert (
        client_for(Role.OPERATOR).post("/account/tokens/", {"action": "revoke", "token": str(token.number)}).status_code
        == 404
    )
    assert client.post("/account/tokens/", {"action": "revoke", "token": str(token.number)}).status_code == 303
    assert Tokens.of(console).all()[0].revoked_at is not None
