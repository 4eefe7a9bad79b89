"""What the console keeps by itself: what the organisation is called, and what people have begun to write."""

from __future__ import annotations  # Django's fields take type arguments in its stubs only

from datetime import datetime

from django.db import models


class OrganisationRow(models.Model):
    """The organisation whose console this is; one row at most."""

    name: models.CharField[str, str] = models.CharField(max_length=200)


class DraftRow(models.Model):
    """A site that a person is writing down; one for each person at most."""

    person: models.BigIntegerField[int, int] = models.BigIntegerField(unique=True)
    payload: models.TextField[str, str] = models.TextField()
    saved_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
