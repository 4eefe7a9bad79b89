"""What every template is told: the frame of the page around its content."""

from collections.abc import Mapping
from typing import cast

from django.http import HttpRequest

from fushinban.web import organisation
from fushinban.web._page import Visit
from fushinban.web.catalogue import menu
from fushinban.web.menu import Entry, entries
from fushinban.web.signin.provider import offered
from fushinban.web.signin.required import must_enrol


def frame(request: HttpRequest) -> Mapping[str, object]:
    """Language, theme, navigation, the visitor. Usable for pages outside the middleware too (error pages)."""
    person = getattr(request, "person", None)
    return {
        "lang": getattr(request, "lang", "ja"),
        "theme": getattr(request, "theme", "auto"),
        "density": getattr(request, "density", "roomy"),
        "person": person,
        "navigation": _navigation(request) if person is not None else (),
        "organisation": organisation.name() if person is not None else "",
        # Asked only by the pages that need them.
        "providers": offered,
        "second_factor_needed": lambda: person is not None and must_enrol(cast("Visit", request)),
    }


def _navigation(request: HttpRequest) -> tuple[tuple[Entry, ...], ...]:
    return entries(menu(request.rights), request.path)  # type: ignore[attr-defined]  # set by the middleware
