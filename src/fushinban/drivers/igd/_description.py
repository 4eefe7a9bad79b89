"""The description of an internet gateway: which of its services hold the line and the mappings (UPnP Device
Architecture 1.0, 2; InternetGatewayDevice:1 and :2)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fushinban.drivers.igd._place import Place, base_url, joined
from fushinban.errors import Malformed, NotSupported
from fushinban.messages import say
from fushinban.transport import xml

_MAX_DOCUMENT = 262_144
_GATEWAY = re.compile(r"urn:schemas-upnp-org:device:InternetGatewayDevice:(\d{1,2})")
_SERVICE = re.compile(r"urn:schemas-upnp-org:service:(WANIPConnection|WANPPPConnection|Layer3Forwarding):(\d{1,2})")
_FORWARDING = "Layer3Forwarding"
#: Devices inside devices that are looked at; a gateway has three.
_DEPTH = 8
_MOST_SERVICES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service of the gateway. `id`: as the gateway names it, with the device that it belongs to."""

    kind: str
    version: int
    id: str
    device: str
    place: Place

    @property
    def type(self) -> str:
        """Its type, as actions name it."""
        return f"urn:schemas-upnp-org:service:{self.kind}:{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """An internet gateway. `forwarding`: the service that says which connection is the default; None where missing."""

    version: int
    connections: tuple[Service, ...]
    forwarding: Service | None = None


def parse_description(data: bytes, address: str, port: int, path: str) -> Gateway:
    """The gateway that a document at this place of the device describes. Raises NotSupported for another device or a
    gateway without connections, Malformed for what is no description or names places on other hosts."""
    root = xml.parse(data, _MAX_DOCUMENT)
    device = xml.child(root, "device")
    if xml.local(root) != "root" or device is None:
        raise Malformed(say("discover.bad-description"))
    seen = _GATEWAY.fullmatch(xml.text(device, "deviceType"))
    if seen is None:
        raise NotSupported(say("igd.no-gateway"))
    base = xml.text(root, "URLBase") or base_url(address, Place(port=port, path=path))
    services = [_service(entry, owner, base, address) for entry, owner in _entries(device, _DEPTH)]
    found = [s for s in services if s is not None][:_MOST_SERVICES]
    connections = tuple(s for s in found if s.kind != _FORWARDING)
    if not connections:
        raise NotSupported(say("igd.no-connection"))
    forwarding = next((s for s in found if s.kind == _FORWARDING), None)
    return Gateway(version=int(seen[1]), connections=connections, forwarding=forwarding)


def _entries(device: xml.Element, depth: int) -> Iterator[tuple[xml.Element, str]]:
    """Every service of a device and of those inside it, with the name of the device it belongs to."""
    for entry in xml.children(device, "serviceList", "service"):
        yield entry, xml.text(device, "UDN")
    if depth:
        for inner in xml.children(device, "deviceList", "device"):
            yield from _entries(inner, depth - 1)


def _service(entry: xml.Element, device: str, base: str, address: str) -> Service | None:
    seen = _SERVICE.fullmatch(xml.text(entry, "serviceType"))
    control = xml.text(entry, "controlURL")
    if seen is None or not control:
        return None
    place = joined(base, control, address)
    return Service(kind=seen[1], version=int(seen[2]), id=xml.text(entry, "serviceId"), device=device, place=place)
