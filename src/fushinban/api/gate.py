"""What stands before every operation: size, sign-in, limits, permission, and the one shape of errors behind it."""

import os
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from fushinban import clock
from fushinban.api.body import read_body, unfit
from fushinban.api.call import NOBODY, Call, Caller
from fushinban.api.language import wanted_language
from fushinban.api.once import once
from fushinban.api.operation import Access, Operation
from fushinban.api.problems import Fault, ProblemError, not_found, problem_response, told
from fushinban.api.rates import Limits, Rates
from fushinban.api.services import services
from fushinban.api.sign_in import caller_of
from fushinban.errors import FushinbanError
from fushinban.messages import say
from fushinban.model.rights import Permission

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """One operation behind the gate: what it takes besides the path."""

    operation: Operation
    query: Set[str]
    has_body: bool


class Gate:
    """Makes guarded views. One per process: it counts requests."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits.from_environ(os.environ)
        self.rates = Rates()

    def guarded(self, view: View, entrances: Mapping[str, Entrance]) -> View:
        """The view behind the gate; `entrances` by method."""

        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                response = self._pass(request, entrances, lambda: view(request, *args, **kwargs), kwargs)
            except ProblemError as problem:
                response = problem_response(request, problem)
            except FushinbanError as error:
                response = told(request, error)
            response.setdefault("Cache-Control", "no-store")
            response.setdefault("X-Content-Type-Options", "nosniff")
            return response

        answer.csrf_exempt = True  # type: ignore[attr-defined] # Django's mark: the gate checks it for sessions
        answer.fushinban_api = True  # type: ignore[attr-defined] # the console's own gate leaves these alone
        return answer

    def _pass(
        self, request: HttpRequest, entrances: Mapping[str, Entrance], act: Callable[[], HttpResponseBase],
        values: Mapping[str, Any],
    ) -> HttpResponseBase:  # fmt: skip
        _check_texts(request, values)
        if request.method == "HEAD" and "GET" in entrances:
            request.method = "GET"
        entrance = entrances.get(request.method or "")
        if entrance is None:
            raise ProblemError("method-not-allowed", headers={"Allow": ", ".join(sorted(entrances))})
        call = self._admitted(request, entrance.operation)
        _check_request(request, entrance)
        request.fushinban_call = call  # type: ignore[attr-defined] # read by `call_of`
        with call.store.audit.acting(call.actor):
            if not entrance.operation.action:
                return self._answered(call, entrance.operation, act())
            return once(call, request, lambda: self._answered(call, entrance.operation, act()))

    def _admitted(self, request: HttpRequest, operation: Operation) -> Call:
        """Signed in, within the limits, and with the permission somewhere."""
        now, given = clock.now(), services()
        address = str(request.META.get("REMOTE_ADDR") or "")[:60]
        try:
            caller = caller_of(request, given, now, address)
        except ProblemError:
            self.rates.take(given.store, f"address {address} unknown", self.limits.stranger)
            raise
        self._count(given.store, caller, address)
        permission = operation.permission
        if permission is Access.CLOSED:
            raise ProblemError("forbidden", say("api.closed"))
        if permission is not Access.ANYBODY and caller is NOBODY:
            raise ProblemError("sign-in-required", say("api.sign-in"), headers={"WWW-Authenticate": "Bearer"})
        named = permission if isinstance(permission, Permission) else None
        if named is not None:
            _check_permission(caller, named, operation.whole)
        lang = wanted_language(request.headers.get("Accept-Language", ""))
        return Call(
            request=request, caller=replace(caller, address=address) if caller is not NOBODY else caller,
            services=given, lang=lang, now=now, permission=named,
            checked=named is None or operation.whole,
        )  # fmt: skip

    def _count(self, store: Any, caller: Caller, address: str) -> None:
        if caller is NOBODY:
            self.rates.take(store, f"address {address} unknown", self.limits.stranger)
            return
        self.rates.take(store, f"address {address}", self.limits.address)
        who = f"token {caller.token}" if caller.token else f"person {caller.person}"
        self.rates.take(store, who, self.limits.caller)

    @staticmethod
    def _answered(call: Call, operation: Operation, response: HttpResponseBase) -> HttpResponseBase:
        """The answer, unless the operation forgot to ask whose things it shows: then nothing leaves."""
        if response.status_code < 400 and not call.checked:
            raise ProblemError("internal", say("api.unchecked", operation=operation.id))
        response.setdefault("Content-Language", call.lang)
        for name, value in call.headers.items() if response.status_code < 400 else ():
            response[name] = value
        return response


def _check_permission(caller: Caller, permission: Permission, whole: bool) -> None:
    allowed = caller.rights.may(permission) if whole else caller.rights.anywhere(permission)
    if not allowed:
        raise ProblemError("forbidden", say("api.forbidden"))


def _check_texts(request: HttpRequest, values: Mapping[str, Any]) -> None:
    """Texts of the address that no database keeps: such a thing is not there."""
    if any(unfit(str(value)) for value in values.values()):
        raise not_found()
    for name, texts in request.GET.lists():
        if unfit(name) or any(map(unfit, texts)):
            raise ProblemError("invalid", faults=(Fault(pointer=_place(name), detail=say("api.unfit-text")),))


def _check_request(request: HttpRequest, entrance: Entrance) -> None:
    unknown = [name for name in request.GET if name not in entrance.query]
    if unknown:
        faults = tuple(Fault(pointer=_place(n), detail=say("api.unknown-parameter")) for n in unknown)
        raise ProblemError("invalid", faults=faults)
    if not entrance.operation.upload:
        read_body(request, entrance.operation.most_body)
    wanted = "multipart/form-data" if entrance.operation.upload else "application/json"
    if entrance.has_body and request.content_type != wanted:
        raise ProblemError("media-type", say("api.media-type", wanted=wanted))


def _place(name: str) -> str:
    return "query/" + name.encode("utf-8", "replace").decode("utf-8").replace("\0", "")[:60]
