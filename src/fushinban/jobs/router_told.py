"""What the routers of a site told of themselves: their configurations, their UPnP, and which of these counts."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import replace
from ipaddress import ip_address, ip_interface

from fushinban.model.device import Device, DeviceKind
from fushinban.model.exposure import InsideDevice, ToldBy
from fushinban.model.facts import PortMapping, PortMappings, RouterConfiguration
from fushinban.model.inspection import DeviceRecord
from fushinban.model.intervals import (
    ANY_ADDRESS,
    ANY_V4,
    ANY_V6,
    TCP,
    UDP,
    Intervals,
    IPAddress,
    IPNetwork,
    addresses,
)
from fushinban.model.outside import KeptRouter
from fushinban.model.router import (
    Action,
    Family,
    ForwardKind,
    Interface,
    Line,
    Match,
    Names,
    Origin,
    Role,
    RouterState,
    Rule,
    Target,
    Unread,
    UpnpServer,
)
from fushinban.model.text import say

#: Routers that are looked up in an inspection.
_MOST_ROUTERS = 4
_WAN, _LAN = "WAN", "LAN"


class RoutersTold(ABC):
    """The devices of a site, and what its routers told at one inspection."""

    def __init__(self, devices: tuple[Device, ...]) -> None:
        self.devices = devices

    @abstractmethod
    def record(self, device: Device) -> DeviceRecord | None:
        """What this device told; None where it was not asked."""

    @property
    def routers(self) -> tuple[Device, ...]:
        """The routers, a few."""
        return tuple(d for d in self.devices if d.kind is DeviceKind.ROUTER)[:_MOST_ROUTERS]

    def named(self) -> tuple[InsideDevice, ...]:
        """Devices with their names, for the rows of a prediction."""
        return tuple(InsideDevice(name=d.title, addresses=found) for d in self.devices if (found := addresses_of(d)))

    def mappings(self) -> tuple[PortMappings, ...]:
        """What routers said of UPnP."""
        return tuple(_values(filter(None, map(self.record, self.routers))))

    def configurations(self) -> Iterator[tuple[ToldBy, RouterState]]:
        """What routers said of their whole configuration, those that know a line to the internet first."""
        found = []
        for device in self.routers:
            record = self.record(device)
            for reading in record.readings if record is not None else ():
                if isinstance(reading.value, RouterConfiguration):
                    told = ToldBy(origin=Origin.DEVICE, name=device.title, at=reading.source.at, device=device.id)
                    found.append((told, reading.value.state))
        yield from sorted(found, key=lambda one: all(i.role is not Role.WAN for i in one[1].interfaces))

    def router_of(self, told: ToldBy | None, state: RouterState) -> str:
        """The id of the device whose configuration it is: it told it, has one of its addresses, or is the only router.

        Empty where there is none.
        """
        if told is not None and told.device:
            return told.device
        own = {a.ip for i in state.interfaces for a in i.addresses}
        at = [d.id for d in self.devices if own & set(addresses_of(d))]
        only = [d.id for d in self.routers]
        return at[0] if at else only[0] if len(only) == 1 else ""


def _values(records: Iterable[DeviceRecord]) -> Iterator[PortMappings]:
    for record in records:
        for reading in record.readings:
            if isinstance(reading.value, PortMappings):
                yield reading.value


def addresses_of(device: Device) -> tuple[IPAddress, ...]:
    """The address at which a device stands; none where it is a name."""
    try:
        return (ip_address(device.address.partition("%")[0]),)
    except ValueError:
        return ()


def newest(router: KeptRouter | None, inside: RoutersTold) -> tuple[ToldBy | None, RouterState | None]:
    """The newer of the configuration that was handed in and that of the router itself."""
    told, state = next(inside.configurations(), (None, None))
    if router is None or (told is not None and told.at > router.kept_at):
        return told, state
    return ToldBy(origin=Origin.FILE, name=router.name, at=router.kept_at), router.state


def state_of(
    configured: RouterState | None, said: tuple[PortMappings, ...], inside: Iterable[IPNetwork]
) -> RouterState | None:
    """The configuration with the mappings that the router named besides; or these alone.

    `inside`: the networks behind a router of which nothing but its mappings is known.
    """
    rules = tuple(rule for one in said for mapping in one.mappings if (rule := _rule(mapping)) is not None)
    if configured is not None:
        known = {_goal(rule) for rule in configured.mappings}
        more = (rule for rule in rules if _goal(rule) not in known)
        return replace(configured, mappings=(*configured.mappings, *more))
    if not said:
        return None
    lan = tuple(ip_interface(str(n)) for n in inside if n.version == 4)
    only = Unread(line=Line(0, "UPnP"), reason=say("exposure_explain.upnp-only"))
    return RouterState(
        kind="igd", origin=Origin.DEVICE, mappings=rules, upnp=UpnpServer(enabled=True), unread=(only,),
        interfaces=(
            Interface(name=_WAN, role=Role.WAN, assigned=frozenset({Family.V4})),
            Interface(name=_LAN, role=Role.LAN, addresses=lan),
        ),
    )  # fmt: skip


def _goal(rule: Rule) -> tuple[object, ...]:
    """What a mapping opens, whoever tells it."""
    return rule.match.protocols, rule.match.destination_ports, rule.match.sources, rule.target


def _rule(mapping: PortMapping) -> Rule | None:
    """A mapping as a rule; None for one that is off or makes no sense."""
    protocols = {"tcp": TCP, "udp": UDP}.get(mapping.protocol.casefold())
    try:
        inside = addresses(mapping.inside)
        sources = addresses(mapping.remote) if mapping.remote else ANY_ADDRESS
    except ValueError:
        return None
    if protocols is None or not mapping.enabled or inside.size != 1:
        return None
    text = f"UPnP {mapping.protocol} {mapping.outside_port} -> {mapping.inside}:{mapping.inside_port} {mapping.name}"
    return Rule(
        action=Action.TRANSLATE,
        match=Match(
            protocols=protocols, sources=sources, destinations=ANY_V4 if inside.meets(ANY_V4) else ANY_V6,
            destination_ports=Intervals.single(mapping.outside_port), entering=Names.but(_LAN),
        ),
        target=Target(addresses=inside, ports=Intervals.single(mapping.inside_port)),
        kind=ForwardKind.UPNP,
        lines=(Line(0, text[:200]),),
    )  # fmt: skip


def own_addresses(state: RouterState) -> tuple[IPAddress, ...]:
    """The router's own addresses towards the line, as its configuration has them."""
    return tuple(a.ip for i in state.interfaces if i.role is Role.WAN for a in i.addresses)


def external_addresses(said: tuple[PortMappings, ...]) -> tuple[IPAddress, ...]:
    """The same as the router says over UPnP."""
    found = []
    for one in said:
        try:
            found.append(ip_address(one.external_address))
        except ValueError:
            continue
    return tuple(found)
