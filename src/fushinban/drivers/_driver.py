"""What a driver is: a table of fact types and the getters that fill them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from fushinban.makers import find_maker
from fushinban.model.device import Device
from fushinban.model.facts.base import Fact
from fushinban.model.site import TestKind
from fushinban.model.text import Named
from fushinban.transport.session import Session

C = TypeVar("C")


class Quality(Named):
    """How far a driver is proven: hand-made answers, recordings of real devices, real devices of several models."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Getter(Generic[C]):
    """How one fact is asked. `request` names it for the source of the reading; `test` is the kind of test it needs.

    `requests`: about how many it takes one after the other; the longest begin first, so that none is left at the end.
    """

    ask: Callable[[C], Awaitable[Fact]]
    request: str
    test: TestKind = TestKind.READ
    requests: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver(Generic[C]):
    """A maker's or protocol's way to fill facts. Support is the table: nothing raises "not implemented".

    `open` makes the context that getters share (it may talk to the device; a DeviceError from it becomes the answer
    of every getter). The engine learns the digests of raw answers through `transport.footprint`, not from drivers.
    `applies`: whether it is asked of this device at all, once it is known as far as protocols that all speak tell;
    None: of every device, before anything is known.
    `equipped`: whether a session has what it takes (a community, say); where it has not, the driver is left out.
    `fallback`: what it tells counts only where no other driver told the same.
    """

    name: str
    quality: Quality
    open: Callable[[Session], Awaitable[C]]
    getters: Mapping[type[Fact], Getter[C]]
    applies: Callable[[Device], bool] | None = None
    equipped: Callable[[Session], bool] = lambda _: True
    fallback: bool = False


def speaks(driver: str) -> Callable[[Device], bool]:
    """`applies` of a maker's driver: the device's maker is one whose file (`makers/`) names this driver."""

    def applies(device: Device) -> bool:
        maker = find_maker(device.maker)
        return maker is not None and driver in maker.drivers

    return applies


AnyDriver = Driver[Any]
