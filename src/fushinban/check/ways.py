"""Which devices of a site stand behind the ways in that its router's configuration opens. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from ipaddress import ip_address

from fushinban.check.openings import homes_of, readable_ports
from fushinban.model.device import Device
from fushinban.model.exposure import Opening as PredictedOpening
from fushinban.model.exposure import SiteExposure
from fushinban.model.facts import RouterConfiguration
from fushinban.model.filtering import Family, ForwardKind
from fushinban.model.intervals import (
    ANY_ADDRESS,
    ANY_PORT,
    GLOBAL_V6,
    NOTHING,
    TCP,
    Intervals,
    addresses,
    number_of,
    ports,
)
from fushinban.model.opening import Opening, WayIn
from fushinban.model.sheet import ParameterSheet, Stage
from fushinban.model.view import DeviceView

Found = Mapping[str, tuple[WayIn, ...]]


def ways_of(views: Sequence[DeviceView], exposure: SiteExposure | None, told: Mapping[str, Sequence[Opening]]) -> Found:
    """The ways in by the ids of the devices they concern: the router, and those behind.

    `told`: ports opened by UPnP that the router itself named; they are judged from its own word and not once more here.
    """
    if exposure is None:
        return {}
    known = {(o.mapping.protocol.casefold(), o.mapping.outside_port) for several in told.values() for o in several}
    rows = [row for row in exposure.prediction.openings if not _is_told(row, known)]
    if not rows:
        return {}
    behind = _Behind(views)
    router = next((v for v in views if v.device.id == exposure.router), None)
    plan = router.sheets.get(Stage.PLANNED) if router is not None else None
    forwards = tuple(_planned_forwards(plan))
    found: dict[str, list[WayIn]] = defaultdict(list)
    for row in rows:
        planned = any(forward.covers(row) for forward in forwards)
        devices = behind.at(row)
        pictures = [behind.shows_pictures(row, device) for device in devices]
        for device, picture in zip(devices, pictures, strict=True):
            if device.id != exposure.router:
                found[device.id].append(WayIn(row=row, device=device, planned=planned, picture=picture))
        found[exposure.router].append(
            WayIn(row=row, device=devices[0] if len(devices) == 1 else None, planned=planned, picture=any(pictures))
        )
    return {id_: tuple(several) for id_, several in found.items()}


def _is_told(row: PredictedOpening, known: set[tuple[str, int]]) -> bool:
    ports_ = row.reach.outside_ports
    return row.kind is ForwardKind.UPNP and bool(ports_) and (row.protocol, ports_.first) in known


class _Behind:
    """The devices by their addresses."""

    def __init__(self, views: Sequence[DeviceView]) -> None:
        self._homes: dict[int, Device] = {}
        self._readable = {v.device.id: readable_ports(v) for v in views}
        for address, device in homes_of(views).items():
            try:
                self._homes[number_of(ip_address(address.partition("%")[0]))] = device
            except ValueError:
                continue

    def at(self, row: PredictedOpening) -> tuple[Device, ...]:
        """Those to which a way leads, each once."""
        goal = GLOBAL_V6 if row.unknown_prefix and row.reach.family is Family.V6 else row.inside
        if goal.size == 1:
            one = self._homes.get(goal.first)
            return (one,) if one is not None else ()
        return tuple({d.id: d for number, d in self._homes.items() if number in goal}.values())

    def shows_pictures(self, row: PredictedOpening, device: Device) -> bool:
        """Whether pictures are shown to whoever asks, at a port that the way reaches."""
        return row.protocols.meets(TCP) and any(port in row.inside_ports for port in self._readable[device.id])


class _PlannedForward:
    """One forward of a planned sheet; what cannot be read as addresses or ports covers nothing."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._protocols = cells.get("protocol", "").split("/")
        self._inside = _read(addresses, cells.get("inside", ""), NOTHING)
        self._outside_ports = _read(ports, cells.get("outside_ports", ""), ANY_PORT)
        self._inside_ports = _read(ports, cells.get("inside_ports", ""), ANY_PORT)
        self._sources = _read(addresses, cells.get("sources", ""), ANY_ADDRESS)

    def covers(self, row: PredictedOpening) -> bool:
        """Whether all of a way in was planned."""
        return (
            (row.protocol in self._protocols or self._protocols == ["all"])
            and bool(row.inside)
            and self._inside.covers(row.inside)
            and self._outside_ports.covers(row.reach.outside_ports)
            and self._inside_ports.covers(row.inside_ports)
            and self._sources.covers(row.reach.sources)
        )


def _read(how: Callable[..., Intervals], cell: str, empty: Intervals) -> Intervals:
    """A cell of a sheet; what an empty one means, and nothing where it cannot be read."""
    try:
        return how(*cell.split(", ")) if cell else empty
    except ValueError:
        return NOTHING


def _planned_forwards(plan: ParameterSheet | None) -> Iterator[_PlannedForward]:
    rows: dict[str, dict[str, str]] = defaultdict(dict)
    head = f"{RouterConfiguration.key}["
    for parameter in plan.parameters if plan is not None else ():
        row, _, column = parameter.key.rpartition("].")
        if row.startswith(head):
            rows[row][column] = parameter.value
    yield from (_PlannedForward(cells) for cells in rows.values() if "inside" in cells and "kind" in cells)
