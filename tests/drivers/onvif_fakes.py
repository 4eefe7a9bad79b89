"""A scripted device for the ONVIF tests: answers by operation, and a list of what it was asked."""

from dataclasses import dataclass, field

from fushinban.errors import DeviceError, NotSupported, Unreachable
from fushinban.messages import Text
from fushinban.model.credential import Credential
from fushinban.model.device import Target
from fushinban.model.site import TestKind
from fushinban.transport.footprint import note_answer
from fushinban.transport.values import HttpAnswer, HttpRequest, PortAnswer, RtspAnswer, SoapCall, TlsAnswer

NOBODY = Unreachable(Text("無応答", "nobody"))
NO_OPERATION = NotSupported(Text("ありません", "no such operation"))

ENVELOPE = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:d="http://www.onvif.org/ver10/device/wsdl"'
    ' xmlns:t="http://www.onvif.org/ver10/schema" xmlns:m="http://www.onvif.org/ver10/media/wsdl">'
    "<s:Body>{}</s:Body></s:Envelope>"
)


def soap(inner: str) -> bytes:
    """An envelope around this body."""
    return ENVELOPE.format(inner).encode()


@dataclass(frozen=True)
class Asked:
    """One request as the device saw it."""

    operation: str
    path: str
    login: bool
    service: str
    tls: bool
    body: bytes = b""


@dataclass
class FakeSession:
    """Answers `soap` by operation or by (operation, login); everything else of a session by what is put in here."""

    answers: dict[object, bytes | DeviceError] = field(default_factory=dict)
    target: Target = field(default_factory=lambda: Target(address="192.0.2.10"))
    credential: Credential | None = None
    doors: frozenset[str] = frozenset({"http"})
    door_error: DeviceError = NOBODY
    rtsp_answers: dict[str, RtspAnswer | DeviceError] = field(default_factory=dict)
    http_answers: dict[str, HttpAnswer | DeviceError] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    offsets: list[float] = field(default_factory=list)

    def allows(self, test: TestKind) -> bool:
        return True

    async def soap(self, call: SoapCall, *, login: bool = True, service: str = "http", tls: bool = False) -> bytes:
        self.asked.append(Asked(call.operation, call.path, login, service, tls, call.body))
        if service not in self.doors:
            raise self.door_error
        found = self.answers.get((call.operation, login), self.answers.get(call.operation, NO_OPERATION))
        if isinstance(found, DeviceError):
            raise found
        note_answer(found)
        return found

    async def http(self, request: HttpRequest, *, login: bool = True) -> HttpAnswer:
        self.asked.append(Asked(request.method, request.path, login, request.service, request.tls))
        assert request.head_only, "a picture must not be downloaded"
        found = self.http_answers.get(request.path, NOBODY)
        if isinstance(found, DeviceError):
            raise found
        return found

    async def rtsp(self, method: str, uri: str, *, login: bool = False, service: str = "rtsp") -> RtspAnswer:
        self.asked.append(Asked(method, uri, login, service, False))
        found = self.rtsp_answers.get(uri, NOBODY)
        if isinstance(found, DeviceError):
            raise found
        return found

    async def port(self, service: str, *, listen: float = 0.0) -> PortAnswer:
        raise AssertionError("this driver looks at no ports")

    async def tls(self, service: str) -> TlsAnswer:
        raise AssertionError("this driver looks at no TLS")

    async def try_login(self, username: str, secret: str) -> bool:
        raise AssertionError("this driver tries no login")

    def learn_offset(self, seconds: float) -> None:
        self.offsets.append(seconds)
