"""Signals of signing in and of second factors, written to the audit log."""

from typing import Any

from django.http import HttpRequest

from fushinban import clock
from fushinban.web.audit import actor_of, address_of, note

_LONGEST = 254


def connect() -> None:
    """Listen. Called once, when the applications are loaded."""
    from allauth.account import signals as account
    from allauth.mfa import signals as factors
    from django.contrib.auth import signals as sessions

    sessions.user_logged_in.connect(_in)
    sessions.user_logged_out.connect(_out)
    account.password_changed.connect(_changed)
    factors.authenticator_added.connect(_factor_added)
    factors.authenticator_removed.connect(_factor_removed)
    factors.authenticator_reset.connect(_factor_reset)
    factors.authenticator_used.connect(_factor_used)
    factors.authentication_failed.connect(_factor_failed)


def failed(request: HttpRequest, email: str) -> None:
    """A sign-in that failed: which address was tried, never what was typed as pass phrase."""
    note(request, "sign-in.failed", "person", email[:_LONGEST])


def _write(request: HttpRequest | None, action: str, user: Any, **detail: str) -> None:
    if request is not None and user is not None:  # sessions ended by a program have no request
        note(request, action, "person", str(user.pk), **detail)


def _in(request: HttpRequest, user: Any, **_: object) -> None:
    request.session["started"] = request.session["seen"] = clock.now().timestamp()
    request.actor = actor_of(user, address_of(request))  # type: ignore[attr-defined]  # now the visitor is known
    _write(request, "sign-in.passed", user)


def _out(request: HttpRequest | None, user: Any, **_: object) -> None:
    _write(request, "sign-out", user)


def _changed(request: HttpRequest, user: Any, **_: object) -> None:
    _write(request, "pass-phrase.changed", user)


def _factor_added(request: HttpRequest, user: Any, authenticator: Any, **_: object) -> None:
    _write(request, "second-factor.added", user, factor=str(authenticator.type))


def _factor_removed(request: HttpRequest, user: Any, authenticator: Any, **_: object) -> None:
    request.session.pop("second_factor", None)
    _write(request, "second-factor.removed", user, factor=str(authenticator.type))


def _factor_reset(request: HttpRequest, user: Any, authenticator: Any, **_: object) -> None:
    _write(request, "second-factor.reset", user, factor=str(authenticator.type))


def _factor_used(request: HttpRequest, user: Any, authenticator: Any, **_: object) -> None:
    _write(request, "second-factor.used", user, factor=str(authenticator.type))


def _factor_failed(request: HttpRequest, user: Any, authenticator: Any, **_: object) -> None:
    _write(request, "second-factor.failed", user, factor=str(authenticator.type))
