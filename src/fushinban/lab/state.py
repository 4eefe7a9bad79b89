"""What a running pretend device remembers: connections, requests, failed logins, and what nobody should have sent."""

import asyncio
import socket
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from fushinban import clock
from fushinban.lab.gateway import GatewayState
from fushinban.lab.login import Check, DigestGate, Login, TokenGate
from fushinban.lab.plan import Auth, DevicePlan, Trick
from fushinban.makers import find_maker

_REQUESTS_KEPT = 4000
_NOBODY: Mapping[str, str] = {}


#: State ESTABLISHED in the first byte of Linux's `struct tcp_info` (netinet/tcp.h).
_ESTABLISHED = 1


def _is_held(transport: asyncio.Transport) -> bool:
    """Whether the client still holds this connection: it may have closed it before this process came to read that."""
    raw = transport.get_extra_info("socket")
    if raw is None or not hasattr(socket, "TCP_INFO"):
        return True
    state: bytes = raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)
    return state[0] == _ESTABLISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request that arrived: when, at which service, what, and as whom (empty: no login)."""

    at: datetime
    service: str
    what: str
    username: str = ""


class DeviceState:
    """One running device. Tests and the demonstration read it; the servers write it."""

    def __init__(
        self,
        plan: DevicePlan,
        ports: Mapping[str, int],
        certificate: bytes = b"",
        homes: Mapping[str, str] = _NOBODY,
    ) -> None:
        """`homes`: the address of every device of the lab by its id, for those that ask this one for a way in."""
        self.plan = plan
        self.ports = ports
        self.certificate = certificate
        self.gateway = GatewayState(plan.upnp, homes, ports) if plan.upnp is not None else None
        self.requests: deque[Seen] = deque(maxlen=_REQUESTS_KEPT)
        self.counts: Counter[str] = Counter()
        self.failed_logins = 0
        self.accepted_logins = 0
        self.max_connections = 0
        self.connections_seen = 0
        self.write_attempts: list[str] = []
        self.clear_passwords: list[str] = []
        self.typed: list[str] = []
        self._open: set[asyncio.Transport] = set()
        self._failures: deque[float] = deque()
        self._locked_at: float | None = None
        realm = plan.appearance.realm or f"{self.brand} {plan.model}"
        self.http_gate = self._gate(realm)
        self.rtsp_gate = self._gate(realm)
        self.token_gate = TokenGate(users=plan.users, window=plan.token_window)

    def _gate(self, realm: str) -> DigestGate:
        plan = self.plan
        algorithms = ("SHA-256", "MD5") if plan.auth is Auth.DIGEST_SHA256 else ("MD5",)
        return DigestGate(
            realm=realm, algorithms=algorithms, qop=plan.qop, nonce_life=plan.nonce_life, users=plan.users
        )

    @property
    def id(self) -> str:
        """The device's id in the lab file."""
        return self.plan.id

    @property
    def brand(self) -> str:
        """The maker's first name, as servers put it into their headers."""
        maker = find_maker(self.plan.maker)
        return (maker.name if maker else self.plan.maker).split(" ")[0]

    @property
    def refuses(self) -> bool:
        """Whether the device is declared to refuse everybody, the right password included."""
        rule = self.plan.misbehaviour
        return rule is not None and rule.trick is Trick.REFUSES

    def clock(self) -> datetime:
        """The device's own, possibly wrong, time."""
        return clock.now() + timedelta(seconds=self.plan.clock_offset)

    # Connections.

    @property
    def connections(self) -> int:
        """TCP connections open now."""
        return len(self._open)

    def opened(self, transport: asyncio.Transport) -> None:
        """A client connected."""
        self._open.add(transport)
        self.connections_seen += 1
        self.max_connections = max(self.max_connections, sum(1 for t in self._open if _is_held(t)))

    def closed(self, transport: asyncio.Transport) -> None:
        """A connection ended."""
        self._open.discard(transport)

    def drop_connections(self) -> None:
        """End every connection, for the end of the lab."""
        for transport in list(self._open):
            transport.abort()
        self._open.clear()

    # Requests.

    def note(self, service: str, what: str, username: str = "") -> None:
        """Remember a request."""
        self.requests.append(Seen(at=clock.now(), service=service, what=what, username=username))
        self.counts[f"{service} {what}"] += 1

    # Logins.

    @property
    def locked(self) -> bool:
        """Whether too many failures have locked the device now."""
        rule = self.plan.lockout
        if rule is None or self._locked_at is None:
            return False
        if rule.duration and clock.monotonic() - self._locked_at >= rule.duration:
            self.unlock()
        return self._locked_at is not None

    def unlock(self) -> None:
        """Forget failures and open the lock, as a reset would."""
        self._locked_at = None
        self._failures.clear()

    def judge(self, login: Login) -> Login:
        """Count a login against the lock: a failure adds, a success clears, and a lock refuses even the right one."""
        if login.check is Check.NONE:
            return login
        if login.check is Check.OK and self.refuses:
            login = Login(check=Check.WRONG, username=login.username)
        if login.check is Check.CLEAR:
            self.clear_passwords.append(login.username)
        if self.locked:
            self.failed_logins += 1
            return Login(check=Check.LOCKED, username=login.username)
        if login.check is Check.OK:
            self.accepted_logins += 1
            self._failures.clear()
        elif login.check in (Check.WRONG, Check.CLEAR):
            self._fail()
        return login

    def _fail(self) -> None:
        self.failed_logins += 1
        rule = self.plan.lockout
        if rule is None:
            return
        now = clock.monotonic()
        self._failures.append(now)
        while self._failures and now - self._failures[0] > rule.window:
            self._failures.popleft()
        if len(self._failures) >= rule.attempts:
            self._locked_at = now
