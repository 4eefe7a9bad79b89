"""What an operation of the API is. One that names no permission is closed to everybody."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import wraps
from typing import Any

from django.http import HttpRequest

from fushinban.api.body import MOST_JSON
from fushinban.api.call import call_of
from fushinban.model.rights import Permission
from fushinban.model.text import Text


class Access(Enum):
    """Who may call, where no permission says it."""

    CLOSED = "closed"
    SIGNED_IN = "signed-in"
    ANYBODY = "anybody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path. `whole`: the permission must hold for the organisation as a whole.

    `action`: takes an Idempotency-Key. `edits`: takes If-Match. `answers`: response schemas by status. `produces`:
    media types of an answer that is no JSON.
    """

    id: str
    method: str
    path: str
    function: Callable[..., Any]
    summary: Text
    permission: Permission | Access = Access.CLOSED
    whole: bool = False
    action: bool = False
    edits: bool = False
    answers: Mapping[int, Any] = field(default_factory=dict)
    produces: tuple[str, ...] = ()
    most_body: int = MOST_JSON
    upload: bool = False

    @property
    def route(self) -> str:
        """The path as Django writes it, relative to the API's root."""
        return self.path.lstrip("/").replace("{", "<").replace("}", ">")

    def view(self) -> Callable[..., Any]:
        """The function as django-ninja calls it: with the request instead of the call."""
        function = self.function

        @wraps(function)
        def run(request: HttpRequest, **values: Any) -> Any:
            return function(call_of(request), **values)

        signature = inspect.signature(function)
        first, *others = signature.parameters.values()
        asked = first.replace(name="request", annotation=HttpRequest)
        run.__signature__ = signature.replace(parameters=[asked, *others])  # type: ignore[attr-defined] # read by ninja
        return run


class Resource:
    """The operations of one noun. `name` is its tag and must be unique; `title` says it in both languages."""

    def __init__(self, name: str, title: Text) -> None:
        self.name = name
        self.title = title
        self.operations: list[Operation] = []

    def get(self, path: str, id: str, summary: Text, **more: Any) -> Callable[[Any], Any]:
        """Register a function for GET."""
        return self._register("GET", path, id, summary, more)

    def post(self, path: str, id: str, summary: Text, **more: Any) -> Callable[[Any], Any]:
        """Register a function for POST."""
        return self._register("POST", path, id, summary, {"action": True, **more})

    def put(self, path: str, id: str, summary: Text, **more: Any) -> Callable[[Any], Any]:
        """Register a function for PUT."""
        return self._register("PUT", path, id, summary, more)

    def patch(self, path: str, id: str, summary: Text, **more: Any) -> Callable[[Any], Any]:
        """Register a function for PATCH, which changes what is there (If-Match)."""
        return self._register("PATCH", path, id, summary, {"edits": True, **more})

    def delete(self, path: str, id: str, summary: Text, **more: Any) -> Callable[[Any], Any]:
        """Register a function for DELETE."""
        return self._register("DELETE", path, id, summary, more)

    def _register(self, method: str, path: str, name: str, summary: Text, more: dict[str, Any]) -> Callable[[Any], Any]:
        def register(function: Callable[..., Any]) -> Callable[..., Any]:
            self.operations.append(
                Operation(id=name, method=method, path=path, function=function, summary=summary, **more)
            )
            return function

        return register
