"""Sends syslog messages (RFC 5424): UDP, TCP with octet counting (RFC 6587), or TLS (RFC 5425)."""

import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType

from fushinban.errors import Unreachable
from fushinban.messages import say
from fushinban.transport.outward import tls_context

#: The most that every receiver of UDP must take is 480 bytes, most take 2048; longer text is cut at a character.
MOST_DATAGRAM = 2048
_SECONDS = 10.0


class SyslogWay(StrEnum):
    """How messages travel."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyslogReceiver:
    """Where messages go. `ca_file`: authority of the receiver's certificate, else the system's."""

    host: str
    port: int
    way: SyslogWay = SyslogWay.TCP
    ca_file: str | None = None


class SyslogSender:
    """An open way to a receiver; use it in a `with` block. Every method may raise Unreachable."""

    def __init__(self, receiver: SyslogReceiver) -> None:
        self._receiver = receiver
        self._socket = _open(receiver)

    def send(self, messages: Iterable[bytes]) -> int:
        """Send whole messages in their order; how many."""
        count = 0
        try:
            for message in messages:
                if self._receiver.way is SyslogWay.UDP:
                    self._socket.send(cut_message(message, MOST_DATAGRAM))
                else:
                    self._socket.sendall(b"%d %s" % (len(message), message))
                count += 1
        except OSError as error:
            raise _failed(self._receiver, error) from error
        return count

    def close(self) -> None:
        """Say the end of a stream, so that everything sent arrives, and close."""
        try:
            if self._receiver.way is SyslogWay.TLS:
                assert isinstance(self._socket, ssl.SSLSocket)
                self._socket = self._socket.unwrap()
            if self._receiver.way is not SyslogWay.UDP:
                self._socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the receiver has closed already; what was sent was sent
        finally:
            self._socket.close()

    def __enter__(self) -> "SyslogSender":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def cut_message(message: bytes, most: int) -> bytes:
    """At most so many bytes, not ending within a character."""
    if len(message) <= most:
        return message
    return message[:most].decode("utf-8", "ignore").encode("utf-8")


def _open(receiver: SyslogReceiver) -> socket.socket:
    try:
        if receiver.way is SyslogWay.UDP:
            family, kind, protocol, _, place = socket.getaddrinfo(receiver.host, receiver.port, type=socket.SOCK_DGRAM)[
                0
            ]
            found = socket.socket(family, kind, protocol)
            found.settimeout(_SECONDS)
            found.connect(place)
            return found
        plain = socket.create_connection((receiver.host, receiver.port), timeout=_SECONDS)
        if receiver.way is SyslogWay.TCP:
            return plain
        return tls_context(receiver.ca_file).wrap_socket(plain, server_hostname=receiver.host)
    except OSError as error:
        raise _failed(receiver, error) from error


def _failed(receiver: SyslogReceiver, error: OSError) -> Unreachable:
    place = f"{receiver.host[:100]}:{receiver.port}"
    return Unreachable(say("webhook.syslog", place=place, reason=error.strerror or type(error).__name__))
