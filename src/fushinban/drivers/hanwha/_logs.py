"""That logs can be read, and how large they are; their text is not kept."""

import hashlib

from fushinban.drivers._maker_web import MakerWeb
from fushinban.drivers.hanwha._ask import NOTHING_SET, answer, error_code, view
from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.model.facts import AccessLog, SystemLog

SYSTEM_LOG, ACCESS_LOG = view("system", "systemlog"), view("system", "accesslog")


async def get_system_log(web: MakerWeb) -> SystemLog:
    """system systemlog."""
    return parse_system_log(await web.ask(SYSTEM_LOG))


async def get_access_log(web: MakerWeb) -> AccessLog:
    """system accesslog."""
    return parse_access_log(await web.ask(ACCESS_LOG))


def parse_system_log(data: bytes) -> SystemLog:
    """Entries, bytes and SHA-256 of the answer. The code 612 (nothing found) stands for an empty log."""
    return SystemLog(lines=_lines(data), size=len(data), digest=hashlib.sha256(data).hexdigest())


def parse_access_log(data: bytes) -> AccessLog:
    """The same for the access log."""
    return AccessLog(lines=_lines(data), size=len(data), digest=hashlib.sha256(data).hexdigest())


def _lines(data: bytes) -> int:
    if error_code(data) == NOTHING_SET:
        return 0
    if data.lstrip()[:1] != b"{":
        if error_code(data) is not None:
            answer(data)
        return _text_lines(data)
    members = answer(data).value
    lists = [v for v in members.values() if isinstance(v, list)] if isinstance(members, dict) else []
    if not lists:
        raise Malformed(say("maker_web.missing", name="Log"))
    return len(lists[0])


def _text_lines(data: bytes) -> int:
    """Entries of an answer in lines, of whatever form; a web page and bytes that are no text are none."""
    if not data.strip() or data.lstrip()[:1] == b"<" or b"\0" in data:
        raise Malformed(say("maker_web.no-values"))
    return sum(1 for line in data.splitlines() if line.strip())
