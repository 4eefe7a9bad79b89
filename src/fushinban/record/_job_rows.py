"""Tables of durable jobs: jobs and their notes, who works on them, schedules, and sites as the console keeps them."""

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


#: States of a job that is not over; also written into the constraint of the table.
ACTIVE = ("queued", "running")


class JobRow(models.Model):
    """One job. `enqueued`: the engine of durable workflows knows of it."""

    number: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    id: models.CharField[str, str] = models.CharField(max_length=120, unique=True)
    kind = _word(20)
    site = _word(100)
    parent = _word(120, index=True)
    state = _word(20)
    payload = _text()
    asked_by = _word(200)
    asked_at = _moment()
    started_at = _moment_or_none()
    ended_at = _moment_or_none()
    stage = _text()
    total = _count()
    done = _count()
    missed = _count()
    summary = _text()
    inspection = _word(40, index=True)
    cancelling = _flag()
    enqueued = _flag()
    worker = _word(120)
    version: models.BigIntegerField[int, int] = models.BigIntegerField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["site"], condition=models.Q(kind="inspection", state__in=ACTIVE), name="job_site_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "kind"], name="job_state"),
            models.Index(fields=["site", "number"], name="job_site"),
        ]


class JobCounterRow(models.Model):
    """The newest version of all jobs: one row."""

    value: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)


class JobNoteRow(models.Model):
    """A result of one step of a job, kept until the job is over."""

    job = _word(120)
    name = _word(60)
    payload = _packed()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "name"], name="job_note_once")]


class JobReadingRow(models.Model):
    """Readings of a device that is being read, until its whole record is kept."""

    job = _word(120)
    device = _word(200)
    payload = _packed()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["job", "device"], name="job_reading")]


class WorkerRow(models.Model):
    """A process that works on jobs; it is alive while `seen_at` moves on."""

    id = _word(120, key=True)
    started_at = _moment()
    seen_at = _moment()


class ScheduleRow(models.Model):
    """The schedule of one site."""

    site = _word(100, key=True)
    payload = _text()
    version = _count()
    next_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, db_index=True)
    last_at = _moment_or_none()
    last_job = _word(120)
    missed_at = _moment_or_none()


class SetupRow(models.Model):
    """How a site is inspected: what a site file says, without answers and without secrets."""

    site = _word(100, key=True)
    payload = _text()
    version = _count()
    saved_at = _moment()


class JobSettingsRow(models.Model):
    """The settings of jobs: one row."""

    payload = _text()
    version = _count()
