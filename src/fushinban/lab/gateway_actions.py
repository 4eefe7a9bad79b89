"""The actions of a pretend gateway: WANIPConnection 1 and 2, WANCommonInterfaceConfig, Layer3Forwarding.

One table says what goes in and out of each action; the service descriptions (SCPD) are made from it.
"""

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from fushinban import clock
from fushinban.lab.gateway import GatewayState, UpnpError, WayIn
from fushinban.lab.gateway_soap import Call, Document
from fushinban.lab.soap import tag

CONNECTION_ID = "urn:upnp-org:serviceId:WANIPConn1"
_PORTS = range(1, 65536)
_LONGEST_LEASE = 604_800
_LONGEST_NAME = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an action answers from: the router's UPnP, the arguments by name, and the id of the connection device."""

    gateway: GatewayState
    arguments: Mapping[str, str]
    connection: str

    def text(self, name: str) -> str:
        """An argument. Raises UpnpError where it is missing."""
        value = self.arguments.get(name)
        if value is None:
            raise UpnpError(402)
        return value

    def number(self, name: str, known: range) -> int:
        """A number among those known. Raises UpnpError."""
        text = self.text(name)
        if not (text.isascii() and text.isdigit() and len(text) < 8 and int(text) in known):
            raise UpnpError(402)
        return int(text)

    def flag(self, name: str) -> bool:
        """A truth value. Raises UpnpError."""
        value = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}.get(
            self.text(name).lower()
        )
        if value is None:
            raise UpnpError(402)
        return value

    def protocol(self) -> str:
        """TCP or UDP. Raises UpnpError."""
        value = self.text("NewProtocol").upper()
        if value not in ("TCP", "UDP"):
            raise UpnpError(402)
        return value

    def key(self) -> tuple[int, str, str]:
        """The entry that the arguments name. Raises UpnpError."""
        return self.number("NewExternalPort", _PORTS), self.protocol(), self.text("NewRemoteHost")


