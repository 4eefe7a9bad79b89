"""Tables of the store. Columns hold what is searched by; `payload` holds the whole value as `codec` writes it."""

from __future__ import annotations  # Django's fields take type arguments in its stubs only

from datetime import datetime
from typing import ClassVar

from django.db import models


def _word(size: int, *, key: bool = False, index: bool = False) -> models.CharField[str, str]:
    return models.CharField(max_length=size, primary_key=key, db_index=index)


def _text() -> models.TextField[str, str]:
    return models.TextField()


def _moment() -> models.DateTimeField[datetime, datetime]:
    return models.DateTimeField()


def _moment_or_none() -> models.DateTimeField[datetime | None, datetime | None]:
    return models.DateTimeField(null=True)


def _count() -> models.IntegerField[int, int]:
    return models.IntegerField(default=0)


def _flag() -> models.BooleanField[bool, bool]:
    return models.BooleanField(default=False)


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


class DeviceRow(models.Model):
    """One device of a site as last seen."""

    site: models.ForeignKey[SiteRow, SiteRow] = models.ForeignKey(SiteRow, models.CASCADE, related_name="+")
    site_id: str
    device = _word(200)
    kind = _word(40)
    maker = _word(200, index=True)
    model = _word(200)
    firmware = _word(200)
    address = _word(100)
    mac = _word(40, index=True)
    ignored = _flag()
    first_seen = _moment_or_none()
    last_seen = _moment_or_none()
    payload = _text()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["site", "device"], name="device_once")]


class SheetRow(models.Model):
    """One parameter sheet of one stage; equal ones in a row are one row whose `last_confirmed` moves."""

    site = _word(100)
    device = _word(200)
    stage = _word(20)
    taken_at = _moment()
    last_confirmed = _moment()
    digest = _word(64)
    payload = _packed()

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

    class Meta:
        indexes: ClassVar = [models.Index(fields=["site", "started_at"], name="inspection_newest")]


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

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["inspection", "device"], name="record_once")]


class FindingRow(models.Model):
    """One finding; searched across sites by control, outcome and severity."""

    inspection: models.ForeignKey[InspectionRow, InspectionRow] = models.ForeignKey(
        InspectionRow, models.CASCADE, related_name="+"
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

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["control", "outcome"], name="finding_control"),
            models.Index(fields=["outcome", "severity"], name="finding_outcome"),
            models.Index(fields=["site", "device"], name="finding_device"),
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
