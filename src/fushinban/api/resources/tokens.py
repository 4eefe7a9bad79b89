"""One's own API tokens and browser sessions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.apps import apps
from ninja import Schema
from pydantic import Field

from fushinban.api.call import Call
from fushinban.api.operation import Access, Resource
from fushinban.api.problems import ProblemError
from fushinban.api.shapes import Given, Line, Moment, Number
from fushinban.messages import Text, say
from fushinban.model.rights import Permission
from fushinban.record.people.tokens import Tokens
from fushinban.record.people.values import TokenEntry

RESOURCE = Resource("tokens", Text("自分のトークンとセッション", "One's own tokens and sessions"))

_OWN = Access.SIGNED_IN


class TokenOut(Schema):
    """A token without its text. API トークン"""

    id: int
    name: str
    hint: str = Field(description="Its last characters. 末尾の文字")
    permissions: list[str]
    customer: int | None
    site: str | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    last_used_from: str


class TokenIn(Given):
    """What a token may do, where, and until when."""

    name: Line = Field(examples=["SIEM"])
    permissions: list[Permission] = Field(min_length=1, max_length=40, examples=[["site-view", "export"]])
    expires_at: Moment
    customer: Number | None = None
    site: Line | None = None


class TokenMade(Schema):
    """A token just made; its text is shown this once."""

    token: TokenOut
    text: str


class SessionOut(Schema):
    """A browser session. セッション"""

    id: int
    address: str
    browser: str
    created_at: datetime
    last_seen_at: datetime
    this: bool = Field(description="The session that calls. この要求のセッション")


@RESOURCE.get("/me/tokens", "listTokens", Text("自分のトークン", "Own tokens"), permission=_OWN,
    answers={200: list[TokenOut]},
)  # fmt: skip
def list_tokens(call: Call) -> list[TokenOut]:
    """The caller's tokens, the newest first."""
    return [_out(t) for t in Tokens.of(call.store).of_owner(call.own())]


@RESOURCE.post("/me/tokens", "createToken", Text("トークンを作る", "Make a token"), permission=_OWN,
    answers={201: TokenMade},
)  # fmt: skip
def create_token(call: Call, body: TokenIn) -> TokenMade:
    """Make a token, from the browser session only: a token must not give itself more time or rights."""
    _by_hand(call)
    made = Tokens.of(call.store).make(
        call.own(), body.name, body.permissions, body.expires_at, customer=body.customer, site=body.site
    )
    return TokenMade(token=_out(made.entry), text=made.text)


@RESOURCE.delete("/me/tokens/{token_id}", "revokeToken", Text("トークンを取り消す", "Revoke a token"), permission=_OWN,
    answers={204: None},
)  # fmt: skip
def revoke_token(call: Call, token_id: int) -> None:
    """A token of the caller opens nothing any more. A token may revoke itself, no other."""
    tokens = Tokens.of(call.store)
    call.had(next((t for t in tokens.of_owner(call.own()) if t.number == token_id), None))
    if token_id != call.caller.token:
        _by_hand(call)
    tokens.revoke(token_id, owner=call.own())


@RESOURCE.get("/me/sessions", "listSessions", Text("自分のセッション", "Own sessions"), permission=_OWN,
    answers={200: list[SessionOut]},
)  # fmt: skip
def list_sessions(call: Call) -> list[SessionOut]:
    """The caller's browser sessions, the newest first."""
    return [_session(row, call) for row in _sessions(call)]


@RESOURCE.delete("/me/sessions/{session_id}", "endSession", Text("セッションを終える", "End a session"),
    permission=_OWN, answers={204: None},
)  # fmt: skip
def end_session(call: Call, session_id: int) -> None:
    """Sign one of the caller's browser sessions out."""
    row = call.had(next((r for r in _sessions(call) if r.pk == session_id), None))
    _by_hand(call)
    row.end()
    call.audit("session.ended", "session", str(session_id))


def _by_hand(call: Call) -> None:
    if call.caller.token:
        raise ProblemError("forbidden", say("api.by-hand"))


def _sessions(call: Call) -> Iterable[Any]:
    kind = apps.get_model("usersessions.UserSession")
    return list(kind._default_manager.filter(user_id=call.own()).order_by("-created_at"))


def _session(row: Any, call: Call) -> SessionOut:
    return SessionOut(
        id=row.pk, address=str(row.ip), browser=str(row.user_agent)[:200], created_at=row.created_at,
        last_seen_at=row.last_seen_at, this=bool(call.caller.session) and row.session_key == call.caller.session,
    )  # fmt: skip


def _out(token: TokenEntry) -> TokenOut:
    return TokenOut(
        id=token.number, name=token.name, hint=token.hint, permissions=sorted(p.value for p in token.permissions),
        customer=token.customer, site=token.site, created_at=token.created_at, expires_at=token.expires_at,
        revoked_at=token.revoked_at, last_used_at=token.last_used_at, last_used_from=token.last_used_from,
    )  # fmt: skip
