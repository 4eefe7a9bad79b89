"""Tables of the API's own memory: webhooks and their deliveries, kept replies, request counts."""

from __future__ import annotations  # Django's fields take type arguments in its stubs only

from datetime import datetime
from typing import ClassVar

from django.db import models


def _word(size: int, *, key: bool = False) -> models.CharField[str, str]:
    return models.CharField(max_length=size, primary_key=key)


def _text() -> models.TextField[str, str]:
    return models.TextField(default="")


def _moment() -> models.DateTimeField[datetime, datetime]:
    return models.DateTimeField()


def _moment_or_none() -> models.DateTimeField[datetime | None, datetime | None]:
    return models.DateTimeField(null=True)


def _count() -> models.IntegerField[int, int]:
    return models.IntegerField(default=0)


class WebhookRow(models.Model):
    """One subscription. Its secret is in the vault under `webhook.<id>`."""

    id = _word(40, key=True)
    url = _text()
    events = _text()
    note = _text()
    active: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    created_at = _moment()
    created_by = _text()
    failing_since = _moment_or_none()
    disabled_at = _moment_or_none()
    version = _count()


class DeliveryRow(models.Model):
    """One event for one subscription. `due_at` empty: finished. A worker that takes it moves `due_at` ahead."""

    id = _word(40, key=True)
    webhook: models.ForeignKey[WebhookRow, WebhookRow] = models.ForeignKey(WebhookRow, models.CASCADE, related_name="+")
    webhook_id: str
    event = _word(60)
    body = _text()
    created_at = _moment()
    due_at = _moment_or_none()
    delivered_at = _moment_or_none()
    attempts = _count()
    status = _count()
    detail = _text()
    again_of = _word(40)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="delivery_due"),
            models.Index(fields=["webhook", "created_at", "id"], name="delivery_newest"),
        ]


class AttemptRow(models.Model):
    """One attempt to deliver. `status` 0: no answer; `detail` says why, in both languages."""

    delivery: models.ForeignKey[DeliveryRow, DeliveryRow] = models.ForeignKey(
        DeliveryRow, models.CASCADE, related_name="+"
    )
    delivery_id: str
    at = _moment()
    status = _count()
    milliseconds = _count()
    detail = _text()


class ReplyRow(models.Model):
    """The answer to an action with an idempotency key. `status` 0: still in progress until `until`."""

    id = _word(64, key=True)
    digest = _word(64)
    status = _count()
    headers = _text()
    body: models.BinaryField[bytes, bytes] = models.BinaryField(default=b"")
    until = _moment()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["until"], name="reply_until")]


class RequestCountRow(models.Model):
    """How many requests of somebody were let through in one window of time."""

    id = _word(100, key=True)
    window: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    count = _count()


class EvidenceRow(models.Model):
    """A file handed in through the API: for which site, under which name, by whom."""

    site = _word(100)
    digest = _word(64)
    name = _text()
    by = _text()
    at = _moment()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["site", "digest"], name="evidence_once")]
