"""The documents of a pretend gateway: its description, and those of its services, made from the table of actions."""

from collections.abc import Mapping
from dataclasses import dataclass

from fushinban.lab.gateway_actions import CONNECTION_ID, SERVICES, Action
from fushinban.lab.onvif_device import endpoint_id
from fushinban.lab.plan import DevicePlan
from fushinban.lab.soap import tag
from fushinban.lab.state import DeviceState

DESCRIPTION_PATH = "/rootDesc.xml"
_DEVICE, _SERVICE = "urn:schemas-upnp-org:device", "urn:schemas-upnp-org:service"
_ID = "urn:upnp-org:serviceId"
#: The devices of a gateway, from the outside in.
_DEVICES = ("InternetGatewayDevice", "WANDevice", "WANConnectionDevice")
_NUMBERS = frozenset({"NewUptime", "NewLeaseDuration", "NewLayer1UpstreamMaxBitRate", "NewLayer1DownstreamMaxBitRate"})
_SWITCHES = frozenset({"NewEnabled", "NewManage", "NewRSIPAvailable", "NewNATEnabled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One service of a gateway: the types by which it may be called, the newest first, and where it stands."""

    types: tuple[str, ...]
    id: str
    name: str

    @property
    def description(self) -> str:
        """Path of its description."""
        return f"/{self.name}.xml"

    @property
    def control(self) -> str:
        """Path at which its actions are asked."""
        return f"/ctl/{self.name}"


def version_of(plan: DevicePlan) -> int:
    """The version of the gateway; one that only answers is of the first."""
    return plan.upnp.version if plan.upnp is not None else 1


def places(version: int) -> tuple[Place, ...]:
    """The services of a gateway of this version. One of version 2 obeys calls of version 1 as well."""
    connection = tuple(f"{_SERVICE}:WANIPConnection:{n}" for n in range(version, 0, -1))
    return (
        Place(types=connection, id=CONNECTION_ID, name="IPConn"),
        Place(types=(f"{_SERVICE}:WANCommonInterfaceConfig:1",), id=f"{_ID}:WANCommonIFC1", name="CmnIfCfg"),
        Place(types=(f"{_SERVICE}:Layer3Forwarding:1",), id=f"{_ID}:L3Forwarding1", name="L3F"),
    )


def device_types(version: int) -> tuple[str, ...]:
    """The types that a gateway of this version answers a search for."""
    devices = tuple(f"{_DEVICE}:InternetGatewayDevice:{n}" for n in range(version, 0, -1))
    return (*devices, *(kind for place in places(version) for kind in place.types))


def connection_device(plan: DevicePlan) -> str:
    """The connection device as Layer3Forwarding names it."""
    return f"{_uuid(plan, 2)}:WANConnectionDevice:{version_of(plan)}"


def _uuid(plan: DevicePlan, depth: int) -> str:
    """Each device inside another has an id of its own."""
    whole = endpoint_id(plan).removeprefix("urn:")
    return whole if not depth else f"{whole[:-1]}{(int(whole[-1], 16) + depth) % 16:x}"


def description(state: DeviceState) -> bytes:
    """The gateway: three devices inside each other, as the standard has it."""
    plan, version = state.plan, version_of(state.plan)
    connection, link, forwarding = places(version)
    page = tag("presentationURL", f"http://{plan.address}:{state.ports['http']}/")
    inner = f"<deviceList>{_device(plan, 2, connection)}</deviceList>"
    outer = _device(plan, 0, forwarding, f"<deviceList>{_device(plan, 1, link, inner)}</deviceList>{page}")
    text = (
        '<?xml version="1.0"?>\n<root xmlns="urn:schemas-upnp-org:device-1-0">'
        f"<specVersion><major>1</major><minor>{version - 1}</minor></specVersion>{outer}</root>"
    )
    return text.encode("utf-8")


def _device(plan: DevicePlan, depth: int, place: Place, further: str = "") -> str:
    return (
        "<device>" + tag("deviceType", f"{_DEVICE}:{_DEVICES[depth]}:{version_of(plan)}")
        + tag("friendlyName", plan.name or plan.model) + tag("manufacturer", plan.maker)
        + tag("modelName", plan.model) + tag("modelNumber", plan.firmware) + tag("serialNumber", plan.serial)
        + tag("UDN", _uuid(plan, depth)) + f"<serviceList>{_entry(place)}</serviceList>" + further + "</device>"
    )  # fmt: skip


def _entry(place: Place) -> str:
    return (
        "<service>" + tag("serviceType", place.types[0]) + tag("serviceId", place.id)
        + tag("SCPDURL", place.description) + tag("controlURL", place.control)
        + tag("eventSubURL", f"/evt/{place.name}") + "</service>"
    )  # fmt: skip


def service_description(place: Place) -> bytes:
    """What actions a service has, and what goes in and out of them."""
    actions = SERVICES[place.types[0]]
    names = {name for action in actions.values() for name in (*action.takes, *action.gives)}
    text = (
        '<?xml version="1.0"?>\n<scpd xmlns="urn:schemas-upnp-org:service-1-0">'
        "<specVersion><major>1</major><minor>0</minor></specVersion>"
        f"<actionList>{_actions(actions)}</actionList>"
        f"<serviceStateTable>{''.join(map(_variable, sorted(names)))}</serviceStateTable></scpd>"
    )
    return text.encode("utf-8")


def _actions(actions: Mapping[str, Action]) -> str:
    return "".join(
        f"<action><name>{name}</name><argumentList>"
        + "".join(_argument(a, "in") for a in action.takes)
        + "".join(_argument(a, "out") for a in action.gives)
        + "</argumentList></action>"
        for name, action in actions.items()
    )


def _argument(name: str, direction: str) -> str:
    variable = name.removeprefix("New")
    return (
        f"<argument><name>{name}</name><direction>{direction}</direction>"
        f"<relatedStateVariable>{variable}</relatedStateVariable></argument>"
    )


def _variable(name: str) -> str:
    kind = "string"
    if name in _SWITCHES:
        kind = "boolean"
    elif name in _NUMBERS:
        kind = "ui4"
    elif "Port" in name and not name.endswith(("Listing", "Description")):
        kind = "ui2"
    return (
        f'<stateVariable sendEvents="no"><name>{name.removeprefix("New")}</name>'
        f"<dataType>{kind}</dataType></stateVariable>"
    )
