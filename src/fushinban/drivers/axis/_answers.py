"""Answers of VAPIX: JSON with `data` or `error`, and the REST interfaces of newer firmware with `status`."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from fushinban.drivers._maker_values import clip, whole
from fushinban.errors import Denied, Malformed, NotSupported
from fushinban.messages import say

#: Error codes of VAPIX JSON interfaces, which come with HTTP 200: not authorised; no such version or method.
_REFUSED = frozenset({2002, 4002})
_UNKNOWN = frozenset({2000, 2001, 2004, 2005, 4000, 4001})

Json = Mapping[str, Any]


def json_object(data: bytes, what: str) -> Json:
    """The JSON object in these bytes. Raises Malformed for anything else; `what` names the question."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Malformed(say("axis.unreadable", what=what))
    return value


def vapix_data(data: bytes, what: str) -> Json:
    """The `data` of an answer of a JSON interface below /axis-cgi/.

    An `error` raises Denied, NotSupported (unknown method or version) or Malformed.
    """
    answer = json_object(data, what)
    error = answer.get("error")
    if isinstance(error, dict):
        raise _error(error, what)
    found = answer.get("data")
    if not isinstance(found, dict):
        raise Malformed(say("axis.no-data", what=what))
    return found


def _error(error: Json, what: str) -> Denied | NotSupported | Malformed:
    code = error.get("code")
    values = {"what": what, "code": whole(code) or "-", "reason": words(error.get("message"))}
    if code in _REFUSED:
        return Denied(say("axis.error-refused", **values))
    return NotSupported(say("axis.error", **values)) if code in _UNKNOWN else Malformed(say("axis.error", **values))


def rest_data(data: bytes, what: str) -> Any:
    """The `data` of an answer below /config/rest/. Raises NotSupported or Malformed where there is none."""
    answer = json_object(data, what)
    if words(answer.get("status")).lower() == "error":
        error = answer.get("error")
        values = {"what": what, "code": "-", "reason": words(error.get("message")) if isinstance(error, dict) else ""}
        raise NotSupported(say("axis.error", **values))
    if "data" not in answer:
        raise Malformed(say("axis.no-data", what=what))
    return answer["data"]


def refuse_error_text(data: bytes, what: str) -> None:
    """Raise what a text answer with HTTP 200 says in the place of its content: `# Error: …` or an HTML page."""
    start = data[:2048].lstrip()
    if start.startswith((b"# Error", b"# Request failed")):
        raise NotSupported(say("axis.error", what=what, code="-", reason=_line(start)))
    if start[:1] == b"<":
        raise Malformed(say("axis.unreadable", what=what))


def _line(text: bytes) -> str:
    return words(text.splitlines()[0].decode("utf-8", "replace"))


def words(value: object) -> str:
    """Text of a JSON value as one printable line of at most 256 characters; empty for what is no text."""
    return clip(value) if isinstance(value, str) else ""


def texts(value: object) -> Iterator[str]:
    """The texts of a JSON array that are not empty."""
    for item in value if isinstance(value, list) else ():
        if text := words(item):
            yield text


def objects(value: object) -> Iterator[Json]:
    """The objects of a JSON array."""
    return (item for item in (value if isinstance(value, list) else ()) if isinstance(item, dict))


def inner(value: object, *names: str) -> Json:
    """The object at the end of a path of names; an empty one where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}
