"""Devices and the endpoints at which they answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fushinban.model.text import Named


class DeviceKind(Named):
    """What a device is."""

    CAMERA = "camera"
    RECORDER = "recorder"
    ENCODER = "encoder"
    ROUTER = "router"
    SWITCH = "switch"
    SERVER = "server"
    OTHER = "other"


VIDEO_KINDS = frozenset({DeviceKind.CAMERA, DeviceKind.RECORDER, DeviceKind.ENCODER})


class IdentityLevel(Named):
    """How sure we are who a device is (`domain`: authenticated answer > two passive signals > one > port only)."""

    CERTAIN = "certain"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    PARTIAL = "partial"


#: The usual service names of a device and their usual TCP ports: the fixed list of the open-port view.
CAMERA_PORTS: Mapping[str, int] = {
    "ftp": 21,
    "ssh": 22,
    "telnet": 23,
    "http": 80,
    "https": 443,
    "rtsp": 554,
    "rtmp": 1935,
    "telnet-alt": 2323,
    "rtsp-alt": 8554,
    "http-8000": 8000,
    "http-alt": 8080,
    "https-alt": 8443,
    "onvif-8899": 8899,
    "sdk-9000": 9000,
    "sdk-34567": 34567,
    "sdk-37777": 37777,
    "upnp-http": 49152,
    "cwmp": 7547,
    "adb": 5555,
}

#: In the place of a host key: a person wants no comparison.
ANY_KEY = "any"

#: UDP services whose port may be mapped as well.
UDP_PORTS: Mapping[str, int] = {"ws-discovery": 3702, "ssdp": 1900, "mdns": 5353, "snmp": 161}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where one device is reached: its address and, per service name, the port it really has.

    A service that `ports` does not name stands at its usual port. `announced`: what it told everybody about itself;
    `igd`: port and path of its description as an internet gateway (`5000/rootDesc.xml`).
    """

    address: str
    ports: Mapping[str, int] = field(default_factory=dict)
    announced: Mapping[str, str] = field(default_factory=dict)

    def port(self, service: str) -> int:
        """The port of a service by its usual name; ONVIF stands on the HTTP port unless said otherwise."""
        if service == "onvif" and "onvif" not in self.ports:
            return self.port("http")
        usual = CAMERA_PORTS.get(service) or UDP_PORTS.get(service) or 0
        return self.ports.get(service, usual)

    @property
    def key(self) -> str:
        """Stable text key: the address, and the HTTP port where that is not the usual one."""
        http = self.ports.get("http")
        return f"{self.address}:{http}" if http else self.address


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One device of a site. Its `id` survives a change of address; what is unknown is empty.

    `parent`, `channel`: the recorder that records it, and where there. `behind`: it stands in the recorder's own
    network and is seen only through it; nobody asks it directly, and its address is one of that network.
    `host_key`: type and SHA-256 of the one key that its SSH server may show (`ANY_KEY`: whichever); a password goes to
    no other. It is the first that it showed, or what a person wrote.
    """

    id: str
    site: str
    target: Target
    kind: DeviceKind = DeviceKind.OTHER
    name: str = ""
    note: str = ""
    maker: str = ""
    model: str = ""
    hardware: str = ""
    firmware: str = ""
    serial: str = ""
    mac: str = ""
    endpoint_id: str = ""
    identity: IdentityLevel = IdentityLevel.PARTIAL
    parent: str = ""
    channel: str = ""
    behind: bool = False
    listed: bool = False
    ignored: bool = False
    host_key: str = ""
    first_seen: datetime | None = None
    last_seen: datetime | None = None

    @property
    def address(self) -> str:
        """The IP address last seen."""
        return self.target.address

    @property
    def expected_key(self) -> str:
        """The key that its SSH server must show; empty: whichever it shows is taken."""
        return "" if self.host_key == ANY_KEY else self.host_key

    @property
    def title(self) -> str:
        """What to call it in a sentence: its name, else maker and model, else the address."""
        return self.name or " ".join(filter(None, (self.maker, self.model))) or self.address