Values = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action: what goes in, what comes out, and whether it changes the router."""

    answer: Callable[[Asked], Values]
    takes: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    writes: bool = False


def _connection_type(_asked: Asked) -> Values:
    return {"NewConnectionType": "IP_Routed", "NewPossibleConnectionTypes": "IP_Routed"}


def _status(_asked: Asked) -> Values:
    return {
        "NewConnectionStatus": "Connected", "NewLastConnectionError": "ERROR_NONE",
        "NewUptime": round(clock.monotonic()),
    }  # fmt: skip


def _nat(_asked: Asked) -> Values:
    return {"NewRSIPAvailable": 0, "NewNATEnabled": 1}


def _external(asked: Asked) -> Values:
    return {"NewExternalIPAddress": asked.gateway.plan.external_address}


def _link(_asked: Asked) -> Values:
    return {
        "NewWANAccessType": "Ethernet", "NewLayer1UpstreamMaxBitRate": 1_000_000_000,
        "NewLayer1DownstreamMaxBitRate": 1_000_000_000, "NewPhysicalLinkStatus": "Up",
    }  # fmt: skip


def _default(asked: Asked) -> Values:
    return {"NewDefaultConnectionService": f"{asked.connection},{CONNECTION_ID}"}


def _entry(way: WayIn) -> Values:
    return {
        "NewInternalPort": way.inside_port, "NewInternalClient": way.inside, "NewEnabled": int(way.enabled),
        "NewPortMappingDescription": way.name, "NewLeaseDuration": way.lease,
    }  # fmt: skip


def _generic(asked: Asked) -> Values:
    ways, index = asked.gateway.ways, asked.number("NewPortMappingIndex", range(65536))
    if index >= len(ways):
        raise UpnpError(713)
    way = ways[index]
    outside = {"NewRemoteHost": way.remote, "NewExternalPort": way.outside_port, "NewProtocol": way.protocol}
    return {**outside, **_entry(way)}


def _specific(asked: Asked) -> Values:
    way = asked.gateway.find(asked.key())
    if way is None:
        raise UpnpError(714)
    return _entry(way)


def _way(asked: Asked) -> WayIn:
    inside = asked.text("NewInternalClient")
    try:
        ipaddress.IPv4Address(inside)
    except ValueError as error:
        raise UpnpError(402) from error
    outside, protocol, remote = asked.key()
    lease = asked.number("NewLeaseDuration", range(_LONGEST_LEASE + 1))
    if not lease and asked.gateway.plan.version > 1:
        lease = _LONGEST_LEASE  # version 2 knows no way in for ever
    return WayIn(
        protocol=protocol, outside_port=outside, remote=remote, inside=inside,
        inside_port=asked.number("NewInternalPort", _PORTS), enabled=asked.flag("NewEnabled"),
        name=asked.text("NewPortMappingDescription")[:_LONGEST_NAME],
        ends=clock.monotonic() + lease if lease else None,
    )  # fmt: skip


def _add(asked: Asked) -> Values:
    asked.gateway.open(_way(asked))
    return {}


def _add_any(asked: Asked) -> Values:
    """Another outside port where the wanted one leads elsewhere."""
    way = _way(asked)
    for port in (way.outside_port, *range(40_000, 41_000)):
        tried = replace(way, outside_port=port)
        if asked.gateway.is_free(tried):
            asked.gateway.open(tried)
            return {"NewReservedPort": port}
    raise UpnpError(728)


def _delete(asked: Asked) -> Values:
    asked.gateway.close(asked.key())
    return {}


def _range(asked: Asked) -> tuple[WayIn, ...]:
    # Control points in the field begin at 0.
    first, last = (asked.number(name, range(65536)) for name in ("NewStartPort", "NewEndPort"))
    if first > last:
        raise UpnpError(733)
    protocol = asked.protocol()
    asked.flag("NewManage")
    return tuple(w for w in asked.gateway.ways if w.protocol == protocol and first <= w.outside_port <= last)


def _delete_range(asked: Asked) -> Values:
    ways = _range(asked)
    if not ways:
        raise UpnpError(730)
    for way in ways:
        asked.gateway.close(way.key)
    return {}


def _listing(asked: Asked) -> Values:
    most = asked.number("NewNumberOfPorts", range(65536))
    ways = _range(asked)[: most or None]
    if not ways:
        raise UpnpError(730)
    rows = "".join(f"<p:PortMappingEntry>{_row(way)}</p:PortMappingEntry>" for way in ways)
    listing = f'<p:PortMappingList xmlns:p="urn:schemas-upnp-org:gw:WANIPConnection">{rows}</p:PortMappingList>'
    return {"NewPortListing": Document(listing)}


def _row(way: WayIn) -> str:
    """The list has names of its own for the description and the lease."""
    values = {
        "NewRemoteHost": way.remote, "NewExternalPort": way.outside_port, "NewProtocol": way.protocol,
        "NewInternalPort": way.inside_port, "NewInternalClient": way.inside, "NewEnabled": int(way.enabled),
        "NewDescription": way.name, "NewLeaseTime": way.lease,
    }  # fmt: skip
    return "".join(tag(f"p:{name}", value) for name, value in values.items())


_KEY = ("NewRemoteHost", "NewExternalPort", "NewProtocol")
_ENTRY = ("NewInternalPort", "NewInternalClient", "NewEnabled", "NewPortMappingDescription", "NewLeaseDuration")
_SPAN = ("NewStartPort", "NewEndPort", "NewProtocol", "NewManage")

_CONNECTION_1 = {
    "GetConnectionTypeInfo": Action(
        answer=_connection_type, gives=("NewConnectionType", "NewPossibleConnectionTypes")
    ),
    "GetStatusInfo": Action(answer=_status, gives=("NewConnectionStatus", "NewLastConnectionError", "NewUptime")),
    "GetNATRSIPStatus": Action(answer=_nat, gives=("NewRSIPAvailable", "NewNATEnabled")),
    "GetExternalIPAddress": Action(answer=_external, gives=("NewExternalIPAddress",)),
    "GetGenericPortMappingEntry": Action(answer=_generic, takes=("NewPortMappingIndex",), gives=(*_KEY, *_ENTRY)),
    "GetSpecificPortMappingEntry": Action(answer=_specific, takes=_KEY, gives=_ENTRY),
    "AddPortMapping": Action(answer=_add, takes=(*_KEY, *_ENTRY), writes=True),
    "DeletePortMapping": Action(answer=_delete, takes=_KEY, writes=True),
}  # fmt: skip
_CONNECTION_2 = {
    **_CONNECTION_1,
    "GetListOfPortMappings": Action(answer=_listing, takes=(*_SPAN, "NewNumberOfPorts"), gives=("NewPortListing",)),
    "AddAnyPortMapping": Action(answer=_add_any, takes=(*_KEY, *_ENTRY), gives=("NewReservedPort",), writes=True),
    "DeletePortMappingRange": Action(answer=_delete_range, takes=_SPAN, writes=True),
}  # fmt: skip
_LINK = {
    "GetCommonLinkProperties": Action(
        answer=_link,
        gives=(
            "NewWANAccessType", "NewLayer1UpstreamMaxBitRate", "NewLayer1DownstreamMaxBitRate",
            "NewPhysicalLinkStatus",
        ),
    ),
}  # fmt: skip
_FORWARDING = {"GetDefaultConnectionService": Action(answer=_default, gives=("NewDefaultConnectionService",))}

#: Every action of every service that a gateway of some version may have.
SERVICES: Mapping[str, Mapping[str, Action]] = {
    "urn:schemas-upnp-org:service:WANIPConnection:1": _CONNECTION_1,
    "urn:schemas-upnp-org:service:WANIPConnection:2": _CONNECTION_2,
    "urn:schemas-upnp-org:service:WANCommonInterfaceConfig:1": _LINK,
    "urn:schemas-upnp-org:service:Layer3Forwarding:1": _FORWARDING,
}


def action_of(call: Call, known: frozenset[str]) -> Action:
    """The action of a call; `known`: types of the services at this place. Raises UpnpError."""
    action = SERVICES[call.service].get(call.action) if call.service in known else None
    if action is None:
        raise UpnpError(401)
    return action
