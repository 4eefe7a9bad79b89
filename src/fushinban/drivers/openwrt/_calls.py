"""Calls over ubus in JSON-RPC, as uhttpd serves them at `/ubus`: what is asked, and what the answers mean.

Several calls go in one request (a list), and the answers come back in one. Each call carries a name of ours as its id,
so that an answer says itself what it is about. Status numbers are those of ubus (0 fine, 4 and 5 nothing there, 6 not
allowed), error codes those of uhttpd (-32000 no such object, -32001 no session, -32002 not allowed).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fushinban.drivers._maker_values import Tree, tree
from fushinban.errors import Denied, DeviceError, Malformed, NotSupported, Unreachable
from fushinban.messages import say
from fushinban.transport.values import HttpAnswer

PATH = "/ubus"
JSON = "application/json"
#: The session of somebody who has not logged in.
NOBODY = "0" * 32

_ABSENT_STATUS, _DENIED_STATUS, _BUSY_STATUS = frozenset({3, 4, 5, 8}), 6, 7
_ABSENT_CODES, _DENIED_CODES, _BUSY_CODES = frozenset({-32000, -32601}), frozenset({-32001, -32002}), {-32003}
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One method of the object `of`."""

    of: str
    method: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """`system board`, `uci get firewall`."""
        return " ".join((self.of, self.method, *self.values.values()))

    def in_json(self, session: str) -> dict[str, object]:
        """As JSON-RPC."""
        params = [session, self.of, self.method, dict(self.values)]
        return {"jsonrpc": "2.0", "id": self.name, "method": "call", "params": params}


def body_of_calls(session: str, calls: Iterable[Call]) -> bytes:
    """Several calls as the body of one request."""
    return json.dumps([call.in_json(session) for call in calls]).encode()


def body_of_call(session: str, call: Call) -> bytes:
    """One call as the body of a request."""
    return json.dumps(call.in_json(session)).encode()


def body_of_login(username: str, password: str) -> bytes:
    """The login as the body of a request. It is no `Call`, whose name and repr tell what is asked."""
    params = [NOBODY, "session", "login", {"username": username, "password": password}]
    return json.dumps({"jsonrpc": "2.0", "id": "login", "method": "call", "params": params}).encode()


def replies(data: bytes) -> dict[str, Tree]:
    """The replies in an answer by the names of their calls; a single reply counts as one. Raises Malformed."""
    found = tree(data)
    rows = found.rows or [found]
    named = {row.text("id"): row for row in rows if row.text("jsonrpc") == "2.0"}
    if not named:
        raise Malformed(say("openwrt.no-reply"))
    return named


def value_of(reply: Tree, name: str) -> Tree:
    """What a call answered; an empty part where it says nothing. Raises what its status or error means."""
    error = reply.at("error")
    if error.there:
        raise _error(error.at("code").value, name, (_ABSENT_CODES, _DENIED_CODES, _BUSY_CODES))
    result = reply.at("result").value
    if not isinstance(result, list) or not result or not isinstance(result[0], int):
        raise Malformed(say("openwrt.no-reply"))
    if result[0] != 0:
        raise _error(result[0], name, (_ABSENT_STATUS, {_DENIED_STATUS}, {_BUSY_STATUS}))
    return Tree(result[1] if len(result) > 1 else {})


def _error(code: object, name: str, groups: tuple[Iterable[int], Iterable[int], Iterable[int]]) -> DeviceError:
    absent, denied, busy = groups
    number = code if isinstance(code, int) else 0
    if number in absent:
        return NotSupported(say("openwrt.absent", call=name, code=number))
    if number in denied:
        return Denied(say("openwrt.denied", call=name, code=number))
    if number in busy:
        return Unreachable(say("openwrt.busy", call=name, code=number))
    return Malformed(say("openwrt.error", call=name, code=number))


def parse_value(data: bytes, name: str) -> Tree:
    """What the call of this name answered. Raises NotSupported where it was not answered at all."""
    found = replies(data)
    if name not in found:
        raise NotSupported(say("openwrt.absent", call=name, code="–"))
    return value_of(found[name], name)


def parse_is_ubus(data: bytes) -> None:
    """Whether a stranger's question was answered as ubus does: with a status, or as not allowed.

    Raises Malformed for everything else: then no password is sent there.
    """
    for name, reply in replies(data).items():
        try:
            value_of(reply, name)
        except (Denied, NotSupported):
            return
        return


def parse_together(data: bytes) -> bool:
    """Whether several calls were answered together; False where one error came for them all."""
    return isinstance(tree(data).value, list)


def parse_token(data: bytes) -> str | None:
    """The session of a login; None where it is refused. Raises Malformed for any other answer."""
    (reply, *_), token = replies(data).values(), ""
    try:
        token = value_of(reply, "session login").text("ubus_rpc_session")
    except Denied:
        return None
    if len(token) != len(NOBODY) or not set(token) <= _HEX or token == NOBODY:
        raise Malformed(say("maker_web.missing", name="ubus_rpc_session"))
    return token


def read_token(answer: HttpAnswer) -> str | None:
    """As `parse_token`, of a whole answer."""
    if answer.status != 200:
        raise Malformed(say("driver.status", what="session login", status=answer.status))
    return parse_token(answer.body)
