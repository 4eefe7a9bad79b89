"""From the sign-in form to an outside provider, under a policy that lets forms go to this console only."""

from http import HTTPStatus
from urllib.parse import urlsplit

from allauth.socialaccount.providers.openid_connect import views
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from requests import RequestException

from fushinban.web.audit import note


def to_provider(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """allauth's own view; its redirect after the form becomes a page that goes on by itself.

    Browsers hold the answer to a form to `form-action 'self'`, redirects included; a page that goes on is no form.
    """
    try:
        response: HttpResponseBase = views.login(request, provider_id)
    except (RequestException, KeyError, ValueError):  # away, or it answers with something else than its description
        note(request, "sign-in.failed", "provider", provider_id[:100])
        return render(request, "socialaccount/authentication_error.html")
    away = response.headers.get("Location", "")
    if response.status_code != HTTPStatus.FOUND or not urlsplit(away).netloc:
        return response
    page = render(request, "console/leaving.html", {"away": away, "name": urlsplit(away).hostname})
    page.cookies.update(response.cookies)
    return page
