"""Tables of the store. Columns hold what is searched by; `payload` holds the whole value as `codec` writes it."""

from __future__ import annotations  # Django's fields take type arguments in its stubs only

from datetime import datetime
from typing import ClassVar

from django.db import models

#: Findings of their site's newest finished inspection.
_CURRENT = models.Q(current=True)


def _word(
    size: int, *, key: bool = False, index: bool = False, default: str | None = None
) -> models.CharField[str, str]:
    if default is not None:
        return models.CharField(max_length=size, db_index=index, default=default)
    return models.CharField(max_length=size, primary_key=key, db_index=index)


def _text() -> models.TextField[str, str]:
    return models.TextField()


def _text_or_empty() -> models.TextField[str, str]:
    return models.TextField(default="")


def _moment() -> models.DateTimeField[datetime, datetime]:
    return models.DateTimeField()


def _moment_or_none() -> models.DateTimeField[datetime | None, datetime | None]:
    return models.DateTimeField(null=True)


def _count() -> models.IntegerField[int, int]:
    return models.IntegerField(default=0)


def _owner() -> models.BigIntegerField[int | None, int | None]:
    """The number of the site's customer, repeated where lists are narrowed by it; no key: inserts stay quick."""
    return models.BigIntegerField(null=True)


def _flag() -> models.BooleanField[bool, bool]:
    return models.BooleanField(default=False)


def _seal() -> models.BinaryField[bytes | None, bytes | None]:
    """See `record.seals`; empty in rows that an older program wrote."""
    return models.BinaryField(null=True)


def _packed() -> models.BinaryField[bytes, bytes]:
    return models.BinaryField()


def _packed_or_none() -> models.BinaryField[bytes | None, bytes | None]:
    return models.BinaryField(null=True)


class SiteRow(models.Model):
    """One site."""

    id = _word(100, key=True)
    name = _text()
    customer = _text()
    kind = _word(40)
    payload = _text()
    authorisation = _text()
    saved_at = _moment()
    owner: models.ForeignKey[_console_rows.CustomerRow | None, _console_rows.CustomerRow | None] = models.ForeignKey(
        "record.CustomerRow", models.PROTECT, related_name="+", null=True
    )
    owner_id: int | None


class DeviceRow(models.Model):
    """One device of a site as last seen."""

    site: models.ForeignKey[SiteRow, SiteRow] = models.ForeignKey(SiteRow, models.CASCADE, related_name="+")
    site_id: str
    device = _word(200)
    kind = _word(40)
    maker = _word(200)
    model = _word(200)
    firmware = _word(200)
    address = _word(100)
    mac = _word(40, index=True)
    ignored = _flag()
    first_seen = _moment_or_none()
    last_seen = _moment_or_none()
    payload = _text()
    owner = _owner()
    failed = _count()
    accepted = _count()
    unknown = _count()
    error = _count()
    worst = _word(20, default="")
    seal = _seal()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["site", "device"], name="device_once")]
        indexes: ClassVar = [
            models.Index(fields=["maker", "site", "device"], name="device_maker"),
            models.Index(fields=["kind", "site", "device"], name="device_kind"),
            models.Index(fields=["owner", "site", "device"], name="device_owner"),
        ]


class SheetRow(models.Model):
    """One parameter sheet of one stage; equal ones in a row are one row whose `last_confirmed` moves."""

    site = _word(100)
    device = _word(200)
    stage = _word(20)
    taken_at = _moment()
    last_confirmed = _moment()
    digest = _word(64)
    payload = _packed()
    seal = _seal()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["site", "device", "stage", "taken_at"], name="sheet_newest")]


class InspectionRow(models.Model):
    """One inspection; `ended_at` is empty until it is finished."""

    id = _word(40, key=True)
    site: models.ForeignKey[SiteRow, SiteRow] = models.ForeignKey(SiteRow, models.CASCADE, related_name="+")
    site_id: str
    kind = _word(40)
    started_at = _moment()
    ended_at = _moment_or_none()
    device_count = _count()
    fail_count = _count()
    site_payload = _text()
    authorisation = _text()
    result = _packed_or_none()
    owner = _owner()
    change_count = _count()
    outcomes = _text_or_empty()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["site", "started_at"], name="inspection_newest"),
            models.Index(fields=["-started_at", "-id"], name="inspection_order"),
            models.Index(fields=["owner", "-started_at", "-id"], name="inspection_owner"),
        ]


class DeviceRecordRow(models.Model):
    """Everything read of one device in one inspection, written as soon as it was collected."""

    inspection: models.ForeignKey[InspectionRow, InspectionRow] = models.ForeignKey(
        InspectionRow, models.CASCADE, related_name="+"
    )
    inspection_id: str
    device = _word(200)
    position = _count()
    reached = _flag()
    payload = _packed()
    seal = _seal()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["inspection", "device"], name="record_once")]


class FindingRow(models.Model):
    """One finding. `current`: of its site's newest finished inspection; what lists across sites show.

    `rank` (see `_ranks`) orders by how much it matters; `maker`, `owner` and `place` repeat what lists are narrowed by.
    """

    inspection: models.ForeignKey[InspectionRow, InspectionRow] = models.ForeignKey(
        InspectionRow, models.CASCADE, related_name="+", db_index=False
    )
    inspection_id: str
    position = _count()
    site = _word(100)
    device = _word(200)
    control = _word(100)
    outcome = _word(20)
    severity = _word(20)
    at = _moment()
    payload = _text()
    current = _flag()
    rank: models.SmallIntegerField[int, int] = models.SmallIntegerField(default=0)
    maker = _word(200, default="")
    owner = _owner()
    place = _word(40, default="")
    seal = _seal()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["inspection", "position"], name="finding_order"),
            models.Index(fields=["site", "device"], name="finding_device"),
            models.Index(fields=["rank", "-id"], condition=_CURRENT, name="finding_rank"),
            # With what stands behind the number the index alone says which rows fit, where both are asked for.
            models.Index(fields=["control", "rank", "-id", "maker"], condition=_CURRENT, name="finding_by_control"),
            models.Index(fields=["maker", "rank", "-id", "control"], condition=_CURRENT, name="finding_by_maker"),
            models.Index(fields=["owner", "rank", "-id", "control"], condition=_CURRENT, name="finding_by_owner"),
            models.Index(fields=["site", "rank", "-id"], condition=_CURRENT, name="finding_by_site"),
        ]


class AskedRow(models.Model):
    """One line of the transcript: what was asked of whom, never a secret."""

    inspection = _word(40)
    at = _moment()
    target = _word(100)
    kind = _word(20)
    operation = _text()
    username = _text()
    outcome = _text()
    seal = _seal()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["inspection"], name="asked_inspection"),
            models.Index(fields=["target", "at"], name="asked_target"),
        ]


class AnswerRow(models.Model):
    """A person's answer to one control; older ones stay as history."""

    site = _word(100)
    control = _word(100)
    saved_at = _moment()
    payload = _text()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["site", "control"], name="answer_control")]


class DocumentRow(models.Model):
    """A document that was made: where it was put and what its bytes were."""

    site = _word(100, index=True)
    inspection = _word(40)
    kind = _word(40)
    path = _text()
    sha256 = _word(64)
    made_at = _moment()


# Django looks for models here; the tables of the console, of jobs and of others stand in modules of their own. They
# come last, after the tables that they refer to.
from fushinban.record import (  # noqa: E402
    _audit_rows,  # noqa: F401
    _console_rows,
    _job_rows,  # noqa: F401
    _outside_rows,  # noqa: F401
    _webhook_rows,  # noqa: F401
)
