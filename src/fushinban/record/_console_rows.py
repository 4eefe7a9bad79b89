"""Tables of the console: customers, counters, acceptances, the search index."""

from __future__ import annotations  # Django's fields take type arguments in its stubs only

from datetime import datetime
from typing import ClassVar

from django.db import models


def _count() -> models.IntegerField[int, int]:
    return models.IntegerField(default=0)


def _word(size: int) -> models.CharField[str, str]:
    return models.CharField(max_length=size, default="")


class CustomerRow(models.Model):
    """One customer. `version` grows with every change of the name."""

    name: models.CharField[str, str] = models.CharField(max_length=300, unique=True)
    words: models.TextField[str, str] = models.TextField(default="")
    version: models.IntegerField[int, int] = models.IntegerField(default=1)


class CustomerNameRow(models.Model):
    """Every name a customer has or had: a site file that still says the old one means the same customer."""

    name: models.CharField[str, str] = models.CharField(max_length=300, primary_key=True)
    customer: models.ForeignKey[CustomerRow, CustomerRow] = models.ForeignKey(
        CustomerRow, models.CASCADE, related_name="+"
    )
    customer_id: int


class SiteStateRow(models.Model):
    """Counters of one site, so that no page counts findings. Kept by `_counters` alone.

    `urgency`: smaller is worse. `recount_at`: when the row has to be counted anew (an acceptance ends then; the past:
    at once). `next_due` and `inspected_at` hold far moments where there is none, so that every row has its place.
    """

    site: models.OneToOneField[models.Model, models.Model] = models.OneToOneField(
        "record.SiteRow", models.CASCADE, primary_key=True, related_name="+"
    )
    site_id: str
    owner: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    name = _word(200)
    words: models.TextField[str, str] = models.TextField()
    kind = _word(40)
    urgency: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    devices = _count()
    cameras = _count()
    recorders = _count()
    failed = _count()
    accepted = _count()
    unknown = _count()
    error = _count()
    passed = _count()
    not_applicable = _count()
    critical = _count()
    high = _count()
    medium = _count()
    low = _count()
    info = _count()
    changes = _count()
    exposed = _count()
    exposed_by: models.TextField[str, str] = models.TextField(default="")
    verified = _count()
    answered = _count()
    could_not = _count()
    without_use = _count()
    next_due: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    due_what: models.TextField[str, str] = models.TextField(default="")
    inspection = _word(40)
    inspected_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    recount_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, db_index=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["urgency", "site"], name="state_worst"),
            models.Index(fields=["owner", "urgency", "site"], name="state_owner"),
            models.Index(fields=["name", "site"], name="state_name"),
            models.Index(fields=["next_due", "site"], name="state_due"),
            models.Index(fields=["inspected_at", "site"], name="state_oldest"),
        ]


class SiteShareRow(models.Model):
    """What a site has added to the tallies, so that exactly that is taken away again."""

    site: models.OneToOneField[models.Model, models.Model] = models.OneToOneField(
        "record.SiteRow", models.CASCADE, primary_key=True, related_name="+"
    )
    site_id: str
    buckets = _word(100)
    payload: models.BinaryField[bytes, bytes] = models.BinaryField()


class TallyRow(models.Model):
    """Sums over many sites: one bucket per customer, and a few that all sites are spread over."""

    bucket = _word(24)
    dimension = _word(12)
    value = _word(220)
    amount: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bucket", "dimension", "value"], name="tally_once"),
        ]


class AcceptanceRow(models.Model):
    """One acceptance; `ended_at` is empty while it is in force. Never deleted."""

    site = _word(100)
    device = _word(200)
    control = _word(100)
    severity = _word(20)
    reason: models.TextField[str, str] = models.TextField()
    by: models.TextField[str, str] = models.TextField()
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    until: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    end = _word(20)
    ended_by: models.TextField[str, str] = models.TextField(default="")
    end_reason: models.TextField[str, str] = models.TextField(default="")
    version: models.IntegerField[int, int] = models.IntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["site", "device", "control"],
                condition=models.Q(ended_at__isnull=True),
                name="acceptance_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["site", "device", "control", "-id"], name="acceptance_history"),
            models.Index(fields=["until"], condition=models.Q(ended_at__isnull=True), name="acceptance_until"),
        ]


class SearchRow(models.Model):
    """One thing that can be searched for. `grams`: its words as `_grams` writes them; the database indexes those."""

    kind = _word(12)
    site = _word(100)
    ref = _word(200)
    owner: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    title: models.TextField[str, str] = models.TextField()
    detail: models.TextField[str, str] = models.TextField(default="")
    grams: models.TextField[str, str] = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["site", "kind", "ref"], name="search_once")]
