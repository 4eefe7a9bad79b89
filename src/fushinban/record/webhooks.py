"""Webhooks on record: who wants to hear of what, every delivery and every attempt."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from fushinban.messages import Text
from fushinban.model.audit import SYSTEM
from fushinban.record._webhook_rows import AttemptRow, DeliveryRow, WebhookRow
from fushinban.record.codec import decode, encode
from fushinban.record.connection import Link
from fushinban.record.vault import INTERNAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One subscription. `version` rises with every change; `failing_since`: no success since then."""

    id: str
    url: str
    events: frozenset[str]
    note: str
    active: bool
    created_at: datetime
    created_by: str
    failing_since: datetime | None
    disabled_at: datetime | None
    version: int

    @property
    def vault_name(self) -> str:
        """Under which name the vault has its secret."""
        return f"{INTERNAL}{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event for one subscription. `due_at` None: finished. `status` 0: never answered."""

    id: str
    webhook: str
    event: str
    body: str
    created_at: datetime
    due_at: datetime | None
    delivered_at: datetime | None
    attempts: int
    status: int
    detail: Text
    again_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt: when, the status of the answer (0: none), how long, and what happened."""

    at: datetime
    status: int
    milliseconds: int
    detail: Text


class Webhooks:
    """Subscriptions and their deliveries. Every method may raise StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rows = WebhookRow._base_manager.using(link.alias)
        self._deliveries = DeliveryRow._base_manager.using(link.alias)
        self._attempts = AttemptRow._base_manager.using(link.alias)

    def add(self, url: str, events: Iterable[str], note: str, by: str, now: datetime) -> Webhook:
        """Keep a new subscription; it is active at once."""
        with self._link.writing():
            row = self._rows.create(
                id=new_id(), url=url, events=_joined(events), note=note, created_at=now, created_by=by, version=1
            )
            self._link.audit.changed("webhook.made", "webhook", row.pk, {"url": url})
        return _webhook(row)

    def get(self, webhook_id: str) -> Webhook | None:
        """One subscription, or None."""
        with self._link.reading():
            row = self._rows.filter(id=webhook_id).first()
        return _webhook(row) if row is not None else None

    def page(self, after: str, most: int) -> tuple[Webhook, ...]:
        """Subscriptions in the order of their ids, those after this id."""
        with self._link.reading():
            return tuple(map(_webhook, self._rows.filter(id__gt=after).order_by("id")[:most]))

    def change(  # noqa: PLR0917 - a subscription has these facts
        self, webhook_id: str, version: int, url: str, events: Iterable[str], note: str, active: bool
    ) -> Webhook | None:
        """Change a subscription that is still at this version; None when somebody else was faster, or it is gone."""
        with self._link.writing():
            done = self._rows.filter(id=webhook_id, version=version).update(
                url=url, events=_joined(events), note=note, active=active, version=F("version") + 1,
                failing_since=None, disabled_at=None,
            )  # fmt: skip
            row = self._rows.filter(id=webhook_id).first() if done else None
            if done:
                self._link.audit.changed("webhook.changed", "webhook", webhook_id, {"url": url, "active": active})
        return _webhook(row) if row is not None else None

    def remove(self, webhook_id: str) -> bool:
        """Forget a subscription and its log; whether there was one."""
        with self._link.writing():
            self._attempts.filter(delivery__webhook_id=webhook_id).delete()
            self._deliveries.filter(webhook_id=webhook_id).delete()
            known = bool(self._rows.filter(id=webhook_id).delete()[0])
            if known:
                self._link.audit.changed("webhook.deleted", "webhook", webhook_id)
            return known

    def enqueue(self, event: str, bodies: Mapping[str, str], now: datetime, again_of: str = "") -> tuple[str, ...]:
        """Put a body on the way to each of these subscriptions (by id); the ids of the deliveries."""
        with self._link.writing():
            rows = [
                DeliveryRow(
                    id=new_id(), webhook_id=webhook, event=event, body=body, created_at=now, due_at=now,
                    again_of=again_of, detail=encode(Text("", "")),
                )
                for webhook, body in bodies.items()
            ]  # fmt: skip
            self._deliveries.bulk_create(rows)
        return tuple(row.id for row in rows)

    def listening(self, event: str) -> tuple[Webhook, ...]:
        """The active subscriptions to an event."""
        with self._link.reading():
            rows = tuple(self._rows.filter(active=True, events__contains=f" {event} ").order_by("id"))
        return tuple(map(_webhook, rows))

    def take_due(self, now: datetime, lease: timedelta, most: int = 20) -> tuple[Delivery, ...]:
        """Deliveries whose time has come, taken for this worker alone until the lease ends."""
        taken = []
        with self._link.reading():
            due = self._deliveries.filter(due_at__lte=now, webhook__active=True)
            for row in due.order_by("due_at", "id")[:most]:
                # Only one of several workers finds the time unchanged.
                if self._deliveries.filter(id=row.id, due_at=row.due_at).update(due_at=now + lease):
                    taken.append(_delivery(row))
        return tuple(taken)

    def attempted(self, delivery: Delivery, attempt: Attempt, due_at: datetime | None, good: bool) -> None:
        """Note an attempt; `due_at`: when to try again (None: no more)."""
        with self._link.writing():
            self._attempts.create(
                delivery_id=delivery.id, at=attempt.at, status=attempt.status, milliseconds=attempt.milliseconds,
                detail=encode(attempt.detail),
            )  # fmt: skip
            self._deliveries.filter(id=delivery.id).update(
                attempts=F("attempts") + 1, status=attempt.status, detail=encode(attempt.detail), due_at=due_at,
                delivered_at=attempt.at if good else None,
            )  # fmt: skip
            if good:
                self._rows.filter(id=delivery.webhook).update(failing_since=None)
            else:
                self._rows.filter(id=delivery.webhook, failing_since=None).update(failing_since=attempt.at)

    def disable_failing(self, since: datetime, now: datetime) -> tuple[Webhook, ...]:
        """Stop subscriptions that have only failed since then, and what waits for them; those stopped now."""
        with self._link.writing():
            rows = tuple(self._rows.filter(active=True, failing_since__lt=since))
            stopped = [r.id for r in rows]
            for one in stopped:
                self._link.audit.changed("webhook.stopped", "webhook", one, actor=SYSTEM)
            self._rows.filter(id__in=stopped).update(active=False, disabled_at=now, version=F("version") + 1)
            self._deliveries.filter(webhook_id__in=stopped, due_at__isnull=False).update(due_at=None)
        return tuple(map(_webhook, rows))

    def deliveries(self, webhook_id: str, before: tuple[datetime, str] | None, most: int) -> tuple[Delivery, ...]:
        """The log of a subscription, the newest first, from the place after `before`."""
        with self._link.reading():
            rows = self._deliveries.filter(webhook_id=webhook_id)
            if before is not None:
                rows = rows.filter(Q(created_at__lt=before[0]) | Q(created_at=before[0], id__lt=before[1]))
            return tuple(map(_delivery, rows.order_by("-created_at", "-id")[:most]))

    def delivery(self, webhook_id: str, delivery_id: str) -> Delivery | None:
        """One delivery of this subscription, or None."""
        with self._link.reading():
            row = self._deliveries.filter(webhook_id=webhook_id, id=delivery_id).first()
        return _delivery(row) if row is not None else None

    def attempts(self, delivery_id: str) -> tuple[Attempt, ...]:
        """All attempts of a delivery in their order."""
        with self._link.reading():
            rows = tuple(self._attempts.filter(delivery_id=delivery_id).order_by("id"))
        return tuple(
            Attempt(at=r.at, status=r.status, milliseconds=r.milliseconds, detail=decode(Text, r.detail)) for r in rows
        )

    def forget(self, before: datetime) -> int:
        """Drop finished deliveries made before then; how many."""
        with self._link.writing():
            old = self._deliveries.filter(created_at__lt=before, due_at__isnull=True)
            self._attempts.filter(delivery__in=old.values("id")).delete()
            return old.delete()[0]


def new_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_hex(16)


def _joined(events: Iterable[str]) -> str:
    return f" {' '.join(sorted(set(events)))} "


def _webhook(row: WebhookRow) -> Webhook:
    return Webhook(
        id=row.id, url=row.url, events=frozenset(row.events.split()), note=row.note, active=row.active,
        created_at=row.created_at, created_by=row.created_by, failing_since=row.failing_since,
        disabled_at=row.disabled_at, version=row.version,
    )  # fmt: skip


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        id=row.id, webhook=row.webhook_id, event=row.event, body=row.body, created_at=row.created_at,
        due_at=row.due_at, delivered_at=row.delivered_at, attempts=row.attempts, status=row.status,
        detail=decode(Text, row.detail), again_of=row.again_of,
    )  # fmt: skip
