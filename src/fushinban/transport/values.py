"""What is asked of a device and what comes back, as values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from fushinban.errors import DeviceError
from fushinban.model.facts.services import PortState
from fushinban.model.text import Named


class Kind(Named):
    """Kinds of traffic, as the transcript counts them."""

    CONNECT = "connect"
    BANNER = "banner"
    HTTP = "http"
    SOAP = "soap"
    RTSP = "rtsp"
    TLS = "tls"
    MULTICAST = "multicast"
    UNICAST = "unicast"
    SNMP = "snmp"
    SSH = "ssh"
    TELNET = "telnet"


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One HTTP request. `service`: usual name of the port (`http`, `https`, …); `tls` wraps it.

    `head_only`: stop reading after the header (a snapshot must not be downloaded). `told`: refusals that are answers at
    this device (a 403 whose body says "not supported"): given back, not raised, once the login is known to be good.
    `port`: one that the device itself named, in place of the service's. `operation`: what the transcript adds to the
    path, where one path serves several questions.
    """

    path: str
    service: str = "http"
    tls: bool = False
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    head_only: bool = False
    told: frozenset[int] = frozenset()
    port: int = 0
    operation: str = ""


class HttpAnswer(NamedTuple):  # made for every exchange, which a frozen dataclass would make dearer
    """Status, headers (names in lower case, repeated ones joined by newlines), body (at most the limit)."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLogin:
    """A login that is a request of its own, answered with a token that later requests carry.

    `layer`: what the device judges logins by, for the attempt budget. `make`: the request for a user name and a
    password; it must use TLS. `read`: the token in an answer, or None where it plainly refuses; it raises Locked where
    log-ins are stopped, and any other DeviceError where the answer does not say how the login ended.
    """

    layer: str
    make: Callable[[str, str], HttpRequest]
    read: Callable[[HttpAnswer], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SoapCall:
    """One SOAP 1.2 operation. `body`: the XML inside `Body`; `path`: of the service; `action`: its full URI."""

    operation: str
    action: str
    body: bytes
    path: str = "/onvif/device_service"


@dataclass(frozen=True, slots=True, kw_only=True)
class SnmpQuestion:
    """What is asked over SNMP: the objects of these names, or, with `repetitions`, so many that follow each of them."""

    oids: tuple[tuple[int, ...], ...]
    repetitions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleTalk:
    """One dialogue at a command line. `dialect`: whose command line it is (`transport.dialects`); `service`: `ssh` or
    `telnet`; `commands`: asked in their order, nothing but what the dialect lists as reading.

    `above`: asked after those, at the administrator's level where the login has the password for it, and at the level
    of the login otherwise.
    """

    dialect: str
    service: str
    commands: tuple[str, ...]
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleAnswer:
    """What was printed for each command, in the order asked: without echo, prompt and page breaks, line ends as LF.

    `above`: those of the administrator's level; `refused`: why that level was not reached, or why there are fewer.
    `host_key`: type and SHA-256 of the key that the device showed over SSH. Where it is another than the expected one,
    nothing was asked: nothing is printed, and `refused` says so.
    """

    printed: tuple[bytes, ...]
    above: tuple[bytes, ...] = ()
    refused: DeviceError | None = None
    host_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RtspAnswer:
    """Status, reason, headers (lower case, repeated ones joined by newlines), body."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortAnswer:
    """Result of a TCP connect and, where asked, what the device sent by itself (at most 1 KiB)."""

    state: PortState
    banner: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsAnswer:
    """TLS as one port shows it; `certificate` is DER, empty when no handshake succeeded."""

    accepted: tuple[str, ...]
    refused: tuple[str, ...]
    cipher: str
    certificate: bytes


class Asked(NamedTuple):  # made for every exchange
    """One line of the transcript: never a secret. `operation`: what was asked (path, operation, port)."""

    at: datetime
    target: str
    kind: Kind
    operation: str
    username: str
    outcome: str
