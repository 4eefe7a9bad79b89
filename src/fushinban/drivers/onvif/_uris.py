"""Addresses of streams and snapshots: freed of logins, and turned into a place of the device that was asked."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from fushinban.errors import Malformed
from fushinban.messages import say
from fushinban.model.device import CAMERA_PORTS, Target

#: A password inside the path or query (`…/user=admin&password=…&channel=1`, also with `_` between the parts).
_PASSWORD = re.compile(r"((?<![A-Za-z])(?:password|passwd|pass|pwd|psw)=)(.*?)(?=[&/?#;]|_[A-Za-z]+=|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an address leads on the device: service name, TLS, path with query."""

    service: str
    tls: bool
    path: str


def without_login(uri: str) -> str:
    """The address without user information and with passwords masked. Raises Malformed for what is no address."""
    parts = _split(uri)
    if not parts.scheme or not parts.netloc:
        raise Malformed(say("onvif.value", element="Uri"))
    head, netloc, rest = uri.partition(parts.netloc)
    try:
        _ = parts.port
    except ValueError:
        # `user:pa/ss@host`: the password itself was taken for the path
        netloc, rest = "", netloc + rest
        if "@" not in rest:
            raise Malformed(say("onvif.value", element="Uri")) from None
        rest = rest.rpartition("@")[2]
    return _PASSWORD.sub(lambda m: m[1] + "***" if m[2] else m[0], head + netloc.rpartition("@")[2] + rest)


def carries_login(uri: str) -> bool:
    """Whether the address names a password in its path or query: asking for it would be a login."""
    return _PASSWORD.search(uri) is not None


def place(uri: str, target: Target) -> Place | None:
    """Where on the target the address leads; None where its port is none that the site knows.

    Only scheme, port and path are looked at: the packet goes to the target, never to the host in the address.
    """
    parts = _split(uri)
    scheme = parts.scheme.lower()
    if scheme not in ("rtsp", "http", "https"):
        return None
    try:
        service = _service(target, scheme, parts.port)
    except ValueError:
        service = None
    if service is None:
        return None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(service=service, tls=scheme == "https", path=path)


def _service(target: Target, usual: str, port: int | None) -> str | None:
    """The service that has this port on the target; the usual one too behind a translation of its usual port."""
    if port in (None, target.port(usual)):
        return usual
    named = (s for s in (*target.ports, *CAMERA_PORTS) if target.port(s) == port)
    return next(named, usual if port == CAMERA_PORTS[usual] else None)


def _split(uri: str) -> SplitResult:
    try:
        return urlsplit(uri)
    except ValueError as error:
        raise Malformed(say("onvif.value", element="Uri")) from error
