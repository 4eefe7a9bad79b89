"""How drivers talk to one device. The live session and the replay of a recording have the same face."""

from typing import Protocol

from fushinban.model.credential import Credential
from fushinban.model.device import Target
from fushinban.model.site import TestKind
from fushinban.transport.values import HttpAnswer, HttpRequest, PortAnswer, RtspAnswer, SoapCall, TlsAnswer


class Session(Protocol):
    """One device behind the door. Every method may raise OutOfScope and any DeviceError.

    With `login` the session's credential is used when the device asks for one, inside the attempt budget, never in
    clear text; without it nothing but an anonymous request is sent. Without a credential, `login` raises Denied when
    the device asks for one.
    """

    @property
    def target(self) -> Target:
        """Where the device is."""

    @property
    def credential(self) -> Credential | None:
        """The login for this device, if there is one."""

    def allows(self, test: TestKind) -> bool:
        """Whether the authorisation allows this kind of test."""

    async def http(self, request: HttpRequest, *, login: bool = True) -> HttpAnswer:
        """One HTTP exchange. Redirects are never followed. A final 401/403 is returned as an answer when `login`
        is False and raised as Denied (or Locked) otherwise."""

    async def soap(self, call: SoapCall, *, login: bool = True, service: str = "http", tls: bool = False) -> bytes:
        """One SOAP operation; the bytes of the answer's envelope.

        A fault raises: NotAuthorized → Denied, ActionNotSupported / UnknownAction / HTTP 404, 405 → NotSupported,
        anything that is not a SOAP envelope → Malformed.
        """

    async def rtsp(self, method: str, uri: str, *, login: bool = False, service: str = "rtsp") -> RtspAnswer:
        """One RTSP request on a connection of its own. `uri` is sent as given; the connection goes to the target."""

    async def port(self, service: str, *, listen: float = 0.0) -> PortAnswer:
        """TCP connect; with `listen`, wait that many seconds for what the device says by itself."""

    async def tls(self, service: str) -> TlsAnswer:
        """TLS versions, cipher and certificate of a port."""

    async def try_login(self, username: str, secret: str) -> bool:
        """The opt-in test of one documented factory login: at most one attempt. True: accepted, False: refused
        (now, or at an earlier inspection: then nothing is sent).

        Raises OutOfScope unless the authorisation allows TestKind.DEFAULT_PASSWORD; Locked when the budget is spent;
        Denied when the outcome is ambiguous; NotSupported when no login is asked for.
        """

    def learn_offset(self, seconds: float) -> None:
        """Tell the session the device's clock offset, for WS-UsernameToken."""
