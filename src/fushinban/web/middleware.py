"""Around every request: headers that close the browser, who the visitor is, and a door for views nobody vouched for."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, cast

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase
from django.urls import ResolverMatch
from django.utils import translation
from django.utils.cache import patch_vary_headers

from fushinban import clock
from fushinban.messages import Lang
from fushinban.model.audit import nobody
from fushinban.model.rights import Rights
from fushinban.record.acting import acting
from fushinban.web import refusals
from fushinban.web._page import Page, Visit
from fushinban.web.audit import actor_of, address_of
from fushinban.web.installation import current
from fushinban.web.settings import SESSION_IDLE, SESSION_WHOLE
from fushinban.web.signin.required import second_factor_missing

Answer = Callable[[HttpRequest], HttpResponseBase]

#: No inline script or style, nothing from another host, no frame, no plug-in.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), "
    "publickey-credentials-create=(self), publickey-credentials-get=(self)",
}

_YEAR = 31536000
#: How often a session writes down that it is in use.
_SEEN_EVERY = timedelta(minutes=5)


class Shield:
    """Outermost: the headers of every answer, errors included."""

    def __init__(self, get_response: Answer) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with headers."""
        response = self._next(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if current().reach.secure:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR}")
        # What a signed-in person saw stays in no cache; only the assets say otherwise for themselves.
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class Visitor:
    """Who asks: person, rights, language, theme; and the end of sessions."""

    def __init__(self, get_response: Answer) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Complete the request (see `Visit`)."""
        visit = cast("Visit", request)
        visit.person = _person(request)
        visit.rights = _rights(visit)
        where = address_of(request)
        visit.actor = actor_of(visit.person, where) if visit.person is not None else nobody(where)
        visit.lang = _language(visit)
        visit.theme = _chosen(visit, "theme", ("auto", "light", "dark"))
        visit.density = _chosen(visit, "density", ("roomy", "dense"))
        with translation.override(visit.lang), acting(visit.actor):
            response = self._next(request)
        response.headers.setdefault("Content-Language", visit.lang)
        patch_vary_headers(response, ["Cookie", "Accept-Language"])
        return response


class Closed:
    """Innermost: a view that is neither a page, nor one of the sign-in views named here, is closed."""

    #: Views of allauth that need no sign-in of their own, or check it themselves.
    _KNOWN: ClassVar[tuple[str, ...]] = ("allauth.", "fushinban.web.signin.")
    _OPEN: ClassVar[frozenset[str]] = frozenset({"healthz", "readyz", "metrics", "asset"})

    def __init__(self, get_response: Answer) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on."""
        return self._next(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponseBase | None:
        """Refuse what nobody vouched for; lead administrators without a second factor to its enrolment."""
        visit = cast("Visit", request)
        match = request.resolver_match
        if match is None or not self._vouched(view, match):
            return refusals.forbidden(request)
        # The API asks for the second factor too, and says so in its own shape of errors.
        api = getattr(view, "fushinban_api", False)
        if visit.person is not None and not api and second_factor_missing(visit, match):
            return refusals.to_second_factor(request)
        return None

    def _vouched(self, view: Callable[..., Any], match: ResolverMatch) -> bool:
        page = getattr(view, "view_class", None)
        if isinstance(page, type) and issubclass(page, Page):
            return True
        return match.url_name in self._OPEN or match.url_name in refusals.CLOSED_NAMES or self._home(view)

    def _home(self, view: Callable[..., Any]) -> bool:
        if getattr(view, "fushinban_api", False):  # the API has a gate of its own, closed by default too
            return True
        return str(getattr(view, "__module__", "")).startswith(self._KNOWN)


def _person(request: HttpRequest) -> Any:
    user = request.user
    if not user.is_authenticated:
        return None
    if not user.is_active or _ended(request):
        logout(request)
        return None
    return user


def _ended(request: HttpRequest) -> bool:
    """Whether the session is too old or was left alone too long; otherwise notes now and then that it is in use."""
    now = clock.now()
    started, seen = (_moment(request.session.get(name)) for name in ("started", "seen"))
    if started is None or seen is None:
        request.session["started"] = request.session["seen"] = now.timestamp()
        return False
    if now - started > timedelta(seconds=SESSION_WHOLE) or now - seen > timedelta(seconds=SESSION_IDLE):
        return True
    if now - seen > _SEEN_EVERY:
        request.session["seen"] = now.timestamp()
    return False


def _moment(stamp: object) -> datetime | None:
    return datetime.fromtimestamp(stamp, UTC) if isinstance(stamp, float) else None


def _rights(visit: Visit) -> Rights:
    from fushinban.record.people.rights import rights_of

    return rights_of(visit.person, clock.now()) if visit.person is not None else Rights()


def _language(visit: Visit) -> Lang:
    """The person's own choice, this browser's choice, what the browser asks for; Japanese is the rest."""
    asked = [
        visit.person.language if visit.person is not None else "",
        visit.COOKIES.get("fushinban_lang", ""),
        _asked(visit.headers.get("Accept-Language", "")),
    ]
    chosen = next((language for language in asked if language in {"ja", "en"}), "ja")
    return "en" if chosen == "en" else "ja"


def _asked(header: str) -> str:
    """The first of Japanese and English in the header's own order of liking; anything else reads English."""
    liked: list[tuple[float, str]] = []
    for part in header[:200].split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            liked.append((-float(weight or 1), name.partition("-")[0].lower()))
        except ValueError:
            continue
    names = [name for _, name in sorted(liked, key=lambda pair: pair[0]) if name]
    found = next((name for name in names if name in {"ja", "en"}), None)
    return found or ("en" if names and names != ["*"] else "")


def _chosen(visit: Visit, switch: str, known: tuple[str, ...]) -> str:
    """The person's own choice, this browser's choice, or the first of those known."""
    own = getattr(visit.person, switch, "") if visit.person is not None else ""
    return next((one for one in (own, visit.COOKIES.get(f"fushinban_{switch}")) if one in known), known[0])
