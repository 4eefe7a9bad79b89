"""A set of packets on its way through a router, with the destination it was sent to."""

from typing import NamedTuple

from fushinban.model.filtering import Family, ForwardKind, Line, Rule
from fushinban.model.intervals import Intervals
from fushinban.probe._sieve import PORTED, Box


class Way(NamedTuple):
    """Packets on their way in. `box`: as they look now; `outside`, `outside_ports`: the destination they were sent to.

    `address_shift`, `port_shift`: the present destination is the first one moved by that much; None: every outside one
    goes with every inside one. `assigned`: the outside address is not known, the provider gives it. `behind`: the
    interface behind which an unknown prefix lies. `own`: sent on to the router itself.
    """

    wan: str
    family: Family
    box: Box
    outside: Intervals
    outside_ports: Intervals
    address_shift: int | None = 0
    port_shift: int | None = 0
    assigned: bool = False
    behind: str = ""
    own: bool = False
    translated: bool = False
    kind: ForwardKind = ForwardKind.DIRECT
    lines: tuple[Line, ...] = ()

    def narrowed(self, box: Box, lines: tuple[Line, ...] = ()) -> "Way":
        """Only those packets that are in the box."""
        outside, ports = self.outside, self.outside_ports
        if self.address_shift is not None and box.destinations is not self.box.destinations:
            outside = box.destinations.moved(-self.address_shift)
        if self.port_shift is not None and box.destination_ports is not self.box.destination_ports:
            ports = box.destination_ports.moved(-self.port_shift)
        return self._replace(box=box, outside=outside, outside_ports=ports, lines=self.lines + lines)

    def seen_outside(self) -> Box:
        """The box with the destination that the outsider used."""
        return self.box._replace(destinations=self.outside, destination_ports=self.outside_ports)

    def narrowed_outside(self, box: Box) -> "Way":
        """As `narrowed`, for a box with outside destinations."""
        inside, ports = self.box.destinations, self.box.destination_ports
        if self.address_shift is not None:
            inside = box.destinations.moved(self.address_shift)
        if self.port_shift is not None:
            ports = box.destination_ports.moved(self.port_shift)
        there = box._replace(destinations=inside, destination_ports=ports)
        return self._replace(box=there, outside=box.destinations, outside_ports=box.destination_ports)

    def sent_on(self, rule: Rule) -> "Way":
        """With the new destination that a TRANSLATE rule gives."""
        target = rule.target
        assert target is not None, "a TRANSLATE rule has a target"
        ported = PORTED.meets(self.box.protocols)
        addresses, address_shift = _sent_on(
            self.box.destinations, self.address_shift, target.addresses, target.address_shift
        )
        ports, port_shift = self.box.destination_ports, self.port_shift
        if ported:
            ports, port_shift = _sent_on(ports, port_shift, target.ports, target.port_shift)
        return self._replace(
            box=self.box._replace(destinations=addresses, destination_ports=ports),
            address_shift=address_shift,
            port_shift=port_shift,
            translated=True,
            own=target.own,
            kind=rule.kind,
        )


def _sent_on(numbers: Intervals, shift: int | None, target: Intervals | None, by: int) -> tuple[Intervals, int | None]:
    if target is not None:
        return target, None
    return numbers.moved(by), None if shift is None else shift + by
