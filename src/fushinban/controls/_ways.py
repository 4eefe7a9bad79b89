"""Ways from outside to the inside that the router's configuration opens, as controls speak of them."""

from collections.abc import Iterable

from fushinban.controls._exposure import evidence, for_everybody, lines_text, told_evidence, who_text
from fushinban.controls._openings import name_of, reach_sentence, whose
from fushinban.controls._saying import joined, names
from fushinban.model.control import Evidence, Severity
from fushinban.model.device import VIDEO_KINDS
from fushinban.model.exposure import SiteExposure, Stopped
from fushinban.model.filtering import ForwardKind
from fushinban.model.intervals import ANY_PORT, Intervals, written_addresses, written_ports
from fushinban.model.opening import WayIn
from fushinban.model.text import Text
from fushinban.model.view import DeviceView

#: Ways, things and ports that one sentence names.
_WAYS, _THINGS, _PORTS = 5, 3, 4


def unplanned_ways(view: DeviceView) -> tuple[WayIn, ...]:
    """Those that nobody planned."""
    return tuple(way for way in view.ways if not way.planned)


def certain(ways: Iterable[WayIn]) -> tuple[WayIn, ...]:
    """Those that hang on no condition."""
    return tuple(way for way in ways if way.row.reach.certain)


def ways_text(ways: Iterable[WayIn], own: str = "") -> Text:
    """`外側の8080番（TCP）から「入口」（192.0.2.20）の80番`, the first few; `own`: the device that is spoken of."""
    several = _alike(ways)
    told = joined(_way_text(some, own) for some in several[:_WAYS])
    rest = len(several) - _WAYS
    return Text("{list}、ほか{n}件", "{list}, and {n} more").fill(list=told, n=rest) if rest > 0 else told


def _alike(ways: Iterable[WayIn]) -> list[list[WayIn]]:
    """Ways that differ in nothing but their protocols, together."""
    found: dict[tuple[object, ...], list[WayIn]] = {}
    for way in ways:
        row, reach = way.row, way.row.reach
        goal = (row.inside, row.inside_interface, ports_text(row.inside_ports))
        key = (row.kind, reach.family, ports_text(reach.outside_ports), *goal, reach.sources, reach.lines)
        found.setdefault(key, []).append(way)
    return list(found.values())


def _way_text(alike: list[WayIn], own: str) -> Text:
    way, row = alike[0], alike[0].row
    text = Text("外側の{outside}（{protocol}）から{who}{inside}", "outside {outside} ({protocol}) to {inside}{who}")
    if row.kind is ForwardKind.DIRECT:
        text = Text("{who}{inside}（{protocol}）に直接", "directly to {inside}{who} ({protocol})")
    spoken_of = way.device is not None and way.device.id == own
    return text.fill(
        outside=ports_text(row.reach.outside_ports), inside=ports_text(row.inside_ports),
        protocol=joined(dict.fromkeys(_protocol(one) for one in alike)),
        who=Text("この機器の", " of this device") if spoken_of else _whose(way),
    )  # fmt: skip


def _protocol(way: WayIn) -> Text:
    name = way.row.protocol
    return Text("その他", "others") if name == "other" else Text(name.upper(), name.upper())


def _whose(way: WayIn) -> Text:
    """Whose ports these are; the prediction may know a name where the device itself is not at hand."""
    goal, device, known = _goal(way), way.device, way.row.devices
    title = device.title if device is not None else known[0] if len(known) == 1 else ""
    if way.row.inside.size != 1:
        named = Text(f"「{title}」", f"“{title}”") if device is not None else _network(way)
        return Text(f"{named.ja}の", f" of {named.en}")
    if device is None and title and title != goal:
        return Text(f"「{title}」（{goal}）の", f" of “{title}” ({goal})")
    if device is None and known:
        return Text(f"{goal} の", f" of {goal}")
    return whose(goal, device)


def _network(way: WayIn) -> Text:
    name = way.row.inside_interface
    return Text(f"内側のネットワーク（{name}）の機器", f"devices in the inside network ({name})")


def ports_text(ports: Intervals) -> Text:
    """`8080番`, `すべてのポート`."""
    if not ports or ports == ANY_PORT:
        return Text("すべてのポート", "all ports")
    some = written_ports(ports)
    more = Text("など", " and others") if len(some) > _PORTS else Text("", "")
    return Text("{list}番{more}", "port {list}{more}").fill(list=names(some[:_PORTS]), more=more)


def _goal(way: WayIn) -> str:
    """The inside address; the inside interface where it is not one."""
    return written_addresses(way.row.inside)[0] if way.row.inside.size == 1 else way.row.inside_interface


def ways_reach(exposure: SiteExposure, ways: Iterable[WayIn]) -> Text:
    """Who sees or reaches what, one sentence for each thing behind, the gravest first."""
    behind: dict[str, WayIn] = {}
    for way in sorted(ways, key=lambda w: (not w.picture, not for_everybody(w.row.reach))):
        behind.setdefault(way.device.id if way.device is not None else _goal(way), way)
    told = [_reach(exposure, way) for way in list(behind.values())[:_THINGS]]
    return Text("".join(t.ja for t in told), " ".join(t.en for t in told))


def _reach(exposure: SiteExposure, way: WayIn) -> Text:
    video = way.device is not None and way.device.kind in VIDEO_KINDS
    who = who_text(exposure, way.row.reach)
    return reach_sentence(_thing(way), who, picture=way.picture and way.device is not None, video=video)


def _thing(way: WayIn) -> Text:
    if way.device is None and way.row.inside.size != 1:
        return _network(way)
    return name_of(way.device, _goal(way))


def ways_evidence(exposure: SiteExposure, ways: Iterable[WayIn]) -> tuple[Evidence, ...]:
    """Each way with the lines that cause it, and whose word it is."""
    text = Text("{way}、原因の行：{lines}", "{way}; caused by: {lines}")
    told = (
        evidence(exposure, text.fill(way=_way_text(some, ""), lines=lines_text(some[0].row.reach.lines)))
        for some in _alike(ways)[:_WAYS]
    )
    return (*told, told_evidence(exposure))


def stopped_evidence(exposure: SiteExposure) -> tuple[Evidence, ...]:
    """Forwards that let nothing through now: whoever changes a filter opens them."""
    rows: tuple[Stopped, ...] = exposure.prediction.stopped[:_WAYS]
    text = Text(
        "いまは何も通らない転送（使わないなら削除してください）：{lines}",
        "A forward that lets nothing through now (remove it where it is not used): {lines}",
    )
    return tuple(evidence(exposure, text.fill(lines=lines_text(row.lines))) for row in rows)


def worst_way(ways: Iterable[WayIn]) -> Severity | None:
    """CRITICAL where everybody sees pictures, HIGH where everybody reaches a camera, recorder or something unknown."""
    for_all = [w for w in ways if for_everybody(w.row.reach)]
    if any(w.picture for w in for_all):
        return Severity.CRITICAL
    return Severity.HIGH if any(w.device is None or w.device.kind in VIDEO_KINDS for w in for_all) else None
