"""Where the console listens, and whether it may: addresses, certificates, ports. Every refusal is one sentence."""

import ipaddress
import socket
import ssl
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography import x509

from fushinban.errors import InputError
from fushinban.messages import say
from fushinban.web.installation import Reach

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the person asked for on the command line."""

    listen: str = "127.0.0.1:8600"
    certificate: Path | None = None
    key: Path | None = None
    proxies: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    plain_beyond_loopback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """A listening place that was checked. `address` is what people type."""

    host: str
    port: int
    reach: Reach
    certificate: Path | None = None
    key: Path | None = None

    def at(self, port: int) -> "Listening":
        """The same at the port that was really taken (`:0` takes any)."""
        return replace(self, port=port)

    @property
    def address(self) -> str:
        """`https://console.example:8600`."""
        named = sorted(self.reach.hosts - _LOOPBACK_NAMES - {self.host})
        shown = named[0] if named and self._anywhere else self.host
        name = f"[{shown}]" if ":" in shown else shown
        return f"{'https' if self.certificate else 'http'}://{name}:{self.port}"

    @property
    def _anywhere(self) -> bool:
        return self.host in {"0.0.0.0", "::"} or self.certificate is not None  # noqa: S104 - compared, not bound


def check(wanted: Wanted) -> Listening:
    """Check what was asked for. Raises InputError with one sentence for whatever is wrong."""
    host, port = _host_and_port(wanted.listen)
    if (wanted.certificate is None) != (wanted.key is None):
        raise InputError(say("web.tls-half"))
    names = _certificate_names(wanted.certificate, wanted.key) if wanted.certificate and wanted.key else frozenset()
    proxies = tuple(_network(text) for text in wanted.proxies)
    if not (_is_loopback(host) or wanted.certificate or wanted.plain_beyond_loopback):
        raise InputError(say("web.plain-refused", address=wanted.listen))
    if proxies and not wanted.hosts:
        raise InputError(say("web.proxy-needs-host"))
    hosts = frozenset({*_LOOPBACK_NAMES, host, *names, *(h.lower() for h in wanted.hosts)})
    reach = Reach(secure=bool(wanted.certificate or proxies), hosts=hosts, proxies=proxies)
    return Listening(host=host, port=port, reach=reach, certificate=wanted.certificate, key=wanted.key)


def open_socket(place: Listening) -> socket.socket:
    """The listening socket. Raises InputError when the port is taken or not ours to take."""
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((place.host, place.port))
    except OSError as error:
        opened.close()
        known = {98: "web.port-taken", 13: "web.port-forbidden", 99: "web.address-not-here"}
        message = known.get(error.errno or 0, "web.cannot-listen")
        raise InputError(say(message, address=f"{place.host}:{place.port}", reason=error.strerror or "")) from error
    opened.listen(512)
    opened.set_inheritable(True)
    return opened


def _host_and_port(text: str) -> tuple[str, int]:
    host, colon, number = text.rpartition(":")
    if host.startswith("[") != host.endswith("]") or (":" in host and not host.startswith("[")):
        raise InputError(say("web.listen-shape", given=text[:100]))
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not number.isascii() or not number.isdigit() or not 0 <= int(number[:6]) <= 65535:
        raise InputError(say("web.listen-shape", given=text[:100]))
    if host == "localhost":
        host = "127.0.0.1"
    try:
        return str(ipaddress.ip_address(host)), int(number)
    except ValueError as error:
        raise InputError(say("web.listen-shape", given=text[:100])) from error


def _is_loopback(host: str) -> bool:
    return ipaddress.ip_address(host).is_loopback


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError as error:
        raise InputError(say("web.proxy-shape", given=text[:100])) from error


def _certificate_names(certificate: Path, key: Path) -> frozenset[str]:
    """The names of the certificate, after trying that both files can be used together."""
    for path in (certificate, key):
        try:
            with path.open("rb") as file:
                file.read(1)
        except OSError as error:
            raise InputError(say("web.tls-unreadable", name=path, reason=error.strerror or "")) from error
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=lambda: b"")
    except ssl.SSLError as error:
        message = "web.tls-mismatch" if "MISMATCH" in (error.reason or "") else "web.tls-wrong"
        raise InputError(say(message, certificate=certificate, key=key)) from error
    return _names(certificate)


def _names(certificate: Path) -> frozenset[str]:
    try:
        read = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
        names = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, IndexError, x509.ExtensionNotFound):
        return frozenset()
    addresses = {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    return frozenset({name.lower() for name in names.get_values_for_type(x509.DNSName)} | addresses)
