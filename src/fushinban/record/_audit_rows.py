"""Tables of the audit log: its entries, its end, and the seals of groups of rows."""

from __future__ import annotations  # Django's fields take type arguments in its stubs only

from datetime import datetime
from typing import ClassVar

from django.db import models


def _word(size: int) -> models.CharField[str, str]:
    return models.CharField(max_length=size, default="")


class AuditRow(models.Model):
    """One entry. Numbers begin with 1 and have no gaps; rows are never changed and never deleted."""

    number: models.BigIntegerField[int, int] = models.BigIntegerField(primary_key=True)
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    actor_kind = _word(10)
    actor_id = _word(100)
    actor_name = _word(200)
    address = _word(64)
    action = _word(80)
    kind = _word(40)
    object = _word(320)
    detail: models.TextField[str, str] = models.TextField()
    digest = _word(120)
    previous = _word(64)
    hash = _word(64)
    seal = _word(64)
    key = _word(16)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["kind", "object", "number"], name="audit_object"),
            models.Index(fields=["actor_kind", "actor_id", "number"], name="audit_actor"),
            models.Index(fields=["action", "number"], name="audit_action"),
            models.Index(fields=["at"], name="audit_at"),
        ]


class AuditHeadRow(models.Model):
    """The end of the log: one row, whose lock puts those who append in order."""

    number: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    hash = _word(64)
    seal = _word(64)
    key = _word(16)


class SealRow(models.Model):
    """The state of one group of rows that is still growing: how many rows, the sum of their seals, under a seal.

    `version` counts the changes, so that an older state that is put back is known as such.
    """

    kind = _word(40)
    object = _word(320)
    version: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    count: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    total = _word(64)
    seal = _word(64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "object"], name="seal_once")]
