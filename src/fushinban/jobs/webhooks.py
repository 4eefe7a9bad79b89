"""Tells others what happened: events become deliveries, deliveries are signed, sent, retried, and given up.

A receiver checks the `Fushinban-Signature` header: `t=<seconds since 1970>,v1=<hex>`, where the hex digits are the
HMAC-SHA256, with the subscription's secret, of `<t>.<body>`. It should refuse a time more than five minutes away.
"""

import asyncio
import hmac
import json
import os
import secrets
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

from fushinban import clock
from fushinban.errors import FushinbanError, InputError
from fushinban.messages import Text, say
from fushinban.model.control import Outcome
from fushinban.model.finding import Finding
from fushinban.model.job import Job, JobKind, JobState
from fushinban.model.listing import InspectionsQuery
from fushinban.model.rights import EVERYTHING
from fushinban.model.text import Named
from fushinban.record.store import Store
from fushinban.record.vault import Vault
from fushinban.record.webhooks import Attempt, Delivery, Webhook, new_id
from fushinban.transport.outward import OutwardRules, TlsContext, web_place
from fushinban.transport.webhook import post

SIGNATURE = "Fushinban-Signature"

#: How long to wait before each further attempt; after the last the delivery is given up (about three days in all).
BACKOFF = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200, 21_600, 43_200, 86_400, 86_400))
#: A subscription that has only failed for this long is stopped.
STOP_AFTER = timedelta(days=5)
#: How long the log of deliveries is kept.
KEPT = timedelta(days=30)
#: How long a worker may take for one delivery before another takes it up.
LEASE = timedelta(seconds=60)

_AT_ONCE = 8
_MOST_NEW = 200
_POLL_SECONDS = 2.0


class WebhookEvent(Named):
    """What can be subscribed to."""

    INSPECTION_FINISHED = "inspection.finished"
    FINDING_NEW = "finding.new"
    FINDING_ACCEPTED = "finding.accepted"
    FINDING_WITHDRAWN = "finding.withdrawn"
    JOB_FAILED = "job.failed"
    JOB_CANCELLED = "job.cancelled"
    WEBHOOK_TEST = "webhook.test"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWebhook:
    """A subscription just made, with its secret, which is shown this once."""

    webhook: Webhook
    secret: str

    def __repr__(self) -> str:
        return f"NewWebhook({self.webhook.id!r})"


def rules_from(environ: Mapping[str, str]) -> OutwardRules:
    """The administrator's allow list: `FUSHINBAN_WEBHOOK_NETWORKS`, networks separated by commas.

    `FUSHINBAN_WEBHOOK_PLAIN_LOOPBACK=1` allows http to this machine; it is meant for tests only. Raises InputError for
    what is no network.
    """
    networks = []
    for text in filter(None, map(str.strip, environ.get("FUSHINBAN_WEBHOOK_NETWORKS", "").split(","))):
        try:
            networks.append(ip_network(text))
        except ValueError as error:
            raise InputError(say("webhook.bad-network", given=text[:60])) from error
    return OutwardRules(networks=tuple(networks), plain_loopback=environ.get("FUSHINBAN_WEBHOOK_PLAIN_LOOPBACK") == "1")


def subscribe(
    store: Store, vault: Vault, url: str, events: Iterable[WebhookEvent], *, note: str, by: str, rules: OutwardRules
) -> NewWebhook:
    """Make a subscription; its secret goes into the vault. Raises InputError for an address that is not allowed."""
    web_place(url, rules)
    secret = f"whsec_{secrets.token_urlsafe(32)}"
    made = store.webhooks.add(url, events, note, by, clock.now())
    vault.put(made.vault_name, "webhook", secret, context="webhook")
    return NewWebhook(webhook=made, secret=secret)


def unsubscribe(store: Store, vault: Vault, webhook: Webhook) -> None:
    """Forget a subscription, its log and its secret."""
    store.webhooks.remove(webhook.id)
    if webhook.vault_name in vault.names():
        vault.remove(webhook.vault_name)


def publish(store: Store, event: WebhookEvent, data: Mapping[str, object]) -> int:
    """Put an event on the way to everybody who listens; how many. Part of the caller's writing, where there is one.

    `data` are plain values for JSON: ids, names, counts; never a secret.
    """
    listening = store.webhooks.listening(event.value)
    if not listening:
        return 0
    body = event_body(event, data, clock.now())
    return len(store.webhooks.enqueue(event.value, {w.id: body for w in listening}, clock.now()))


def tell_ended(store: Store, job: Job) -> int:
    """A job is over: tells of a finished inspection and its new failures, of a failure, of an end asked for.

    To be called in the same `store.together()` as the end itself, so that it is told exactly once.
    """
    data = {"job": job.id, "kind": job.kind.value, "site": job.site, "inspection": job.inspection,
            "done": job.done, "missed": job.missed}  # fmt: skip
    if job.state is JobState.FAILED:
        return publish(store, WebhookEvent.JOB_FAILED, data)
    if job.state is JobState.CANCELLED:
        return publish(store, WebhookEvent.JOB_CANCELLED, data)
    if job.kind is not JobKind.INSPECTION or not job.inspection:
        return 0
    told = publish(store, WebhookEvent.INSPECTION_FINISHED, data)
    if store.webhooks.listening(WebhookEvent.FINDING_NEW.value):
        told += sum(publish(store, WebhookEvent.FINDING_NEW, _finding(f, job)) for f in _new_failures(store, job))
    return told


