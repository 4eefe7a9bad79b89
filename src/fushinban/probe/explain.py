"""Compares what was predicted with what was seen from outside, and says why they may differ. Pure."""

from collections.abc import Iterable, Iterator

from fushinban.model.exposure import Opening, OwnReach, Prediction, Reach
from fushinban.model.facts.services import PortState
from fushinban.model.filtering import Family
from fushinban.model.intervals import TCP, number_of
from fushinban.model.mismatch import Agreement, ComparedPort, Comparison, LikelyCause, Surroundings
from fushinban.model.outside import OutsideLook
from fushinban.model.reflection import SeenPort
from fushinban.model.router import OwnService
from fushinban.probe._causes import Case, not_predicted, not_seen
from fushinban.probe._line import Line, line_of

_FAMILIES = {4: Family.V4, 6: Family.V6}


def explain(prediction: Prediction, looks: Iterable[OutsideLook], around: Surroundings) -> Comparison:
    """Every port of every look in exactly one class, mismatches with their likely causes.

    `looks`: one per family. A port counts as predicted where an ordinary client from anywhere would come through; a
    way for certain senders alone counts only where the look came from one of them.
    """
    compared: list[ComparedPort] = []
    looked: set[tuple[Family, int]] = set()
    for look in looks:
        line = line_of(look, around)
        for seen in look.seen.ports:
            looked.add((_FAMILIES[look.family], seen.port))
            compared.append(_compared(prediction, line, seen, around))
    return Comparison(
        ports=tuple(compared),
        beyond=tuple(row for row in prediction.openings if _goes_beyond(row, looked)),
        own_beyond=tuple(own for own in prediction.management if own.ways and _own_goes_beyond(own, looked)),
    )


def _compared(prediction: Prediction, line: Line, seen: SeenPort, around: Surroundings) -> ComparedPort:
    rows = tuple(o for o in prediction.openings if o.protocols.meets(TCP) and _leads(o.reach, line, seen.port))
    own = tuple(o for o in (_ways_here(m, line, seen.port) for m in prediction.management) if o.ways)
    ways = [*(row.reach for row in rows), *(way for one in own for way in one.ways)]
    predicted = any(_for_the_look(way, around) for way in ways)
    opened = seen.state is PortState.OPEN
    case = Case(prediction=prediction, line=line, seen=seen, rows=rows, own=own, around=around)
    agreement, causes = Agreement.AGREES, tuple[LikelyCause, ...]()
    if predicted and not opened:
        agreement, causes = Agreement.NOT_SEEN, not_seen(case)
    elif opened and not predicted:
        agreement, causes = Agreement.NOT_PREDICTED, not_predicted(case)
    return ComparedPort(
        family=line.family, address=line.address, seen=seen, agreement=agreement, predicted=predicted, rows=rows,
        own=own, causes=causes,
    )  # fmt: skip


def _leads(reach: Reach, line: Line, port: int) -> bool:
    """Whether a way is for this port of the line that was looked at."""
    if reach.family is not _FAMILIES[line.family] or port not in reach.outside_ports:
        return False
    # A router that does not know its line's address speaks of whatever address that is; one that has another address
    # than the one seen (behind a second translation) still speaks of this line.
    return reach.assigned or number_of(line.seen_as) in reach.outside or not line.is_routers_own


def _ways_here(own: OwnReach, line: Line, port: int) -> OwnReach:
    if own.service.protocol not in TCP:
        return OwnReach(service=own.service)
    return OwnReach(service=own.service, ways=tuple(way for way in own.ways if _leads(way, line, port)))


def _for_the_look(way: Reach, around: Surroundings) -> bool:
    if way.source_ports:
        return False
    return way.anyone or any(number_of(address) in way.sources for address in around.reflector)


def _goes_beyond(row: Opening, looked: set[tuple[Family, int]]) -> bool:
    others = bool(row.protocols - TCP)
    return others or not _all_looked_at(row.reach, looked)


def _own_goes_beyond(own: OwnReach, looked: set[tuple[Family, int]]) -> bool:
    service: OwnService = own.service
    return service.protocol not in TCP or not all(_all_looked_at(way, looked) for way in own.ways)


def _all_looked_at(reach: Reach, looked: set[tuple[Family, int]]) -> bool:
    return all((reach.family, port) in looked for port in _few(reach)) and reach.outside_ports.size <= len(looked)


def _few(reach: Reach) -> Iterator[int]:
    """The ports of a way; a large range is never counted out, as its size alone says enough."""
    if reach.outside_ports.size <= 1000:
        for first, last in reach.outside_ports:
            yield from range(first, last + 1)
