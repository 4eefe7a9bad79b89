"""Reads request bodies within bounds (size, depth, texts that no database keeps), and writes answers."""

import json
from datetime import datetime
from typing import Any, NoReturn

import orjson
from django.http import HttpRequest
from django.http.request import RawPostDataException
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from fushinban.api.problems import Fault, ProblemError
from fushinban.jobs.evidence_files import MOST_BYTES
from fushinban.messages import say

#: The largest JSON body and the largest upload (a file with the form around it), bytes.
MOST_JSON = 1024 * 1024
MOST_UPLOAD = MOST_BYTES + 64 * 1024

_MOST_DEPTH = 24
_MOST_DIGITS = 18  # more do not fit a 64-bit number


class BoundedParser(Parser):
    """JSON without NaN, duplicate names, deep nesting, NUL or half characters."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body's value. Raises ProblemError for what is no such JSON."""
        return parse_json(request.body)


class QuickRenderer(BaseRenderer):
    """JSON in UTF-8, moments in UTC."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ARG002 - ninja's form
        """The bytes of an answer."""
        try:
            return orjson.dumps(data, option=orjson.OPT_UTC_Z)
        except TypeError:  # half characters from a device: the slow writer can escape them
            text = json.dumps(data, ensure_ascii=True, default=_shown)
            return text.encode()


def _shown(value: Any) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)


def parse_json(raw: bytes) -> Any:
    """A JSON value from foreign bytes. Raises ProblemError (malformed-json or invalid)."""
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_once, parse_int=_whole)
    except RecursionError as error:
        raise ProblemError("malformed-json", say("api.json-deep", depth=_MOST_DEPTH)) from error
    except ValueError as error:  # a wrong encoding is one as well
        raise ProblemError("malformed-json", say("api.json-broken")) from error
    _check(value, "#", 0)
    return value


def read_body(request: HttpRequest, most: int) -> None:
    """Read the body of at most so many bytes, whether or not its length was announced."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if not announced.isdecimal() or int(announced[:15]) > most or len(announced) > 15:
        raise too_large(most)
    try:
        content = request.read(most + 1)
    except RawPostDataException:
        content = request.body  # somebody (the CSRF check) has read it already
    if len(content) > most:
        raise too_large(most)
    # Where Django itself keeps a body that was read.
    request._body = content


def too_large(most: int) -> ProblemError:
    """413, with the size that is allowed."""
    return ProblemError("too-large", say("api.too-large", limit=most // 1024))


def unfit(text: str) -> bool:
    """Whether a text holds NUL or half characters, which cannot be kept."""
    return "\0" in text or any("\ud800" <= c <= "\udfff" for c in text)


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS + 1:
        raise ValueError(digits[:20])
    return int(digits)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _check(value: Any, pointer: str, depth: int) -> None:
    if depth > _MOST_DEPTH:
        raise ProblemError("malformed-json", say("api.json-deep", depth=_MOST_DEPTH))
    if isinstance(value, str):
        if unfit(value):
            raise ProblemError("invalid", faults=(Fault(pointer=pointer, detail=say("api.unfit-text")),))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _check(item, f"{pointer}/{index}", depth + 1)
    elif isinstance(value, dict):
        for name, item in value.items():
            _check(name, pointer, depth)
            _check(item, f"{pointer}/{escaped(name)}", depth + 1)


def escaped(name: str) -> str:
    """A name as a part of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")[:100]
