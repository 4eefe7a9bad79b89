"""SOAP 1.1 as control points speak it to a gateway (UPnP Device Architecture 1.0, 3): any bytes give a call or
Malformed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from fushinban.lab.gateway import UpnpError
from fushinban.lab.soap import tag
from fushinban.lab.wire import malformed

ENV = "http://schemas.xmlsoap.org/soap/envelope/"
_ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
_CONTROL = "urn:schemas-upnp-org:control-1-0"
_LONGEST = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One action that was asked of a service: type of the service, name, and text arguments by name."""

    service: str
    action: str
    arguments: Mapping[str, str] = field(default_factory=dict)


class Document(str):
    """XML that is the value of an argument; what people wrote in it is escaped already."""

    __slots__ = ()


def parse_call(body: bytes, soap_action: str) -> Call:
    """Read a call. Raises Malformed for what is no envelope, has a DTD, or where header and body do not agree."""
    if len(body) > _LONGEST:
        raise malformed("too long")
    root = _root(body)
    envelope = root.find(f"{{{ENV}}}Body")
    if root.tag != f"{{{ENV}}}Envelope" or envelope is None or len(envelope) != 1:
        raise malformed("no SOAP 1.1 envelope with one action")
    asked = envelope[0]
    name = etree.QName(asked)
    if soap_action.strip().strip('"') != f"{name.namespace}#{name.localname}":
        raise malformed("another SOAPAction than in the body")
    arguments: dict[str, str] = {}
    for part in asked:
        key = etree.QName(part).localname
        if len(part) or key in arguments:
            raise malformed("an argument twice, or one that is no text")
        arguments[key] = (part.text or "").strip()
    return Call(service=name.namespace or "", action=name.localname, arguments=arguments)


def _root(body: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise malformed("no XML") from error
    # An entity would stand in the tree as a node without a name.
    if root.getroottree().docinfo.internalDTD is not None or not all(isinstance(e.tag, str) for e in root.iter()):
        raise malformed("a document type")
    return root


def answer(call: Call, values: Mapping[str, object]) -> bytes:
    """A good answer with these values."""
    inside = "".join(_value(name, value) for name, value in values.items())
    return _envelope(f'<u:{call.action}Response xmlns:u="{call.service}">{inside}</u:{call.action}Response>')


def _value(name: str, value: object) -> str:
    """A document goes as it stands, as routers send it: there are control points that undo no escaping."""
    return f"<{name}><![CDATA[{value}]]></{name}>" if isinstance(value, Document) else tag(name, value)


def fault(error: UpnpError) -> bytes:
    """An answer that is an error; it goes with status 500."""
    detail = tag("errorCode", error.code) + tag("errorDescription", error.words)
    return _envelope(
        "<s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring>"
        f'<detail><UPnPError xmlns="{_CONTROL}">{detail}</UPnPError></detail></s:Fault>'
    )


def _envelope(body: str) -> bytes:
    text = (
        f'<?xml version="1.0"?>\n<s:Envelope xmlns:s="{ENV}" s:encodingStyle="{_ENCODING}">'
        f"<s:Body>{body}</s:Body></s:Envelope>\n"
    )
    return text.encode("utf-8")
