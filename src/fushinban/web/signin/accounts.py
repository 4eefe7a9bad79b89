"""How allauth's accounts behave here: nobody signs up, nothing is mailed, the visitor's own language."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as surroundings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from fushinban import clock
from fushinban.messages import Lang, say
from fushinban.web.signin.heard import failed

#: A sign-in proves who somebody is for this long, seconds; later, important changes ask again.
FRESH = 900


class Accounts(DefaultAccountAdapter):
    """Named in the settings (`ACCOUNT_ADAPTER`)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: people are invited."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing is mailed: what would be is said on the page, or is in the audit log."""

    def is_safe_url(self, url: str) -> bool:
        """Only addresses of this console, without another host in any spelling."""
        return bool(url) and url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def add_message(  # noqa: PLR0917 - as in the base
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """allauth's own notices are not shown: each page says itself what happened."""
        from django.contrib import messages

        known = NOTICES.get(message_template or "")
        if known is not None:
            # allauth warns where it made something that is shown once; our page says that beside the thing itself.
            messages.add_message(request, messages.SUCCESS, say(known).of(language_now()))
        elif message is not None:
            messages.add_message(request, level, str(message))

    def validation_error(self, code: str, *args: object) -> ValidationError:
        """allauth's errors in our words."""
        return own_words(code) or super().validation_error(code, *args)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has signed in a moment ago need not prove again who they are."""
        started = self.request.session.get("started")
        if isinstance(started, float) and 0 <= clock.now().timestamp() - started < FRESH:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A sign-in that failed is kept in the audit log, without what was typed as the pass phrase."""
        super().authentication_failed(request, **credentials)
        failed(request, str(credentials.get("email") or ""))

    def get_reauthentication_methods(self, user: AbstractBaseUser) -> list[dict[str, Any]]:
        """As allauth offers them, in our words."""
        found = super().get_reauthentication_methods(user)
        ids = [way["id"].replace(":", "_") for way in found]
        return [
            {**way, "description": say(f"signin.way-{name}").of(language_now())}
            for way, name in zip(found, ids, strict=True)
        ]


def own_words(code: str) -> ValidationError | None:
    """An error in our words, where we have some; the same for an unknown address as for a wrong pass phrase."""
    known = _ERRORS.get(code)
    return ValidationError(say(known).of(language_now()), code=code) if known else None


def language_now() -> Lang:
    """The language of the request that allauth answers."""
    return "en" if getattr(surroundings.request, "lang", "ja") == "en" else "ja"


_ERRORS = {
    "account_inactive": "signin.inactive",
    "email_password_mismatch": "signin.failed",
    "too_many_login_attempts": "signin.too-many",
    "rate_limited": "signin.too-many",
    "enter_current_password": "signin.wrong-pass-phrase",
    "incorrect_password": "signin.wrong-pass-phrase",
    "incorrect_code": "signin.verify-wrong",
    "same_as_current": "signin.same-pass-phrase",
}

#: allauth's notices that tell something the page does not, and our words for them.
NOTICES = {
    "account/messages/password_changed.txt": "signin.changed",
    "mfa/messages/totp_activated.txt": "signin.totp-on",
    "mfa/messages/totp_deactivated.txt": "signin.totp-off",
    "mfa/messages/recovery_codes_generated.txt": "signin.codes-made",
    "mfa/messages/webauthn_added.txt": "signin.passkey-added",
    "mfa/messages/webauthn_removed.txt": "signin.passkey-removed",
    "usersessions/messages/sessions_logged_out.txt": "signin.sessions-ended",
}
