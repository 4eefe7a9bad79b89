"""Asks a gateway for its line and its mappings, with as few actions as it takes."""

import re
from dataclasses import dataclass

from fushinban.drivers._doors import body_of
from fushinban.drivers._maker_values import address_of, whole
from fushinban.drivers.igd import _actions
from fushinban.drivers.igd._actions import Told, ask, error_of, parse_told
from fushinban.drivers.igd._description import Gateway, Service, parse_description
from fushinban.drivers.igd._mappings import entry_of, listing_of
from fushinban.drivers.igd._place import Place, announced_place, own_place
from fushinban.errors import Denied, DeviceError, Malformed, NotSupported
from fushinban.messages import say
from fushinban.model.facts import PortMapping, PortMappings
from fushinban.transport.session import Session
from fushinban.transport.values import HttpRequest

#: Mappings of one service that are asked for one by one.
MOST_MAPPINGS = 512

#: Asks the gateway alone; a gateway of version 2 answers for version 1 as well.
SEARCH = (
    'M-SEARCH * HTTP/1.1\r\nHOST: {host}:1900\r\nMAN: "ssdp:discover"\r\nMX: 1\r\n'
    "ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\r\n"
)
_LOCATION = re.compile(rb"^location[ \t]*:[ \t]*([!-~]{1,500})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_DAYS = re.compile(r"(\d{1,5}) days?, (\d{1,2}):(\d{2}):(\d{2})", re.IGNORECASE)

_READABLE = (200, 500)  # an error of an action comes with 500


@dataclass(frozen=True, slots=True, kw_only=True)
class IgdContext:
    """One gateway."""

    session: Session
    gateway: Gateway

    async def told(self, service: Service, action: str, **arguments: object) -> Told:
        """What an action answers, errors of its own included. Nothing of it carries a login."""
        answer = await self.session.http(ask(service, action, **arguments), login=False)
        return parse_told(body_of(answer, action, read=_READABLE))

    async def values(self, service: Service, action: str, **arguments: object) -> Told:
        """The same; an error is raised."""
        told = await self.told(service, action, **arguments)
        if told.error:
            raise error_of(told, action)
        return told


async def open_igd(session: Session) -> IgdContext:
    """Find the gateway: where discovery saw it announced, or else by asking the device itself.

    Raises what the announced place said where asking does not help either.
    """
    place = announced_place(session.target.announced.get("igd", ""))
    first: DeviceError | None = None
    if place is not None:
        try:
            return IgdContext(session=session, gateway=await _described(session, place))
        except DeviceError as error:
            first = error
    try:
        found = await _searched(session)
        if found == place:
            raise first or NotSupported(say("igd.no-gateway"))
        return IgdContext(session=session, gateway=await _described(session, found))
    except DeviceError as error:
        raise first or error from None


async def _described(session: Session, place: Place) -> Gateway:
    answer = await session.http(HttpRequest(path=place.path, port=place.port), login=False)
    data = body_of(answer, "UPnP")
    return parse_description(data, session.target.address, place.port, place.path)


async def _searched(session: Session) -> Place:
    """Where the device itself says that its description stands. Raises Unreachable, Malformed."""
    address = session.target.address
    host = f"[{address.partition('%')[0]}]" if ":" in address else address
    answers = await session.search(SEARCH.format(host=host).encode())
    return parse_location(b"\n".join(answers), address)


def parse_location(data: bytes, address: str) -> Place:
    """The first place on the device itself that answers to a search name. Raises Malformed where there is none."""
    error = Malformed(say("discover.bad-ssdp"))
    for seen in _LOCATION.finditer(data):
        try:
            return own_place(seen[1].decode("ascii"), address)
        except Malformed as elsewhere:
            error = elsewhere
    raise error


async def get_mappings(context: IgdContext) -> PortMappings:
    """The line and all mappings of the gateway.

    Where several connections are described, the gateway says which of them is the default; mappings are read of all.
    The listing of version 2 shows a stranger everything only where the gateway lets it (`NewManage`); routers in the
    field do.
    """
    services = await _default_first(context)
    external = await _optional(context, services[0], _actions.EXTERNAL)
    status = await _optional(context, services[0], _actions.STATUS)
    found: dict[str, PortMapping] = {}
    complete = True
    for service in services:
        try:
            mappings, whole_list = await _mappings(context, service)
        except DeviceError:
            # The default connection must tell; a second one that is not in use often does not.
            if service is services[0]:
                raise
            continue
        complete = complete and whole_list
        for mapping in mappings:
            found.setdefault(mapping.row_key, mapping)
    return PortMappings(
        external_address=address_of(external.text("NewExternalIPAddress")),
        status=status.text("NewConnectionStatus"),
        line_uptime=seconds_of(status.text("NewUptime")),
        version=context.gateway.version,
        mappings=tuple(found.values()),
        complete=complete,
    )


async def _default_first(context: IgdContext) -> tuple[Service, ...]:
    gateway = context.gateway
    if len(gateway.connections) < 2 or gateway.forwarding is None:
        return gateway.connections
    told = await _optional(context, gateway.forwarding, _actions.DEFAULT)
    # "uuid:…:WANConnectionDevice:1,urn:upnp-org:serviceId:WANIPConn1"
    device, _, service_id = told.text("NewDefaultConnectionService").partition(",")
    ranked = sorted(gateway.connections, key=lambda s: (s.id != service_id, not (s.device and s.device in device)))
    return tuple(ranked)


async def _optional(context: IgdContext, service: Service, action: str) -> Told:
    """What an action tells; nothing where the gateway does not have it or stumbles over it."""
    try:
        return await context.values(service, action)
    except (NotSupported, Malformed, Denied):
        return Told(values={})


async def _mappings(context: IgdContext, service: Service) -> tuple[list[PortMapping], bool]:
    """All mappings of a service, and whether the list is whole."""
    if service.version > 1:
        try:
            return await _listed(context, service), True
        except (NotSupported, Malformed, Denied):
            pass  # the way of version 1 is there as well
    return await _one_by_one(context, service)


async def _listed(context: IgdContext, service: Service) -> list[PortMapping]:
    found: list[PortMapping] = []
    for protocol in ("TCP", "UDP"):
        told = await context.told(
            service, _actions.LISTING, NewStartPort=1, NewEndPort=65535, NewProtocol=protocol, NewManage=1,
            NewNumberOfPorts=0,
        )  # fmt: skip
        if told.error and told.error not in _actions.NO_MORE:
            raise error_of(told, _actions.LISTING)
        found += listing_of(told) if not told.error else ()
    return found


async def _one_by_one(context: IgdContext, service: Service) -> tuple[list[PortMapping], bool]:
    """Entry after entry until the gateway says that there are no more. A list that breaks off otherwise, or goes in a
    circle, is not whole."""
    found: dict[str, PortMapping] = {}
    for index in range(MOST_MAPPINGS):
        told = await context.told(service, _actions.ENTRY, NewPortMappingIndex=index)
        if told.error in _actions.NO_MORE:
            return list(found.values()), True
        if told.error:
            if not index:
                raise error_of(told, _actions.ENTRY)
            return list(found.values()), False
        mapping = entry_of(told)
        if mapping.row_key in found:
            return list(found.values()), False
        found[mapping.row_key] = mapping
    return list(found.values()), False


def seconds_of(text: str) -> int | None:
    """Seconds of an uptime: a number as the standard has it, or `0 Days, 01:00:00` as some write."""
    seen = _DAYS.fullmatch(text)
    if seen is None:
        return whole(text)
    days, hours, minutes, seconds = (int(part) for part in seen.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
