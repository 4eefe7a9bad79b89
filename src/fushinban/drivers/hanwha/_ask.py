"""How SUNAPI is asked, and what its errors mean. JSON is wished for; older devices answer with lines all the same."""

import re

from fushinban.drivers._maker_values import Tree, pairs, tree, whole
from fushinban.drivers._maker_web import MakerWeb, open_web_as_stranger
from fushinban.errors import Denied, DeviceError, Malformed, NotSupported, Unreachable
from fushinban.messages import say
from fushinban.transport.session import Session

#: Answered by devices from SUNAPI 2.5.5 on, to everybody.
STATUS = "/init-cgi/pw_init.cgi?msubmenu=statuscheck&action=view"
JSON = {"Accept": "application/json"}

#: Error codes of the SUNAPI 2.6.3 introduction, chapter 1.8. 612: there is no such configuration (an empty list).
_ABSENT = frozenset({600, 601, 608, 612, 700})
_DENIED = frozenset({609})
_BUSY = frozenset({610, 614})
NOTHING_SET = 612

_ERROR = re.compile(rb"\s*NG\b.{0,40}?Error Code:\s*(\d{1,5})", re.DOTALL | re.IGNORECASE)


def view(cgi: str, submenu: str) -> str:
    """The path of what is set in one submenu."""
    return f"/stw-cgi/{cgi}.cgi?msubmenu={submenu}&action=view"


DEVICE = view("system", "deviceinfo")
DATE = view("system", "date")


async def open_hanwha(session: Session) -> MakerWeb:
    """SUNAPI; the state of its set-up goes ahead. A device that nobody has set up is sent no login."""
    web = MakerWeb(session=session, headers=JSON)
    return await open_web_as_stranger(web, STATUS, DEVICE, answer, may_log_in)


def may_log_in(status: bytes) -> None:
    """Raise Denied where the device says that it has no password yet: all its other functions are closed until then."""
    if is_set_up(answer(status)) is False:
        raise Denied(say("hanwha.not-set-up"))


def is_set_up(status: Tree) -> bool | None:
    """`Initialized` of the set-up state; None where it is not told."""
    return status.switch("Initialized")


async def maybe(web: MakerWeb, path: str) -> bytes:
    """As `ask`, or nothing where the device does not have it or does not let this account see it."""
    try:
        raw = await web.ask(path)
        answer(raw)
    except (NotSupported, Malformed, Denied):
        return b""
    return raw


def answer(data: bytes) -> Tree:
    """An answer in JSON or lines `name=value`. Error codes raise, in either form; they come with status 200."""
    code = error_code(data)
    if code is not None:
        raise _error(code)
    if data.lstrip()[:1] in (b"{", b"["):
        return tree(data)
    return Tree(pairs(data))


def error_code(data: bytes) -> int | None:
    """The code of an error answer (`NG`, or `"Response": "Fail"`); None for other answers."""
    seen = _ERROR.match(data[:400])
    if seen is not None:
        return int(seen[1])
    if b'"Fail"' not in data[:400] or data.lstrip()[:1] != b"{":
        return None
    found = tree(data)
    if found.text("Response").lower() != "fail":
        return None
    return whole(found.at("Error", "Code").value) or 0


def _error(code: int) -> DeviceError:
    if code in _ABSENT:
        return NotSupported(say("hanwha.absent", code=code))
    if code in _DENIED:
        return Denied(say("hanwha.denied", code=code))
    if code in _BUSY:
        return Unreachable(say("hanwha.busy", code=code))
    return Malformed(say("hanwha.error", code=code))


def rows(found: Tree, name: str, sign: str) -> list[Tree]:
    """The rows of a list in JSON; devices that answer in lines tell their only one as plain names (`sign` among them).

    Raises Malformed where there is neither.
    """
    listed = found.at(name)
    if listed.rows or isinstance(listed.value, list):
        return listed.rows
    if found.at(sign).there:
        return [found]
    raise Malformed(say("maker_web.missing", name=name))
