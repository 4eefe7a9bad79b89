"""The tables of what outsiders see of a site's line, and of what its router says of itself."""

from __future__ import annotations  # Django's fields take type arguments in its stubs only

from datetime import datetime
from typing import ClassVar

from django.db import models


class OutsideLookRow(models.Model):
    """One look from outside: when, which address the line had then, and what was seen there."""

    site: models.CharField[str, str] = models.CharField(max_length=100)
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    family: models.IntegerField[int, int] = models.IntegerField()
    address: models.CharField[str, str] = models.CharField(max_length=45)
    reflector: models.TextField[str, str] = models.TextField(default="")
    payload: models.TextField[str, str] = models.TextField(default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["site", "family", "at"], name="outside_of_site"),
            models.Index(fields=["address", "at"], name="outside_of_address"),
        ]


class OutsideBehindRow(models.Model):
    """Where the open ports of one look led, as known at that time. Looks kept before this was noted have none."""

    look: models.BigIntegerField[int, int] = models.BigIntegerField(primary_key=True)
    payload: models.TextField[str, str] = models.TextField(default="")


class RouterStateRow(models.Model):
    """What was read from the saved configuration of a site's router, secrets blanked; never its text."""

    site: models.CharField[str, str] = models.CharField(max_length=100, primary_key=True)
    name: models.TextField[str, str] = models.TextField(default="")
    by: models.TextField[str, str] = models.TextField(default="")
    kept_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    version: models.IntegerField[int, int] = models.IntegerField(default=0)
    payload: models.TextField[str, str] = models.TextField(default="")
