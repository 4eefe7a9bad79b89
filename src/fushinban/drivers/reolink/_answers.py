"""What Reolink's answers mean: a list with one member per command, each with its value or its error."""

import re

from fushinban.drivers._maker_values import Tree, clip, tree
from fushinban.errors import Denied, DeviceError, Locked, Malformed, NotSupported, Unreachable
from fushinban.messages import say
from fushinban.transport.values import HttpAnswer

#: `rspCode` of errors. -5, -6 and -7 are seen with real devices; the others are those that public clients know.
NOT_LOGGED_IN, REFUSED, SESSIONS_FULL = -6, -7, -5
_ABSENT = frozenset({-4, -9, -12, -24, -26})
_BUSY = frozenset({-8, -10, -16, -17, -31})

_ABSENT_TEXT = re.compile(r"not support|ability error|error command|get config failed", re.I)
_LOCKED_TEXT = re.compile(r"lock|too many|frequent|try again later", re.I)
_REFUSED_TEXT = re.compile(r"login failed|password|invalid user|user.*(?:not exist|invalid)", re.I)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,128}")


def member(data: bytes, command: str) -> Tree:
    """The member of an answer that belongs to a command. Raises Malformed where there is none."""
    for row in tree(data).rows:
        if row.text("cmd") == command:
            return row
    raise Malformed(say("maker_web.missing", name=clip(command)))


def value(data: bytes, command: str, *names: str) -> Tree:
    """What a command answered, at the end of a path of names. Raises what its error means."""
    row = member(data, command)
    error = error_of(row, command)
    if error is not None:
        raise error
    return row.need("value", *names)


def code_of(row: Tree) -> int:
    """`rspCode` of an error; 0 where there is none to be read."""
    code = row.at("error", "rspCode").value
    return code if isinstance(code, int) and not isinstance(code, bool) else 0


def error_of(row: Tree, command: str) -> DeviceError | None:
    """The error of one member; None where it has a value."""
    if row.at("code").value == 0 and not row.at("error").there:
        return None
    code, detail = code_of(row), row.at("error").text("detail")
    said = {"command": clip(command), "reason": f"{detail} {code}".strip()}
    if _LOCKED_TEXT.search(detail):
        return Locked(say("transport.locked-device", what=said["reason"]))
    if code in _ABSENT or _ABSENT_TEXT.search(detail):
        return NotSupported(say("reolink.absent", **said))
    if code in (NOT_LOGGED_IN, REFUSED):
        return Denied(say("reolink.denied", **said))
    if code == SESSIONS_FULL:
        return Unreachable(say("reolink.sessions-full", reason=said["reason"]))
    if code in _BUSY:
        return Unreachable(say("reolink.busy", **said))
    return Malformed(say("reolink.error", **said))


def parse_needs_login(data: bytes) -> bool:
    """Whether a command that was asked without a login is refused for that, as this interface does it.

    Raises Malformed for answers that are not of this interface: then no password is sent there.
    """
    row = member(data, "GetDevInfo")
    if row.at("code").value == 0:
        row.need("value", "DevInfo")
        return False
    if code_of(row) == NOT_LOGGED_IN or "login first" in row.at("error").text("detail").lower():
        return True
    raise error_of(row, "GetDevInfo") or Malformed(say("maker_web.missing", name="rspCode"))


def parse_is_one_error(data: bytes) -> bool:
    """Whether one error came instead of an answer to each of several commands: one that the device does not know, or
    a time limit, spoils them all. Raises Denied and Locked where the session is not accepted at all.
    """
    rows = tree(data).rows
    if len(rows) != 1:
        return False
    error = error_of(rows[0], rows[0].text("cmd"))
    if isinstance(error, Denied | Locked):
        raise error
    return True


def read_token(answer: HttpAnswer) -> str | None:
    """The token of a login; None where it is plainly refused. Raises for every other answer, Locked for a lock."""
    if answer.status != 200:
        raise Malformed(say("driver.status", what="Login", status=answer.status))
    return parse_token(answer.body)


def parse_token(data: bytes) -> str | None:
    """The same for the body alone."""
    row = member(data, "Login")
    error = error_of(row, "Login")
    if error is None:
        token = row.at("value", "Token").text("name")
        if not _TOKEN.fullmatch(token):
            raise Malformed(say("maker_web.missing", name="Token"))
        return token
    detail = row.at("error").text("detail")
    if isinstance(error, Locked) or not (code_of(row) == REFUSED or _REFUSED_TEXT.search(detail)):
        raise error
    return None
