"""Actions with an Idempotency-Key happen once: the answer is kept for a day and given again."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from fushinban import clock
from fushinban.api.call import Call
from fushinban.api.problems import Fault, ProblemError
from fushinban.messages import say
from fushinban.record.replies import Reply

HEADER = "Idempotency-Key"

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_KEPT_HEADERS = ("Content-Type", "ETag", "Location", "Content-Language")
_NOT_KEPT = frozenset({401, 409, 412, 429})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Once:
    """The key as it is kept (no clear text), and the digest of what was asked."""

    key: str
    digest: str


def once(call: Call, request: HttpRequest, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Act, or give the kept answer of the same request again.

    Raises ProblemError: `in-progress` while another request with the key is at work, `key-reused` where the key was
    used for something else.
    """
    given = request.headers.get(HEADER)
    if given is None:
        return act()
    if not _KEY.fullmatch(given):
        raise ProblemError("invalid", faults=(Fault(pointer=f"header/{HEADER}", detail=say("api.bad-key")),))
    asked = _asked(call, request, given)
    known = call.store.replies.begin(asked.key, asked.digest, clock.now())
    if known is not None:
        return _again(call, known, asked)
    done = False
    try:
        response = act()
        done = _keep(call, asked, response)
    finally:
        if not done:
            call.store.replies.drop(asked.key)
    return response


def _asked(call: Call, request: HttpRequest, given: str) -> _Once:
    caller = call.caller
    who = f"{caller.person} {caller.token} {request.method} {request.path}\0{given}"
    what = hashlib.sha256(f"{request.META.get('QUERY_STRING', '')}\0{request.content_type}\0".encode())
    what.update(request.body)
    return _Once(key=hashlib.sha256(who.encode("utf-8", "replace")).hexdigest(), digest=what.hexdigest())


def _again(call: Call, known: Reply, asked: _Once) -> HttpResponseBase:
    if known.digest != asked.digest:
        raise ProblemError("key-reused", say("api.key-reused"))
    if known.status == 0:
        raise ProblemError("in-progress", say("api.in-progress"), headers={"Retry-After": "2"})
    response = HttpResponse(_unsealed(call, asked.key, known.body), status=known.status)
    for name, value in known.headers.items():
        response[name] = value
    response["Idempotency-Replayed"] = "true"
    return response


def _keep(call: Call, asked: _Once, response: HttpResponseBase) -> bool:
    if response.streaming or response.status_code >= 500 or response.status_code in _NOT_KEPT:
        return False
    headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    body = _sealed(call, asked.key, getattr(response, "content", b""))
    call.store.replies.keep(asked.key, response.status_code, headers, body, clock.now())
    return True


def _sealed(call: Call, key: str, body: bytes) -> bytes:
    # An answer may hold a secret that is shown only once (a token): it is not kept in clear text.
    nonce = urandom(12)
    return nonce + AESGCM(call.vault.derived("api replies")).encrypt(nonce, body, key.encode())


def _unsealed(call: Call, key: str, body: bytes) -> bytes:
    try:
        return AESGCM(call.vault.derived("api replies")).decrypt(body[:12], body[12:], key.encode())
    except (InvalidTag, ValueError) as error:
        raise ProblemError("internal", say("api.internal")) from error
