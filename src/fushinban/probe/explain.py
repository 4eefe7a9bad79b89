"""Compares what was predicted with what was seen from outside, and says why they may differ. Pure."""

from collections.abc import Iterable, Iterator

from fushinban.model.exposure import Opening, OwnReach, Prediction, Reach, Stopped
from fushinban.model.facts.services import PortState
from fushinban.model.intervals import TCP, Intervals, IPAddress, number_of
from fushinban.model.mismatch import Agreement, ComparedPort, Comparison, LikelyCause, Surroundings
from fushinban.model.outside import OutsideLook
from fushinban.model.reflection import SeenPort
from fushinban.probe._causes import Case, inside_of, not_predicted, not_seen
from fushinban.probe._line import Line, covers, family_of, is_of, line_of

#: A way of more ports than this (everything to one device) says nothing of which of them have a service.
_WIDE = 1000

__all__ = ["explain", "inside_of"]


def explain(prediction: Prediction, looks: Iterable[OutsideLook], around: Surroundings) -> Comparison:
    """Every port of every look in exactly one class, mismatches with their likely causes.

    `looks`: one per family. A port counts as predicted where an ordinary client from anywhere would come through; a
    way for certain senders alone counts only where the look came from one of them.
    """
    compared: list[ComparedPort] = []
    looked: list[tuple[Line, Intervals]] = []
    for look in looks:
        line = line_of(look, around, prediction)
        looked.append((line, Intervals.single(*(seen.port for seen in look.seen.ports))))
        whole = _Whole(prediction, line, around, look.seen.open)
        compared.extend(_compared(whole, seen) for seen in look.seen.ports)
    return Comparison(
        ports=tuple(compared),
        beyond=tuple(row for row in prediction.openings if _goes_beyond(row, looked)),
        own_beyond=tuple(own for own in prediction.management if own.ways and _own_goes_beyond(own, looked)),
    )


class _Whole:
    """What all ports of one look have in common. `answering`: inside addresses from which somebody answered."""

    def __init__(self, prediction: Prediction, line: Line, around: Surroundings, opened: Iterable[SeenPort]) -> None:
        self.prediction, self.line, self.around = prediction, line, around
        self._rows = [row for row in prediction.openings if row.protocols.meets(TCP) and is_of(row.reach, line)]
        self.answering = frozenset(self._goals(opened))

    def rows(self, port: int) -> tuple[Opening, ...]:
        """The ways to inside devices that begin at a port."""
        return tuple(row for row in self._rows if port in row.reach.outside_ports)

    def _goals(self, opened: Iterable[SeenPort]) -> Iterator[IPAddress]:
        for seen in opened:
            goals = [inside_of(row, self.line.address, seen.port) for row in self.rows(seen.port)]
            if len(goals) == 1 and goals[0] is not None:
                yield goals[0][0]


def _compared(whole: _Whole, seen: SeenPort) -> ComparedPort:
    prediction, line, around = whole.prediction, whole.line, whole.around
    rows = whole.rows(seen.port)
    own = tuple(o for o in (_ways_here(m, line, seen.port) for m in prediction.management) if o.ways)
    ways = [*(row.reach for row in rows), *(way for one in own for way in one.ways)]
    predicted = any(_for_the_look(way, around) for way in ways)
    opened = seen.state is PortState.OPEN
    stopped = tuple(s for s in prediction.stopped if s.protocols.meets(TCP) and _is_there(s, line, seen.port))
    case = Case(
        prediction=prediction, line=line, seen=seen, rows=rows, own=own, stopped=stopped, around=around,
        answering=whole.answering,
    )  # fmt: skip
    agreement, causes = Agreement.AGREES, tuple[LikelyCause, ...]()
    if predicted and not opened and not _device_refused(seen, ways):
        agreement, causes = Agreement.NOT_SEEN, not_seen(case)
    elif opened and not predicted:
        agreement, causes = Agreement.NOT_PREDICTED, not_predicted(case)
    return ComparedPort(
        family=line.family, address=line.address, seen=seen, agreement=agreement, predicted=predicted, rows=rows,
        own=own, causes=causes, stopped=stopped,
    )  # fmt: skip


def _leads(reach: Reach, line: Line, port: int) -> bool:
    """Whether a way is for this port of the line that was looked at."""
    return port in reach.outside_ports and is_of(reach, line)


def _device_refused(seen: SeenPort, ways: Iterable[Reach]) -> bool:
    """Whether what was refused is one of very many ports that all lead to one place: most of them have no service."""
    return seen.state is PortState.CLOSED and all(way.outside_ports.size > _WIDE for way in ways)


def _is_there(forward: Stopped, line: Line, port: int) -> bool:
    """Whether a forward that lets nobody in is for this port of the router."""
    return forward.family is family_of(line) and not line.inside and port in forward.outside_ports


def _ways_here(own: OwnReach, line: Line, port: int) -> OwnReach:
    # Over IPv6 whoever asks is seen with its own address, so it is the router only where that address is the router's.
    anothers = line.inside or (line.family == 6 and line.seen_as not in line.own)
    if own.service.protocol not in TCP or anothers:
        return OwnReach(service=own.service)
    return OwnReach(service=own.service, ways=tuple(way for way in own.ways if _leads(way, line, port)))


def _for_the_look(way: Reach, around: Surroundings) -> bool:
    if way.source_ports:
        return False
    return way.anyone or any(number_of(address) in way.sources for address in around.reflector)


def _goes_beyond(row: Opening, looked: Iterable[tuple[Line, Intervals]]) -> bool:
    return bool(row.protocols - TCP) or not _looked_at(row.reach, looked)


def _own_goes_beyond(own: OwnReach, looked: Iterable[tuple[Line, Intervals]]) -> bool:
    theirs = [(line, ports) for line, ports in looked if not line.inside]
    return own.service.protocol not in TCP or not all(_looked_at(way, theirs) for way in own.ways)


def _looked_at(reach: Reach, looked: Iterable[tuple[Line, Intervals]]) -> bool:
    """Whether every port and address of a way was looked at."""
    return any(covers(reach, line) and ports.covers(reach.outside_ports) for line, ports in looked)
