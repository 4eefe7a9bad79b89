"""The predicted exposure as controls speak of it: whose word it is, how far it holds, which lines cause what."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from fushinban.clock import shown
from fushinban.controls._addresses import is_global
from fushinban.controls._looks import FRESH_DAYS
from fushinban.controls._saying import joined, names
from fushinban.model.control import Evidence
from fushinban.model.exposure import Reach, SiteExposure
from fushinban.model.filtering import Line
from fushinban.model.intervals import written_addresses
from fushinban.model.router import Origin
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

#: Lines that one piece of evidence names, addresses that one sentence names.
_LINES, _ADDRESSES = 4, 4


def configured(view: DeviceView) -> SiteExposure | None:
    """The exposure, where it stands on a configuration and not on UPnP mappings alone."""
    exposure = view.exposure
    return exposure if exposure is not None and exposure.told is not None else None


def at_router(view: DeviceView) -> SiteExposure | None:
    """The same, where this device is the router that it speaks of."""
    exposure = configured(view)
    return exposure if exposure is not None and exposure.router == view.device.id else None


def doubts(exposure: SiteExposure, now: datetime) -> tuple[Text, ...]:
    """Why it may not be all, or not be so any more; none where it can be relied on."""
    found = [*_gaps(exposure), *_age(exposure, now)]
    if not found and not exposure.prediction.complete:
        conditions = Text(
            "ルータの設定に、設定だけでは判断できない条件がある",
            "the router's configuration has conditions that cannot be evaluated",
        )
        found.append(conditions)
    if not exposure.alone:
        found.append(Text("ほかにもルータがある", "there are other routers"))
    return tuple(found)


def _gaps(exposure: SiteExposure) -> tuple[Text, ...]:
    if exposure.told is None:
        return (Text("ルータの設定全体は読み取れていない", "the router's whole configuration was not read"),)
    unread = len(exposure.prediction.unread)
    text = Text(
        "ルータの設定に読み取れなかった行が{n}行ある", "{n} line(s) of the router's configuration were not understood"
    )
    return (text.fill(n=unread),) if unread else ()


def _age(exposure: SiteExposure, now: datetime) -> tuple[Text, ...]:
    told = exposure.told
    text = Text("ルータの設定が{days}日より前のものである", "the router's configuration is older than {days} days")
    is_old = told is not None and now - told.at > timedelta(days=FRESH_DAYS)
    return (text.fill(days=FRESH_DAYS),) if is_old else ()


def hedge(exposure: SiteExposure, now: datetime) -> Text:
    """What a sentence on something that was found adds where it may not be so; empty where it is certain."""
    found = (*_gaps(exposure), *_age(exposure, now))
    text = Text("ただし、{why}、実際と違うことがあります。", " This may not be so, as {why}.")
    return text.fill(why=because(found)) if found else Text("", "")


def because(reasons: Iterable[Text]) -> Text:
    """Reasons as one part of a sentence."""
    several = tuple(reasons)
    return Text("うえ、".join(t.ja for t in several) + "ため", " and ".join(t.en for t in several))


def evidence(exposure: SiteExposure, text: Text) -> Evidence:
    """Something that the configuration says."""
    return Evidence(text=text, source=f"exposure {exposure.prediction.kind}")


def told_evidence(exposure: SiteExposure) -> Evidence:
    """Which configuration it is, and of when."""
    told = exposure.told
    if told is None:
        return evidence(exposure, Text("ルータのUPnPの割り当てによる", "By the router's UPnP mappings"))
    text = {
        Origin.FILE: Text(
            "読み込んだルータの設定「{name}」（{at}）", "Router configuration handed in: “{name}” ({at})"
        ),
        Origin.DEVICE: Text(
            "ルータ「{name}」から読み取った設定（{at}）", "Configuration read from the router “{name}” ({at})"
        ),
    }[told.origin]
    return evidence(exposure, text.fill(name=told.name, at=shown(told.at)))


def lines_text(lines: Iterable[Line]) -> Text:
    """`12行目「pass in …」`, the first few; a word on the maker's default where no line says it."""
    several = tuple(lines)
    if not several:
        return Text("メーカーの初期値（設定に記載なし）", "the maker's default (no line says so)")
    told = joined(_line_text(line) for line in several[:_LINES])
    rest = len(several) - _LINES
    return Text("{list}、ほか{n}行", "{list}, and {n} more").fill(list=told, n=rest) if rest > 0 else told


def _line_text(line: Line) -> Text:
    quoted = Text(f"「{line.text}」", f"“{line.text}”")
    return Text(f"{line.number}行目{quoted.ja}", f"line {line.number} {quoted.en}") if line.number else quoted


def for_everybody(reach: Reach) -> bool:
    """Whether practically everybody comes through: all, or all but a few."""
    return reach.anyone or len(reach.left_out.ranges) < len(reach.sources.ranges)


def who_text(exposure: SiteExposure, reach: Reach) -> Text:
    """Who comes through, as the beginning of an English sentence and before 接続できる in a Japanese one."""
    outside = exposure.outside
    outer = (
        bool(outside)
        and not any(is_global(str(a)) for a in outside if a.version == 4)
        and not any(a.version == 6 for a in outside)
    )
    if not for_everybody(reach):
        return limited_text(reach)
    if outer:
        return Text("ルータの外側のだれからでも", "Anybody outside the router")
    return Text("インターネットのだれからでも", "Anybody on the internet")


def limited_text(reach: Reach) -> Text:
    """Those few who come through."""
    text = Text("外部の決まった相手（{list}）から", "Certain outside addresses ({list})")
    return text.fill(list=sources_text(reach))


def sources_text(reach: Reach) -> Text:
    """Their addresses, the first few."""
    some = written_addresses(reach.sources)
    more = Text("など", " and others") if len(some) > _ADDRESSES else Text("", "")
    return Text("{list}{more}", "{list}{more}").fill(list=names(some[:_ADDRESSES]), more=more)
