"""How Dahua's CGI is asked, and what its errors mean. All that is asked reads."""

import re

from fushinban.drivers._maker_values import clip, pairs
from fushinban.drivers._maker_web import MakerWeb, open_web
from fushinban.errors import Denied, DeviceError, Malformed, NotSupported
from fushinban.messages import say
from fushinban.transport.session import Session

SYSTEM = "/cgi-bin/magicBox.cgi?action=getSystemInfo"
VERSION = "/cgi-bin/magicBox.cgi?action=getSoftwareVersion"
VENDOR = "/cgi-bin/magicBox.cgi?action=getVendor"
TYPE = "/cgi-bin/magicBox.cgi?action=getDeviceType"
UPTIME = "/cgi-bin/magicBox.cgi?action=getUpTime"
USERS = "/cgi-bin/userManager.cgi?action=getUserInfoAll"
ACTIVE_USERS = "/cgi-bin/userManager.cgi?action=getActiveUserInfoAll"
TIME = "/cgi-bin/global.cgi?action=getCurrentTime"
CAMERA_STATES = "/cgi-bin/LogicDeviceManager.cgi?action=getCameraState&uniqueChannels=-1"
BACKUP = "/cgi-bin/Config.backup?action=All"
LOG = "/cgi-bin/log.cgi?action="

#: An unknown action is told with 400, and its text says so.
_READ = (200, 400)
_ABSENT = re.compile(r"bad request|not (?:implement|support|found|exist)|unknown|no such|invalid (?:name|config)", re.I)
_REFUSED = re.compile(r"authority|permission|privilege", re.I)


async def open_dahua(session: Session) -> MakerWeb:
    """The CGI interface; getSystemInfo goes ahead of all others and proves it."""
    return await open_web(MakerWeb(session=session, read=_READ), SYSTEM, values)


async def config(web: MakerWeb, name: str) -> bytes:
    """One table of the configuration. Raises Denied with the doubt that this maker leaves: see its message."""
    try:
        return await web.ask(f"/cgi-bin/configManager.cgi?action=getConfig&name={name}")
    except Denied:
        if web.gate is not None:
            raise
        raise Denied(say("dahua.denied-or-unknown", name=name)) from None


async def maybe(web: MakerWeb, path: str) -> bytes:
    """As `ask`, or nothing where the device does not have it or does not let this account see it."""
    try:
        return await web.ask(path)
    except (NotSupported, Malformed, Denied):
        return b""


def values(data: bytes) -> dict[str, str]:
    """The lines `name=value` (CRLF) of an answer. An error's text (`Error`, line end, `Bad Request!`) raises."""
    error = error_in(data)
    if error is not None:
        raise error
    return pairs(data)


def error_in(data: bytes) -> DeviceError | None:
    """What the text of an error means; devices send it with 200 as well as with 400."""
    if data[:5].lower() != b"error":
        return None
    reason = clip(data[5:400].decode("utf-8", "replace")) or "Error"
    if _REFUSED.search(reason):
        return Denied(say("dahua.denied", reason=reason))
    if _ABSENT.search(reason):
        return NotSupported(say("dahua.absent", reason=reason))
    return Malformed(say("dahua.error", reason=reason))


def table(data: bytes, name: str) -> dict[str, str]:
    """The settings of one table without `table.<name>.`; rows keep their `[0].`. Raises Malformed where it is empty."""
    start = f"table.{name}"
    found = {
        key[len(start) :].removeprefix("."): value
        for key, value in values(data).items()
        if key.startswith((f"{start}.", f"{start}["))
    }
    if not found:
        raise Malformed(say("maker_web.missing", name=start))
    return found
