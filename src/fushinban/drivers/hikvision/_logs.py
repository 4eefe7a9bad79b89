"""That the log and the configuration can be read, and how large they are; what is in them is not kept."""

import hashlib

from fushinban import clock
from fushinban.drivers._maker_values import whole
from fushinban.drivers.hikvision import _calls
from fushinban.drivers.hikvision._context import IsapiContext
from fushinban.drivers.hikvision._read import below, document, refusal, words
from fushinban.errors import Malformed, NotSupported
from fushinban.messages import say
from fushinban.model.facts import ConfigurationExport, SystemLog
from fushinban.transport.xml import local, parse

#: Pages of the log of one day that are measured.
_PAGES = 5

_MORE = "MORE"


async def get_system_log(device: IsapiContext) -> SystemLog:
    """logSearch over the last day, page by page, at most five of them."""
    search, end, position = _calls.new_search(), clock.now(), 0
    pages: list[bytes] = []
    while len(pages) < _PAGES:
        page = await device.log_page(_calls.ask_log(device.door, search, end, position))
        rows, more = parse_log_page(page)
        pages.append(page)
        position += rows
        if not more or not rows:
            break
    return measure_log(pages, position)


async def get_configuration_export(device: IsapiContext) -> ConfigurationExport:
    """configurationData, which newer firmware only gives to who sets a password for it: that is not done."""
    await device.can("configurationData", "SecurityCap", "isSupportConfigFileExport")
    return parse_configuration(await device.get(_calls.CONFIGURATION))


def parse_log_page(data: bytes) -> tuple[int, bool]:
    """Rows on this page of the log, and whether there are more. Raises Malformed for a page that contradicts itself."""
    root = document(data, _calls.LOG_SEARCH, "CMSearchResult")
    status = words(root, "responseStatusStrg").upper()
    told = whole(words(root, "numOfMatches"), 100_000)
    found = sum(1 for _ in below(root, "searchMatchItem"))
    if not status or (told is not None and told != found):
        raise Malformed(say("hikvision.no-value", what=_calls.LOG_SEARCH, name="numOfMatches"))
    return found, status == _MORE


def measure_log(pages: list[bytes], rows: int) -> SystemLog:
    """Rows, bytes and SHA-256 over all pages."""
    whole_ = b"".join(pages)
    return SystemLog(lines=rows, size=len(whole_), digest=hashlib.sha256(whole_).hexdigest())


def parse_configuration(data: bytes) -> ConfigurationExport:
    """Size and SHA-256 of an export. Raises what a document in its place means."""
    if data.lstrip()[:1] == b"<":
        root = parse(data)
        said = refusal(root, _calls.CONFIGURATION) if local(root) == "ResponseStatus" else None
        raise said or Malformed(say("hikvision.unreadable", what=_calls.CONFIGURATION))
    if not data:
        raise NotSupported(say("hikvision.key-wanted"))
    return ConfigurationExport(size=len(data), digest=hashlib.sha256(data).hexdigest())
