"""Who must have a second factor, and which pages somebody without it may still use."""

from typing import TYPE_CHECKING

from django.urls import ResolverMatch

from fushinban.model.rights import Role

if TYPE_CHECKING:
    from fushinban.web._page import Visit

#: What somebody who must first enrol may open: the enrolment itself, proving who they are for it, and leaving.
_WAY_THERE = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
        "mfa_view_recovery_codes",
        "account_reauthenticate",
        "account_logout",
        "preferences",
        "asset",
        "healthz",
        "readyz",
    }
)


def second_factor_missing(visit: "Visit", match: ResolverMatch) -> bool:
    """Whether this visitor has to enrol before anything else."""
    return match.url_name not in _WAY_THERE and must_enrol(visit)


def must_enrol(visit: "Visit") -> bool:
    """Whether this is an administrator who has no second factor yet."""
    return Role.ADMINISTRATOR in visit.rights.roles and not has_second_factor(visit)


def has_second_factor(visit: "Visit") -> bool:
    """Whether the visitor has enrolled one. Remembered in the session once it is so, to spare the question."""
    if visit.session.get("second_factor") is True:
        return True
    from allauth.mfa.models import Authenticator

    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    enrolled: bool = Authenticator.objects.filter(user=visit.person, type__in=kinds).exists()
    if enrolled:
        visit.session["second_factor"] = True
    return enrolled
