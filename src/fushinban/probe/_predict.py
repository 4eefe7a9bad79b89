"""From the state of a router to what outsiders can reach."""

from fushinban.model.exposure import InsideDevice, OwnReach, Prediction
from fushinban.model.filtering import Family
from fushinban.model.intervals import Intervals
from fushinban.model.router import OwnService, RouterState
from fushinban.probe._passage import Passage
from fushinban.probe._places import Places
from fushinban.probe._remarks import global_addresses, notes
from fushinban.probe._rows import Passed, openings, reaches
from fushinban.probe._sieve import PORTED
from fushinban.probe._stopped import stopped
from fushinban.probe._way import Way


def predict(state: RouterState, devices: tuple[InsideDevice, ...] = ()) -> Prediction:
    """What outsiders can reach through this router, and of the router itself.

    Exact for what was read: every address, port and protocol is accounted for, there and back. What was not read, or
    hangs on conditions that cannot be evaluated, makes the prediction incomplete and is told. `devices`: known at the
    inside; they only name rows.
    """
    found = _Prediction(state)
    found.follow()
    rows = openings(found.inside, found.outsiders, devices)
    own = tuple(OwnReach(service=s, ways=reaches(ways, found.outsiders)) for s, ways in found.own)
    opened = {line for row in rows for line in row.reach.lines}
    opened |= {line for one in own for way in one.ways for line in way.lines}
    return Prediction(
        kind=state.kind,
        origin=state.origin,
        maker=state.maker,
        model=state.model,
        firmware=state.firmware,
        host_name=state.host_name,
        openings=rows,
        management=own,
        global_addresses=tuple(global_addresses(state, devices, rows)),
        upnp=state.upnp,
        unread=state.unread,
        notes=tuple(notes(state, found.lost)),
        stopped=tuple(stopped(state, found.places, found.passage, opened)),
    )


class _Prediction:
    """The ways through one router, followed to their ends."""

    def __init__(self, state: RouterState) -> None:
        self.places = Places(state)
        self.passage = Passage(state)
        self._wans = {wan.name: wan for wan in self.places.wans}
        self._outsiders: dict[tuple[str, Family], Intervals] = {}
        self.inside: list[Passed] = []
        self.own: list[tuple[OwnService, list[Passed]]] = [(service, []) for service in state.services]
        self.lost: list[Way] = []

    def outsiders(self, way: Way) -> Intervals:
        """All who could ask where this way came in."""
        key = (way.wan, way.family)
        if key not in self._outsiders:
            self._outsiders[key] = self.places.outsiders(self._wans[way.wan], way.family)
        return self._outsiders[key]

    def follow(self) -> None:
        """Everything that can arrive at any WAN interface."""
        for wan in self.places.wans:
            for family in Family:
                if self.places.family_comes_in(wan, family):
                    for start in self.places.starts(wan, family):
                        for way in self.passage.arrived(start):
                            self._deliver(way)

    def _deliver(self, way: Way) -> None:
        if way.own:
            self._receive(way)
        elif way.assigned and way.address_shift == 0:
            # The address is not known, but what it is: the router's own, or one of the network behind an interface.
            self._receive(way)
            if way.behind:
                self.inside.extend(Passed(way=w, inside=way.behind) for w in self.passage.forwarded(way, way.behind))
        else:
            self._route(way)

    def _route(self, way: Way) -> None:
        mine = way.box.destinations & self.places.own
        if mine:
            self._receive(way.narrowed(way.box._replace(destinations=mine)))
        for interface, there, lines in self.places.routed(way.box.destinations):
            part = way.narrowed(way.box._replace(destinations=there), () if way.translated else lines)
            passed = self.passage.forwarded(part, interface.name)
            self.inside.extend(Passed(way=w, inside=interface.name) for w in passed)
        if way.translated and self.places.unrouted(way.box.destinations):
            self.lost.append(way)

    def _receive(self, way: Way) -> None:
        for service, passed in self.own:
            part = _asked(service, way)
            if part is not None:
                passed.extend(Passed(way=w) for w in self.passage.received(part))


def _asked(service: OwnService, way: Way) -> Way | None:
    """The packets of a way that a service hears; None where there are none."""
    box = way.box
    if way.wan not in service.entering or way.family not in service.families:
        return None
    protocols, sources = box.protocols & Intervals.single(service.protocol), box.sources & service.sources
    ports = box.destination_ports & service.ports if PORTED.meets(protocols) else box.destination_ports
    if not (protocols and sources and ports):
        return None
    return way.narrowed(box._replace(protocols=protocols, sources=sources, destination_ports=ports), service.lines)
