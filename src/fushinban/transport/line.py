"""The line to one device: its address, its lane, what is allowed on it, and the record of what went over it."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from fushinban.clock import now
from fushinban.errors import NotSupported
from fushinban.messages import say
from fushinban.model.device import Target
from fushinban.model.site import Limits, TestKind
from fushinban.transport.http import HttpWire, Sending, host_header
from fushinban.transport.pace import DeviceLane
from fushinban.transport.scope import Scope
from fushinban.transport.transcript import Transcript, outcome_of
from fushinban.transport.values import HttpAnswer, Kind

R = TypeVar("R")

READING = (TestKind.READ,)
#: A request without a login is part of reading (its first step) and of the anonymous tests.
WITHOUT_LOGIN = (TestKind.READ, TestKind.ANONYMOUS)
PORT_TESTS = (TestKind.PORTS, TestKind.DISCOVERY)
DEFAULT_LOGIN = (TestKind.DEFAULT_PASSWORD,)


class Line:
    """Shared by everything that asks one device."""

    def __init__(self, target: Target, scope: Scope, lane: DeviceLane, limits: Limits, transcript: Transcript) -> None:
        self.target = target
        self.scope = scope
        self.lane = lane
        self.limits = limits
        self.transcript = transcript
        self.wire = HttpWire(target.address, lane, limits)
        self._key = target.key
        self._hosts: dict[tuple[int, bool], bytes] = {}

    def port(self, service: str, named: int = 0) -> int:
        """The port of a service, or the one that the device named. Raises NotSupported where it is not known,
        OutOfScope where it prints."""
        port = named or self.target.port(service)
        if not 0 < port < 65536:
            raise NotSupported(say("transport.port-unknown", service=service, address=self.target.address))
        self.scope.check_port(self.target.address, port)
        return port

    def host(self, port: int, tls: bool) -> bytes:
        """The Host header of a port of the target."""
        known = self._hosts.get((port, tls))
        if known is None:
            known = self._hosts[port, tls] = host_header(self.target.address, port, tls).encode()
        return known

    def guard(self, tests: tuple[TestKind, ...]) -> Callable[[], None]:
        """What must be called right before every packet of this kind of test."""
        return partial(self.check, tests)

    def check(self, tests: tuple[TestKind, ...]) -> None:
        """Raises OutOfScope where none of these kinds of test is allowed at this device now."""
        self.scope.check_any(self.target.address, tests, now())

    async def send(self, sending: Sending, authorise: Callable[[], str] | None, fresh: bool) -> HttpAnswer:
        """One HTTP exchange, checked, paced and recorded, however it ends.

        `authorise` makes the Authorization value of a request that carries the login; `fresh`: on a new connection.
        """
        username = sending.username if authorise is not None else ""
        try:
            answer = await self.wire.exchange(sending, authorise, self.guard(sending.tests), fresh)
        except BaseException as error:
            self.record(sending.kind, sending.name, username, outcome_of(error))
            raise
        self.record(sending.kind, sending.name, username, sending.outcome(answer))
        return answer

    def record(self, kind: Kind, operation: str, username: str, outcome: str) -> None:
        """Write one line of the transcript."""
        self.transcript.add(self._key, kind, operation, username, outcome)

    async def recorded(
        self, kind: Kind, operation: str, username: str, work: Awaitable[R], outcome: Callable[[R], str]
    ) -> R:
        """Wait for one exchange and record how it ended, also when it fails or is cancelled."""
        try:
            answer = await work
        except BaseException as error:
            self.record(kind, operation, username, outcome_of(error))
            raise
        self.record(kind, operation, username, outcome(answer))
        return answer
