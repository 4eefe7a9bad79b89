"""That logs can be read, and how large they are; their text is not kept."""

import hashlib

from fushinban.drivers.axis import _calls
from fushinban.drivers.axis._answers import refuse_error_text
from fushinban.drivers.axis._context import AxisContext
from fushinban.model.facts import AccessLog, SystemLog


async def get_system_log(device: AxisContext) -> SystemLog:
    """systemlog.cgi, which administrators may read."""
    return parse_system_log(await device.get(_calls.SYSTEM_LOG))


async def get_access_log(device: AxisContext) -> AccessLog:
    """accesslog.cgi; empty where the device does not keep one."""
    return parse_access_log(await device.get(_calls.ACCESS_LOG))


def parse_system_log(data: bytes) -> SystemLog:
    """Lines, bytes and SHA-256. Raises NotSupported and Malformed for what stands in the place of a log."""
    refuse_error_text(data, "systemlog.cgi")
    return SystemLog(lines=len(data.splitlines()), size=len(data), digest=hashlib.sha256(data).hexdigest())


def parse_access_log(data: bytes) -> AccessLog:
    """The same for the access log."""
    refuse_error_text(data, "accesslog.cgi")
    return AccessLog(lines=len(data.splitlines()), size=len(data), digest=hashlib.sha256(data).hexdigest())
