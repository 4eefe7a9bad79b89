"""What the exposure page draws: lines of ports, ways in beyond the look, the code for the phone."""

import io
from dataclasses import dataclass
from ipaddress import ip_address

import segno

from fushinban.jobs.exposure import Exposure
from fushinban.messages import Text, say
from fushinban.model.exposure import Opening, OwnReach, Prediction, Stopped, protocol_name
from fushinban.model.facts import Gate, PortState
from fushinban.model.filtering import Line
from fushinban.model.intervals import Intervals, address_of
from fushinban.model.mismatch import Agreement, ComparedPort
from fushinban.model.outside import OutsideLook
from fushinban.model.reflection import OUTSIDE_PORTS, SeenPort

_TLS = frozenset({443, 8443, 10443})
#: Ports that no browser shows anything at.
_NO_PAGES = frozenset({21, 22, 23, 554, 1935, 2323, 3389, 5555, 8554, 10554, 34567, 37777})
_OFFERED = 8
_OUTCOMES = {Agreement.AGREES: "pass", Agreement.NOT_SEEN: "unknown", Agreement.NOT_PREDICTED: "fail"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLine:
    """One open port of a look. `device`: what the prediction says stands behind it."""

    seen: SeenPort
    speaks: Text
    picture: Text
    readable: bool
    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookPart:
    """The newest look over one protocol."""

    look: OutsideLook
    family: str
    lines: tuple[SeenLine, ...]
    refused: int
    silent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchPart:
    """One port, predicted against observed. `mark`: colour word of the state."""

    port: ComparedPort
    family: str
    mark: str
    where: str
    observed: Text
    expected: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class WayPart:
    """One way in that the look does not cover, or one way in at all where there was no look."""

    outside: str
    protocol: str
    inside: str
    kind: Text
    who: Text
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedPart:
    """A forward of which nothing comes through. `by`: the lines that stop it; its own where only a default does."""

    outside: str
    inside: str
    reason: Text
    by: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code for the camera of a phone. `picture`: SVG of our own drawing."""

    url: str
    port: int
    picture: str


def headline(known: Exposure) -> tuple[Text, str]:
    """The one sentence, and the state word that colours it."""
    opened = [p for look in known.looks for p in look.seen.open]
    if any(p.picture is Gate.OPEN for p in opened):
        return say("page_exposure.sentence-picture"), "fail"
    if opened:
        return say("page_exposure.sentence-open", count=len(opened)), "fail"
    if known.looks:
        return say("page_exposure.sentence-nothing"), "pass"
    if known.reached:
        return known.reached[0], "fail"
    ways = ways_in(known.prediction) if known.prediction is not None else ()
    if ways:
        return say("page_exposure.sentence-predicted", count=len(ways)), "unknown"
    return say("page_exposure.sentence-never"), "unknown"


def look_part(look: OutsideLook, known: Exposure) -> LookPart:
    """A look with its open ports."""
    behind = {p.port: p for p in known.comparison.ports if p.family == look.family} if known.comparison else {}
    states = [p.state for p in look.seen.ports]
    return LookPart(
        look=look,
        family=f"IPv{look.family}",
        lines=tuple(_seen_line(p, behind.get(p.port)) for p in look.seen.open),
        refused=states.count(PortState.CLOSED),
        silent=states.count(PortState.FILTERED),
    )


def match_part(port: ComparedPort) -> MatchPart:
    """A port with its words."""
    return MatchPart(
        port=port,
        family=f"IPv{port.family}",
        mark=_OUTCOMES[port.agreement] if not (port.agreement is Agreement.AGREES and port.open) else "fail",
        where=_behind(port),
        observed=say(f"page_exposure.observed-{port.seen.state.value}"),
        expected=_expected(port),
    )


def ways_in(prediction: Prediction) -> tuple[WayPart, ...]:
    """Everything that the configuration lets in."""
    return (*map(way_part, prediction.openings), *(p for own in prediction.management for p in own_parts(own)))


def way_part(row: Opening) -> WayPart:
    """A way to an inside device."""
    names = "、".join(row.devices) or _span(row.inside) or row.inside_interface
    ports = f":{_numbers(row.inside_ports)}" if row.inside_ports else ""
    return WayPart(
        outside=_numbers(row.reach.outside_ports) or "–", protocol=row.protocol.upper(), inside=f"{names}{ports}",
        kind=row.kind.label, who=_who(row.reach.anyone, row.reach.sources), lines=row.reach.lines,
    )  # fmt: skip


def own_parts(own: OwnReach) -> tuple[WayPart, ...]:
    """The ways to one service of the router itself."""
    return tuple(
        WayPart(
            outside=_numbers(way.outside_ports) or "–", protocol={6: "TCP", 17: "UDP"}.get(own.service.protocol, "–"),
            inside=own.service.name, kind=say("page_exposure.kind-own"), who=_who(way.anyone, way.sources),
            lines=way.lines,
        )
        for way in own.ways
    )  # fmt: skip


def stopped_part(one: Stopped) -> StoppedPart:
    """A stopped forward with its words."""
    ports = f":{_numbers(one.inside_ports)}" if one.inside_ports else ""
    return StoppedPart(
        outside=f"{protocol_name(one.protocols).upper()} {_numbers(one.outside_ports) or '–'}",
        inside=f"{_span(one.inside)}{ports}", reason=one.obstacle.label, by=one.by or one.lines,
    )  # fmt: skip


def code_for(known: Exposure, asked: str) -> tuple[Code | None, tuple[int, ...]]:
    """The code for one port of the line's own last address, and the ports that may be chosen; None without a look."""
    if not known.looks:
        return None, ()
    look = known.looks[0]
    choices = _choices(look, known)
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    port = wanted if wanted in choices else choices[0]
    return Code(url=(url := _url(look.address, port)), port=port, picture=_drawn(url)), choices


def _choices(look: OutsideLook, known: Exposure) -> tuple[int, ...]:
    """Open ports first, then predicted ones, then the usual ports of web pages."""
    predicted = [p.port for p in known.comparison.ports if p.predicted] if known.comparison else []
    opened = sorted(look.seen.open, key=lambda p: (p.picture is not Gate.OPEN, p.speaks not in {"http", "https"}))
    wanted = [*(p.port for p in opened), *predicted, 80, 443, 8080, *OUTSIDE_PORTS]
    return tuple(dict.fromkeys(p for p in wanted if p not in _NO_PAGES))[:_OFFERED]


def _url(address: str, port: int) -> str:
    host = f"[{address}]" if ip_address(address).version == 6 else address
    scheme, usual = ("https", 443) if port in _TLS else ("http", 80)
    return f"{scheme}://{host}/" if port == usual else f"{scheme}://{host}:{port}/"


def _drawn(url: str) -> str:
    buffer = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        buffer, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, svgclass="qr", lineclass=None,
        omitsize=True,
    )  # fmt: skip
    return buffer.getvalue().decode()


