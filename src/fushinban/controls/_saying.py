"""How controls say things: evidence with its source, lists in both languages, references, reasons of 検証不可."""

from collections.abc import Iterable

from fushinban.model.control import Evidence, Verdict, unknown
from fushinban.model.device import VIDEO_KINDS, DeviceKind
from fushinban.model.facts.base import Fact
from fushinban.model.text import Text, say
from fushinban.model.view import DeviceView

#: Devices that show pictures, and those of which we could not find out whether they do.
PERHAPS_VIDEO = VIDEO_KINDS | {DeviceKind.OTHER}

#: Devices to which the selection table of the guide speaks (cameras, recorders, routers).
SELECTED_KINDS = VIDEO_KINDS | {DeviceKind.ROUTER}


def guide(section: str) -> str:
    """Reference to a section of the guide."""
    return f"防犯カメラシステムネットワーク構築ガイドⅡ（別冊・抜粋版） {section}"


def etsi(*provisions: str) -> str:
    """Reference to provisions of the European baseline for consumer devices."""
    return "ETSI EN 303 645: " + ", ".join(provisions)


def jc_star(*criteria: str) -> str:
    """Reference to criteria of the Japanese JC-STAR label, level 1."""
    return "JC-STAR ★1: " + ", ".join(f"S1.1-{c}" for c in criteria)


def seen(view: DeviceView, fact: type[Fact], text: Text) -> Evidence:
    """Evidence read from this fact, with the request and the digest of the raw answer."""
    return Evidence(text=text, source=view.source(fact), digest=view.digest(fact))


def note(ja: str, en: str) -> Evidence:
    """A remark that stands on no single answer of a device."""
    return Evidence(text=Text(ja, en))


def joined(texts: Iterable[Text]) -> Text:
    """Several texts as one list."""
    several = tuple(texts)
    return Text("、".join(t.ja for t in several), ", ".join(t.en for t in several))


def names(words: Iterable[object]) -> Text:
    """Several plain words (account names, addresses, ports) as one list."""
    several = [str(w) for w in words]
    return Text("、".join(several), ", ".join(several))


def why_missing(view: DeviceView, *facts: type[Fact]) -> Text:
    """Why these facts are not there: the title of each and how the device answered."""
    reasons = (say("check.missing", fact=f.title, answer=view.answer(f).label) for f in facts)
    return joined(reasons)


def could_not_read(view: DeviceView, *facts: type[Fact]) -> Verdict:
    """検証不可 because none of these facts could be read."""
    return unknown(say("check.could-not-read", reasons=why_missing(view, *facts)), *details(view, *facts))


def details(view: DeviceView, *facts: type[Fact]) -> tuple[Evidence, ...]:
    """What the collector noted about facts that were not answered."""
    readings = (view.readings.get(f) for f in facts)
    return tuple(
        Evidence(text=r.detail, source=f"{r.source.driver} {r.source.request}", digest=r.source.digest)
        for r in readings
        if r is not None and r.value is None and r.detail is not None
    )
