"""What a pretend internet gateway answers, in the words of the UPnP documents. All invented."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

Rows = Sequence[Mapping[str, object]]

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def service(kind: str, version: int, control: str, name: str = "") -> str:
    """One entry of a service list."""
    return (
        f"<service><serviceType>urn:schemas-upnp-org:service:{kind}:{version}</serviceType>"
        f"<serviceId>urn:upnp-org:serviceId:{name or kind}</serviceId><SCPDURL>/x.xml</SCPDURL>"
        f"<controlURL>{escape(control)}</controlURL><eventSubURL>/evt</eventSubURL></service>"
    )


def description(*connections: str, version: int = 1, base: str = "", forwarding: str = "") -> bytes:
    """A gateway with these connection services, in the usual three devices inside each other."""
    urlbase = f"<URLBase>{base}</URLBase>" if base else ""
    return (
        '<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0">'
        f"<specVersion><major>1</major><minor>0</minor></specVersion>{urlbase}<device>"
        f"<deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:{version}</deviceType>"
        "<friendlyName>Invented gateway</friendlyName><manufacturer>Nobody</manufacturer><modelName>G-1</modelName>"
        f"<UDN>uuid:11111111-2222-3333-4444-000000000001</UDN><serviceList>{forwarding}</serviceList><deviceList>"
        "<device><deviceType>urn:schemas-upnp-org:device:WANDevice:1</deviceType><UDN>uuid:2</UDN><deviceList>"
        "<device><deviceType>urn:schemas-upnp-org:device:WANConnectionDevice:1</deviceType><UDN>uuid:3</UDN>"
        f"<serviceList>{''.join(connections)}</serviceList></device></deviceList></device></deviceList></device></root>"
    ).encode()


def told(action: str, values: Mapping[str, object], kind: str = "WANIPConnection:1") -> bytes:
    """A good answer."""
    inside = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in values.items())
    return (
        f'<?xml version="1.0"?><s:Envelope xmlns:s="{_SOAP}"><s:Body><u:{action}Response '
        f'xmlns:u="urn:schemas-upnp-org:service:{kind}">{inside}</u:{action}Response></s:Body></s:Envelope>'
    ).encode()


def fault(code: int, words: str = "Invented") -> bytes:
    """An error of UPnP; it comes with status 500."""
    return (
        f'<s:Envelope xmlns:s="{_SOAP}"><s:Body><s:Fault><faultcode>s:Client</faultcode>'
        "<faultstring>UPnPError</faultstring><detail>"
        f'<UPnPError xmlns="urn:schemas-upnp-org:control-1-0"><errorCode>{code}</errorCode>'
        f"<errorDescription>{words}</errorDescription></UPnPError></detail></s:Fault></s:Body></s:Envelope>"
    ).encode()


def row(
    outside: object, inside: object, client: str, protocol: str = "TCP", *, remote: str = "", enabled: object = 1
) -> dict[str, object]:
    """The values of one mapping, as version 1 names them."""
    return {
        "NewRemoteHost": remote, "NewExternalPort": outside, "NewProtocol": protocol, "NewInternalPort": inside,
        "NewInternalClient": client, "NewEnabled": enabled, "NewPortMappingDescription": "カメラ",
        "NewLeaseDuration": 0,
    }  # fmt: skip


def listing(rows: Rows) -> bytes:
    """The list of version 2, a document within the answer."""
    names = {"NewPortMappingDescription": "NewDescription", "NewLeaseDuration": "NewLeaseTime"}
    entries = "".join(
        "<p:PortMappingEntry>"
        + "".join(f"<p:{names.get(n, n)}>{escape(str(v))}</p:{names.get(n, n)}>" for n, v in one.items())
        + "</p:PortMappingEntry>"
        for one in rows
    )
    document = f'<p:PortMappingList xmlns:p="urn:schemas-upnp-org:gw:WANIPConnection">{entries}</p:PortMappingList>'
    return told("GetListOfPortMappings", {"NewPortListing": document}, "WANIPConnection:2")
