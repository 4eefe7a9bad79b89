"""Who the device is and what it calls itself."""

from urllib.parse import unquote

from fushinban.drivers.onvif import _calls
from fushinban.drivers.onvif._context import OnvifContext
from fushinban.drivers.onvif._read import answer, flag, leaf, leaves, need
from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.model.facts import EndpointId, Hostname, Identity, Scope, Scopes
from fushinban.transport.xml import children

_SCOPE_ROOT = "onvif://www.onvif.org/"


async def get_identity(device: OnvifContext) -> Identity:
    """GetDeviceInformation, which was asked when the device was opened."""
    return device.identity.use()


async def get_endpoint(device: OnvifContext) -> EndpointId:
    """GetEndpointReference."""
    return parse_endpoint(await device.ask(_calls.GET_ENDPOINT_REFERENCE))


async def get_hostname(device: OnvifContext) -> Hostname:
    """GetHostname."""
    return parse_hostname(await device.ask(_calls.GET_HOSTNAME))


async def get_scopes(device: OnvifContext) -> Scopes:
    """GetScopes."""
    return parse_scopes(await device.ask(_calls.GET_SCOPES))


def parse_identity(data: bytes) -> Identity:
    """Manufacturer, model, firmware, serial number and hardware id of GetDeviceInformationResponse."""
    found = leaves(answer(data, "GetDeviceInformationResponse"))
    if not (found.get("Manufacturer") or found.get("Model")):
        raise Malformed(say("onvif.missing", element="Manufacturer"))
    return Identity(
        maker=found.get("Manufacturer", ""),
        model=found.get("Model", ""),
        firmware=found.get("FirmwareVersion", ""),
        serial=found.get("SerialNumber", ""),
        hardware=found.get("HardwareId", ""),
    )


def parse_endpoint(data: bytes) -> EndpointId:
    """The GUID of GetEndpointReferenceResponse; an empty one (`xsi:nil`, seen on Axis) is Malformed."""
    uuid = leaf(answer(data, "GetEndpointReferenceResponse"), "GUID")
    if not uuid:
        raise Malformed(say("onvif.missing", element="GUID"))
    return EndpointId(uuid=uuid)


def parse_hostname(data: bytes) -> Hostname:
    """Name (may be empty) and its origin of GetHostnameResponse."""
    found = leaves(need(answer(data, "GetHostnameResponse"), "HostnameInformation"))
    return Hostname(name=found.get("Name", ""), from_dhcp=flag(found.get("FromDHCP", ""), "FromDHCP"))


def parse_scopes(data: bytes) -> Scopes:
    """All scopes of GetScopesResponse as they stand, private ones too; name, location and hardware decoded."""
    scopes = []
    for element in children(answer(data, "GetScopesResponse"), "Scopes"):
        found = leaves(element)
        uri = found.get("ScopeItem", "")
        if uri:
            scopes.append(Scope(uri=uri, fixed=found.get("ScopeDef", "").lower() == "fixed"))
    kept = tuple(dict.fromkeys(scopes))
    names, places, hardware = (_category(kept, c) for c in ("name", "location", "hardware"))
    return Scopes(
        name=names[0] if names else "",
        location=", ".join(places),
        hardware=hardware[0] if hardware else "",
        scopes=kept,
    )


def _category(scopes: tuple[Scope, ...], category: str) -> tuple[str, ...]:
    """Decoded values of one category, in the device's order, empty ones (`…/location/`) left out."""
    start = f"{_SCOPE_ROOT}{category}/"
    values = (unquote(s.uri[len(start) :]).strip("/ ") for s in scopes if s.uri.lower().startswith(start))
    return tuple(dict.fromkeys(v for v in values if v))
