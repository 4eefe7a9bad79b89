"""Actions of a gateway as values, and their answers (UPnP Device Architecture 1.0, 3: SOAP 1.1). All of them read."""

from dataclasses import dataclass
from xml.sax.saxutils import escape

from fushinban.drivers._maker_values import clip
from fushinban.drivers.igd._description import Service
from fushinban.errors import Denied, DeviceError, Malformed, NotSupported
from fushinban.messages import say
from fushinban.transport import xml
from fushinban.transport.values import HttpRequest

STATUS = "GetStatusInfo"
EXTERNAL = "GetExternalIPAddress"
ENTRY = "GetGenericPortMappingEntry"
LISTING = "GetListOfPortMappings"
DEFAULT = "GetDefaultConnectionService"

#: Errors of UPnP and of the connection services: what there is no more of, and what is refused or not there.
NO_MORE = frozenset({713, 714, 730})
_ABSENT, _REFUSED = frozenset({401, 602}), frozenset({606, 701, 702, 703})

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an action answered: its values by name, or the number of an error (0: none) with its words."""

    values: dict[str, str]
    error: int = 0
    words: str = ""

    def text(self, name: str) -> str:
        """One value as a printable line; empty where it is missing."""
        return clip(self.values.get(name, ""))


def ask(service: Service, action: str, **arguments: object) -> HttpRequest:
    """One action of a service."""
    inside = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in arguments.items())
    body = (
        f'<?xml version="1.0"?>\r\n<s:Envelope xmlns:s="{_SOAP}"'
        ' s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>'
        f'<u:{action} xmlns:u="{service.type}">{inside}</u:{action}></s:Body></s:Envelope>\r\n'
    )
    headers = {"Content-Type": 'text/xml; charset="utf-8"', "SOAPAction": f'"{service.type}#{action}"'}
    return HttpRequest(
        path=service.place.path, port=service.place.port, method="POST", headers=headers, body=body.encode(),
        operation=action,
    )  # fmt: skip


def parse_told(data: bytes) -> Told:
    """The values of an answer, or its error. Raises Malformed for anything else."""
    envelope = xml.parse(data)
    body = xml.child(envelope, "Body")
    answer = next(body.iterchildren("{*}*"), None) if body is not None else None
    if xml.local(envelope) != "Envelope" or answer is None:
        raise Malformed(say("igd.no-answer"))
    if xml.local(answer) != "Fault":
        return Told(values={xml.local(part): (part.text or "").strip() for part in answer.iterchildren("{*}*")})
    fault = xml.child(answer, "detail", "UPnPError")
    code = xml.text(fault, "errorCode")
    number = int(code) if code.isascii() and code.isdigit() and len(code) < 6 else 0
    if not number:
        raise Malformed(say("igd.fault", code=clip(code) or "-", words=clip(xml.text(answer, "faultstring"))))
    return Told(values={}, error=number, words=clip(xml.text(fault, "errorDescription")))


def error_of(told: Told, action: str) -> DeviceError:
    """What an error number means."""
    values = {"action": action, "code": told.error, "words": told.words}
    if told.error in _ABSENT:
        return NotSupported(say("igd.absent", **values))
    if told.error in _REFUSED:
        return Denied(say("igd.refused", **values))
    return Malformed(say("igd.fault", code=f"{action} {told.error}", words=told.words))
