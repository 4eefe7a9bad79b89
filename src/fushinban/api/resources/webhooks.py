"""Webhooks: who wants to hear of what; the log of deliveries."""

import os
from datetime import UTC, datetime

from ninja import Query, Schema
from pydantic import Field

from fushinban.api.call import Call
from fushinban.api.operation import Resource
from fushinban.api.paging import Page, PageQuery, page_of, read_cursor
from fushinban.api.problems import ProblemError
from fushinban.api.shapes import Flag, Given, LineOrNone
from fushinban.jobs import webhooks as engine
from fushinban.jobs.webhooks import WebhookEvent
from fushinban.messages import Text, say
from fushinban.model.rights import Permission
from fushinban.record.webhooks import Attempt, Delivery, Webhook
from fushinban.transport.outward import web_place

RESOURCE = Resource("webhooks", Text("Webhook", "Webhooks"))

_EDIT = Permission.SETTINGS_EDIT
_VIEW = Permission.SETTINGS_VIEW


class WebhookIn(Given):
    """A subscription."""

    url: str = Field(max_length=2000, examples=["https://hooks.example.com/fushinban"], description="https only")
    events: list[WebhookEvent] = Field(min_length=1, max_length=20, examples=[["finding.new"]])
    note: LineOrNone = ""


class WebhookChange(Given):
    """What becomes of a subscription."""

    url: str = Field(max_length=2000)
    events: list[WebhookEvent] = Field(min_length=1, max_length=20)
    note: LineOrNone = ""
    active: Flag = True


class WebhookOut(Schema):
    """A subscription; its secret is never shown again."""

    id: str
    url: str
    events: list[str]
    note: str
    active: bool
    created_at: datetime
    created_by: str
    failing_since: datetime | None
    disabled_at: datetime | None = Field(description="Stopped after failing for days. 失敗が続いて停止した時刻")
    version: int


class WebhookMade(Schema):
    """A subscription just made."""

    webhook: WebhookOut
    secret: str = Field(description="Signs every delivery; shown this once. 署名の鍵。表示はこの一度だけです")


class AttemptOut(Schema):
    """One attempt to deliver."""

    at: datetime
    status: int = Field(description="Status of the answer; 0: none. 応答の状態")
    milliseconds: int
    detail: str


class DeliveryOut(Schema):
    """One event for one subscription."""

    id: str
    event: str
    created_at: datetime
    due_at: datetime | None = Field(description="When it is tried next; null: finished. 次の送信予定")
    delivered_at: datetime | None
    attempts: int
    status: int
    detail: str
    again_of: str = Field(description="The delivery that this repeats. 再送元")


class DeliveryWhole(DeliveryOut):
    """The same with its body and attempts."""

    body: str
    log: list[AttemptOut]


class DeliveryId(Schema):
    """A delivery that was put on the way."""

    id: str


@RESOURCE.get(
    "/webhooks", "listWebhooks", Text("Webhook の一覧", "List webhooks"), permission=_VIEW, whole=True,
    answers={200: Page[WebhookOut]},
)  # fmt: skip
def list_webhooks(call: Call, page: Query[PageQuery]) -> Page[WebhookOut]:
    """All subscriptions."""
    place = read_cursor("webhooks", page.cursor)
    found = call.store.webhooks.page(str(place[0]) if place else "", page.most + 1)
    return page_of("webhooks", [_out(w) for w in found], [(w.id,) for w in found], page.most)


@RESOURCE.post(
    "/webhooks", "createWebhook", Text("Webhook を作る", "Make a webhook"), permission=_EDIT, whole=True,
    answers={201: WebhookMade},
)  # fmt: skip
def create_webhook(call: Call, body: WebhookIn) -> WebhookMade:
    """Subscribe an https address to events. The answer holds the secret, which is shown only now."""
    made = engine.subscribe(
        call.store, call.vault, body.url, body.events, note=body.note, by=call.caller.shown,
        rules=engine.rules_from(os.environ),
    )  # fmt: skip
    return WebhookMade(webhook=_out(made.webhook), secret=made.secret)


@RESOURCE.get(
    "/webhooks/{webhook_id}", "getWebhook", Text("Webhook の詳細", "One webhook"), permission=_VIEW, whole=True,
    answers={200: WebhookOut},
)  # fmt: skip
def get_webhook(call: Call, webhook_id: str) -> WebhookOut:
    """One subscription."""
    found = _found(call, webhook_id)
    call.versioned(found.version)
    return _out(found)


