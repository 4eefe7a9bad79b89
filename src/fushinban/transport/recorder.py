"""A live session that keeps what was asked and answered, so that a recording can be made of it."""

from dataclasses import dataclass

from fushinban.errors import Denied, NotSupported
from fushinban.makers import Lockout
from fushinban.model.credential import Credential
from fushinban.model.device import Target
from fushinban.transport.dialogue_recording import DialogueRecorded
from fushinban.transport.door import Door
from fushinban.transport.http_recording import HttpRecorded
from fushinban.transport.line import Line
from fushinban.transport.live import LiveSession
from fushinban.transport.values import ConsoleAnswer, ConsoleTalk, HttpAnswer, HttpRequest, SoapCall, TokenLogin

_FAULT = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:ter="http://www.onvif.org/ver10/error">'
    "<s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:{code}</s:Value></s:Subcode></s:Code>"
    '<s:Reason><s:Text xml:lang="en">{code}</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoapHeard:
    """One SOAP operation. `asked`: what stood in the body; `anonymous`: it was asked without a login.

    `made`: the answer says no more than which refusal it was.
    """

    operation: str
    path: str
    asked: bytes
    anonymous: bool
    status: int
    answer: bytes
    made: bool = False


class RecordingSession(LiveSession):
    """Keeps plain HTTP, SOAP and dialogues, in the order answered; other traffic is not kept. Request headers, and what
    only the administrator is shown, never are."""

    def __init__(
        self, door: Door, target: Target, credential: Credential | None, lockout: Lockout | None, host_key: str = ""
    ) -> None:
        line = Line(target, door.scope, door.lane(target), door.limits, door.transcript)
        super().__init__(line, door.budget, door.device_key(target), credential, lockout, None, host_key)
        self.http_heard: list[HttpRecorded] = []
        self.soap_heard: list[SoapHeard] = []
        self.tokens: list[str] = []
        self.console_heard: list[DialogueRecorded] = []
        self.dialect = ""

    async def http(self, request: HttpRequest, *, login: bool = True) -> HttpAnswer:
        """One HTTP exchange; see Session."""
        try:
            answer = await super().http(request, login=login)
        except Denied:
            self._keep(request, HttpAnswer(status=403, headers={}, body=b""), login=login)
            raise
        self._keep(request, answer, login=login)
        return answer

    def _keep(self, request: HttpRequest, answer: HttpAnswer, *, login: bool) -> None:
        if request.head_only or answer.truncated:
            return  # a piece of an answer is none
        self.http_heard.append(
            HttpRecorded(
                method=request.method, path=request.path, asked=request.body, status=answer.status, body=answer.body,
                type=answer.headers.get("content-type", "").partition("\n")[0], anonymous=not login,
            )
        )  # fmt: skip

    async def soap(self, call: SoapCall, *, login: bool = True, service: str = "http", tls: bool = False) -> bytes:
        """One SOAP operation; see Session."""
        try:
            answer = await super().soap(call, login=login, service=service, tls=tls)
        except (Denied, NotSupported) as error:
            code = "NotAuthorized" if isinstance(error, Denied) else "ActionNotSupported"
            self._keep_soap(call, login, 400, _FAULT.format(code=code).encode(), made=True)
            raise
        self._keep_soap(call, login, 200, answer)
        return answer

    def _keep_soap(self, call: SoapCall, login: bool, status: int, answer: bytes, *, made: bool = False) -> None:
        self.soap_heard.append(
            SoapHeard(
                operation=call.operation, path=call.path, asked=call.body, anonymous=not login, status=status,
                answer=answer, made=made,
            )
        )  # fmt: skip

    async def console(self, asked: ConsoleTalk) -> ConsoleAnswer:
        """One dialogue; see Session. Of the administrator's level nothing is kept: it shows whole configurations."""
        answer = await super().console(asked)
        self.dialect = asked.dialect
        pairs = zip(asked.commands, answer.printed, strict=False)
        self.console_heard += [DialogueRecorded(command=command, printed=printed) for command, printed in pairs]
        return answer

    async def token_login(self, asked: TokenLogin) -> str:
        """A login of its own kind; see Session. The token is kept as a secret, not as an answer."""
        token = await super().token_login(asked)
        self.tokens.append(token)
        return token
