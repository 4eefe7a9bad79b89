"""Tables of people: accounts, grants, one-time links, API tokens."""

from __future__ import annotations  # Django's fields take type arguments in its stubs only

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower


class PersonManager(BaseUserManager["Person"]):
    """Finds people by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """The person with this e-mail address. Raises Person.DoesNotExist."""
        return self.get(email__iexact=username or "")


class Person(AbstractBaseUser):
    """Somebody who signs in, by e-mail address. `language` is `ja`, `en` or empty (as the browser asks).

    `theme` (`auto`, `light`, `dark`) and `density` (`roomy`, `dense`) are empty until they are chosen.
    """

    email: models.EmailField[str, str] = models.EmailField(unique=True)
    name: models.CharField[str, str] = models.CharField(max_length=200)
    language: models.CharField[str, str] = models.CharField(max_length=2, blank=True, default="")
    theme: models.CharField[str, str] = models.CharField(max_length=5, blank=True, default="")
    density: models.CharField[str, str] = models.CharField(max_length=5, blank=True, default="")
    is_active: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="person_email_once")]

    def __str__(self) -> str:
        return self.name or self.email


def _moment() -> models.DateTimeField[datetime, datetime]:
    return models.DateTimeField()


def _moment_or_none() -> models.DateTimeField[datetime | None, datetime | None]:
    return models.DateTimeField(null=True)


def _word(size: int) -> models.CharField[str, str]:
    return models.CharField(max_length=size, default="")


class GrantRow(models.Model):
    """One grant of one person. Ended ones stay; `customer` and `site` empty: the whole organisation."""

    person: models.ForeignKey[Person, Person] = models.ForeignKey(Person, models.CASCADE, related_name="grants")
    person_id: int
    role = _word(20)
    customer: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    site = _word(100)
    start = _moment_or_none()
    end = _moment_or_none()
    created_at = _moment()
    created_by = _word(200)


class Invitation(models.Model):
    """A one-time link. `digest`: SHA-256 of its secret, which is nowhere kept.

    `person`: whose pass phrase is set (empty: a person is made). `forget_factors`: second factors are taken off.
    """

    purpose = _word(10)
    digest: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    person: models.ForeignKey[Person | None, Person | None] = models.ForeignKey(
        Person, models.CASCADE, related_name="+", null=True
    )
    person_id: int | None
    email = _word(254)
    name = _word(200)
    language = _word(2)
    role = _word(20)
    customer: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    site = _word(100)
    start = _moment_or_none()
    end = _moment_or_none()
    forget_factors: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    created_at = _moment()
    created_by = _word(200)
    expires_at = _moment()
    used_at = _moment_or_none()
    revoked_at = _moment_or_none()


class ApiToken(models.Model):
    """An API token. `digest`: SHA-256 of its text; `hint`: its last characters, to tell one from another."""

    owner: models.ForeignKey[Person, Person] = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    owner_id: int
    name = _word(100)
    digest: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    hint = _word(8)
    permissions: models.TextField[str, str] = models.TextField()
    customer: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    site = _word(100)
    created_at = _moment()
    expires_at = _moment()
    revoked_at = _moment_or_none()
    last_used_at = _moment_or_none()
    last_used_from = _word(64)
