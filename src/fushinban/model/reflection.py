"""What a stranger on the internet sees of a line: one look from outside, as values."""

from dataclasses import dataclass
from datetime import datetime

from fushinban.model.facts.access import Gate
from fushinban.model.facts.services import PortState

#: The fixed list of TCP ports that is looked at, and nothing else: the usual ports of cameras, recorders and routers,
#: and those to which installers and UPnP move them. Sources: the open-port view (`model.device.CAMERA_PORTS`); common
#: forwards of camera guides (81-85, 8001, 8081-8085, 8888, 10080, 10554).
OUTSIDE_PORTS: tuple[int, ...] = (
    21, 22, 23, 80, 81, 82, 83, 84, 85, 88, 443, 554, 1935, 2323, 3389, 5555, 7547, 8000, 8001, 8080, 8081, 8082, 8083,
    8084, 8085, 8443, 8554, 8888, 8899, 9000, 10080, 10443, 10554, 34567, 37777, 49152,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPort:
    """One port from outside. `speaks`: telnet, ssh, ftp, http, https, rtsp, or empty; `banner`: what it calls itself.

    `picture`: whether a picture or stream could be read without a login; None where nothing there offers one.
    """

    port: int
    state: PortState
    speaks: str = ""
    banner: str = ""
    picture: Gate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reflection:
    """One look from outside at the address that asked for it. Times aware UTC; `nonce` is the asker's own.

    `watcher`: the address at which the site reached the reflector, known to the site alone (not part of what is
    signed); empty where it is not known.
    """

    address: str
    nonce: str
    started: datetime
    ended: datetime
    ports: tuple[SeenPort, ...]
    watcher: str = ""

    @property
    def open(self) -> tuple[SeenPort, ...]:
        """Ports at which somebody answers."""
        return tuple(p for p in self.ports if p.state is PortState.OPEN)
