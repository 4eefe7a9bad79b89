# ruff: noqa: ARG002  # the face of a session is fixed; a recording uses little of it
"""A session that answers from a recording. What was not recorded is "unreachable", never "not supported"."""

from fushinban.errors import Malformed, Unreachable
from fushinban.messages import say
from fushinban.model.credential import Credential, SnmpAccess
from fushinban.model.device import Target
from fushinban.model.site import TestKind
from fushinban.transport.dialogue_recording import DialogueRecording
from fushinban.transport.faults import judge_soap
from fushinban.transport.footprint import note_answer
from fushinban.transport.recording import AskedFor, Recorded, Recording, asked_for, load_recording
from fushinban.transport.soap import PRE_AUTH
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
from fushinban.transport.walk import Walk
from fushinban.transport.xml import parse

__all__ = ["Recording", "ReplaySession", "load_recording"]

#: Arguments that change how much is told, not whom or what it is about; recordings may differ in them.
_INDIFFERENT = frozenset({"Category", "IncludeCapability", "Stream", "Protocol"})

#: An address for documentation only: a recording has no address of its own.
_NOWHERE = Target(address="192.0.2.1")


class ReplaySession:
    """Satisfies `transport.session.Session`; `soap` answers from the recording, `snmp` from a walk and
    `console` from a dialogue where there is one.

    Everything else was not recorded.
    """

    def __init__(
        self,
        recording: Recording,
        credential: Credential | None = None,
        target: Target = _NOWHERE,
        walk: Walk | None = None,
        dialogue: DialogueRecording | None = None,
    ) -> None:
        self._recording = recording
        self._credential = credential
        self._target = target
        self._walk = walk
        self._dialogue = dialogue

    @property
    def target(self) -> Target:
        """The address given for the recorded device."""
        return self._target

    @property
    def credential(self) -> Credential | None:
        """The login given, used nowhere."""
        return self._credential

    @property
    def snmp_access(self) -> SnmpAccess | None:
        """A walk answers everybody."""
        return SnmpAccess(secret="*****") if self._walk is not None else None

    def allows(self, test: TestKind) -> bool:
        """A recording can only be read."""
        return test is TestKind.READ

    def learn_offset(self, seconds: float) -> None:
        """A recording has no clock."""

    async def soap(self, call: SoapCall, *, login: bool = True, service: str = "http", tls: bool = False) -> bytes:
        """The recorded answer to the operation, judged as a live one would be."""
        found = find_exchange(self._recording, call)
        if found is None:
            raise Unreachable(say("transport.not-recorded", what=call.operation))
        if not login and not found.anonymous and call.operation not in PRE_AUTH:
            # It was recorded with a login: what the device says to a stranger is not known.
            raise Unreachable(say("transport.not-recorded-anonymous", what=call.operation))
        reply = judge_soap(found.status, {}, found.body, call.operation)
        note_answer(found.body)
        if reply.error is not None:
            raise reply.error
        return reply.body

    async def http(self, request: HttpRequest, *, login: bool = True) -> HttpAnswer:
        """Not recorded."""
        raise Unreachable(say("transport.not-recorded", what=f"HTTP {request.method}"))

    async def rtsp(self, method: str, uri: str, *, login: bool = False, service: str = "rtsp") -> RtspAnswer:
        """Not recorded."""
        raise Unreachable(say("transport.not-recorded", what=f"RTSP {method}"))

    async def port(self, service: str, *, listen: float = 0.0) -> PortAnswer:
        """Not recorded."""
        raise Unreachable(say("transport.not-recorded", what=service))

    async def tls(self, service: str) -> TlsAnswer:
        """Not recorded."""
        raise Unreachable(say("transport.not-recorded", what=f"TLS {service}"))

    async def try_login(self, username: str, secret: str) -> bool:
        """A recording cannot be logged in to."""
        raise Unreachable(say("transport.not-recorded", what="login"))

    async def token_login(self, asked: TokenLogin) -> str:
        """A recording cannot be logged in to."""
        raise Unreachable(say("transport.not-recorded", what=asked.layer))

    async def snmp(self, question: SnmpQuestion) -> bytes:
        """What the walk has."""
        if self._walk is None:
            raise Unreachable(say("transport.not-recorded", what="SNMP"))
        bindings = self._walk.answer(question)
        note_answer(bindings)
        return bindings

    async def console(self, asked: ConsoleTalk) -> ConsoleAnswer:
        """What the recorded dialogue has for each command."""
        if self._dialogue is None:
            raise Unreachable(say("transport.not-recorded", what=asked.service.upper()))
        return self._dialogue.answer(asked)

    async def search(self, payload: bytes, service: str = "ssdp") -> tuple[bytes, ...]:
        """Not recorded."""
        raise Unreachable(say("transport.not-recorded", what=service))

    async def close(self) -> None:
        """Nothing is open."""


def find_exchange(recording: Recording, call: SoapCall) -> Recorded | None:
    """The recorded exchange that answers a call: same operation and service, and no argument that contradicts.

    The one with the most equal arguments is taken, the earliest of equals.
    """
    asked = _asked(call)
    best: tuple[int, Recorded] | None = None
    for exchange in recording.exchanges:
        if exchange.operation != call.operation or not _same_service(exchange, asked):
            continue
        score = _agreement(exchange.arguments, asked.arguments)
        if score is not None and (best is None or score > best[0]):
            best = (score, exchange)
    return best[1] if best else None


def _asked(call: SoapCall) -> AskedFor:
    space = call.action.rpartition("/")[0]
    try:
        asked = asked_for(parse(call.body), anonymous=False)
    except Malformed:
        return AskedFor(namespace=space)
    return AskedFor(namespace=asked.namespace or space, arguments=asked.arguments)


def _same_service(exchange: Recorded, asked: AskedFor) -> bool:
    return not exchange.namespace or not asked.namespace or exchange.namespace == asked.namespace


def _agreement(recorded: tuple[tuple[str, str], ...], asked: tuple[tuple[str, str], ...]) -> int | None:
    """How many arguments are equal; None where one that matters contradicts. Unknown arguments agree with all."""
    known, equal = dict(recorded), 0
    for name, value in asked:
        if name in known and known[name] == value:
            equal += 1
        elif name in known and name not in _INDIFFERENT:
            return None
    return equal
