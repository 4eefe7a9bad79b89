"""Who calls: by a bearer token, or by the browser session with its CSRF token."""

from datetime import datetime

from django.apps import apps
from django.http import HttpRequest
from ninja.utils import check_csrf

from fushinban.api.call import NOBODY, Caller
from fushinban.api.problems import ProblemError
from fushinban.api.services import Services
from fushinban.errors import InputError
from fushinban.messages import say
from fushinban.model.rights import Role

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="fushinban"'}


def caller_of(request: HttpRequest, services: Services, now: datetime, address: str) -> Caller:
    """Who calls; NOBODY without a token and session.

    A token that is sent must be good: a wrong one never falls back to the session. Raises ProblemError 401 or 403.
    """
    header = request.headers.get("Authorization")
    if header is not None:
        return _by_token(header, services, now, address)
    return _by_session(request, now)


def _by_token(header: str, services: Services, now: datetime, address: str) -> Caller:
    from fushinban.record.people.tokens import Tokens  # noqa: PLC0415 - its tables load with Django

    scheme, _, text = header.partition(" ")
    if scheme.lower() != "bearer" or len(text) > 200:
        raise ProblemError("sign-in-required", say("api.bad-token"), headers=_CHALLENGE)
    try:
        use = Tokens.of(services.store).verify(text.strip(), now, address)
    except InputError as error:
        raise ProblemError("sign-in-required", error.text, headers=_CHALLENGE) from error
    return Caller(
        person=use.person.number, name=use.person.name, rights=use.rights, address=address, token=use.token.number
    )


def _by_session(request: HttpRequest, now: datetime) -> Caller:
    from fushinban.record.people.models import Person  # noqa: PLC0415 - its tables load with Django
    from fushinban.record.people.rights import rights_of  # noqa: PLC0415 - the same

    user = getattr(request, "user", None)
    if not isinstance(user, Person) or not user.is_active:
        return NOBODY
    if request.method not in _SAFE and check_csrf(request) is not None:
        raise ProblemError("csrf", say("api.csrf"))
    rights = rights_of(user, now)
    if Role.ADMINISTRATOR in rights.roles and not _has_second_factor(user.pk):
        raise ProblemError("forbidden", say("api.second-factor"))
    session = request.session.session_key or ""
    return Caller(person=user.pk, name=user.name or user.email, rights=rights, address="", session=session)


def _has_second_factor(person: int) -> bool:
    kind = apps.get_model("mfa.Authenticator")
    factors: bool = kind._default_manager.filter(user_id=person, type__in=["totp", "webauthn"]).exists()
    return factors
