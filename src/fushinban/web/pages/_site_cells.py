"""The devices of a site: what stands in each column."""

from dataclasses import dataclass

from fushinban.messages import Lang, say
from fushinban.model.control import Outcome
from fushinban.model.listing import DeviceLine
from fushinban.web.listing import Column
from fushinban.web.markup import NOTHING, Markup, Pattern
from fushinban.web.pages._overview_cells import counted, failures
from fushinban.web.tags.words import shown_moment, words
from fushinban.web.ways import way


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRow:
    """One line of the table of devices."""

    line: DeviceLine
    model: str


_NAME = Pattern('<a href="{address}">{title}</a>{ignored}')
_IGNORED = Pattern("<br><small>{word}</small>")
_ADDRESS = Pattern("<code>{address}</code>")


def _name(row: DeviceRow, lang: Lang) -> Markup:
    device = row.line.device
    ignored = _IGNORED(word=words(lang, "page_site.ignored")) if device.ignored else NOTHING
    return _NAME(address=way("device", device.site, device.id), title=device.title, ignored=ignored)


COLUMNS = (
    Column(key="name", label=say("page_site.device"), fixed=True, cell=_name, head=True),
    Column(
        key="kind", label=say("page_site.device-kind"), cell=lambda row, lang: row.line.device.kind.label.of(lang)
    ),
    Column(
        key="address", label=say("page_site.device-address"),
        cell=lambda row, _lang: _ADDRESS(address=row.line.device.address),
    ),
    Column(key="model", label=say("page_site.device-model"), cell=lambda row, _lang: row.model or "–"),
    Column(
        key="firmware", label=say("page_site.device-firmware"), cell=lambda row, _lang: row.line.device.firmware or "–"
    ),
    Column(
        key="failed", label=say("page_overview.column-failed"), number=True,
        cell=lambda row, lang: failures(lang, row.line.failed, row.line.accepted),
    ),
    Column(
        key="unknown", label=say("page_overview.column-unknown"), number=True,
        cell=lambda row, lang: counted(lang, Outcome.UNKNOWN, row.line.unknown),
    ),
    Column(
        key="seen", label=say("page_site.device-seen"),
        cell=lambda row, lang: shown_moment(row.line.device.last_seen, lang),
    ),
)  # fmt: skip
