"""The OpenAPI description beyond what django-ninja writes: security, problems, keys, and the permission of each."""

from collections.abc import Mapping
from typing import Any

from fushinban.api.operation import Access, Operation, Resource
from fushinban.api.problems import MEDIA_TYPE
from fushinban.model.rights import Permission

DESCRIPTION = (
    "Everything the console shows and does. Sign in with a bearer token (or the browser session with its CSRF token). "
    "Lists are paged by cursor, errors follow RFC 9457, actions take an Idempotency-Key, edits take If-Match. "
    "Every time is ISO 8601 in UTC.\n\n"
    "管理画面で見られること・できることのすべてを提供します。認証はベアラートークン、"
    "またはブラウザのセッションと CSRF トークンです。"
    "一覧はカーソルでページ送りし、エラーは RFC 9457 の形式です。時刻はすべて UTC の ISO 8601 形式です。"
)

_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Same key, same request: the action happens once. 同じキーの同じ要求は一度だけ実行されます。",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag you read; 428 without it, 412 when somebody changed it meanwhile. 読み取ったときの ETag",
    "schema": {"type": "string", "pattern": r'^(\*|(W/)?"v[0-9]{1,9}")$'},
}

#: Answers that every operation may give, and those that only some give.
_ALWAYS = {
    400: "The request cannot be read. 要求を読み取れません",
    413: "The body is too large. 本文が大きすぎます",
    422: "A value does not fit. 値が正しくありません",
    429: "Too many requests; see Retry-After. 要求が多すぎます",
    503: "The store cannot be used now. 記録を利用できません",
}
_SIGNED_IN = {401: "No valid token or session. 認証が必要です", 403: "Not allowed. 権限がありません"}
_PLACED = {404: "Not there, or not yours. 見つかりません"}
_BODY = {415: "Another media type is wanted. 形式が違います"}
_ACTION = {409: "Not possible now, or already in progress. 現在は実行できません"}
_EDIT = {412: "Somebody changed it meanwhile. 他の人が変更しました", 428: "If-Match is missing. If-Match が必要です"}

_PROBLEM = {
    "title": "Problem",
    "description": "Every error, as RFC 9457 says. すべてのエラーの形",
    "type": "object",
    "required": ["type", "title", "status", "instance"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:fushinban:problem:invalid"]},
        "title": {"type": "string", "examples": ["値が正しくありません"]},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}


def extra(operation: Operation) -> dict[str, Any]:
    """What is added to the description of one operation."""
    named = operation.permission
    added: dict[str, Any] = {
        "responses": {status: _problem(text) for status, text in _problems(operation).items()},
        "x-permission": named.value,
    }
    if isinstance(named, Permission):
        added["x-permission-whole"] = operation.whole
    if operation.produces:
        status = next(iter(operation.answers), 200)
        added["responses"][status] = {
            "description": "The content. 内容",
            "content": {kind: {"schema": {"type": "string"}} for kind in operation.produces},
        }
    headers = [_KEY] * operation.action + [_IF_MATCH] * operation.edits
    if headers:
        added["parameters"] = headers
    added["security"] = [] if named is Access.ANYBODY else [{"token": []}, {"session": []}]
    return added


def described(schema: Mapping[str, Any], resources: Mapping[str, Resource]) -> dict[str, Any]:
    """The whole description with components and tags."""
    whole = dict(schema)
    components = dict(whole.get("components", {}))
    components["schemas"] = {**components.get("schemas", {}), "Problem": _PROBLEM}
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "An API token of a person. API トークン"},
        "session": {
            "type": "apiKey", "in": "cookie", "name": "fushinban_session",
            "description": "The browser session; changes need the X-CSRFToken header. ブラウザのセッション",
        },
    }  # fmt: skip
    whole["components"] = components
    whole["tags"] = [{"name": r.name, "description": f"{r.title.en} {r.title.ja}"} for r in resources.values()]
    return whole


def _problems(operation: Operation) -> dict[int, str]:
    found = dict(_ALWAYS)
    if operation.permission is not Access.ANYBODY:
        found |= _SIGNED_IN
    if "{" in operation.path:
        found |= _PLACED
    if operation.method in {"POST", "PUT", "PATCH"}:
        found |= _BODY | _ACTION | _PLACED
    if operation.method == "DELETE":
        found |= _ACTION
    if operation.edits:
        found |= _EDIT
    return found


def _problem(text: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": text, "content": {MEDIA_TYPE: {"schema": schema}}}
