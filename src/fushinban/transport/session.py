"""How drivers talk to one device. The live session and the replay of a recording have the same face."""

from typing import Protocol

from fushinban.model.credential import Credential, SnmpAccess
from fushinban.model.device import Target
from fushinban.model.site import TestKind
from fushinban.transport.values import (
    ConsoleAnswer,
    ConsoleTalk,
    HttpAnswer,
    HttpRequest,
    PortAnswer,
    RtspAnswer,
    SnmpQuestion,
    SoapCall,
    TlsAnswer,
    TokenLogin,
)


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

    @property
    def snmp_access(self) -> SnmpAccess | None:
        """How this device is asked over SNMP, if the site says so."""

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

    async def token_login(self, asked: TokenLogin) -> str:
        """The token that a login of its own kind gives, at the cost of one attempt of the budget. Call it once.

        Raises Denied where the device refuses, where there is no credential and where it would leave in clear text;
        Locked when log-ins are stopped; what `asked.read` raises where the answer does not say.
        """

    async def snmp(self, question: SnmpQuestion) -> bytes:
        """One question over SNMP; the list of objects in the answer, as `snmp_message.read_bindings` reads it.

        An object that the agent does not have stands there without a value, or is left out. Raises Denied without
        `snmp_access`, where the user or password is refused, and where there is no right to read; Unreachable where
        nothing comes back, which is all that a wrong community gives.
        """

    async def console(self, asked: ConsoleTalk) -> ConsoleAnswer:
        """One dialogue at the device's command line, on a connection of its own, at the cost of one attempt of the
        budget; reaching the administrator's level costs one of another account. Call it once.

        Raises Denied without a credential, where the login is refused, and over Telnet unless the site allows it, or
        where the device has shown an SSH key before; for another key than that see ConsoleAnswer;
        Locked; Unreachable where nothing (more) comes; Malformed for what is no command line, or too much.
        """

    async def search(self, payload: bytes, service: str = "ssdp") -> tuple[bytes, ...]:
        """One datagram to a UDP service of the device that answers everybody, and all that comes back from it."""

    def learn_offset(self, seconds: float) -> None:
        """Tell the session the device's clock offset, for WS-UsernameToken."""
