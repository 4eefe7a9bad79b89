"""What else the state of a router tells: inside addresses of the internet, and what a reader must know."""

from collections.abc import Iterable, Iterator

from fushinban.model.exposure import GlobalAddress, InsideDevice, Opening
from fushinban.model.filtering import Family
from fushinban.model.intervals import INTERNET, PRIVATE_V4, Intervals, address_of, network, number_of
from fushinban.model.router import Interface, Role, RouterState
from fushinban.model.text import Text, say
from fushinban.probe._places import family_of
from fushinban.probe._way import Way


def global_addresses(
    state: RouterState, devices: tuple[InsideDevice, ...], rows: tuple[Opening, ...]
) -> Iterator[GlobalAddress]:
    """Devices and inside networks that have addresses of the internet of their own."""
    reached = Intervals.of(one for row in rows for one in row.inside.ranges)
    for device in devices:
        yield from _of_device(device, rows, reached)
    for interface in state.interfaces:
        if interface.role is not Role.WAN:
            yield from _of_network(interface, rows)


def _of_device(device: InsideDevice, rows: tuple[Opening, ...], inside: Intervals) -> Iterator[GlobalAddress]:
    for address in device.addresses:
        number = number_of(address)
        if number in INTERNET:
            family = Family.V4 if address.version == 4 else Family.V6
            reached = number in inside or any(_by_prefix(row, family) for row in rows)
            yield GlobalAddress(name=device.name, interface="", address=str(address), family=family, reachable=reached)


def _by_prefix(row: Opening, family: Family) -> bool:
    return row.unknown_prefix and row.reach.family is family


def _of_network(interface: Interface, rows: tuple[Opening, ...]) -> Iterator[GlobalAddress]:
    for address in interface.addresses:
        covered = network(address.network)
        if covered.size > 1 and INTERNET.covers(covered):
            reached = any(row.inside.meets(covered) for row in rows)
            yield GlobalAddress(
                name="", interface=interface.name, address=str(address.network), family=family_of(address),
                reachable=reached,
            )  # fmt: skip
    if Family.V6 in interface.assigned:
        reached = any(row.unknown_prefix and row.inside_interface == interface.name for row in rows)
        yield GlobalAddress(name="", interface=interface.name, address="", family=Family.V6, reachable=reached)


def notes(state: RouterState, lost: Iterable[Way]) -> Iterator[Text]:
    """Sentences that a reader of the rows must know."""
    wans = [i for i in state.interfaces if i.role is Role.WAN]
    if not wans:
        yield say("router.no-wan")
    for wan in wans:
        for address in wan.addresses:
            if number_of(address.ip) in PRIVATE_V4:
                yield say("router.private-wan", interface=wan.name, address=str(address.ip))
    if state.upnp.enabled:
        yield say("router.upnp-on")
    for gone in dict.fromkeys(_destination(way.box.destinations) for way in lost):
        yield say("router.no-way-to", address=gone)


def _destination(of: Intervals) -> str:
    first, last = of.first, of.last
    return str(address_of(first)) if first == last else f"{address_of(first)} - {address_of(last)}"
