"""Likely causes of a mismatch, the likeliest first. None is named that anything known speaks against."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address

from fushinban.clock import shown
from fushinban.model.exposure import Opening, OwnReach, Prediction, Reach, Stopped
from fushinban.model.facts.services import PortState
from fushinban.model.filtering import ForwardKind
from fushinban.model.filtering import Line as ConfigurationLine
from fushinban.model.intervals import IPAddress, address_of, number_of
from fushinban.model.intervals import network as covered
from fushinban.model.mismatch import Cause, InsideSeen, LikelyCause, Surroundings
from fushinban.model.reflection import SeenPort
from fushinban.model.router import Origin
from fushinban.model.text import Text, say
from fushinban.probe._line import Line

#: A configuration handed in this shortly before a look is taken to be the one in force.
_FRESH = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One port at which prediction and look differ. `answering`: inside addresses behind ports that were seen open."""

    prediction: Prediction
    line: Line
    seen: SeenPort
    rows: tuple[Opening, ...]
    own: tuple[OwnReach, ...]
    stopped: tuple[Stopped, ...]
    around: Surroundings
    answering: frozenset[IPAddress] = frozenset()

    @property
    def ways(self) -> tuple[Reach, ...]:
        """Everything that the prediction says of this port."""
        return (*(row.reach for row in self.rows), *(way for own in self.own for way in own.ways))

    @property
    def goal(self) -> tuple[IPAddress, int] | None:
        """Inside address and port, where the prediction names exactly one."""
        if len(self.rows) != 1 or self.own:
            return None
        return inside_of(self.rows[0], self.line.address, self.seen.port)

    @property
    def device(self) -> InsideSeen | None:
        """The device at the goal, as the last inspection saw it."""
        goal = self.goal
        return next((d for d in self.around.devices if goal and goal[0] in d.addresses), None)

    @property
    def inside_state(self) -> PortState | None:
        """The state of the goal's port from inside; None where nobody looked."""
        goal, device = self.goal, self.device
        return device.state(goal[1]) if goal and device and device.reached else None


def inside_of(row: Opening, address: str, port: int) -> tuple[IPAddress, int] | None:
    """The inside address and port behind a port of this outside address; None where the row does not say exactly."""
    if row.kind is ForwardKind.DIRECT and (row.unknown_prefix or number_of(ip_address(address)) in row.inside):
        return ip_address(address), port
    inner = inside_port(row, port)
    return (address_of(row.inside.first), inner) if inner is not None and row.inside.size == 1 else None


def inside_port(row: Opening, port: int) -> int | None:
    """The inside port behind an outside one; None where the row does not say one."""
    if row.inside_ports.size == 1:
        return row.inside_ports.first
    if not row.ports_in_order:
        return None
    outside, inside = list(row.reach.outside_ports), list(row.inside_ports)
    place = sum(min(last, port - 1) - first + 1 for first, last in outside if first < port)
    for first, last in inside:
        if place <= last - first:
            return first + place
        place -= last - first + 1
    return None


def not_seen(case: Case) -> tuple[LikelyCause, ...]:
    """Why nobody answered where the configuration lets outsiders in."""
    return tuple(_not_seen(case)) or (_cause(Cause.IN_BETWEEN, "not-seen", port=case.seen.port),)


def not_predicted(case: Case) -> tuple[LikelyCause, ...]:
    """Why somebody answered where the configuration lets nobody in."""
    return (*_not_predicted(case), _cause(Cause.IN_BETWEEN, "answered", port=case.seen.port))


