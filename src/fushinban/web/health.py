"""Two questions of a supervisor or proxy, answered without signing in and without saying anything of the inside."""

from http import HTTPStatus

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse


def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return _plain("ok", HTTPStatus.OK)


def ready(request: HttpRequest) -> HttpResponse:
    """The database answers too."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return _plain("not ready", HTTPStatus.SERVICE_UNAVAILABLE)
    return _plain("ok", HTTPStatus.OK)


def _plain(word: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(word + "\n", content_type="text/plain; charset=utf-8", status=status)
