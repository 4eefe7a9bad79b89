"""Puts the resources together: django-ninja for values and the OpenAPI description, the gate before each."""

import logging
import sys
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.errors import ValidationError as NinjaValidationError

from fushinban import __version__, catalogue
from fushinban.api import resources as resource_modules
from fushinban.api.body import BoundedParser, QuickRenderer
from fushinban.api.description import DESCRIPTION, described, extra
from fushinban.api.faults import faults_of
from fushinban.api.gate import Entrance, Gate
from fushinban.api.operation import Operation, Resource
from fushinban.api.problems import ProblemError, not_found, problem_response, told
from fushinban.errors import CatalogueError, FushinbanError
from fushinban.messages import say

logger = logging.getLogger("fushinban.api")


@cache
def resources() -> Mapping[str, Resource]:
    """All resources by name. A module without `RESOURCE`, or a duplicate name, raises CatalogueError."""
    return catalogue.load(resource_modules, "RESOURCE", Resource, lambda r: r.name)


@cache
def operations() -> Mapping[str, Operation]:
    """All operations by id. A duplicate id, or the same method and path twice, raises CatalogueError."""
    found: dict[str, Operation] = {}
    places: dict[tuple[str, str], str] = {}
    for resource in resources().values():
        for operation in resource.operations:
            place = (operation.method, operation.path)
            if operation.id in found or place in places:
                first = places.get(place, operation.id)
                raise CatalogueError(say("catalogue.twice", id=operation.id, first=first, second=resource.name))
            found[operation.id], places[place] = operation, operation.id
    return found


@cache
def ninja_api() -> NinjaAPI:
    """The API as django-ninja knows it."""
    api = NinjaAPI(
        title="fushinban", version=__version__, description=DESCRIPTION, openapi_url=None, docs_url=None,
        parser=BoundedParser(), renderer=QuickRenderer(), urls_namespace="api-v1", servers=[{"url": "/api/v1"}],
    )  # fmt: skip
    for resource in resources().values():
        for operation in resource.operations:
            _add(api, resource, operation)
    api.add_exception_handler(ProblemError, _problem)
    api.add_exception_handler(NinjaValidationError, _invalid)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(FushinbanError, _told)
    api.add_exception_handler(Exception, _broken)
    return api


@cache
def openapi() -> Mapping[str, Any]:
    """The OpenAPI 3.1 description."""
    return described(ninja_api().get_openapi_schema(path_prefix=""), resources())


def urls(gate: Gate | None = None) -> list[URLPattern]:
    """URL patterns to be included below `/api/v1/`; the last one answers 404 for whatever is not there."""
    door = gate or Gate()
    by_route: dict[str, dict[str, Entrance]] = {}
    for operation in operations().values():
        by_route.setdefault(operation.route, {})[operation.method] = _entrance(operation)
    patterns = [
        path(route, door.guarded(pattern.callback, by_route[route]), name=pattern.name)
        for pattern in ninja_api().urls[0]
        if isinstance(pattern, URLPattern) and (route := str(pattern.pattern)) in by_route
    ]
    # Words before parameters: `/findings/accept` is no finding.
    patterns.sort(key=lambda p: [("<" in part, part) for part in str(p.pattern).split("/")])
    return [*patterns, re_path(r"^.*\Z", unknown)]


def unknown(request: HttpRequest) -> HttpResponseBase:
    """The answer for every path that is not there."""
    return problem_response(request, not_found())


unknown.csrf_exempt = True  # type: ignore[attr-defined] # Django's mark: nothing happens here
unknown.fushinban_api = True  # type: ignore[attr-defined] # the console's own gate leaves it alone


def _add(api: NinjaAPI, resource: Resource, operation: Operation) -> None:
    api.default_router.add_api_operation(
        operation.path,
        [operation.method],
        operation.view(),
        response=dict(operation.answers) or {204: None},
        operation_id=operation.id,
        summary=operation.summary.en,
        description=f"{operation.function.__doc__ or ''}\n\n{operation.summary.ja}".strip(),
        tags=[resource.name],
        url_name=operation.id,
        openapi_extra=extra(operation),
    )


def _entrance(operation: Operation) -> Entrance:
    details = openapi()["paths"][operation.path][operation.method.lower()]
    query = frozenset(p["name"] for p in details.get("parameters", ()) if p["in"] == "query")
    return Entrance(operation=operation, query=query, has_body="requestBody" in details)


def _problem(request: HttpRequest, error: ProblemError | type[ProblemError]) -> HttpResponse:
    assert isinstance(error, ProblemError)
    return problem_response(request, error)


def _invalid(request: HttpRequest, error: NinjaValidationError | type[NinjaValidationError]) -> HttpResponse:
    errors = getattr(error, "errors", [])
    return problem_response(request, ProblemError("invalid", faults=faults_of(errors)))


def _http_error(request: HttpRequest, error: HttpError | type[HttpError]) -> HttpResponse:
    # django-ninja raises these for a body that cannot be parsed.
    status = getattr(error, "status_code", 400)
    kind = "not-found" if status == 404 else "bad-request"
    return problem_response(request, ProblemError(kind, say("api.unreadable")))


def _told(request: HttpRequest, error: FushinbanError | type[FushinbanError]) -> HttpResponse:
    assert isinstance(error, FushinbanError)
    return told(request, error)


def _broken(request: HttpRequest, _error: Exception | type[Exception]) -> HttpResponse:
    logger.error("an operation of the API failed: %s", request.method, exc_info=sys.exc_info())
    return problem_response(request, ProblemError("internal", say("api.internal")))
