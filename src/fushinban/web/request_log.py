"""One line of the journal for each request: page name, not address; the person's number, not the e-mail address."""

import logging
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from fushinban import clock, journal
from fushinban.web.metrics import method_name, page_name

#: Asked every few seconds by machines.
_QUIET = frozenset({"healthz", "readyz", "metrics", "asset"})


class RequestLog:
    """Gives every request a number of its own, which every line written meanwhile carries, as does the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on, and write the line."""
        number = secrets.token_hex(6)
        began = clock.monotonic()
        with journal.about(request=number):
            response = self._next(request)
            person = getattr(request, "person", None)
            journal.event(
                "request",
                level=_level(request, response.status_code),
                page=page_name(request),
                method=method_name(request),
                status=response.status_code,
                seconds=clock.monotonic() - began,
                person=getattr(person, "pk", None),
            )
        response.headers["X-Request-Id"] = number
        return response


def _level(request: HttpRequest, status: int) -> int:
    if status >= 500:
        return logging.ERROR
    return logging.DEBUG if page_name(request) in _QUIET else logging.INFO
