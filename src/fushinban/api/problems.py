"""The one shape of every error (RFC 9457), and the exceptions that become it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import orjson
from django.http import HttpRequest, HttpResponse

from fushinban.api.language import wanted_language
from fushinban.errors import Conflict, FushinbanError, InputError, OutOfScope
from fushinban.messages import Lang, Text, say

MEDIA_TYPE = "application/problem+json"

#: Status of each kind of problem; `api.title-<kind>` is its title. The `type` is a URN of the kind.
STATUS: Mapping[str, int] = MappingProxyType(
    {
        "bad-request": 400,
        "malformed-json": 400,
        "sign-in-required": 401,
        "csrf": 403,
        "forbidden": 403,
        "not-found": 404,
        "method-not-allowed": 405,
        "in-progress": 409,
        "conflict": 409,
        "changed-meanwhile": 412,
        "too-large": 413,
        "media-type": 415,
        "invalid": 422,
        "key-reused": 422,
        "if-match-required": 428,
        "too-many-requests": 429,
        "internal": 500,
        "unavailable": 503,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with a request. `pointer`: where (`#/name` in the body, `query/most`, `header/If-Match`)."""

    pointer: str
    detail: Text


class ProblemError(Exception):
    """Ends a request with a problem. `kind` is a key of `STATUS`; `detail` is for people."""

    def __init__(
        self,
        kind: str,
        detail: Text | None = None,
        *,
        faults: tuple[Fault, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(kind)
        self.kind = kind
        self.status = STATUS[kind]
        self.detail = detail
        self.faults = faults
        self.headers = headers or {}


def not_found() -> ProblemError:
    """What is not there and what belongs to others look the same."""
    return ProblemError("not-found", say("api.not-found"))


def told(request: HttpRequest, error: FushinbanError) -> HttpResponse:
    """The answer for an error of the product: it is worded for people already."""
    kind = "unavailable"
    if isinstance(error, Conflict):
        kind = "changed-meanwhile" if request.method in {"PUT", "PATCH", "DELETE"} else "conflict"
    elif isinstance(error, InputError):
        kind = "invalid"
    elif isinstance(error, OutOfScope):
        kind = "conflict"
    return problem_response(request, ProblemError(kind, error.text))


def problem_response(request: HttpRequest, problem: ProblemError) -> HttpResponse:
    """The answer for a problem, in the language that the request asks for."""
    lang = wanted_language(request.headers.get("Accept-Language", ""))
    response = HttpResponse(orjson.dumps(_body(request, problem, lang)), status=problem.status, content_type=MEDIA_TYPE)
    response["Content-Language"] = lang
    response["Cache-Control"] = "no-store"
    for name, value in problem.headers.items():
        response[name] = value
    return response


def _body(request: HttpRequest, problem: ProblemError, lang: Lang) -> dict[str, object]:
    body: dict[str, object] = {
        "type": f"urn:fushinban:problem:{problem.kind}",
        "title": say(f"api.title-{problem.kind}").of(lang),
        "status": problem.status,
        "instance": request.path.encode("utf-8", "replace").decode("utf-8")[:300],
    }
    if problem.detail is not None:
        body["detail"] = problem.detail.of(lang)
    if problem.faults:
        body["errors"] = [{"pointer": f.pointer, "detail": f.detail.of(lang)} for f in problem.faults[:50]]
    return body
