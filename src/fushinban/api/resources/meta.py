"""Health, the description of the API, and who calls."""

from typing import Literal

from django.http import JsonResponse
from ninja import Schema
from pydantic import Field

from fushinban import __version__
from fushinban.api.call import Call
from fushinban.api.operation import Access, Resource
from fushinban.messages import Text
from fushinban.model.rights import Permission

RESOURCE = Resource("meta", Text("この API について", "About this API"))


class HealthOut(Schema):
    """Whether the API can work."""

    status: Literal["ok"]
    version: str


class ReachOut(Schema):
    """Where a permission holds. `everything`: the whole organisation."""

    permission: str
    everything: bool
    customers: list[int]
    sites: list[str]


class CallerOut(Schema):
    """Who calls, and what they may do where. 呼び出し元"""

    name: str
    token: int | None = Field(description="Number of the token; null for a browser session. トークン番号")
    reach: list[ReachOut]


@RESOURCE.get("/health", "getHealth", Text("稼働状況", "Health"), permission=Access.ANYBODY, answers={200: HealthOut})
def get_health(call: Call) -> HealthOut:
    """Whether the API answers and its store can be read."""
    call.store.jobs.version()
    return HealthOut(status="ok", version=__version__)


@RESOURCE.get(
    "/openapi.json", "getDescription", Text("API の記述 (OpenAPI 3.1)", "OpenAPI description"),
    permission=Access.ANYBODY, answers={200: dict[str, object]},
)  # fmt: skip
def get_description(call: Call) -> JsonResponse:
    """This description."""
    from fushinban.api.application import openapi  # noqa: PLC0415 - it is made of all resources, this one too

    response = JsonResponse(dict(openapi()))
    call.headers["Cache-Control"] = "public, max-age=300"
    return response


@RESOURCE.get(
    "/me", "getCaller", Text("自分の権限", "Who calls, and their rights"),
    permission=Access.SIGNED_IN, answers={200: CallerOut},
)  # fmt: skip
def get_caller(call: Call) -> CallerOut:
    """Who calls, and for which sites each permission holds."""
    rights = call.caller.rights
    scopes = ((p, rights.scope(p)) for p in Permission)
    reach = [
        ReachOut(permission=p.value, everything=s.everything, customers=sorted(s.customers), sites=sorted(s.sites))
        for p, s in scopes
        if s
    ]
    return CallerOut(name=call.caller.name, token=call.caller.token or None, reach=reach)
