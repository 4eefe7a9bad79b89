"""That the log can be read: it is searched as the device wants it, in pages, and in a few of them only."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from urllib.parse import quote

from fushinban import clock
from fushinban.drivers._maker_values import indexed, whole
from fushinban.drivers._maker_web import MakerWeb
from fushinban.drivers.dahua._ask import LOG, values
from fushinban.errors import DeviceError, Malformed
from fushinban.messages import say
from fushinban.model.facts import SystemLog

#: Entries of one page, and pages at most.
PAGE, PAGES = 100, 5
#: The device takes its own local time; a day more covers every zone.
_BACK, _AHEAD = timedelta(days=7), timedelta(days=1)
_TOKEN = re.compile(r"[\w-]{1,40}")


async def get_system_log(web: MakerWeb) -> SystemLog:
    """startFind, doFind, stopFind over the last week: at most 500 entries, those about accounts among them.

    The search is closed on the device whatever happens. The entries about accounts alone are the same log searched
    again; they are not asked for.
    """
    token = parse_token(await web.ask(search_path(clock.now())))
    try:
        lines, size, digest = await _read(lambda: web.ask_anew(f"{LOG}doFind&token={token}&count={PAGE}"))
    finally:
        await _close(web, token)
    return SystemLog(lines=lines, size=size, digest=digest)


async def _close(web: MakerWeb, token: str) -> None:
    try:
        await web.ask_anew(f"{LOG}stopFind&token={token}")
    except DeviceError:
        return  # what was read is read; the device ends an old search by itself


async def _read(next_page: Callable[[], Awaitable[bytes]]) -> tuple[int, int, str]:
    lines, size, digest = 0, 0, hashlib.sha256()
    for _ in range(PAGES):
        page = await next_page()
        found = parse_page(page)
        lines, size = lines + found, size + len(page)
        digest.update(page)
        if found < PAGE:
            break
    return lines, size, digest.hexdigest()


def search_path(now: datetime) -> str:
    """The request that opens a search over the last week."""
    start, end = (quote(f"{moment:%Y-%m-%d %H:%M:%S}", safe=":") for moment in (now - _BACK, now + _AHEAD))
    return f"{LOG}startFind&condition.StartTime={start}&condition.EndTime={end}"


def parse_token(data: bytes) -> str:
    """The `token` of a search that was opened; it goes into the next request, so nothing but a plain word is taken."""
    token = values(data).get("token", "")
    if not _TOKEN.fullmatch(token):
        raise Malformed(say("maker_web.missing", name="token"))
    return token


def parse_page(data: bytes) -> int:
    """How many entries (`items[i].Time`…) are in one page; `found` says 0 where there are none."""
    found = values(data)
    rows = len(indexed(found, "items"))
    if not rows and whole(found.get("found")) is None:
        raise Malformed(say("maker_web.missing", name="found"))
    return rows
