"""Which services a device has, where they stand, and what they say they can do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urlsplit

from fushinban.drivers.onvif import _calls
from fushinban.drivers.onvif._read import answer, clip, flag, leaf, maybe_number, need
from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.model.facts import Capabilities, Service
from fushinban.transport.xml import Element, child, children, local

_TLS = ("TLS1.0", "TLS1.1", "TLS1.2", "TLS1.3")

#: Services whose capabilities are looked at.
_HEARD = frozenset({_calls.DEVICE, _calls.EVENTS, _calls.SECURITY})

#: Elements of the old GetCapabilities answer that stand for a service; the rest of the tree is their attributes.
_OLD_SERVICES = {
    "Analytics": "http://www.onvif.org/ver20/analytics/wsdl",
    "Device": _calls.DEVICE,
    "Events": _calls.EVENTS,
    "Imaging": "http://www.onvif.org/ver20/imaging/wsdl",
    "Media": _calls.MEDIA,
    "PTZ": "http://www.onvif.org/ver20/ptz/wsdl",
    "DeviceIO": _calls.DEVICE_IO,
    "Display": "http://www.onvif.org/ver10/display/wsdl",
    "Recording": "http://www.onvif.org/ver10/recording/wsdl",
    "Search": "http://www.onvif.org/ver10/search/wsdl",
    "Replay": "http://www.onvif.org/ver10/replay/wsdl",
    "Receiver": "http://www.onvif.org/ver10/receiver/wsdl",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """What a service says of itself, by attribute name as it stands (`TLS1.0`)."""

    found: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def flag(self, *names: str) -> bool | None:
        """True when one of these is, None when none is there."""
        said = [flag(self.found[n], n) for n in names if self.found.get(n)]
        return any(said) if said else None

    def number(self, name: str) -> int | None:
        """A whole number, None when it is not there."""
        return maybe_number(self.found.get(name, ""), name)

    def words(self, name: str) -> tuple[str, ...]:
        """A list of words (white space or comma between them)."""
        return tuple(self.found.get(name, "").replace(",", " ").split())

    def joined(self, other: "Attributes") -> "Attributes":
        """These, and from the other those that are missing here."""
        return Attributes(found={**other.found, **self.found})


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTable:
    """All services with their attributes by namespace; hosts of addresses that are not the one asked."""

    services: tuple[Service, ...]
    attributes: Mapping[str, Attributes]
    foreign_hosts: tuple[str, ...]

    def find(self, namespace: str) -> Service | None:
        """The service of this namespace."""
        return next((s for s in self.services if s.namespace == namespace), None)

    def of(self, namespace: str) -> Attributes:
        """Attributes of one service; none where it says nothing."""
        return self.attributes.get(namespace) or Attributes()


def parse_services(data: bytes, address: str) -> ServiceTable:
    """GetServicesResponse; of each address only the path is kept, its host is compared with `address`."""
    listed = tuple(children(answer(data, "GetServicesResponse"), "Service"))
    if not listed:
        raise Malformed(say("onvif.missing", element="Service"))
    rows = []
    for element in listed:
        version = child(element, "Version")
        numbers = "" if version is None else f"{leaf(version, 'Major')}.{leaf(version, 'Minor')}"
        namespace = leaf(element, "Namespace").rstrip("/")
        capabilities = child(element, "Capabilities") if namespace in _HEARD else None
        attributes = {} if capabilities is None else _attributes(capabilities)
        rows.append((namespace, leaf(element, "XAddr"), numbers, attributes))
    return _table(rows, address)


def parse_capabilities(data: bytes, address: str) -> ServiceTable:
    """GetCapabilitiesResponse, the older form; elements become attributes."""
    root = need(answer(data, "GetCapabilitiesResponse"), "Capabilities")
    extension = child(root, "Extension")
    rows = []
    for element in (*root.iterchildren("{*}*"), *(() if extension is None else extension.iterchildren("{*}*"))):
        namespace = _OLD_SERVICES.get(local(element))
        if namespace:
            leaves = {local(e): clip(e.text) for e in element.iterdescendants("{*}*") if not len(e)}
            rows.append((namespace, leaf(element, "XAddr"), "", leaves))
    if not rows:
        raise Malformed(say("onvif.missing", element="XAddr"))
    return _table(rows, address)


def parse_service_capabilities(data: bytes) -> Attributes:
    """GetServiceCapabilitiesResponse of any service."""
    return Attributes(found=_attributes(need(answer(data, "GetServiceCapabilitiesResponse"), "Capabilities")))


def _attributes(element: Element) -> dict[str, str]:
    """Every attribute of the element and of what is in it; the first of a name counts."""
    found: dict[str, str] = {}
    for item in element.iter("{*}*"):
        for name, value in item.attrib.items():
            found.setdefault(str(name).rpartition("}")[2], clip(str(value)))
    return found


def _table(rows: Iterable[tuple[str, str, str, dict[str, str]]], address: str) -> ServiceTable:
    services: dict[str, Service] = {}
    attributes: dict[str, Attributes] = {}
    foreign: dict[str, None] = {}
    for namespace, xaddr, version, found in rows:
        if not namespace or namespace in services:
            continue
        path, host = _place(xaddr)
        services[namespace] = Service(namespace=namespace, path=path, version=version.strip("."))
        attributes[namespace] = Attributes(found=found)
        if host and host != address.lower():
            foreign[host] = None
    return ServiceTable(services=tuple(services.values()), attributes=attributes, foreign_hosts=tuple(foreign))


def _place(xaddr: str) -> tuple[str, str]:
    """Path (with its query) and host; empty where the address is none."""
    try:
        parts = urlsplit(xaddr)
        host = (parts.hostname or "").partition("%")[0]
    except ValueError:
        return "", ""
    path = parts.path if parts.path.startswith("/") else ""
    return f"{path}?{parts.query}" if path and parts.query else path, host


def capabilities_of(table: ServiceTable, device: Attributes) -> Capabilities:
    """The fact, from all services and the joined attributes of the device service."""
    security = table.of(_calls.SECURITY)
    tls = [name for name in _TLS if device.flag(name)]
    tls += [f"TLS{v}" for v in security.words("TLSServerSupported") if f"TLS{v}" not in tls]
    dot1x = [device.flag("Dot1X")]
    for attributes, name in ((device, "Dot1XConfigurations"), (security, "MaximumNumberOfDot1XConfigurations")):
        count = attributes.number(name)
        dot1x.append(None if count is None else count > 0)
    said = [d for d in dot1x if d is not None]
    return Capabilities(
        services=table.services,
        tls_versions=tuple(tls),
        http_digest=device.flag("HttpDigest"),
        username_token=device.flag("UsernameToken"),
        dot1x=any(said) if said else None,
        ip_filter=device.flag("IPFilter"),
        access_policy=device.flag("AccessPolicyConfig"),
        dynamic_dns=device.flag("DynDNS"),
        password_policies=device.words("SecurityPolicies"),
        hashing=device.words("HashingAlgorithms"),
        max_users=device.number("MaxUsers"),
        max_password_length=device.number("MaxPasswordLength"),
        firmware_upgrade=device.flag("HttpFirmwareUpgrade", "FirmwareUpgrade"),
        system_logging=device.flag("SystemLogging", "HttpSystemLogging"),
        foreign_hosts=table.foreign_hosts,
    )
