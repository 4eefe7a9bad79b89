"""The ONVIF services of one pretend device: logins, access classes, read operations; writes are refused and noted."""

from collections.abc import Mapping

from fushinban.errors import Malformed
from fushinban.lab import onvif_device, onvif_media, onvif_network, onvif_security
from fushinban.lab.login import NO_LOGIN, Check, Login
from fushinban.lab.plan import Auth
from fushinban.lab.recording import LabRecording
from fushinban.lab.soap import (
    NOT_AUTHORIZED,
    Access,
    Ask,
    Call,
    Operation,
    SoapFault,
    envelope,
    fault,
    not_supported,
    parse_call,
)
from fushinban.lab.state import DeviceState
from fushinban.lab.wire import Reply, Request, parse_authorization

OPERATIONS: Mapping[tuple[str, str], Operation] = {
    **onvif_device.OPERATIONS,
    **onvif_network.OPERATIONS,
    **onvif_media.OPERATIONS,
    **onvif_security.OPERATIONS,
}

#: What the specification lets anybody ask, by operation name (`GetServiceCapabilities` in every service).
PRE_AUTH = frozenset(name for (_, name), o in OPERATIONS.items() if o.access is Access.PRE_AUTH)

_SOAP = (("Content-Type", "application/soap+xml; charset=utf-8"),)


def http_login(state: DeviceState, request: Request) -> Login:
    """What an Authorization header offers, judged against the device's users. May raise Malformed."""
    header = request.headers.get("authorization", "")
    if not header:
        return NO_LOGIN
    given = parse_authorization(header)
    if given.scheme == "digest" and state.plan.auth is not Auth.USERNAME_TOKEN:
        return state.http_gate.check(request.method, request.target, request.body, given)
    if given.scheme == "basic":
        return Login(check=Check.WRONG if request.tls else Check.CLEAR)
    return NO_LOGIN


class OnvifServer:
    """Answers SOAP requests of one device."""

    def __init__(self, state: DeviceState, recording: LabRecording | None = None) -> None:
        self._state = state
        self._recording = recording

    def operation(self, request: Request) -> str:
        """The operation a request asks for, for misbehaviour that is limited to some; empty where unreadable."""
        try:
            return parse_call(request.body).operation
        except Malformed:
            return ""

    def answer(self, request: Request) -> Reply:
        """The reply to one SOAP request; anything that is no envelope gets the fault for it."""
        if not request.body and "authorization" not in request.headers:
            # Clients that mean to log in send an empty body first and wait for the challenge.
            error = SoapFault(*NOT_AUTHORIZED, reason="Sender not authorized")
            return self._refuse(error, Call(namespace="", operation=""), NO_LOGIN)
        try:
            call = parse_call(request.body)
            login = self._login(request, call)
        except Malformed:
            return self._fault(SoapFault("Sender", "WellFormed", reason="The message cannot be read"))
        self._state.note("onvif", call.operation, login.username)
        if not call.operation.startswith("Get"):
            self._state.write_attempts.append(call.operation)
        try:
            return self._answer(request, call, login)
        except SoapFault as error:
            if error.subcodes[:1] == NOT_AUTHORIZED[1:] and login.check is not Check.OK:
                return self._refuse(error, call, login)
            return self._fault(error)

    def _login(self, request: Request, call: Call) -> Login:
        state = self._state
        login = http_login(state, request)
        if login.check is Check.NONE and call.token and state.plan.auth in (Auth.USERNAME_TOKEN, Auth.BOTH):
            login = state.token_gate.check(call.token, state.clock())
        return state.judge(login)

    def _answer(self, request: Request, call: Call, login: Login) -> Reply:
        operation = OPERATIONS.get((call.namespace, call.operation))
        self._admit(call, operation, login)
        if self._recording is not None:
            found = self._recording.find(call)
            return Reply(status=found.status, headers=_SOAP, body=found.body)
        if operation is None:
            raise not_supported()
        scheme, service = ("https", "https") if request.tls else ("http", "http")
        host = self._state.plan.xaddr_host or self._state.plan.address
        ask = Ask(state=self._state, call=call, base=f"{scheme}://{host}:{self._state.ports[service]}")
        return Reply(status=200, headers=_SOAP, body=envelope(operation.answer(ask)))

    def _admit(self, call: Call, operation: Operation | None, login: Login) -> None:
        """Let the call through or raise NotAuthorized. What is not known counts as READ_SYSTEM."""
        plan = self._state.plan
        if not self._state.refuses:
            access = operation.access if operation else Access.READ_SYSTEM
            free = access is Access.PRE_AUTH or call.operation in plan.open_operations
            if free or (self._recording is not None and not plan.auth_required):
                return
            if login.user is not None and login.user.level in access.value:
                return
        raise SoapFault(*NOT_AUTHORIZED, reason="Sender not authorized")

    def _refuse(self, error: SoapFault, call: Call, login: Login) -> Reply:
        """401 with challenges where the device takes digest and no token was offered; else the fault alone."""
        state = self._state
        if login.check is Check.LOCKED and state.plan.lockout and state.plan.lockout.status != 401:
            return Reply(status=state.plan.lockout.status)
        if state.plan.auth is Auth.USERNAME_TOKEN or (call.token is not None and state.plan.auth is Auth.BOTH):
            return self._fault(error)
        challenges = state.http_gate.challenges(stale=login.check is Check.STALE)
        return Reply(status=401, headers=(*challenges, *_SOAP), body=fault(error))

    @staticmethod
    def _fault(error: SoapFault) -> Reply:
        return Reply(status=error.status, headers=_SOAP, body=fault(error))
