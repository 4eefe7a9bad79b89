"""SOAP 1.2 envelopes as a device reads and writes them: any bytes give a call or Malformed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from xml.sax.saxutils import escape

from lxml import etree

from fushinban.lab.login import UsernameToken
from fushinban.lab.state import DeviceState
from fushinban.lab.wire import malformed
from fushinban.model.facts.access import Level

ENV = "http://www.w3.org/2003/05/soap-envelope"
TDS = "http://www.onvif.org/ver10/device/wsdl"
TT = "http://www.onvif.org/ver10/schema"
TRT = "http://www.onvif.org/ver10/media/wsdl"
TR2 = "http://www.onvif.org/ver20/media/wsdl"
TAS = "http://www.onvif.org/ver10/advancedsecurity/wsdl"
TEV = "http://www.onvif.org/ver10/events/wsdl"
TER = "http://www.onvif.org/ver10/error"
_WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
WSSE = _WSS + "wssecurity-secext-1.0.xsd"
WSU = _WSS + "wssecurity-utility-1.0.xsd"
PASSWORD_DIGEST = _WSS + "username-token-profile-1.0#PasswordDigest"

#: Prefixes that answers may use inside their body.
_PREFIXES = (
    ("env", ENV), ("tds", TDS), ("tt", TT), ("trt", TRT), ("tr2", TR2), ("tas", TAS), ("tev", TEV), ("ter", TER),
    ("wsnt", "http://docs.oasis-open.org/wsn/b-2"), ("wstop", "http://docs.oasis-open.org/wsn/t-1"),
    ("tns1", "http://www.onvif.org/ver10/topics"),
)  # fmt: skip
_OPEN = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<env:Envelope '
    + " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _PREFIXES)
    + "><env:Body>"
)
_CLOSE = "</env:Body></env:Envelope>"


class Access(Enum):
    """ONVIF access classes that matter for reading, with the levels that have them (Core, default policy)."""

    PRE_AUTH = frozenset(Level)
    READ_SYSTEM = frozenset({Level.ADMINISTRATOR, Level.OPERATOR, Level.USER})
    READ_SYSTEM_SECRET = frozenset({Level.ADMINISTRATOR})
    READ_MEDIA = frozenset({Level.ADMINISTRATOR, Level.OPERATOR, Level.USER, Level.EXTENDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One operation that was asked: namespace and name, text arguments by local name, and a token if any."""

    namespace: str
    operation: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    token: UsernameToken | None = None

    def argument(self, name: str) -> str:
        """An argument's text, empty where it is not there."""
        return self.arguments.get(name, "")


class SoapFault(Exception):
    """An answer that is a fault: `code` Sender or Receiver, sub-codes from the outer to the precise one."""

    def __init__(self, code: str, *subcodes: str, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.code = code
        self.subcodes = subcodes
        self.reason = reason
        self.status = status


NOT_AUTHORIZED = ("Sender", "NotAuthorized")


def not_supported() -> SoapFault:
    """The fault for an operation that the device does not have."""
    return SoapFault("Receiver", "ActionNotSupported", reason="Optional action not implemented", status=500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What an operation answers from: the device, the call, and the base address of its services."""

    state: DeviceState
    call: Call
    base: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One read operation: who may ask it, and the XML inside the body of its answer."""

    access: Access
    answer: Callable[[Ask], str]


def read_envelope(data: bytes) -> etree._Element:
    """The root of a SOAP 1.2 envelope, read strictly. Raises Malformed for anything else, and for a DTD."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise malformed("no XML") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise malformed("a document type")
    if root.tag != f"{{{ENV}}}Envelope":
        raise malformed("no SOAP 1.2 envelope")
    return root


def parse_call(data: bytes) -> Call:
    """Read a request envelope. Raises Malformed for what is no envelope, has a DTD, or has no operation."""
    root = read_envelope(data)
    body = root.find(f"{{{ENV}}}Body")
    if body is None or len(body) == 0 or not isinstance(body[0].tag, str):
        raise malformed("no operation")
    name = etree.QName(body[0])
    arguments = {
        etree.QName(e).localname: (e.text or "").strip()
        for e in body[0].iter()
        if isinstance(e.tag, str) and e is not body[0] and len(e) == 0
    }
    return Call(namespace=name.namespace or "", operation=name.localname, arguments=arguments, token=_token(root))


def _token(root: etree._Element) -> UsernameToken | None:
    token = root.find(f"{{{ENV}}}Header/{{{WSSE}}}Security/{{{WSSE}}}UsernameToken")
    if token is None:
        return None
    password = token.find(f"{{{WSSE}}}Password")
    kind = password.get("Type", "") if password is not None else ""
    return UsernameToken(
        username=(token.findtext(f"{{{WSSE}}}Username") or "").strip(),
        password=(password.text or "").strip() if password is not None else "",
        digested=kind == PASSWORD_DIGEST,
        nonce=(token.findtext(f"{{{WSSE}}}Nonce") or "").strip(),
        created=(token.findtext(f"{{{WSU}}}Created") or "").strip(),
    )


def envelope(body: str) -> bytes:
    """An answer with this XML in its body."""
    return (_OPEN + body + _CLOSE).encode("utf-8")


def fault(error: SoapFault) -> bytes:
    """An answer that is a fault."""
    nested = ""
    for subcode in reversed(error.subcodes):
        nested = f"<env:Subcode><env:Value>ter:{subcode}</env:Value>{nested}</env:Subcode>"
    code = f"<env:Code><env:Value>env:{error.code}</env:Value>{nested}</env:Code>"
    reason = f'<env:Reason><env:Text xml:lang="en">{escape(error.reason)}</env:Text></env:Reason>'
    return envelope(f"<env:Fault>{code}{reason}</env:Fault>")


def tag(name: str, text: object, **attributes: object) -> str:
    """One element with escaped text and attributes; True and False as XML Schema writes them."""
    marks = "".join(f' {key}="{_shown(value)}"' for key, value in attributes.items())
    return f"<{name}{marks}>{_shown(text)}</{name}>"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(str(value), {'"': "&quot;"})
