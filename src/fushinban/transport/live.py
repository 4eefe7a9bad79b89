"""The live session: one device, asked over the network."""

from types import TracebackType
from typing import TYPE_CHECKING

from fushinban.errors import Denied, DeviceError, Malformed, NotSupported, Unreachable
from fushinban.makers import Lockout
from fushinban.messages import say
from fushinban.model.credential import Credential, SnmpAccess
from fushinban.model.device import Target
from fushinban.model.site import TestKind
from fushinban.transport.budget import AttemptBudget, Known
from fushinban.transport.console import talk
from fushinban.transport.footprint import note_answer
from fushinban.transport.line import DEFAULT_LOGIN, Line
from fushinban.transport.login import Login, Refused
from fushinban.transport.ports import ask_port
from fushinban.transport.rtsp import Play, ask_rtsp
from fushinban.transport.search import search_at
from fushinban.transport.soap import USERS_CALL, SoapAsker
from fushinban.transport.tls import ask_tls
from fushinban.transport.token import get_token
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
from fushinban.transport.web import WebLogin, ask_web, judge_web, place_of, web_exchange

if TYPE_CHECKING:
    from fushinban.transport.snmp import SnmpAsker


class LiveSession:
    """Satisfies `transport.session.Session`. `async with` it, or `close()` it."""

    def __init__(  # noqa: PLR0917 - the device, what guards its logins, and the ways to log in
        self,
        line: Line,
        budget: AttemptBudget,
        device_key: str,
        credential: Credential | None,
        rule: Lockout | None,
        snmp: SnmpAccess | None = None,
        host_key: str = "",
    ) -> None:
        self._line = line
        self._budget = budget
        self._device_key = device_key
        self._credential = credential
        self._rule = rule
        self._web = self._web_login(credential) if credential is not None else None
        self._soap = SoapAsker(line, self._web)
        self._snmp_access = snmp
        self._host_key = host_key
        self._snmp = self._snmp_asker(snmp) if snmp is not None else None
        self._closed = False

    def __repr__(self) -> str:
        return f"LiveSession({self._line.target.key})"

    @property
    def target(self) -> Target:
        """Where the device is."""
        return self._line.target

    @property
    def credential(self) -> Credential | None:
        """The login for this device, if there is one."""
        return self._credential

    @property
    def snmp_access(self) -> SnmpAccess | None:
        """How this device is asked over SNMP, if the site says so."""
        return self._snmp_access

    def allows(self, test: TestKind) -> bool:
        """Whether the authorisation allows this kind of test."""
        return self._line.scope.allows(test)

    def learn_offset(self, seconds: float) -> None:
        """The device's clock minus ours, for WS-UsernameToken."""
        self._soap.offset = seconds

    async def http(self, request: HttpRequest, *, login: bool = True) -> HttpAnswer:
        """One HTTP exchange; see Session."""
        self._check_open()
        answer = await ask_web(self._line, self._web, request, login)
        note_answer(answer.body)
        return answer

    async def soap(self, call: SoapCall, *, login: bool = True, service: str = "http", tls: bool = False) -> bytes:
        """One SOAP operation; see Session."""
        self._check_open()
        return await self._soap.ask(call, login=login, service=service, tls=tls)

    async def rtsp(self, method: str, uri: str, *, login: bool = False, service: str = "rtsp") -> RtspAnswer:
        """One RTSP request; see Session."""
        self._check_open()
        answer = await ask_rtsp(self._line, self._web.login if self._web else None, Play(method, uri, service), login)
        note_answer(answer.body)
        return answer

    async def port(self, service: str, *, listen: float = 0.0) -> PortAnswer:
        """TCP connect; see Session."""
        self._check_open()
        answer = await ask_port(self._line, service, listen)
        note_answer(answer.state.encode() + b" " + answer.banner)
        return answer

    async def tls(self, service: str) -> TlsAnswer:
        """TLS as the port shows it; see Session."""
        self._check_open()
        answer = await ask_tls(self._line, service)
        note_answer(answer.certificate)
        return answer

    async def snmp(self, question: SnmpQuestion) -> bytes:
        """One question over SNMP; see Session."""
        self._check_open()
        if self._snmp is None:
            raise Denied(say("snmp.no-rule"))
        return await self._snmp.ask(question)

    async def console(self, asked: ConsoleTalk) -> ConsoleAnswer:
        """One dialogue at the command line; see Session."""
        self._check_open()
        if self._web is None or self._credential is None:
            raise Denied(say("transport.denied-no-credential", what=asked.service.upper()))
        above = self._credential.administrator
        account = Credential(username=f"administrator of {self._credential.username}", secret=above)
        higher = self._login(account) if above else None
        return await talk(self._line, self._web.login, higher, asked, self._host_key)

    async def search(self, payload: bytes, service: str = "ssdp") -> tuple[bytes, ...]:
        """One datagram that everybody may send; see Session."""
        self._check_open()
        answers = await search_at(self._line, service, payload)
        note_answer(b"\n".join(answers))
        return answers

    async def try_login(self, username: str, secret: str) -> bool:
        """One attempt with a documented factory login; see Session."""
        self._check_open()
        self._line.guard(DEFAULT_LOGIN)()
        web = self._web_login(Credential(username=username, secret=secret, origin="factory default"))
        try:
            await self._try_everywhere(web)
        except (Refused, Known):  # refused now, or at an earlier inspection: the answer stands
            return False
        if not web.login.accepted:
            raise Denied(say("transport.denied-unclear", username=username, what="5xx"))
        return True

    async def _try_everywhere(self, web: WebLogin) -> None:
        """ONVIF first, then the web page, with TLS where there is nothing without; until one login was made."""
        why: DeviceError = NotSupported(say("transport.no-login-asked"))
        for service, tls in (("http", False), ("https", True)):
            for attempt in (self._try_soap, self._try_web):
                try:
                    await attempt(web, service, tls)
                except (NotSupported, Unreachable) as error:
                    if web.login.tried:
                        raise
                    why = error
                if web.login.tried:
                    return
            if isinstance(why, NotSupported):
                break
        raise why

    async def _try_soap(self, web: WebLogin, service: str, tls: bool) -> None:
        """GetUsers once with the login. Raises NotSupported where SOAP, or a login to it, is not there."""
        asker = SoapAsker(self._line, web)
        asker.offset = self._soap.offset
        try:
            await asker.ask(USERS_CALL, login=True, service=service, tls=tls, tests=DEFAULT_LOGIN)
        except (NotSupported, Denied, Malformed) as error:
            if web.login.accepted:
                return
            if web.login.tried:
                raise
            raise NotSupported(error.text) from None

    async def _try_web(self, web: WebLogin, service: str, tls: bool) -> None:
        """The same on the web page, for devices without ONVIF."""
        request = HttpRequest(path="/", service=service, tls=tls)
        exchange = web_exchange(self._line, request, DEFAULT_LOGIN, web.login.credential.username)
        answer = await exchange(None, False)
        if answer.status != 401:
            raise NotSupported(say("transport.no-login-asked"))
        await web.send(exchange, place_of("GET", "/", tls), judge_web(web.login, "/"), answer)

    async def token_login(self, asked: TokenLogin) -> str:
        """A login of its own kind; see Session."""
        self._check_open()
        if self._web is None:
            raise Denied(say("transport.denied-no-credential", what=asked.layer))
        return await get_token(self._line, self._web.login, asked)

    def _web_login(self, credential: Credential) -> WebLogin:
        return WebLogin(self._login(credential))

    def _snmp_asker(self, access: SnmpAccess) -> "SnmpAsker":
        from fushinban.transport.snmp import SnmpAsker  # noqa: PLC0415 - most sites ask nobody over SNMP

        return SnmpAsker(self._line, access, self._snmp_login(access))

    def _snmp_login(self, access: SnmpAccess) -> Login | None:
        """The budget of a v3 user; a community is no account. Users of SNMP and of the web are different people."""
        if not access.username:
            return None
        fingerprint = f"{access.fingerprint} {access.digest}" if access.fingerprint else ""
        secret = f"{access.secret} {access.privacy} {access.digest}"
        return self._login(Credential(username=f"snmp {access.username}", secret=secret, fingerprint=fingerprint))

    def _login(self, credential: Credential) -> Login:
        limits = self._line.limits
        patience = limits.connect_timeout + limits.read_timeout
        return Login(credential, self._budget, self._device_key, self._rule, patience)

    def _check_open(self) -> None:
        if self._closed:
            raise Unreachable(say("transport.closed", address=self._line.target.address))

    async def close(self) -> None:
        """Close what rests on the device's lane; later calls raise Unreachable."""
        self._closed = True
        if self._snmp is not None:
            self._snmp.close()
        self._line.lane.drop_resting()

    async def __aenter__(self) -> "LiveSession":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
