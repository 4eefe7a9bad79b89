"""What a pretend router with UPnP remembers: its switch, and the ways in that devices had it open."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from fushinban import clock
from fushinban.lab.plan import Gateway

#: Ways in at most, as real routers have a table of some size.
MOST = 128

#: Errors of the device architecture and of WANIPConnection, by their numbers.
_WORDS: Mapping[int, str] = {
    401: "Invalid Action", 402: "Invalid Args", 713: "SpecifiedArrayIndexInvalid", 714: "NoSuchEntryInArray",
    718: "ConflictInMappingEntry", 728: "NoPortMapsAvailable", 730: "PortMappingNotFound",
    733: "InconsistentParameters",
}  # fmt: skip


class UpnpError(Exception):
    """An action that fails, with the number and the words of the standard."""

    def __init__(self, code: int) -> None:
        super().__init__(f"{code} {_WORDS[code]}")
        self.code = code
        self.words = _WORDS[code]


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """One port mapping. `remote`: who may use it, empty for everybody; `ends`: monotonic seconds, None for ever."""

    protocol: str
    outside_port: int
    inside: str
    inside_port: int
    remote: str = ""
    name: str = ""
    enabled: bool = True
    ends: float | None = None

    @property
    def key(self) -> tuple[int, str, str]:
        """What a router tells its entries apart by."""
        return self.outside_port, self.protocol, self.remote

    @property
    def lease(self) -> int:
        """Seconds that are left; 0: for ever."""
        return 0 if self.ends is None else max(1, round(self.ends - clock.monotonic()))


class GatewayState:
    """The UPnP of a running router. `homes`: address of every device of the lab by its id, for those that ask."""

    def __init__(self, plan: Gateway, homes: Mapping[str, str], ports: Mapping[str, int]) -> None:
        self.plan = plan
        self.enabled = False
        self.switched: Callable[[bool], None] | None = None
        self._asked = tuple(
            WayIn(
                protocol=ask.protocol, outside_port=ask.outside_port, inside=homes[ask.device],
                inside_port=ports[ask.service], name=ask.name, ends=float(ask.lease) if ask.lease else None,
            )
            for ask in plan.asks
        )  # fmt: skip
        self._ways: dict[tuple[int, str, str], WayIn] = {}
        if plan.enabled:
            self.switch(on=True)

    def switch(self, *, on: bool) -> None:
        """Switch UPnP: devices that find it on ask at once; with it go all ways in."""
        if on is self.enabled:
            return
        self.enabled = on
        self._ways.clear()
        for way in self._asked if on else ():
            self.open(replace(way, ends=None if way.ends is None else clock.monotonic() + way.ends))
        if self.switched is not None:
            self.switched(on)

    @property
    def ways(self) -> tuple[WayIn, ...]:
        """The ways in that are open, in the order in which they were opened."""
        now = clock.monotonic()
        for key in [k for k, way in self._ways.items() if way.ends is not None and way.ends <= now]:
            del self._ways[key]
        return tuple(self._ways.values())

    def find(self, key: tuple[int, str, str]) -> WayIn | None:
        """One way in."""
        return next((way for way in self.ways if way.key == key), None)

    def is_free(self, way: WayIn) -> bool:
        """Whether its outside port leads nowhere else."""
        known = self.find(way.key)
        return known is None or known.inside == way.inside

    def open(self, way: WayIn) -> None:
        """Open a way in, or renew it. Raises UpnpError where the port leads elsewhere or the table is full."""
        if not self.is_free(way):
            raise UpnpError(718)
        if self.find(way.key) is None and len(self._ways) >= MOST:
            raise UpnpError(728)
        self._ways[way.key] = way

    def close(self, key: tuple[int, str, str]) -> None:
        """Close a way in. Raises UpnpError where there is none."""
        if self.find(key) is None:
            raise UpnpError(714)
        del self._ways[key]
