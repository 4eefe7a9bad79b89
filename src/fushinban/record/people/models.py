"""Tables of people: accounts, grants, one-time links, API tokens."""

from __future__ import annotations  # Django's fields take type arguments in its stubs only

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class PersonManager(BaseUserManager["Person"]):
    """Finds people by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """The person with this e-mail address. Raises Person.DoesNotExist."""
        return self.get(email__iexact=username or "")


class Person(AbstractBaseUser):
    """Somebody who signs in, by e-mail address. `language` is `ja`, `en` or empty (as the browser asks)."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=2, blank=True, default="")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name or self.email
