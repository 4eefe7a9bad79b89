"""What is asked of a device and what comes back, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

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


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One HTTP request. `service`: usual name of the port (`http`, `https`, …); `tls` wraps it.

    `head_only`: stop reading after the header (a snapshot must not be downloaded).
    """

    path: str
    service: str = "http"
    tls: bool = False
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    head_only: bool = False


class HttpAnswer(NamedTuple):  # made for every exchange, which a frozen dataclass would make dearer
    """Status, headers (names in lower case, repeated ones joined by newlines), body (at most the limit)."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SoapCall:
    """One SOAP 1.2 operation. `body`: the XML inside `Body`; `path`: of the service; `action`: its full URI."""

    operation: str
    action: str
    body: bytes
    path: str = "/onvif/device_service"


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
