"""Signing in by the organisation's own provider (OpenID Connect), by settings of the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fushinban.errors import InputError
from fushinban.messages import say

_NAMES = ("FUSHINBAN_OIDC_ISSUER", "FUSHINBAN_OIDC_CLIENT", "FUSHINBAN_OIDC_SECRET")


def provider_settings(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Django's setting of the provider; none where nothing is set. Raises InputError for half a configuration.

    `FUSHINBAN_OIDC_ISSUER` (https), `_CLIENT`, `_SECRET` or `_SECRET_FILE`, and `_NAME` shown on the sign-in page.
    """
    given = os.environ if environ is None else environ
    issuer, client = given.get(_NAMES[0], ""), given.get(_NAMES[1], "")
    secret = _secret(given)
    if not (issuer or client or secret):
        return {"SOCIALACCOUNT_PROVIDERS": {}}
    if not (issuer and client and secret):
        raise InputError(say("signin.provider-half", names=", ".join(_NAMES)))
    _check(issuer)
    app = {
        "provider_id": "sso",
        "name": given.get("FUSHINBAN_OIDC_NAME") or (urlsplit(issuer).hostname or "OpenID Connect"),
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": issuer},
    }
    return {"SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider as the sign-in page offers it."""

    name: str
    address: str


def offered() -> tuple[Provider, ...]:
    """The providers of this installation."""
    from django.conf import settings
    from django.urls import reverse

    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return tuple(
        Provider(name=app["name"], address=reverse("openid_connect_login", kwargs={"provider_id": app["provider_id"]}))
        for app in apps
    )


def _secret(given: Mapping[str, str]) -> str:
    named = given.get("FUSHINBAN_OIDC_SECRET_FILE")
    if not named:
        return given.get(_NAMES[2], "")
    try:
        with Path(named).open(encoding="utf-8") as file:
            return file.read(4096).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(say("signin.provider-secret", name=named)) from error


def _check(issuer: str) -> None:
    """The provider is spoken to over TLS; only a provider on this very machine may go without (tests, side-cars)."""
    parts = urlsplit(issuer)
    here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and here)):
        raise InputError(say("signin.provider-issuer"))
