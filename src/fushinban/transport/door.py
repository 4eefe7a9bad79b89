"""The door: the only way from the product to a site's network."""

import ipaddress
import sys
from types import TracebackType

from fushinban.makers import Lockout
from fushinban.model.credential import Credential, SnmpAccess
from fushinban.model.device import Target
from fushinban.model.facts.services import PortState
from fushinban.model.site import Authorisation, Limits, TestKind
from fushinban.transport.budget import AttemptBudget
from fushinban.transport.line import Line
from fushinban.transport.live import LiveSession
from fushinban.transport.pace import DeviceLane, SitePace
from fushinban.transport.scope import Scope
from fushinban.transport.transcript import Transcript

#: Files and connections of a process besides those to devices, generously.
_OWN_FILES = 256


class Door:
    """One site: what its authorisation allows, its caps, the attempt budget, and the transcript of all traffic.

    Use it as `async with Door(...) as door` (or `with`), or `close()` it. Sessions connect to `target.address` only.
    """

    def __init__(
        self, site_id: str, authorisation: Authorisation, limits: Limits, budget: AttemptBudget, transcript: Transcript
    ) -> None:
        self.site_id = site_id
        self.limits = limits
        self.budget = budget
        self.transcript = transcript
        self.scope = Scope(authorisation)
        self._pace = SitePace(limits)
        _make_room(limits.site_connections)

    def session(
        self,
        target: Target,
        credential: Credential | None = None,
        lockout: Lockout | None = None,
        snmp: SnmpAccess | None = None,
        host_key: str = "",
    ) -> LiveSession:
        """A session with one device. Nothing is sent yet; what is not allowed is refused at each request.

        `host_key`: the one that its SSH server must show, empty: whichever.
        """
        line = Line(target, self.scope, self.lane(target), self.limits, self.transcript)
        return LiveSession(line, self.budget, self.device_key(target), credential, lockout, snmp, host_key)

    def device_key(self, target: Target) -> str:
        """Under which key the attempt budget counts this device."""
        return f"{self.site_id}|{target.key}"

    def lane(self, target: Target) -> DeviceLane:
        """Connections are capped by address; on loopback each forwarded port is a device of its own."""
        return self._pace.lane(target.key if _is_loopback(target.address) else target.address)

    def note_look(self, target: Target, port: int, state: PortState) -> None:
        """What discovery saw of a port; the next session with the device takes it over instead of knocking again."""
        self.lane(target).note_look(port, state)

    def allows(self, test: TestKind) -> bool:
        """Whether the authorisation allows this kind of test."""
        return self.scope.allows(test)

    def close(self) -> None:
        """Close resting connections and hand the rest of the transcript over."""
        self._pace.close()
        self.transcript.flush()

    def __enter__(self) -> "Door":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> "Door":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _make_room(connections: int) -> None:
    """Let this process hold that many connections besides its own files, as far as the system lets a user do so.

    Where it does not, a connection too many fails like one to a device that is away, and is told so.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on every platform

    wanted = connections + _OWN_FILES
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if now != resource.RLIM_INFINITY and now < wanted:
        enough = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (enough, most))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
