"""Signing in by an outside provider: only who was invited, found by an address that the provider has verified."""

from typing import Any

from allauth.account.internal.userkit import filter_users_by_email
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest

from fushinban.messages import say
from fushinban.web import refusals
from fushinban.web.audit import note


class Outside(DefaultSocialAccountAdapter):
    """Named in the settings (`SOCIALACCOUNT_ADAPTER`)."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never: people are invited."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Join the provider's account to the invited person of the same verified address, or refuse."""
        if sociallogin.is_existing:
            return
        verified = [address.email for address in sociallogin.email_addresses if address.verified]
        people = [person for email in verified for person in filter_users_by_email(email, is_active=True)]
        if len({person.pk for person in people}) != 1:
            note(request, "sign-in.failed", "provider", sociallogin.account.provider)
            raise ImmediateHttpResponse(refusals.told(request, say("signin.not-invited"), 403))
        sociallogin.connect(request, people[0])

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """A failure at the provider is kept in the audit log, without what it said."""
        note(request, "sign-in.failed", "provider", str(getattr(provider, "id", provider)))
