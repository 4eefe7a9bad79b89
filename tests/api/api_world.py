"""An invented installation for the tests of the API: two customers, everything twice, a token for every role."""

import asyncio
import hashlib
import json
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.test import Client

from fushinban import clock
from fushinban.jobs.business_days import due_after
from fushinban.jobs.durable import asking
from fushinban.jobs.site_file import CredentialRule, SiteFile
from fushinban.jobs.site_setup import save_setup
from fushinban.jobs.webhooks import WebhookEvent, send_test, subscribe
from fushinban.model.discovery import Method
from fushinban.model.finding import PersonAnswer
from fushinban.model.listing import FindingsQuery
from fushinban.model.rights import EVERYTHING, PERMISSIONS, Grant, Role
from fushinban.model.schedule import Rhythm, Schedule
from fushinban.model.sheet import Stage
from fushinban.model.site import InspectionKind, Site
from fushinban.record.people.people import People
from fushinban.record.people.tokens import Tokens
from fushinban.record.store import Store
from fushinban.record.vault import Vault
from fushinban.transport.outward import OutwardRules
from record.console_samples import HILL, SEA, USUAL, inspected, result
from record.samples import AUTHORISATION, sheet

ROOT = "/api/v1"
SECRET = "Invented-for-tests-9431"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Everything there is of one site, by id."""

    site: str
    customer: int
    inspection: str
    finding: int
    acceptance: int
    device: str
    job: str
    document: str
    evidence: str
    credential: str


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The installation and its tokens."""

    store: Store
    vault: Vault
    sea: Place
    hill: Place
    webhook: str
    delivery: str
    tokens: dict[Role, str]
    people: dict[Role, int]


def build(store: Store, vault: Vault) -> World:
    """Fill an empty store."""
    sea, hill = (_place(store, vault, site) for site in (SEA, HILL))
    made = subscribe(
        store, vault, "https://hooks.example.com/x", [WebhookEvent.FINDING_ACCEPTED], note="", by="t",
        rules=OutwardRules(),
    )  # fmt: skip
    store.webhooks.change(made.webhook.id, 1, made.webhook.url, made.webhook.events, "", False)
    delivery = send_test(store, made.webhook)
    tokens, people = {}, {}
    for role in Role:
        customer = sea.customer if role in (Role.CUSTOMER, Role.INSTALLER) else None
        people[role], tokens[role] = _token(store, role, customer)
    return World(
        store=store, vault=vault, sea=sea, hill=hill, webhook=made.webhook.id, delivery=delivery, tokens=tokens,
        people=people,
    )  # fmt: skip


def _token(store: Store, role: Role, customer: int | None) -> tuple[int, str]:
    person = People.of(store).add(f"{role.value}@example.jp", role.value.title(), Grant(role=role, customer=customer))
    made = Tokens.of(store).make(
        person.number, "test", PERMISSIONS[role], clock.now() + timedelta(days=1), customer=customer
    )
    return person.number, made.text


def _place(store: Store, vault: Vault, site: Site) -> Place:
    inspection = inspected(store, result(site, USUAL))
    customer = store.customers.named(site.customer)
    assert customer is not None
    device = store.devices.of(site.id)[0].id
    store.sheets.save(site.id, replace(sheet(device), stage=Stage.ACTUAL))
    numbers = store.findings.numbers(EVERYTHING, FindingsQuery(site=site.id))
    accepted = store.acceptances.accept(
        EVERYTHING, numbers[-1:] + numbers[:1], reason="試験", by="t", until=clock.now() + timedelta(days=9)
    )
    assert accepted.accepted
    vault.put(f"login-{site.id}", "viewer", SECRET, f"site:{site.id}")
    _setup(store, site)
    store.schedules.save(Schedule(site=site.id, rhythm=Rhythm.MONTHLY), 0, due_after)
    evidence = store.evidence.keep(site.id.encode())
    store.evidence_of_site.note(site.id, evidence, "photo.jpg", "t")
    store.answers.save(site.id, PersonAnswer(control="G-3.6-2", value="yes", by="t"))
    order = asking.inspection_order(site.id, InspectionKind.PERIODIC, documents=False, lang="ja")
    job = store.jobs.ask(f"job-{site.id}", order, "t").job.id
    return Place(
        site=site.id, customer=customer.id, inspection=inspection, finding=numbers[0],
        acceptance=accepted.accepted[0].id, device=device, job=job, document=_document(store, site, inspection),
        evidence=evidence, credential=f"login-{site.id}",
    )  # fmt: skip


def _setup(store: Store, site: Site) -> None:
    now = clock.now()
    allowed = replace(
        AUTHORISATION, start=now - timedelta(days=1), end=now + timedelta(days=30),
        networks=(ip_network("127.77.0.0/30"),),
    )  # fmt: skip
    rule = CredentialRule(match=allowed.networks[0], username="viewer", secret_ref=f"vault:login-{site.id}")
    save_setup(store, SiteFile(site=site, authorisation=allowed, credentials=(rule,), methods=(Method.SWEEP,)), None)


def _document(store: Store, site: Site, inspection: str) -> str:
    path = store.data_dir / "documents" / site.id / "報告書.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF " + site.id.encode())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    store.documents.save(site.id, inspection, "inspection-pdf", Path(path), digest, clock.now())
    return digest


def content_of(response: Any) -> bytes:
    """The whole of a streamed answer."""

    async def whole() -> bytes:
        return b"".join([piece async for piece in response.streaming_content])

    try:
        return asyncio.run(whole())
    finally:
        response.close()


class Api:
    """Calls the API in this process, with one token or none."""

    def __init__(self, token: str | None = None, lang: str = "en") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"accept-language": lang}
        if token:
            self.headers["authorization"] = f"Bearer {token}"

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """The answer; header names with `_` for `-`."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        data = json.dumps(body) if not isinstance(body, bytes) else body
        kind = more.pop("content-type", "application/json")
        return self.client.generic(
            method, ROOT + path, "" if body is None else data, content_type=kind, headers={**self.headers, **more}
        )