def _seen_line(seen: SeenPort, behind: ComparedPort | None) -> SeenLine:
    return SeenLine(
        seen=seen,
        speaks=say(f"page_exposure.speaks-{seen.speaks if seen.speaks in _SPOKEN else 'none'}"),
        picture=_picture(seen),
        readable=seen.picture is Gate.OPEN,
        device=_behind(behind) if behind is not None else "",
    )


_SPOKEN = frozenset({"telnet", "ssh", "ftp", "http", "https", "rtsp"})


def _picture(seen: SeenPort) -> Text:
    return say(f"page_exposure.picture-{seen.picture.value if seen.picture is not None else 'none'}")


def _behind(port: ComparedPort) -> str:
    goals = [way_part(row).inside for row in port.rows]
    return "、".join(dict.fromkeys([*goals, *(own.service.name for own in port.own)]))


def _expected(port: ComparedPort) -> Text:
    if port.predicted:
        return say("page_exposure.expected-open")
    return say("page_exposure.expected-few" if port.rows or port.own else "page_exposure.expected-closed")


def _who(anyone: bool, sources: Intervals) -> Text:
    return say("page_exposure.who-anyone") if anyone else say("page_exposure.who-some", sources=_span(sources))


def _numbers(of: Intervals) -> str:
    shown = [str(first) if first == last else f"{first}–{last}" for first, last in list(of)[:4]]
    return ", ".join(shown) + (" …" if len(of.ranges) > 4 else "")


def _span(of: Intervals) -> str:
    ends = [(address_of(first), address_of(last)) for first, last in list(of)[:3]]
    shown = [str(a) if a == b else f"{a}–{b}" for a, b in ends]
    return ", ".join(shown) + (" …" if len(of.ranges) > 3 else "")
