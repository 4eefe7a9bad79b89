"""All addresses: the pages by their folder, signing in, the API where it is there. Nothing is listed by hand twice."""

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path

from fushinban.web import assets, health, metrics
from fushinban.web.catalogue import pages
from fushinban.web.pages.account import AccountPage
from fushinban.web.signin import addresses


def _api() -> list[URLPattern | URLResolver]:
    """The API, by name (surfaces do not import each other). It brings its own gate, closed by default too."""
    return [path("api/v1/", include("fushinban.api.urls"))]


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("static/<str:version>/<path:name>", assets.serve, name="asset"),
    *addresses.urlpatterns,
    # What is named in full comes before what could be any id: "sites/new/" is not the site "new".
    *(path(page.path, page.as_view(), name=page.name) for page in sorted(pages(), key=lambda p: p.path.count("<"))),
    *_api(),
]
if not any(page.path == "" for page in pages()):
    urlpatterns.append(path("", AccountPage.as_view(), name="start"))


def handler429(request: HttpRequest) -> HttpResponseBase:
    """What allauth shows when somebody tries too often."""
    from fushinban.web import refusals

    return refusals.limited(request)


handler400 = "fushinban.web.refusals.bad"
handler403 = "fushinban.web.refusals.forbidden"
handler404 = "fushinban.web.refusals.missing"
handler500 = "fushinban.web.refusals.broken"
