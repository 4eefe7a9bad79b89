"""Addresses of signing in: allauth's views that this console offers, and names it must know but does not offer."""

from allauth.account import views as account
from allauth.socialaccount import views as outside
from allauth.socialaccount.providers.openid_connect import views as openid
from allauth.usersessions import views as sessions
from django.urls import URLPattern, URLResolver, include, path

from fushinban.web import refusals
from fushinban.web.signin import leaving

_OFFERED: list[URLPattern | URLResolver] = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/prove/", account.reauthenticate, name="account_reauthenticate"),
    path("account/pass-phrase/", account.password_change, name="account_change_password"),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("account/sessions/", sessions.list_usersessions, name="usersessions_list"),
    path("sign-in/cancelled/", outside.login_cancelled, name="socialaccount_login_cancelled"),
    path("sign-in/failed/", outside.login_error, name="socialaccount_login_error"),
    path("sign-in/with/oidc/<str:provider_id>/login/", leaving.to_provider, name="openid_connect_login"),
    path("sign-in/with/oidc/<str:provider_id>/login/callback/", openid.callback, name="openid_connect_callback"),
]

#: There is no sign-up and no mail: accounts are invited, and a lost pass phrase is reset by a one-time link.
_CLOSED = [
    path(f"sign-in/none/{name.replace('_', '-')}/", refusals.closed, name=name)
    for name in sorted(refusals.CLOSED_NAMES)
]

urlpatterns: list[URLPattern | URLResolver] = [*_OFFERED, *_CLOSED]