@RESOURCE.patch(
    "/webhooks/{webhook_id}", "changeWebhook", Text("Webhook を変える", "Change a webhook"), permission=_EDIT,
    whole=True, answers={200: WebhookOut},
)  # fmt: skip
def change_webhook(call: Call, webhook_id: str, body: WebhookChange) -> WebhookOut:
    """Change a subscription; an active one that was stopped begins anew."""
    known = _found(call, webhook_id)
    web_place(body.url, engine.rules_from(os.environ))
    expected = call.expected()
    changed = call.store.webhooks.change(
        webhook_id, known.version if expected is None else expected, body.url, body.events, body.note, body.active
    )
    if changed is None:
        raise ProblemError("changed-meanwhile", say("api.changed-meanwhile"))
    call.versioned(changed.version)
    return _out(changed)


@RESOURCE.delete(
    "/webhooks/{webhook_id}", "deleteWebhook", Text("Webhook を削除する", "Delete a webhook"), permission=_EDIT,
    whole=True, answers={204: None},
)  # fmt: skip
def delete_webhook(call: Call, webhook_id: str) -> None:
    """Forget a subscription, its log and its secret."""
    engine.unsubscribe(call.store, call.vault, _found(call, webhook_id))


@RESOURCE.post(
    "/webhooks/{webhook_id}/test", "testWebhook", Text("テスト送信", "Send a test event"), permission=_EDIT,
    whole=True, answers={202: DeliveryId},
)  # fmt: skip
def test_webhook(call: Call, webhook_id: str) -> DeliveryId:
    """Put a test event on the way."""
    return DeliveryId(id=engine.send_test(call.store, _found(call, webhook_id)))


@RESOURCE.get(
    "/webhooks/{webhook_id}/deliveries", "listDeliveries", Text("送信の記録", "Log of deliveries"),
    permission=_VIEW, whole=True, answers={200: Page[DeliveryOut]},
)  # fmt: skip
def list_deliveries(call: Call, webhook_id: str, page: Query[PageQuery]) -> Page[DeliveryOut]:
    """Deliveries of a subscription, the newest first."""
    _found(call, webhook_id)
    noun = f"deliveries {webhook_id}"
    place = read_cursor(noun, page.cursor)
    before = (datetime.fromtimestamp(int(place[0] or 0) / 1e6, UTC), str(place[1])) if place else None
    found = call.store.webhooks.deliveries(webhook_id, before, page.most + 1)
    places = [(round(d.created_at.timestamp() * 1e6), d.id) for d in found]
    return page_of(noun, [_delivery(d, call) for d in found], places, page.most)


@RESOURCE.get(
    "/webhooks/{webhook_id}/deliveries/{delivery_id}", "getDelivery", Text("送信の詳細", "One delivery"),
    permission=_VIEW, whole=True, answers={200: DeliveryWhole},
)  # fmt: skip
def get_delivery(call: Call, webhook_id: str, delivery_id: str) -> DeliveryWhole:
    """One delivery with its body and every attempt."""
    found = call.had(call.store.webhooks.delivery(webhook_id, delivery_id))
    log = [_attempt(a, call) for a in call.store.webhooks.attempts(found.id)]
    return DeliveryWhole(**_delivery(found, call).model_dump(), body=found.body, log=log)


@RESOURCE.post(
    "/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver", "redeliver", Text("再送する", "Deliver again"),
    permission=_EDIT, whole=True, answers={202: DeliveryId},
)  # fmt: skip
def redeliver(call: Call, webhook_id: str, delivery_id: str) -> DeliveryId:
    """Send a delivery again, as a new one with the same body."""
    found = call.had(call.store.webhooks.delivery(webhook_id, delivery_id))
    return DeliveryId(id=engine.redeliver(call.store, found))


def _found(call: Call, webhook_id: str) -> Webhook:
    return call.had(call.store.webhooks.get(webhook_id))


def _out(webhook: Webhook) -> WebhookOut:
    return WebhookOut(
        id=webhook.id, url=webhook.url, events=sorted(webhook.events), note=webhook.note, active=webhook.active,
        created_at=webhook.created_at, created_by=webhook.created_by, failing_since=webhook.failing_since,
        disabled_at=webhook.disabled_at, version=webhook.version,
    )  # fmt: skip


def _delivery(delivery: Delivery, call: Call) -> DeliveryOut:
    return DeliveryOut(
        id=delivery.id, event=delivery.event, created_at=delivery.created_at, due_at=delivery.due_at,
        delivered_at=delivery.delivered_at, attempts=delivery.attempts, status=delivery.status,
        detail=delivery.detail.of(call.lang), again_of=delivery.again_of,
    )  # fmt: skip


def _attempt(attempt: Attempt, call: Call) -> AttemptOut:
    return AttemptOut(
        at=attempt.at, status=attempt.status, milliseconds=attempt.milliseconds, detail=attempt.detail.of(call.lang)
    )