def _not_seen(case: Case) -> Iterator[LikelyCause]:
    yield from _about_the_line(case)
    prediction, around, port = case.prediction, case.around, case.seen.port
    goal, device, inside = case.goal, case.device, case.inside_state
    upnp = [row for row in case.rows if row.kind is ForwardKind.UPNP]
    if goal and _gone(case):
        yield _cause(Cause.DEVICE_GONE, "", address=goal[0], at=_shown(around))
    if goal and inside is PortState.CLOSED and device:
        yield _cause(Cause.PORT_CLOSED, "inside", device=device.name, address=goal[0], port=goal[1])
    elif inside is None and case.seen.state is PortState.CLOSED and not _gone(case):
        yield _cause(Cause.PORT_CLOSED, "refused", port=port)
    if upnp:
        yield _cause(Cause.STALE_UPNP, "", port=port, line=_line(upnp[0].reach.lines))
    if not all(way.certain for way in case.ways):
        yield _cause(Cause.UNCERTAIN, "", port=port)
    if case.seen.state is PortState.FILTERED and inside is not PortState.CLOSED and not _gone(case):
        yield _cause(Cause.FILTER_ORDER, "", port=port)
    if prediction.unread:
        yield _incomplete(case)
    yield from _old(case)


def _not_predicted(case: Case) -> Iterator[LikelyCause]:
    yield from _about_the_line(case)
    prediction, port = case.prediction, case.seen.port
    if any(not way.anyone for way in case.ways):
        yield _cause(Cause.LEAKY_FILTER, "", port=port, line=_line(case.ways[0].lines))
    elif case.stopped:
        yield _cause(Cause.LEAKY_FILTER, "", port=port, line=_line(case.stopped[0].by or case.stopped[0].lines))
    if prediction.upnp.enabled is not False and prediction.origin is Origin.FILE:
        yield _cause(Cause.NEW_UPNP, "on" if prediction.upnp.enabled else "perhaps", port=port)
    if prediction.unread:
        yield _incomplete(case)
    yield from _old(case)


def _about_the_line(case: Case) -> Iterator[LikelyCause]:
    """The router is not at the end of the line that was looked at."""
    line = case.line
    if line.from_inside:
        yield _cause(Cause.FROM_INSIDE, "", seen=line.address)
        return
    if (own := line.carrier) is not None:
        yield _cause(Cause.CARRIER_NAT, "", own=own, seen=line.address)
    elif (own := line.private) is not None:
        yield _cause(Cause.DOUBLE_NAT, "", own=own, seen=line.address)
    elif (own := line.another) is not None:
        read_at = case.around.read_at
        earlier = read_at is not None and read_at < line.at
        cause = Cause.ADDRESS_CHANGED if earlier else Cause.ANOTHER_LINE
        yield _cause(cause, "", own=own, seen=line.address)


def _gone(case: Case) -> bool:
    """Whether the last inspection searched there and met nobody, and nobody answers from there now either."""
    goal, device, around = case.goal, case.device, case.around
    if goal is None or around.inspected_at is None:
        return False
    if case.seen.state is PortState.CLOSED or goal[0] in case.answering:
        return False
    if device is not None:
        return not device.reached
    return any(number_of(goal[0]) in covered(n) for n in around.searched)


def _incomplete(case: Case) -> LikelyCause:
    first = case.prediction.unread[0].line
    return _cause(Cause.INCOMPLETE, "", count=len(case.prediction.unread), number=first.number, line=first.text[:120])


def _old(case: Case) -> Iterator[LikelyCause]:
    read_at = case.around.read_at
    if read_at is not None and read_at + _FRESH < case.line.at:
        yield _cause(Cause.OLD_CONFIGURATION, "", read=shown(read_at), looked=shown(case.line.at))


def _line(lines: tuple[ConfigurationLine, ...]) -> str:
    return lines[0].text[:120] if lines else "-"


def _shown(around: Surroundings) -> str:
    return shown(around.inspected_at) if around.inspected_at is not None else "-"


def _cause(cause: Cause, variant: str, **values: object) -> LikelyCause:
    name = f"{cause.value}-{variant}" if variant else cause.value
    parts: list[Text] = [say(f"exposure_explain.{name}-{part}") for part in ("sentence", "action", "technical")]
    told = [_filled(part, values) for part in parts]
    return LikelyCause(cause=cause, sentence=told[0], action=told[1], technical=told[2])


def _filled(text: Text, values: dict[str, object]) -> Text:
    return text.fill(**{name: str(value) for name, value in values.items()})