def _new_failures(store: Store, job: Job) -> Sequence[Finding]:
    """Failures that the site's inspection before did not have; at most 200, the whole is in the API."""
    wanted = InspectionsQuery(site=job.site, finished=True)
    earlier = [i.id for i in store.inspections.page(EVERYTHING, wanted, most=2).items if i.id != job.inspection]
    if not earlier:
        listed = store.findings.of_inspection(EVERYTHING, job.inspection, outcome=Outcome.FAIL, most=_MOST_NEW)
        return [found.finding for found in listed.items]
    compared = store.inspections.compare(EVERYTHING, earlier[0], job.inspection, _MOST_NEW)
    return compared.came if compared is not None else ()


def _finding(finding: Finding, job: Job) -> dict[str, object]:
    return {
        "inspection": job.inspection, "site": finding.site, "device": finding.device, "control": finding.control,
        "severity": finding.severity.value, "message": {"ja": finding.message.ja, "en": finding.message.en},
    }  # fmt: skip


def clear_deliveries(store: Store, now: datetime) -> int:
    """Drop what has stood in the log of deliveries long enough; how many."""
    return store.webhooks.forget(now - KEPT)


def send_test(store: Store, webhook: Webhook) -> str:
    """Put a test event on the way to one subscription; the id of the delivery."""
    now = clock.now()
    body = event_body(WebhookEvent.WEBHOOK_TEST, {"webhook": webhook.id}, now)
    return store.webhooks.enqueue(WebhookEvent.WEBHOOK_TEST.value, {webhook.id: body}, now)[0]


def redeliver(store: Store, delivery: Delivery) -> str:
    """Send a delivery again, as a new one with the same body; its id."""
    return store.webhooks.enqueue(delivery.event, {delivery.webhook: delivery.body}, clock.now(), again_of=delivery.id)[
        0
    ]


def event_body(event: WebhookEvent, data: Mapping[str, object], now: datetime) -> str:
    """The JSON text of an event."""
    at = now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return json.dumps(
        {"id": new_id(), "event": event.value, "at": at, "data": dict(data)}, ensure_ascii=True, allow_nan=False
    )


def signature(secret: str, body: bytes, moment: datetime) -> str:
    """The value of the signature header."""
    seconds = int(moment.timestamp())
    digest = hmac.digest(secret.encode(), b"%d.%s" % (seconds, body), "sha256").hex()
    return f"t={seconds},v1={digest}"


class WebhookSender:
    """Sends what is due. Any number of workers may run one each on the same database."""

    def __init__(
        self, store: Store, vault: Vault, rules: OutwardRules | None = None, *, context: TlsContext | None = None
    ) -> None:
        self._store = store
        self._vault = vault
        self._rules = rules if rules is not None else rules_from(os.environ)
        self._context = context

    def run(self, stop: threading.Event) -> None:
        """Send until told to stop; for a thread of its own. A database that cannot be used now is tried again."""
        self._store.hold()
        try:
            while not stop.is_set():
                try:
                    busy = bool(self.send_due(clock.now()))
                except FushinbanError:
                    busy = False
                if not busy:
                    stop.wait(_POLL_SECONDS)
        finally:
            self._store.let_go()

    def send_due(self, now: datetime) -> int:
        """Send everything that is due, some at once; how many were attempted."""
        hooks = self._store.webhooks
        due = hooks.take_due(now, LEASE, _AT_ONCE)
        if due:
            asyncio.run(self._send_all(due))
            hooks.disable_failing(clock.now() - STOP_AFTER, clock.now())
        return len(due)

    async def _send_all(self, due: Iterable[Delivery]) -> None:
        async with asyncio.TaskGroup() as group:
            for delivery in due:
                group.create_task(self._send(delivery))

    async def _send(self, delivery: Delivery) -> None:
        started, at = clock.monotonic(), clock.now()
        status, detail = await self._attempt(delivery, at)
        took = int((clock.monotonic() - started) * 1000)
        attempt = Attempt(at=at, status=status, milliseconds=took, detail=detail)
        good = 200 <= status < 300
        again = None if good or status == 410 else next_try(delivery.attempts, clock.now())
        await asyncio.to_thread(self._store.webhooks.attempted, delivery, attempt, again, good)

    async def _attempt(self, delivery: Delivery, at: datetime) -> tuple[int, Text]:
        """The status that came back (0: none) and a sentence."""
        try:
            webhook, secret = await asyncio.to_thread(self._subscription, delivery)
            body = delivery.body.encode()
            headers = {
                "User-Agent": "fushinban-webhook", SIGNATURE: signature(secret, body, at),
                "Fushinban-Event": delivery.event, "Fushinban-Delivery": delivery.id,
            }  # fmt: skip
            answer = await post(webhook.url, body, headers, self._rules, context=self._context)
        except FushinbanError as error:
            return 0, error.text
        if 300 <= answer.status < 400:
            return answer.status, say("webhook.redirected", status=answer.status)
        good = 200 <= answer.status < 300
        return answer.status, say("webhook.delivered" if good else "webhook.answered", status=answer.status)

    def _subscription(self, delivery: Delivery) -> tuple[Webhook, str]:
        webhook = self._store.webhooks.get(delivery.webhook)
        if webhook is None or webhook.vault_name not in self._vault.names():
            raise InputError(say("webhook.no-secret"))
        return webhook, self._vault.get(webhook.vault_name).secret


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many attempts before this one; None: no more."""
    return now + BACKOFF[attempts] if attempts < len(BACKOFF) else None
