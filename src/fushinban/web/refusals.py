"""Pages that say no: closed, not there, forged, wrong, broken. Each says what to do next and nothing of the inside."""

from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template import loader
from django.urls import reverse

from fushinban.messages import Lang, Text, say

#: Names that allauth wants to point at, for things this console does not do: sign-up, mail.
CLOSED_NAMES = frozenset(
    {
        "account_signup",
        "account_email",
        "account_set_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_email_verification_sent",
        "account_confirm_login_code",
        "socialaccount_signup",
        "socialaccount_connections",
    }
)


def to_second_factor(request: HttpRequest) -> HttpResponse:
    """To the page where a second factor is set up."""
    address = reverse("mfa_index")
    if getattr(request, "htmx", False):
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": address})
    return redirect(address)


def sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and back to this one afterwards."""
    address = reverse("account_login")
    if request.method == "GET" and request.path != "/":
        address += "?" + urlencode({"next": request.get_full_path()})
    if getattr(request, "htmx", False):
        # htmx would put the sign-in form into the middle of the page.
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": reverse("account_login")})
    return redirect(address)


def told(request: HttpRequest, text: Text, status: int) -> HttpResponse:
    """A page with one sentence."""
    return render(request, "console/told.html", {"sentence": text, "status": int(status)}, status=int(status))


def forbidden(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """403."""
    return told(request, say("web.forbidden"), HTTPStatus.FORBIDDEN)


def missing(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """404: there is no such page, or it is not this visitor's."""
    return told(request, say("web.missing"), HTTPStatus.NOT_FOUND)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token: an old page, or another site's."""
    return told(request, say("web.forged"), HTTPStatus.FORBIDDEN)


def bad(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """400."""
    return told(request, say("web.bad"), HTTPStatus.BAD_REQUEST)


def broken(request: HttpRequest) -> HttpResponse:
    """500: nothing of the failure is shown; it is in the log. Rendered without the database."""
    lang: Lang = "en" if getattr(request, "lang", "ja") == "en" else "ja"
    known = {"lang": lang, "theme": getattr(request, "theme", "auto"), "status": int(HTTPStatus.INTERNAL_SERVER_ERROR)}
    page = loader.get_template("console/broken.html").render({**known, "sentence": say("web.broken")})
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def limited(request: HttpRequest) -> HttpResponse:
    """429: too many attempts."""
    return told(request, say("web.limited"), HTTPStatus.TOO_MANY_REQUESTS)


def closed(request: HttpRequest, **_where: object) -> HttpResponseBase:
    """Addresses that allauth must be able to name but that this console does not have."""
    return missing(request)
