"""That logs can be read, and how large they are; their text is not kept."""

import hashlib

from fushinban.drivers.onvif import _calls
from fushinban.drivers.onvif._attachments import open_parts
from fushinban.drivers.onvif._context import OnvifContext
from fushinban.drivers.onvif._read import answer, need
from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.model.facts import AccessLog, SystemLog
from fushinban.transport.xml import child

_GZIP = b"\x1f\x8b"


async def get_system_log(device: OnvifContext) -> SystemLog:
    """GetSystemLog, type System."""
    return parse_system_log(await device.ask(_calls.GET_SYSTEM_LOG))


async def get_access_log(device: OnvifContext) -> AccessLog:
    """GetSystemLog, type Access."""
    return parse_access_log(await device.ask(_calls.GET_ACCESS_LOG))


def parse_system_log(data: bytes) -> SystemLog:
    """Lines, bytes and SHA-256 of the log in GetSystemLogResponse.

    An empty digest: the log stood in a part beside the envelope that did not come along, and was not measured.
    """
    lines, size, digest = _measured(data)
    return SystemLog(lines=lines, size=size, digest=digest)


def parse_access_log(data: bytes) -> AccessLog:
    """The same for the access log."""
    lines, size, digest = _measured(data)
    return AccessLog(lines=lines, size=size, digest=digest)


def _measured(data: bytes) -> tuple[int, int, str]:
    content = _content(data)
    if content is None:
        return 0, 0, ""
    # what is packed has no lines to count, and is not unpacked: it may be a bomb
    packed = content.startswith(_GZIP) or b"\0" in content
    return (0 if packed else len(content.splitlines())), len(content), hashlib.sha256(content).hexdigest()


def _content(data: bytes) -> bytes | None:
    log = need(answer(data, "GetSystemLogResponse"), "SystemLog")
    binary, text = child(log, "Binary"), child(log, "String")
    if binary is not None:
        return open_parts(data).find(binary)
    if text is not None:
        return (text.text or "").encode()
    raise Malformed(say("onvif.missing", element="String"))
