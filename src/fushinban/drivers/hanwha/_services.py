"""Services that can be switched: web, RTSP, SNMP, dynamic DNS, UPnP, Bonjour."""

from collections.abc import Callable

from fushinban.drivers._maker_values import ports_of
from fushinban.drivers._maker_web import MakerWeb
from fushinban.drivers._secrets import has_usual_community
from fushinban.drivers.hanwha._access import TLS
from fushinban.drivers.hanwha._ask import answer, maybe, rows, view
from fushinban.errors import Denied, DeviceError, Malformed, NotSupported
from fushinban.messages import say
from fushinban.model.facts import (
    DynamicDnsService,
    NetworkService,
    ServiceSetting,
    ServiceSettings,
    SnmpSettings,
    UpnpClient,
)

PORTS, SNMP, DYNAMIC_DNS = view("network", "portconf"), view("network", "snmp"), view("network", "dynamicdns")
UPNP, BONJOUR = view("network", "upnpdiscovery"), view("network", "bonjour")

_Settings = tuple[ServiceSetting, ...]


async def get_services(web: MakerWeb) -> ServiceSettings:
    """network portconf, snmp, dynamicdns, upnpdiscovery, bonjour, and security ssl. What is not there is left out."""
    found: list[ServiceSetting] = []
    errors: list[DeviceError] = []
    policy = await maybe(web, TLS)
    sources: tuple[tuple[str, Callable[[bytes], _Settings]], ...] = (
        (PORTS, lambda data: parse_ports(data, policy)),
        (SNMP, parse_snmp_service),
        (DYNAMIC_DNS, parse_dynamic_dns_service),
        (UPNP, parse_upnp_discovery),
        (BONJOUR, parse_bonjour),
    )
    for path, parse in sources:
        try:
            found += parse(await web.ask(path))
        except (Denied, NotSupported, Malformed) as error:
            errors.append(error)
    if not found:
        raise errors[0]
    return ServiceSettings(services=tuple(found))


async def get_snmp(web: MakerWeb) -> SnmpSettings:
    """network snmp."""
    return parse_snmp(await web.ask(SNMP))


async def get_dynamic_dns(web: MakerWeb) -> DynamicDnsService:
    """network dynamicdns."""
    return parse_dynamic_dns(await web.ask(DYNAMIC_DNS))


async def get_upnp(web: MakerWeb) -> UpnpClient:
    """network dynamicdns."""
    return parse_upnp(await web.ask(DYNAMIC_DNS))


def parse_ports(data: bytes, tls: bytes = b"") -> _Settings:
    """Ports of portconf; `Policy` of the answer `tls` (ssl) says whether HTTP and HTTPS are on."""
    found = answer(data)
    policy = answer(tls).text("Policy").lower() if tls else ""
    plain = (policy == "http" or policy.startswith("httpand")) if policy else None
    secure = "https" in policy if policy else None
    named = (
        (NetworkService.HTTP, "HTTPPort", plain),
        (NetworkService.HTTPS, "HTTPSPort", secure),
        (NetworkService.RTSP, "RTSPPort", None),
    )
    listed = tuple(
        ServiceSetting(service=service, name=name.removesuffix("Port"), enabled=enabled, ports=ports)
        for service, name, enabled in named
        if (ports := ports_of(found.text(name)))
    )
    if not listed:
        raise Malformed(say("maker_web.missing", name="HTTPPort"))
    return listed


def parse_snmp(data: bytes) -> SnmpSettings:
    """`Version1` to `Version3`; of the communities only whether they are usual ones, of the password nothing."""
    found = answer(data)
    v1, v2c, v3 = (found.switch(f"Version{n}") for n in (1, 2, 3))
    if v1 is None and v2c is None and v3 is None:
        raise Malformed(say("maker_web.missing", name="Version1"))
    read, write = found.text("ReadCommunity"), found.text("WriteCommunity")
    return SnmpSettings(
        v1=v1,
        v2c=v2c,
        v3=v3,
        usual_community=has_usual_community(read, write),
        writable=bool(write) if found.at("WriteCommunity").there else None,
    )


def parse_snmp_service(data: bytes) -> _Settings:
    """On when one version is."""
    found = parse_snmp(data)
    enabled = any((found.v1, found.v2c, found.v3))
    return (ServiceSetting(service=NetworkService.SNMP, name="SNMP", enabled=enabled),)


def parse_dynamic_dns(data: bytes) -> DynamicDnsService:
    """`Type` (Off, the maker's own service, a public one) and the name registered; its login is not read."""
    row = next(iter(rows(answer(data), "DynamicDNS", "Type")), None)
    kind = row.text("Type") if row is not None else ""
    if row is None or not kind:
        raise Malformed(say("maker_web.missing", name="DynamicDNS"))
    public = "public" in kind.lower()
    return DynamicDnsService(
        enabled=kind.lower() != "off",
        provider="" if kind.lower() == "off" else (row.text("PublicServiceEntry") if public else "") or kind,
        name=row.text("PublicHostName" if public else "SamsungProductID"),
    )


def parse_dynamic_dns_service(data: bytes) -> _Settings:
    """On unless it is `Off`."""
    enabled = parse_dynamic_dns(data).enabled
    return (ServiceSetting(service=NetworkService.DDNS, name="DDNS", enabled=enabled),)


def parse_upnp(data: bytes) -> UpnpClient:
    """`SamsungQuickConnect`: with the maker's own name service, the device has the router open its ports.

    That it does so by UPnP is from memory of the maker's manuals, not from the interface's description.
    """
    row = next(iter(rows(answer(data), "DynamicDNS", "Type")), None)
    if row is None or not row.at("SamsungQuickConnect").there:
        raise NotSupported(say("maker_web.missing", name="SamsungQuickConnect"))
    used = row.text("Type").lower() not in ("", "off") and "public" not in row.text("Type").lower()
    return UpnpClient(enabled=used and bool(row.switch("SamsungQuickConnect")))


def parse_upnp_discovery(data: bytes) -> _Settings:
    """Whether the device answers searches by UPnP; it opens no ports by that."""
    listed = rows(answer(data), "UpnpDiscovery", "Enable")
    states = [s for s in (row.switch("Enable") for row in listed) if s is not None]
    if not states:
        raise Malformed(say("maker_web.missing", name="UpnpDiscovery"))
    return (ServiceSetting(service=NetworkService.UPNP, name="UPnP discovery", enabled=any(states)),)


def parse_bonjour(data: bytes) -> _Settings:
    """Whether the device answers searches by mDNS."""
    enabled = answer(data).switch("Enable")
    if enabled is None:
        raise Malformed(say("maker_web.missing", name="Enable"))
    return (ServiceSetting(service=NetworkService.BONJOUR, name="Bonjour", enabled=enabled),)
